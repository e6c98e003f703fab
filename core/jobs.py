"""Scheduled jobs: apps declare them in their `tasks.py`, one tick runs those that are due.

    @scheduled_job(name="remind", label="Rappels de fin de mesure", every=timedelta(minutes=1))
    def remind() -> str:
        return "3 rappels créés."

A job may run late, twice, or be killed in the middle: what is due is decided by its own query, never by the fact that
it ran at its hour. Due dates follow the portal's clock, so that moving the demonstration's date makes jobs due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import structlog
from django.utils.module_loading import autodiscover_modules

from core import clock
from core.enums import RunOutcome
from core.journal import Actor, record_act
from core.locks import JOBS, try_session_lock
from core.logs import describe
from core.models import JobRun

if TYPE_CHECKING:
    from collections.abc import Callable

logger = structlog.get_logger(__name__)

# A job that failed or was interrupted is tried again after this, in true time, without waiting for its next hour.
RETRY_AFTER = timedelta(minutes=10)


class JobBusy(Exception):
    """The job is already running."""


class JobFailed(Exception):
    """Raised by a job to fail with a sentence that the administrator reads."""


@dataclass(frozen=True)
class Job:
    name: str
    label: str
    run: Callable[[], str]
    schedule: timedelta | time  # every so often, or each day at that hour of Paris

    @property
    def frequency(self) -> str:
        if isinstance(self.schedule, time):
            minutes = f" {self.schedule.minute:02}" if self.schedule.minute else ""
            return f"chaque jour à {self.schedule.hour} h{minutes} (heure de Paris)"
        every = int(self.schedule.total_seconds() // 60)
        if every % 60 == 0:
            return "chaque heure" if every == 60 else f"toutes les {every // 60} heures"
        return "chaque minute" if every == 1 else f"toutes les {every} minutes"

    def is_due(self, last: JobRun | None) -> bool:
        if last is None:
            return True
        now = clock.now()
        if last.started_at > now:
            return True  # the demonstration's date went back before that run
        if last.outcome != RunOutcome.DONE and clock.real_now() - last.real_started_at >= RETRY_AFTER:
            return True
        if isinstance(self.schedule, time):
            return last.started_at < _last_time_before(now, self.schedule)
        return now - last.started_at >= self.schedule


_registry: dict[str, Job] = {}


def scheduled_job(
    *, name: str, label: str, every: timedelta | None = None, daily_at: time | None = None
) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Declare a job, run `every` so often or `daily_at` an hour of Paris. It returns a short French sentence."""
    schedule = every if daily_at is None else daily_at
    if schedule is None or (every is not None and daily_at is not None):
        raise ValueError(f"job {name}: give either every or daily_at")

    def declare(run: Callable[[], str]) -> Callable[[], str]:
        if name in _registry:
            raise ValueError(f"two jobs are called {name}")
        _registry[name] = Job(name=name, label=label, run=run, schedule=schedule)
        return run

    return declare


def autodiscover() -> None:
    """Import the `tasks` module of every app, so that each process knows every job."""
    autodiscover_modules("tasks")


def all_jobs() -> list[Job]:
    return sorted(_registry.values(), key=lambda job: job.label)


def find_job(name: str) -> Job | None:
    return _registry.get(name)


def last_runs() -> dict[str, JobRun]:
    """The last run of each job, in one query."""
    return {run.name: run for run in JobRun.objects.order_by("name", "-id").distinct("name")}


def run_due_jobs() -> list[JobRun]:
    """Run every job that is due and that no other process is running. One failure does not stop the next job."""
    known = last_runs()
    due = [job for job in all_jobs() if job.is_due(known.get(job.name))]
    runs = [_run_alone(job, only_if_due=True) for job in due]
    return [run for run in runs if run is not None]


def run_job_now(*, name: str, actor: Actor) -> JobRun:
    """Run a job at once, due or not. Raises JobBusy when it is already running, KeyError when it does not exist."""
    job = _registry[name]
    record_act(actor=actor, object_type="core.job", object_id=name, object_label=job.label, reason="tâche lancée")
    run = _run_alone(job, only_if_due=False)
    if run is None:
        raise JobBusy(f"La tâche « {job.label} » est déjà en cours.")
    return run


def _run_alone(job: Job, *, only_if_due: bool) -> JobRun | None:
    """Run `job` under its lock. None when another process holds it, or has just done the work."""
    with try_session_lock(JOBS, job.name) as alone:
        if not alone:
            return None
        # Whoever was running it is dead: the lock went with him.
        JobRun.objects.filter(name=job.name, outcome=RunOutcome.RUNNING).update(
            outcome=RunOutcome.INTERRUPTED, message="Le processus s'est arrêté avant la fin."
        )
        last = JobRun.objects.filter(name=job.name).order_by("-id").first()
        if only_if_due and not job.is_due(last):
            return None
        run = JobRun.objects.create(name=job.name, started_at=clock.now(), real_started_at=clock.real_now())
        run.outcome, run.message = _outcome_of(job)
        run.finished_at = clock.real_now()
        run.save(update_fields=["outcome", "message", "finished_at"])
        return run


def _outcome_of(job: Job) -> tuple[RunOutcome, str]:
    try:
        return RunOutcome.DONE, job.run()
    except Exception as error:  # written on the run, and in the log
        logger.exception("job_failed", job=job.name)
        return RunOutcome.FAILED, str(error) if isinstance(
            error, JobFailed
        ) else f"Erreur inattendue. {describe(error)}"


def _last_time_before(now: datetime, hour: time) -> datetime:
    """The last moment, at or before `now`, when it was `hour` in Paris."""
    local = now.astimezone(clock.PARIS)
    slot = local.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    return slot if slot <= local else slot - timedelta(days=1)


def purge_runs() -> int:
    """Delete the runs that no longer teach anything: successes after a week, the rest after three months."""
    now = clock.real_now()
    old = JobRun.objects.filter(outcome=RunOutcome.DONE, real_started_at__lt=now - timedelta(days=7))
    very_old = JobRun.objects.filter(real_started_at__lt=now - timedelta(days=90))
    return old.delete()[0] + very_old.delete()[0]
