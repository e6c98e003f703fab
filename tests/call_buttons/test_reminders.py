from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.enums import Role
from call_buttons.models import CallButtonGrant, CallButtonReminder
from call_buttons.selectors import grants_to_renew
from call_buttons.services import reminder_dates, send_due_reminders
from core.models import OutboxMessage
from tests import build

pytestmark = pytest.mark.django_db


def a_grant(day=(2026, 1, 14)) -> CallButtonGrant:
    """Granted on the day given, with somebody to write to for each audience."""
    with time_machine.travel(build.at(*day), tick=False):
        official = build.an_official()
        build.official_account(official)
        build.posted(Role.INSTRUCTOR)
        grant = build.granted(build.a_request(official=official))
    OutboxMessage.objects.all().delete()
    return grant


def run_on(*moment: int, zone: str = "Europe/Paris") -> int:
    with time_machine.travel(build.at(*moment, zone=zone), tick=False):
        return send_due_reminders()


def test_the_five_moments_of_a_grant() -> None:
    # The last day, 14 April 2026, is a Tuesday: it is its own last working day.
    assert [(due.kind.value, due.due_on) for due in reminder_dates(a_grant())] == [
        ("d30", date(2026, 3, 15)),
        ("d15", date(2026, 3, 30)),
        ("d7", date(2026, 4, 7)),
        ("d3", date(2026, 4, 11)),
        ("last_working_day", date(2026, 4, 14)),
    ]


def test_the_last_working_day_avoids_the_weekend_and_the_holiday() -> None:
    # To Saturday 16 May 2026; Thursday 14 is Ascension, Friday 15 is worked.
    assert reminder_dates(a_grant((2026, 2, 16)))[-1].due_on == date(2026, 5, 15)
    # To Friday 1 May 2026, a holiday.
    assert reminder_dates(_another((2026, 2, 1)))[-1].due_on == date(2026, 4, 30)


def _another(day) -> CallButtonGrant:
    with time_machine.travel(build.at(*day), tick=False):
        user = build.User.objects.get(postings__role=Role.REFERENT)
        return build.granted(build.a_request(threat=build.a_threat(user=user, official=build.an_official("Autre"))))


def test_nothing_leaves_before_its_day_and_each_audience_is_told_on_it() -> None:
    a_grant()
    assert run_on(2026, 3, 14, 23, 59) == 0
    assert run_on(2026, 3, 15, 0, 1) == 3
    assert OutboxMessage.objects.count() == 3
    assert set(CallButtonReminder.objects.values_list("audience", flat=True)) == {"referent", "instructor", "official"}


def test_a_second_run_creates_nothing() -> None:
    a_grant()
    run_on(2026, 3, 15)
    assert run_on(2026, 3, 15) == run_on(2026, 3, 16) == 0
    assert OutboxMessage.objects.count() == 3


def test_what_the_scheduler_missed_is_created_once_when_it_comes_back() -> None:
    a_grant()
    # Five moments for three audiences, then the decision-maker and the roster. Nobody could answer: nothing climbs.
    assert run_on(2026, 5, 20) == 17
    assert run_on(2026, 5, 21) == 0
    assert CallButtonReminder.objects.count() == 17
    # The decider of the roster, its instructor, its head of unit.
    assert OutboxMessage.objects.count() == 15 + 1 + 3


def test_the_day_is_that_of_the_departement() -> None:
    unit = build.a_unit(departement_code="974", name="Brigade de Saint-Denis")
    with time_machine.travel(build.at(2026, 2, 16, zone="Indian/Reunion"), tick=False):
        threat = build.a_threat(user=build.referent(unit))
        build.validated(threat, head=build.unit_head(departement_code="974"))
        build.granted(build.a_request(threat=threat), by=build.decider(departement_code="974"))
    # Thirty days before 16 May, at midnight in La Réunion: still the 15th in Paris.
    assert run_on(2026, 4, 15, 23, 59, zone="Indian/Reunion") == 0
    assert run_on(2026, 4, 16, 0, 1, zone="Indian/Reunion") == 3


def test_a_renewal_decided_stops_the_reminders_and_a_pending_one_does_not() -> None:
    grant = a_grant()
    with time_machine.travel(build.at(2026, 3, 20), tick=False):
        threat = grant.case.threats.get()
        build.start_again(threat)
        build.validated(threat)
        request = build.a_request(threat=threat)
        assert send_due_reminders() == 3
        build.granted(request)
    assert run_on(2026, 4, 14) == 0


def test_a_reminder_with_nobody_to_write_to_exists_and_shows_it() -> None:
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        build.granted()
    run_on(2026, 3, 15)
    reminder = CallButtonReminder.objects.get(audience="instructor")
    assert not reminder.sendings.exists()


def test_the_database_refuses_a_second_reminder() -> None:
    a_grant()
    run_on(2026, 3, 15)
    twin = CallButtonReminder.objects.first()
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_reminders_carry_no_fact() -> None:
    a_grant()
    run_on(2026, 4, 14)
    for message in OutboxMessage.objects.all():
        words = f"{message.subject} {message.body}".lower()
        assert not {"bouton", "inventée", "menace", "2026"} & set(words.replace(",", " ").split())
        assert "http" in words


def test_to_renew_comes_from_the_grants_and_an_expired_one_never_leaves_it() -> None:
    grant = a_grant()
    prefet = build.User.objects.get(postings__role=Role.DECIDER)

    def listed(*day: int) -> bool:
        with time_machine.travel(build.at(*day), tick=False):
            return grants_to_renew(user=build.User.objects.get(pk=prefet.pk)).filter(pk=grant.pk).exists()

    assert not listed(2026, 3, 14)
    assert listed(2026, 3, 15)
    assert listed(2026, 4, 15)
    assert listed(2028, 1, 1)


def test_a_refused_renewal_leaves_the_list_and_a_pending_one_stays() -> None:
    grant = a_grant()
    prefet = build.User.objects.get(postings__role=Role.DECIDER)
    with time_machine.travel(build.at(2026, 4, 10), tick=False):
        threat = grant.case.threats.get()
        build.start_again(threat)
        build.validated(threat)
        request = build.a_request(threat=threat)
        assert grants_to_renew(user=prefet).exists()
        build.refused(request)
        assert not grants_to_renew(user=prefet).exists()


def test_the_sweep_costs_the_same_queries_for_one_grant_or_many(django_assert_max_num_queries) -> None:
    a_grant()
    for number in range(5):
        with time_machine.travel(build.at(2026, 1, 14), tick=False):
            user = build.User.objects.get(postings__role=Role.REFERENT)
            official = build.an_official(f"Nom{number}")
            build.granted(build.a_request(threat=build.a_threat(user=user, official=official)))
    run_on(2026, 3, 15)
    with django_assert_max_num_queries(8), time_machine.travel(build.at(2026, 3, 15), tick=False):
        assert send_due_reminders() == 0
