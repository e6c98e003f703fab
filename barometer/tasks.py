from datetime import timedelta

from barometer.services import freeze_past_months
from core.jobs import scheduled_job


# Often, for next to nothing: nothing depends on the job having run in the first minutes of a month.
@scheduled_job(name="freeze_barometer", label="Gel des chiffres du mois passé", every=timedelta(minutes=5))
def freeze() -> str:
    frozen = freeze_past_months()
    return f"Mois gelé : {', '.join(map(str, frozen))}." if frozen else "Aucun mois à geler."
