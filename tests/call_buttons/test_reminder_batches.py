"""The sweep of reminders as a whole: what it reads, what a batch costs, and several sweeps at the same instant."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Notification, User
from call_buttons.models import CallButtonGrant, CallButtonReminder
from call_buttons.models.grant import CallButtonReminderMessage
from call_buttons.selectors import grants_to_remind
from call_buttons.services import reminders, send_due_reminders
from core import clock
from core.models import OutboxMessage
from tests import build

# To Saturday 16 May 2026: its moments are 16 April, 1, 9, 13 May, and the last useful day, Friday 15.
GRANTED = (2026, 2, 16)


def grants(*names: str, day: tuple[int, int, int] = GRANTED) -> list[CallButtonGrant]:
    with time_machine.travel(build.at(*day), tick=False):
        user = User.objects.filter(postings__role=Role.REFERENT).first() or build.referent()
        if not User.objects.filter(postings__role=Role.INSTRUCTOR).exists():
            build.posted(Role.INSTRUCTOR)
        threats = [build.a_threat(user=user, official=build.an_official(name)) for name in names]
        return [build.granted(build.a_request(threat=threat)) for threat in threats]


def found_on(day: date) -> tuple[set[object], set[object]]:
    """The grants that the selection finds on a day, and those that miss something according to each of them."""
    with time_machine.travel(build.at(day.year, day.month, day.day, 0, 1), tick=False), clock.steady():
        every = list(CallButtonGrant.objects.with_closed_days().order_by("pk"))
        missing = {grant.pk for grant in every if reminders._missing(grant)}
        return set(grants_to_remind().values_list("pk", flat=True)), missing


def days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


@pytest.mark.django_db
def test_the_selection_finds_those_that_miss_a_reminder_and_no_other() -> None:
    for number, day in enumerate(((2026, 2, 1), GRANTED, (2026, 2, 20), (2026, 2, 28))):
        grants(f"Nom{number}", day=day)
    with time_machine.travel(build.at(2026, 4, 1), tick=False):
        for closed in (date(2026, 4, 30), date(2026, 5, 7), date(2026, 5, 15)):
            build.a_closed_day(closed)
    for day in days(date(2026, 4, 10), date(2026, 5, 30)):
        found, missing = found_on(day)
        assert found == missing, day
        if day.day % 3:  # on the others the sweep does not run: what they miss waits for it
            with time_machine.travel(build.at(day.year, day.month, day.day), tick=False):
                send_due_reminders()
            assert found_on(day) == (set(), set())


@pytest.mark.django_db
def test_a_moment_written_in_part_is_completed() -> None:
    (grant,) = grants("Seule")
    with time_machine.travel(build.at(2026, 4, 16), tick=False):
        CallButtonReminder.objects.create(
            grant=grant, kind="d30", audience="referent", due_on=date(2026, 4, 16), created_at=build.at(2026, 4, 16)
        )
        assert send_due_reminders() == 2
        assert send_due_reminders() == 0


@pytest.mark.django_db
def test_a_batch_costs_the_same_queries_for_one_grant_or_five() -> None:
    def cost(number: int) -> int:
        with (
            time_machine.travel(build.at(2026, 5, 15), tick=False),
            CaptureQueriesContext(connection) as captured,
        ):
            assert send_due_reminders() == number * 17
        return len(captured)

    grants("Une")
    alone = cost(1)
    grants("Deux", "Trois", "Quatre", "Cinq", "Six")
    assert cost(5) == alone <= 24


@pytest.mark.django_db
def test_when_nothing_is_due_no_grant_is_read() -> None:
    grants("Une", "Deux")
    with time_machine.travel(build.at(2026, 5, 15), tick=False):
        send_due_reminders()
        with CaptureQueriesContext(connection) as captured:
            assert send_due_reminders() == 0
    # The départements, their closed days, and which grants miss something; the clock was read before.
    assert len(captured) == 3
    assert "motive" not in str(captured.captured_queries)


@pytest.mark.django_db
def test_what_is_decided_between_the_selection_and_the_batch_stops_the_reminders(monkeypatch) -> None:
    (grant,) = grants("Seule")
    found = [grant.pk]
    with time_machine.travel(build.at(2026, 4, 16), tick=False):
        threat = grant.case.threats.get()
        build.start_again(threat)
        request = build.a_request(threat=build.validated(threat).threat)
        assert set(grants_to_remind().values_list("pk", flat=True)) == set(found)
        build.granted(request)
        assert reminders._read(found) == []


def test_four_sweeps_at_the_same_instant_write_each_thing_once(committed_db) -> None:
    grants("Une", "Deux", "Trois")
    start = Barrier(4)

    def sweep() -> None:
        try:
            start.wait(30)
            send_due_reminders()
        finally:
            connections.close_all()

    OutboxMessage.objects.all().delete()
    with time_machine.travel(build.at(2026, 5, 15), tick=False), ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(sweep) for _ in range(4)]:
            done.result(60)
    assert CallButtonReminder.objects.count() == 3 * 17
    # Fifteen for the référent, the instructor and nobody at the élu's; the decider, and the three of the roster.
    assert CallButtonReminderMessage.objects.count() == OutboxMessage.objects.count() == 3 * (10 + 1 + 3)
    assert Notification.objects.filter(dedupe_key__startswith="reminder:").count() == 3 * (10 + 2)
