from datetime import time

from accounts.services import purge_notifications
from core.jobs import scheduled_job
from core.wording import plural_words


@scheduled_job(name="purge_notifications", label="Nettoyage des notifications anciennes", daily_at=time(4, 15))
def purge() -> str:
    return f"{plural_words(purge_notifications(), 'notification effacée', 'notifications effacées')}."
