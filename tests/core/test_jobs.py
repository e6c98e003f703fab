import subprocess
import sys
import threading
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection

from core import clock, jobs
from core.enums import RunOutcome
from core.jobs import Job, JobBusy, JobFailed, run_due_jobs, run_job_now, scheduled_job
from core.journal import SYSTEM
from core.models import JobRun, JournalEntry

pytestmark = pytest.mark.reads_the_clock
MINUTE = timedelta(minutes=1)
NIGHT = datetime(2026, 3, 3, 1, 59, tzinfo=UTC)  # 2:59 in Paris


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """No job but those of the test."""
    empty = {}
    monkeypatch.setattr(jobs, "_registry", empty)
    return empty


@pytest.fixture
def ran():
    calls = []

    @scheduled_job(name="minutely", label="Chaque minute", every=MINUTE)
    def minutely():
        calls.append("minutely")
        return "1 chose faite."

    return calls


def test_a_job_that_never_ran_is_due_and_its_result_is_kept(db, ran):
    (run,) = run_due_jobs()
    assert (run.name, run.outcome, run.message) == ("minutely", RunOutcome.DONE, "1 chose faite.")
    assert run.finished_at >= run.real_started_at
    assert JobRun.objects.get() == run


def test_a_job_is_not_due_again_before_its_time(db, ran):
    with time_machine.travel(NIGHT, tick=False) as travel:
        run_due_jobs()
        travel.shift(timedelta(seconds=59))
        assert run_due_jobs() == []
        travel.shift(timedelta(seconds=1))
        assert len(run_due_jobs()) == 1
    assert ran == ["minutely", "minutely"]


def daily(registry, run=lambda: "fait"):
    scheduled_job(name="daily", label="Chaque nuit", daily_at=time(3, 0))(run)


def test_a_daily_job_is_due_once_from_its_hour_of_paris_however_late(db, registry):
    daily(registry)
    with time_machine.travel(NIGHT, tick=False) as travel:
        run_due_jobs()
        assert run_due_jobs() == []
        travel.shift(2 * MINUTE)  # 3:01
        assert len(run_due_jobs()) == 1
        travel.shift(timedelta(hours=20))
        assert run_due_jobs() == []
        travel.shift(timedelta(days=5))
        assert len(run_due_jobs()) == 1
        assert run_due_jobs() == []


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_a_daily_job_runs_once_on_the_days_when_the_hour_changes(db, registry, day):
    daily(registry)
    with time_machine.travel(f"{day}T00:00:00+00:00", tick=False) as travel:
        run_due_jobs()
        count = 0
        for _ in range(24 * 4):
            travel.shift(15 * MINUTE)
            count += len(run_due_jobs())
    assert count == 1


def test_moving_the_demonstration_date_makes_jobs_due_in_both_directions(db, ran, settings):
    settings.DEMO = True
    run_due_jobs()
    assert run_due_jobs() == []
    clock.move_to(clock.now() + timedelta(days=3), actor=SYSTEM)
    assert len(run_due_jobs()) == 1
    clock.reset(actor=SYSTEM)
    assert len(run_due_jobs()) == 1
    assert run_due_jobs() == []


def test_a_job_that_raises_is_recorded_and_does_not_stop_the_next_one(db, ran):
    @scheduled_job(name="broken", label="A : en panne", every=MINUTE)
    def broken():
        raise ValueError("division du dossier par zéro")

    outcomes = {run.name: (run.outcome, run.message) for run in run_due_jobs()}
    assert outcomes["broken"] == (RunOutcome.FAILED, "Erreur inattendue. ValueError: division du dossier par zéro")
    assert outcomes["minutely"][0] == RunOutcome.DONE


def test_a_job_fails_with_its_own_sentence(db, registry):
    def refuse():
        raise JobFailed("Le journal a été altéré.")

    daily(registry, refuse)
    assert run_due_jobs()[0].message == "Le journal a été altéré."


def test_a_failed_daily_job_is_tried_again_without_waiting_for_the_next_night(db, registry):
    def refuse():
        raise JobFailed("en panne")

    daily(registry, refuse)
    with time_machine.travel(NIGHT, tick=False) as travel:
        run_due_jobs()
        travel.shift(timedelta(minutes=9))
        assert len(run_due_jobs()) == 1  # its hour came: 3:08
        assert run_due_jobs() == []
        travel.shift(timedelta(minutes=10))
        assert len(run_due_jobs()) == 1


