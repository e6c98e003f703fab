from datetime import time

from alarm_registry.services import draw_samples
from core.jobs import scheduled_job


@scheduled_job(name="lookup_samples", label="Consultations du 17 à confirmer", daily_at=time(5))
def sample() -> str:
    drawn = draw_samples()
    return "Aucune consultation à tirer au sort." if not drawn else f"{drawn} consultation(s) tirée(s) au sort."
