from datetime import time

from cases.services import refresh_shared_identifiers
from core.jobs import scheduled_job


@scheduled_job(name="shared_identifiers", label="Numéros partagés, qui ne désignent aucun auteur", daily_at=time(3, 20))
def refresh_shared() -> str:
    added = refresh_shared_identifiers()
    return f"{added} numéro(s) ajouté(s)." if added else "Rien à ajouter."
