"""Celery tasks and scheduled jobs of the files. Each calls one service."""

from datetime import timedelta

from celery import shared_task

from cases.services import escalate_late_evaluations, run_waiting_replays
from core.jobs import scheduled_job
from core.wording import plural_words


@shared_task(name="cases.tasks.replay_grids", time_limit=1800)
def replay_grids() -> None:
    run_waiting_replays()


@scheduled_job(name="grid_replays", label="Rejeux de la grille d'évaluation", every=timedelta(minutes=1))
def sweep_replays() -> str:
    made = run_waiting_replays()
    return f"{plural_words(made, 'rejeu terminé', 'rejeux terminés')}." if made else "Aucun rejeu à faire."


@scheduled_job(name="late_evaluations", label="Évaluations en retard", every=timedelta(minutes=1))
def escalate() -> str:
    written = escalate_late_evaluations()
    return f"{plural_words(written, 'retard signalé', 'retards signalés')}." if written else "Aucun retard à signaler."
