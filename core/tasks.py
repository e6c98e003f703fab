"""Celery tasks and scheduled jobs of the base layer. Each calls one service."""

from __future__ import annotations

from datetime import time, timedelta

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from core import jobs
from core.journal.sealing import JournalBusy, seal_journal, verify_journal
from core.outbox import deliver_due
from core.wording import plural_words


# Not acknowledged late: beat sends the next one in seconds, a redelivered tick would only be older.
@shared_task(name="core.tasks.tick", acks_late=False, time_limit=1800)
def tick() -> None:
    jobs.run_due_jobs()


@shared_task(name="core.tasks.deliver_outbox", time_limit=300)
def deliver_outbox() -> None:
    deliver_due(limit=1000)


@jobs.scheduled_job(name="deliver_outbox", label="Envoi des messages en attente", every=timedelta(minutes=1))
def sweep_outbox() -> str:
    sent = deliver_due(limit=1000)
    return f"{plural_words(sent, 'message envoyé', 'messages envoyés')}." if sent else "Aucun message à envoyer."


@jobs.scheduled_job(name="seal_journal", label="Scellement du journal", every=timedelta(minutes=10))
def seal() -> str:
    try:
        sealed = seal_journal()
    except JournalBusy as error:
        return str(error)
    return f"{plural_words(sealed, 'entrée scellée', 'entrées scellées')}." if sealed else "Aucune entrée à sceller."


@jobs.scheduled_job(name="verify_journal", label="Vérification du journal", daily_at=time(3, 0))
def verify() -> str:
    result = verify_journal()
    if not result.is_intact:
        found = plural_words(len(result.findings), "anomalie", "anomalies")
        raise jobs.JobFailed(f"Le journal a été altéré : {found}. Voir la page « Journal ».")
    return f"Journal intact : {plural_words(result.sealed_entries, 'entrée vérifiée', 'entrées vérifiées')}."


@jobs.scheduled_job(name="clean_up", label="Nettoyage des sessions et des comptes rendus", daily_at=time(4, 0))
def clean_up() -> str:
    SessionStore.clear_expired()
    purged = plural_words(jobs.purge_runs(), "ancien compte rendu effacé", "anciens comptes rendus effacés")
    return f"Sessions expirées effacées ; {purged}."
