from datetime import timedelta

from call_buttons.services import RemindersIncomplete, send_due_reminders
from core.jobs import JobFailed, scheduled_job


@scheduled_job(name="call_button_reminders", label="Rappels de fin de bouton d'appel", every=timedelta(minutes=1))
def remind() -> str:
    try:
        created = send_due_reminders()
    except RemindersIncomplete as error:
        raise JobFailed(
            f"{error.created} rappel(s) créé(s). Rappels impossibles pour {error.failed} bouton(s) d'appel :"
            " voir le journal technique."
        ) from error
    return "Aucun rappel à créer." if not created else f"{created} rappel(s) créé(s)."