def test_running_now_is_journaled_and_needs_no_due_date(db, ran):
    run_due_jobs()
    assert run_job_now(name="minutely", actor=SYSTEM).outcome == RunOutcome.DONE
    entry = JournalEntry.objects.get()
    assert (entry.object_type, entry.object_id, entry.object_label) == ("core.job", "minutely", "Chaque minute")


def test_two_runs_of_one_job_never_overlap(committed_db, registry):
    inside, leave = threading.Event(), threading.Event()

    def slow():
        inside.set()
        leave.wait(5)
        return "fait"

    daily(registry, slow)
    finished = []

    def work():
        finished.extend(run_due_jobs())
        connection.close()

    first = threading.Thread(target=work)
    first.start()
    inside.wait(5)
    assert run_due_jobs() == []
    with pytest.raises(JobBusy, match="déjà en cours"):
        run_job_now(name="daily", actor=SYSTEM)
    leave.set()
    first.join()
    assert [run.outcome for run in finished] == [RunOutcome.DONE]
    assert JobRun.objects.count() == 1


KILLED = """
import django; django.setup()
from datetime import timedelta
from core import jobs
jobs._registry.clear()
@jobs.scheduled_job(name="daily", label="Chaque nuit", every=timedelta(minutes=1))
def hang():
    import time
    print("inside", flush=True)
    time.sleep(60)
jobs.run_due_jobs()
"""


def test_a_job_killed_in_the_middle_is_shown_interrupted_and_blocks_nothing(committed_db, registry, worker_environment):
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED], env=worker_environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline().strip() == "inside"
    assert JobRun.objects.get().outcome == RunOutcome.RUNNING
    process.kill()
    process.wait(10)
    process.stdout.close()
    daily(registry)
    run = next(run for run in iter(lambda: retry_until_free("daily"), None) if run)
    first, second = JobRun.objects.order_by("id")
    assert (first.outcome, first.message) == (RunOutcome.INTERRUPTED, "Le processus s'est arrêté avant la fin.")
    assert second == run
    assert second.outcome == RunOutcome.DONE


def retry_until_free(name):
    """PostgreSQL needs an instant to see that the killed process is gone."""
    limit = datetime.now(UTC) + timedelta(seconds=10)
    while datetime.now(UTC) < limit:
        try:
            return run_job_now(name=name, actor=SYSTEM)
        except JobBusy:
            threading.Event().wait(0.05)
    raise AssertionError("the lock of the killed process stayed")


def test_the_last_runs_cost_one_query(db, registry, django_assert_num_queries):
    for number in range(5):
        JobRun.objects.create(name=f"job{number % 2}", started_at=NIGHT, real_started_at=NIGHT, message=str(number))
    with django_assert_num_queries(1):
        assert {name: run.message for name, run in jobs.last_runs().items()} == {"job0": "4", "job1": "3"}


def test_old_reports_are_purged_successes_first(db):
    now = clock.real_now()
    for days, outcome in ((1, "done"), (8, "done"), (8, "failed"), (91, "failed")):
        moment = now - timedelta(days=days)
        JobRun.objects.create(name="x", started_at=moment, real_started_at=moment, outcome=outcome)
    assert jobs.purge_runs() == 2
    assert JobRun.objects.count() == 2


def test_a_job_has_one_frequency_and_one_name(registry, ran):
    with pytest.raises(ValueError, match="either every or daily_at"):
        scheduled_job(name="x", label="x")
    with pytest.raises(ValueError, match="two jobs are called minutely"):
        scheduled_job(name="minutely", label="x", every=MINUTE)(lambda: "")


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (MINUTE, "chaque minute"),
        (10 * MINUTE, "toutes les 10 minutes"),
        (60 * MINUTE, "chaque heure"),
        (360 * MINUTE, "toutes les 6 heures"),
        (time(3, 0), "chaque jour à 3 h (heure de Paris)"),
        (time(4, 5), "chaque jour à 4 h 05 (heure de Paris)"),
    ],
)
def test_frequencies_are_said_in_words(schedule, words):
    assert Job(name="x", label="x", run=lambda: "", schedule=schedule).frequency == words
