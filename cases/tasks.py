from datetime import time

from cases.services import purge_old_drafts
from core.jobs import scheduled_job


@scheduled_job(name="threat_drafts", label="Oubli des brouillons de plus de 30 jours", daily_at=time(4))
def forget_drafts() -> str:
    forgotten = purge_old_drafts()
    return "Aucun brouillon à oublier." if not forgotten else f"{forgotten} brouillon(s) oublié(s)."
