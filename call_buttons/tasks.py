from datetime import timedelta

from call_buttons.services import send_due_reminders
from core.jobs import scheduled_job


@scheduled_job(name="call_button_reminders", label="Rappels de fin de bouton d'appel", every=timedelta(minutes=1))
def remind() -> str:
    created = send_due_reminders()
    return "Aucun rappel à créer." if not created else f"{created} rappel(s) créé(s)."
