"""Scheduled jobs of the files. Each calls one service; what is due is decided by its query."""

from datetime import time, timedelta

from cases.services import (
    chase_vigilance,
    close_ended_orders,
    purge_old_drafts,
    refresh_shared_identifiers,
    report_night_findings,
)
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


@scheduled_job(name="threat_drafts", label="Oubli des brouillons de plus de 30 jours", daily_at=time(4))
def forget_drafts() -> str:
    forgotten = purge_old_drafts()
    return "Aucun brouillon à oublier." if not forgotten else f"{forgotten} brouillon(s) oublié(s)."


@scheduled_job(name="shared_identifiers", label="Numéros partagés, qui ne désignent aucun auteur", daily_at=time(3, 20))
def refresh_shared() -> str:
    added = refresh_shared_identifiers()
    return f"{added} numéro(s) ajouté(s)." if added else "Rien à ajouter."
