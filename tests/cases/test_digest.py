"""The e-mail of the morning: counts alone, once a day, at seven where the person works."""

import pytest
import time_machine

from accounts.enums import Role
from accounts.models import Notification
from accounts.services import notify, purge_notifications, read_notification
from cases.models import CaseTask
from cases.services import digest_sentence, send_due_digests
from core.models import OutboxMessage
from tests import build

pytestmark = pytest.mark.django_db


def a_waiting_task(*moment: int, zone: str = "Europe/Paris", unit=None, days: float = 2):
    with time_machine.travel(build.at(*moment, zone=zone), tick=False):
        threat = build.a_threat(user=build.referent(unit), official=build.an_official("Dupont-Secret"))
        CaseTask.objects.filter(case=threat.case).update(done_at=build.clock.now())
        return build.a_task(threat.case, days=days)


def run_at(*moment: int, zone: str = "Europe/Paris") -> int:
    with time_machine.travel(build.at(*moment, zone=zone), tick=False):
        return send_due_digests()


def test_the_digest_leaves_at_seven_once_a_day_and_as_long_as_something_waits() -> None:
    a_waiting_task(2026, 1, 13)
    assert run_at(2026, 1, 14, 6, 59) == 0
    assert run_at(2026, 1, 14, 7, 0) == 1
    assert run_at(2026, 1, 14, 7, 10) == run_at(2026, 1, 14, 23, 50) == 0
    assert run_at(2026, 1, 15, 16, 0) == 1
    assert OutboxMessage.objects.filter(dedupe_key__startswith="digest:").count() == 2


def test_what_came_after_seven_waits_for_the_next_morning_even_when_the_run_is_late() -> None:
    a_waiting_task(2026, 1, 14, 8)
    assert run_at(2026, 1, 14, 12) == 0
    assert run_at(2026, 1, 15, 7) == 1


def test_seven_is_that_of_la_reunion_and_keeps_its_hour_when_paris_changes_its_own() -> None:
    unit = build.a_unit(departement_code="974", name="Brigade de Saint-Denis")
    a_waiting_task(2026, 3, 27, unit=unit)
    for day in (28, 29, 30):  # Paris goes to summer time on the 29th
        assert run_at(2026, 3, day, 6, 59, zone="Indian/Reunion") == 0
        assert run_at(2026, 3, day, 7, 0, zone="Indian/Reunion") == 1


def test_paris_has_one_digest_on_each_of_the_days_its_hour_changes() -> None:
    a_waiting_task(2026, 3, 27, days=365)
    for month, day in ((3, 29), (10, 25)):
        assert run_at(2026, month, day, 6, 59) == 0
        assert run_at(2026, month, day, 7, 0) == 1
        assert run_at(2026, month, day, 8, 0) == 0


def test_it_says_counts_and_nothing_else() -> None:
    task = a_waiting_task(2026, 1, 10)
    user = build.User.objects.get(postings__role=Role.REFERENT)
    with time_machine.travel(build.at(2026, 1, 10), tick=False):
        notify(users=[user], text=f"{task.case.reference} : menace", path="/", dedupe_key="x")
    run_at(2026, 1, 14, 7)
    message = OutboxMessage.objects.get()
    assert "1 tâche vous attend, dont 1 en retard ; 1 notification non lue." in message.body
    words = f"{message.subject} {message.body} {message.about}".lower()
    for secret in ("secret", "menace", task.case.reference, task.title.lower(), "camille", "olivet"):
        assert secret not in words


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((3, 1, 2), "3 tâches vous attendent, dont 1 en retard ; 2 notifications non lues."),
        ((1, 0, 0), "1 tâche vous attend."),
        ((0, 0, 1), "1 notification non lue."),
    ],
)
def test_the_sentence_agrees_with_its_numbers(counts, words) -> None:
    assert digest_sentence(*counts) == words


def test_nothing_leaves_when_nothing_waits_nor_to_who_switched_it_off_nor_to_who_has_left() -> None:
    a_waiting_task(2026, 1, 13)
    user = build.User.objects.get(postings__role=Role.REFERENT)
    build.unit_head()
    build.referent(email="parti@portail.example", end=build.date(2021, 1, 1))
    user.digest_by_email = False
    user.save()
    assert run_at(2026, 1, 14, 7) == 0
    user.digest_by_email = True
    user.save()
    assert run_at(2026, 1, 14, 7, 10) == 1


def test_a_notification_announced_once_does_not_come_back_by_itself() -> None:
    user = build.referent()
    with time_machine.travel(build.at(2026, 1, 13), tick=False):
        notify(users=[user], text="Quelque chose", path="/", dedupe_key="x")
    assert run_at(2026, 1, 14, 7) == 1
    assert run_at(2026, 1, 15, 7) == 0


def test_a_demonstration_that_goes_back_in_time_sends_no_second_one() -> None:
    a_waiting_task(2026, 1, 10)
    assert (run_at(2026, 1, 14, 7), run_at(2026, 1, 15, 7)) == (1, 1)
    assert OutboxMessage.objects.count() == 2
    run_at(2026, 1, 14, 9)
    assert OutboxMessage.objects.count() == 2


def test_notifications_are_read_by_their_owner_alone_and_purged_after_ninety_days() -> None:
    mine, other = build.referent(), build.referent(email="autre@portail.example")
    with time_machine.travel(build.at(2026, 1, 1), tick=False):
        notify(users=[mine], text="Quelque chose", path="/dossiers/", dedupe_key="x")
        found = Notification.objects.get()
        assert read_notification(user=other, notification=found.pk) is None
        assert read_notification(user=mine, notification=found.pk) == "/dossiers/"
    with time_machine.travel(build.at(2026, 4, 1), tick=False):
        assert purge_notifications() == 0
    with time_machine.travel(build.at(2026, 4, 2), tick=False):
        assert purge_notifications() == 1
