"""Two working days without an answer, on the calendar of the place: a message, then a message and a task."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Notification
from cases.models import CaseTask
from core import clock
from core.models import OutboxMessage
from support.models import ReferralChase
from support.services.chasing import chase_due_at, chase_due_referrals
from tests import build, supporting

DAYS = 2


class Place:
    """A département without a database: what the calendar asks of one."""

    def __init__(self, time_zone: str = "Europe/Paris", holiday_zone: str = "", closed: tuple[date, ...] = ()) -> None:
        self.time_zone, self.holiday_zone, self.closed_dates = time_zone, holiday_zone, frozenset(closed)
        self.zone = ZoneInfo(time_zone)


METROPOLE, MOSELLE = Place(), Place(holiday_zone="57")
REUNION, TAHITI = Place("Indian/Reunion", "974"), Place("Pacific/Tahiti", "PF")


@pytest.mark.parametrize(
    ("place", "proposed", "number", "due"),
    [
        # Monday: Tuesday and Wednesday to answer, chased on Thursday.
        (METROPOLE, "2026-03-02 10:00", 1, "2026-03-05 08:00"),
        (METROPOLE, "2026-03-02 10:00", 2, "2026-03-09 08:00"),
        (METROPOLE, "2026-03-02 23:59", 1, "2026-03-05 08:00"),
        # Friday evening, and the night of Saturday when the hour changes: never on a Sunday.
        (METROPOLE, "2026-03-27 18:00", 1, "2026-04-01 08:00"),
        (METROPOLE, "2026-10-24 18:00", 1, "2026-10-28 08:00"),
        # 1 May is a Friday; 8 May too.
        (METROPOLE, "2026-04-29 09:00", 1, "2026-05-05 08:00"),
        (METROPOLE, "2026-05-05 09:00", 1, "2026-05-11 08:00"),
        # Good Friday and 26 December count in Moselle only.
        (METROPOLE, "2026-04-01 09:00", 1, "2026-04-07 08:00"),
        (MOSELLE, "2026-04-01 09:00", 1, "2026-04-08 08:00"),
        # The end of a month, of a year, and a 29 February.
        (METROPOLE, "2026-12-30 09:00", 1, "2027-01-05 08:00"),
        (METROPOLE, "2028-02-28 09:00", 1, "2028-03-02 08:00"),
        # 20 December, abolition of slavery in Réunion, is a Sunday in 2026 and a Monday in 2027.
        (REUNION, "2027-12-16 09:00", 1, "2027-12-22 08:00"),
        # It is still Thursday in Tahiti when Paris has Friday.
        (TAHITI, "2026-03-05 20:00", 1, "2026-03-10 08:00"),
    ],
)
def test_the_table_of_chases(place: Place, proposed: str, number: int, due: str) -> None:
    moment = datetime.fromisoformat(proposed).replace(tzinfo=place.zone)
    found = chase_due_at(place, moment, number=number, after_days=DAYS)
    assert found.astimezone(place.zone).strftime("%Y-%m-%d %H:%M") == due


@settings(max_examples=150, deadline=None)
@given(
    place=st.sampled_from([METROPOLE, MOSELLE, REUNION, TAHITI, Place("Pacific/Wallis", "WF")]),
    moment=st.datetimes(datetime(2024, 1, 1), datetime(2031, 12, 1), timezones=st.just(UTC)),
)
def test_a_chase_never_comes_before_its_days_nor_on_a_day_off(place: Place, moment: datetime) -> None:
    from territories.calendar import is_working_day

    first, second = (chase_due_at(place, moment, number=number, after_days=DAYS) for number in (1, 2))
    start = moment.astimezone(place.zone).date()
    for due, days in ((first, DAYS), (second, 2 * DAYS)):
        local = due.astimezone(place.zone)
        between = [start + timedelta(days=shift) for shift in range(1, (local.date() - start).days)]
        assert local.time() == time(8)
        assert is_working_day(place, local.date())
        assert sum(is_working_day(place, day) for day in between) == days
    assert first < second


def at(local: str, time_machine) -> None:
    time_machine.move_to(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/Paris")))


@pytest.mark.django_db
def test_the_association_is_recalled_then_who_proposed_it_has_a_task(time_machine) -> None:
    at("2026-03-02 10:00", time_machine)
    psychologist = supporting.a_psychologist()
    referral = supporting.a_referral()
    chased = Notification.objects.filter(user=psychologist, dedupe_key__startswith="referral-chase")
    for moment, written, messages, tasks in (
        ("2026-03-05 07:59", 0, 0, 0),
        ("2026-03-05 08:00", 1, 1, 0),
        ("2026-03-05 08:00", 0, 1, 0),
        ("2026-03-09 09:00", 1, 2, 1),
        ("2026-03-20 09:00", 0, 2, 1),
    ):
        at(moment, time_machine)
        assert chase_due_referrals() == written, moment
        assert (chased.count(), CaseTask.objects.filter(dedupe_key__startswith="referral-chase").count()) == (
            messages, tasks,
        ), moment  # fmt: skip
    task = CaseTask.objects.get(dedupe_key__startswith="referral-chase")
    assert (task.assignee, task.role) == (referral.proposed_by, "referent")
    for text in [task.title, *OutboxMessage.objects.values_list("subject", flat=True)]:
        assert referral.official.last_name not in text


@pytest.mark.django_db
def test_a_job_that_comes_weeks_late_writes_both_and_says_it_once(time_machine) -> None:
    at("2026-03-02 10:00", time_machine)
    psychologist = supporting.a_psychologist()
    supporting.a_referral()
    at("2026-04-20 10:00", time_machine)
    assert chase_due_referrals() == 2
    assert chase_due_referrals() == 0
    assert Notification.objects.filter(user=psychologist, dedupe_key__startswith="referral-chase").count() == 1
    assert CaseTask.objects.filter(dedupe_key__startswith="referral-chase").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["accepted", "withdrawn"])
def test_an_answer_stops_the_chases_and_ends_the_task(time_machine, how: str) -> None:
    at("2026-03-02 10:00", time_machine)
    referral = supporting.a_referral()
    at("2026-03-09 09:00", time_machine)
    chase_due_referrals()
    getattr(supporting, how)(referral)
    assert CaseTask.objects.get(dedupe_key__startswith="referral-chase").done_at
    at("2026-04-20 10:00", time_machine)
    assert chase_due_referrals() == 0


@pytest.mark.django_db
def test_who_asked_alone_is_told_to_call(time_machine) -> None:
    at("2026-03-02 10:00", time_machine)
    account = build.official_account(build.an_official())
    supporting.asked(account)
    at("2026-03-09 09:00", time_machine)
    chase_due_referrals()
    told = Notification.objects.get(user=account, dedupe_key__startswith="referral-chase")
    assert "01 80 52 33 84" in told.text
    assert not CaseTask.objects.filter(dedupe_key__startswith="referral-chase").exists()


def test_runs_side_by_side_chase_once(committed_db: None, time_machine) -> None:
    at("2026-03-02 10:00", time_machine)
    supporting.a_psychologist()
    referrals = [supporting.a_referral() for _ in range(3)]
    at("2026-03-05 09:00", time_machine)

    def run(_: int) -> int:
        try:
            return chase_due_referrals()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        written = sum(pool.map(run, range(3)))
    # A run that found them all held leaves them to the next one.
    written += chase_due_referrals()
    assert written == len(referrals) == ReferralChase.objects.count()
    assert clock.now()
