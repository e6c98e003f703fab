"""Celery tasks and scheduled jobs of the files. Each calls one service."""

from datetime import time, timedelta

from celery import shared_task

from cases.services import (
    escalate_late_evaluations,
    purge_old_drafts,
    refresh_shared_identifiers,
    run_waiting_replays,
    send_due_digests,
)
from core.jobs import scheduled_job
from core.wording import plural_words


@scheduled_job(name="daily_digest", label="Résumé quotidien par courriel", every=timedelta(minutes=10))
def digest() -> str:
    return f"{plural_words(send_due_digests(), 'résumé préparé', 'résumés préparés')}."


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


@scheduled_job(name="threat_drafts", label="Oubli des brouillons de plus de 30 jours", daily_at=time(4))
def forget_drafts() -> str:
    forgotten = purge_old_drafts()
    return "Aucun brouillon à oublier." if not forgotten else f"{forgotten} brouillon(s) oublié(s)."


@scheduled_job(name="shared_identifiers", label="Numéros partagés, qui ne désignent aucun auteur", daily_at=time(3, 20))
def refresh_shared() -> str:
    added = refresh_shared_identifiers()
    return f"{added} numéro(s) ajouté(s)." if added else "Rien à ajouter."
