"""Scheduled jobs of the files. Each calls one service; what is due is decided by its query."""

from datetime import time, timedelta

from cases.services import chase_vigilance, close_ended_orders, report_night_findings
from core.jobs import scheduled_job
from core.wording import plural_words


@scheduled_job(name="vigilance_chase", label="Relance des consignes de vigilance", every=timedelta(minutes=15))
def chase() -> str:
    waiting = chase_vigilance()
    return f"{plural_words(waiting, 'unité sans accusé de réception', 'unités sans accusé de réception')}."


@scheduled_job(name="vigilance_close", label="Fin des consignes de vigilance", every=timedelta(minutes=5))
def close() -> str:
    closed = close_ended_orders()
    return f"{plural_words(closed, 'compte rendu écrit', 'comptes rendus écrits')}."


@scheduled_job(name="night_check", label="Contrôle de nuit", daily_at=time(2, 30))
def check() -> str:
    found = report_night_findings()
    return f"{plural_words(found, 'point à régler', 'points à régler')}."
