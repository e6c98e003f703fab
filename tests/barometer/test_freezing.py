from datetime import date
from threading import Barrier, Thread
from time import sleep

import pytest
from django.db import connection, transaction

from barometer.enums import Dimension
from barometer.models import FrozenFigure, FrozenMonth
from barometer.selectors import frozen_figures, live_figures
from barometer.services import MonthNotOver, freeze_month, freeze_past_months
from cases.enums import Nature
from core import clock
from core.enums import RunOutcome
from core.jobs import find_job, run_job_now
from core.journal import SYSTEM
from core.models import JobRun, JournalEntry
from tests.barometer.portal import APRIL, LILLE, MARCH, MAY, SAINT_DENIS, at, log

pytestmark = pytest.mark.reads_the_clock


@pytest.fixture
def facts_of_march_and_may(db):
    with at(2026, 3, 10, 8):
        log()
        log(commune=LILLE, nature=Nature.VIOLENCE)
    with at(2026, 5, 10, 8):
        log(commune=SAINT_DENIS)


def freeze_acts():
    return JournalEntry.objects.filter(object_type="barometer.frozenmonth").order_by("id")


def test_the_months_missed_are_each_frozen_even_an_empty_one(facts_of_march_and_may):
    with at(2026, 6, 1, 8):
        assert [frozen.month for frozen in freeze_past_months()] == [MARCH, APRIL, MAY]
    assert dict(FrozenMonth.objects.values_list("month", "total")) == {MARCH: 2, APRIL: 0, MAY: 1}


def test_freezing_again_changes_nothing(facts_of_march_and_may):
    with at(2026, 6, 1, 8):
        freeze_past_months()
    before = list(FrozenFigure.objects.order_by("pk").values())
    with at(2026, 6, 2, 8):
        assert freeze_past_months() == []
        assert freeze_month(month=MARCH)[1] is False
    assert list(FrozenFigure.objects.order_by("pk").values()) == before
    assert freeze_acts().count() == 3


def test_a_month_without_any_fact_in_the_portal_is_not_frozen(db):
    assert freeze_past_months() == []


@pytest.mark.parametrize("moment", [(2026, 4, 30, 21, 59), (2026, 4, 30, 22, 1)])
def test_a_month_is_not_frozen_before_it_is_over_and_its_last_facts_written(facts_of_march_and_may, moment):
    with at(*moment):
        assert [frozen.month for frozen in freeze_past_months()] == [MARCH]
        with pytest.raises(MonthNotOver):
            freeze_month(month=APRIL)


def test_on_the_first_of_the_month_in_paris_the_month_past_is_frozen(facts_of_march_and_may):
    with at(2026, 4, 30, 22, 3):  # 0 h 03 on 1 May in Paris
        assert [frozen.month for frozen in freeze_past_months()] == [MARCH, APRIL]


def test_what_is_frozen_is_what_was_counted(facts_of_march_and_may):
    with at(2026, 4, 2, 8):
        counted = live_figures(MARCH, at=clock.now())
        freeze_month(month=MARCH)
        kept = frozen_figures(MARCH)
    assert kept.figures == counted.figures
    assert (kept.total, kept.sha256, kept.definitions) == (2, counted.sha256, counted.definitions)
    assert kept.sha256 == FrozenMonth.objects.get().sha256


def test_a_fact_dated_in_a_frozen_month_changes_the_live_figures_only(facts_of_march_and_may):
    with at(2026, 4, 2, 8):
        freeze_month(month=MARCH)
    with at(2026, 3, 20, 8):  # the demonstration's date went back
        log(nature=Nature.DAMAGE)
    with at(2026, 4, 3, 8):
        live, kept = live_figures(MARCH, at=clock.now()), frozen_figures(MARCH)
    assert (live.total, kept.total) == (3, 2)
    assert (live.value(Dimension.NATURE, Nature.DAMAGE), kept.value(Dimension.NATURE, Nature.DAMAGE)) == (1, 0)


def test_each_freeze_is_in_the_journal_with_its_fingerprint(facts_of_march_and_may):
    with at(2026, 4, 2, 8):
        frozen, _ = freeze_month(month=MARCH)
    act = freeze_acts().get()
    assert (act.actor_id, act.actor_label, act.object_label) == (None, SYSTEM.label, "mars 2026")
    assert act.details == {"month": "2026-03", "total": 2, "definition_version": 1, "sha256": frozen.sha256}


def test_the_job_freezes_and_says_which_months(facts_of_march_and_may):
    with at(2026, 6, 1, 8):
        run = run_job_now(name="freeze_barometer", actor=SYSTEM)
        again = run_job_now(name="freeze_barometer", actor=SYSTEM)
    assert (run.outcome, run.message) == (RunOutcome.DONE, "Mois gelé : mars 2026, avril 2026, mai 2026.")
    assert again.message == "Aucun mois à geler."


def test_moving_the_date_to_the_first_of_the_month_makes_the_job_due(facts_of_march_and_may):
    job = find_job("freeze_barometer")
    with at(2026, 5, 20, 8):
        last = JobRun(name=job.name, started_at=clock.now(), real_started_at=clock.real_now(), outcome=RunOutcome.DONE)
        assert not job.is_due(last)
        clock.move_to(clock.now().replace(month=6, day=1), actor=SYSTEM)
        assert job.is_due(last)
        assert FrozenMonth.objects.count() == 0
        assert [frozen.month for frozen in freeze_past_months()][-1] == MAY
        assert FrozenMonth.objects.get(month=MAY).frozen_at.date() == date(2026, 6, 1)


def test_two_processes_that_freeze_together_freeze_once(committed_db):
    with at(2026, 3, 10, 8):
        log()
    together, found = Barrier(2), []

    def freeze():
        try:
            together.wait(10)
            found.append([frozen.month for frozen in freeze_past_months()])
        finally:
            connection.close()

    with at(2026, 4, 2, 8):
        threads = [Thread(target=freeze) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert sorted(found) == [[], [MARCH]]
    assert (FrozenMonth.objects.count(), freeze_acts().count()) == (1, 1)


def test_a_process_that_waited_for_another_finds_the_month_frozen(committed_db):
    with at(2026, 3, 10, 8):
        log()
    found = []

    def freeze():
        try:
            found.append(freeze_month(month=MARCH)[1])
        finally:
            connection.close()

    with at(2026, 4, 2, 8):
        other = Thread(target=freeze)
        with transaction.atomic():
            assert freeze_month(month=MARCH)[1] is True
            other.start()
            wait_until_somebody_waits()
            assert found == []
        other.join(30)
    assert found == [False]
    assert (FrozenMonth.objects.count(), freeze_acts().count()) == (1, 1)


def wait_until_somebody_waits() -> None:
    for _ in range(1000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid')")
            if cursor.fetchone()[0]:
                return
        sleep(0.01)
    pytest.fail("nobody waited for the month being frozen")
