from datetime import time

from cases.services import purge_old_drafts, refresh_shared_identifiers
from core.jobs import scheduled_job


@scheduled_job(name="threat_drafts", label="Oubli des brouillons de plus de 30 jours", daily_at=time(4))
def forget_drafts() -> str:
    forgotten = purge_old_drafts()
    return "Aucun brouillon à oublier." if not forgotten else f"{forgotten} brouillon(s) oublié(s)."


@scheduled_job(name="shared_identifiers", label="Numéros partagés, qui ne désignent aucun auteur", daily_at=time(3, 20))
def refresh_shared() -> str:
    added = refresh_shared_identifiers()
    return f"{added} numéro(s) ajouté(s)." if added else "Rien à ajouter."
