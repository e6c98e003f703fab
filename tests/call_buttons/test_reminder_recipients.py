"""Who is written to, and what happens when one of them cannot be."""

import pytest
import time_machine
from django.db import OperationalError

from accounts.enums import Role
from call_buttons.models import CallButtonReminder
from call_buttons.services import RemindersIncomplete, reminders, send_due_reminders
from call_buttons.tasks import remind
from core.jobs import JobFailed
from core.models import OutboxMessage
from tests import build

pytestmark = pytest.mark.django_db
LONG_ADDRESS = f"{'a' * 60}@{'b' * 60}.{'c' * 60}.example"


@pytest.fixture
def two_grants():
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        first, second = build.an_official("Première"), build.an_official("Seconde")
        build.official_account(first, LONG_ADDRESS)
        build.posted(Role.INSTRUCTOR)
        user = build.referent()
        for official in (first, second):
            build.granted(build.a_request(threat=build.a_threat(user=user, official=official)))
    OutboxMessage.objects.all().delete()
    with time_machine.travel(build.at(2026, 3, 15), tick=False):
        yield


def remembered() -> dict[str, int]:
    names = CallButtonReminder.objects.values_list("grant__official__last_name", flat=True)
    return {name: list(names).count(name) for name in names}


def test_an_address_of_any_length_is_written_to_and_no_key_holds_it(two_grants) -> None:
    assert send_due_reminders() == 6
    assert LONG_ADDRESS in [message.recipient for message in OutboxMessage.objects.all()]
    assert not OutboxMessage.objects.filter(dedupe_key__contains="@").exists()


def test_a_closed_account_is_not_written_to(two_grants) -> None:
    build.User.objects.filter(postings__role=Role.INSTRUCTOR).update(is_active=False)
    send_due_reminders()
    assert CallButtonReminder.objects.filter(audience="instructor", sendings__isnull=True).count() == 2
    assert CallButtonReminder.objects.filter(audience="referent", sendings__isnull=False).count() == 2


@pytest.fixture
def unreadable(monkeypatch):
    """The address of one élu cannot be deciphered."""
    real = reminders.emails_of

    def emails_of(officials):
        people = list(officials)
        if any(one.last_name == "Première" for one in people):
            raise ValueError("unreadable")
        return real(people)

    monkeypatch.setattr(reminders, "emails_of", emails_of)


def test_a_grant_that_fails_does_not_deprive_the_others(two_grants, unreadable) -> None:
    with pytest.raises(RemindersIncomplete) as told:
        send_due_reminders()
    assert (told.value.created, told.value.failed) == (3, 1)
    assert remembered() == {"Seconde": 3}
    with pytest.raises(JobFailed, match="Rappels impossibles pour 1 bouton"):
        remind()


def test_what_failed_is_created_once_it_can_be(two_grants, unreadable, monkeypatch) -> None:
    with pytest.raises(RemindersIncomplete):
        send_due_reminders()
    monkeypatch.undo()
    assert send_due_reminders() == 3
    assert remembered() == {"Première": 3, "Seconde": 3}


def test_a_database_that_goes_away_stops_the_run(two_grants, monkeypatch) -> None:
    def away(officials):
        raise OperationalError("gone")

    monkeypatch.setattr(reminders, "emails_of", away)
    with pytest.raises(OperationalError):
        send_due_reminders()
