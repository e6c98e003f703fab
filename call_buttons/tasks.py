from datetime import timedelta

from call_buttons.services import (
    EscalationsIncomplete,
    ExpiriesIncomplete,
    RemindersIncomplete,
    chase_devices,
    escalate_waiting_requests,
    send_due_reminders,
    send_reminder_sms,
    tell_expired_grants,
)
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


@scheduled_job(name="call_button_expiries", label="Signalement des boutons d'appel échus", every=timedelta(minutes=1))
def expire() -> str:
    try:
        written = tell_expired_grants()
    except ExpiriesIncomplete as error:
        raise JobFailed(
            f"{error.written} échéance(s) signalée(s). Impossible pour {error.failed} bouton(s) d'appel :"
            " voir le journal technique."
        ) from error
    return "Aucune échéance à signaler." if not written else f"{written} échéance(s) signalée(s)."


@scheduled_job(name="call_button_sms", label="SMS de rappel aux élus", every=timedelta(minutes=5))
def text_officials() -> str:
    sent, failed = send_reminder_sms()
    if failed:
        raise JobFailed(f"{sent} SMS déposé(s). Impossible pour {failed} : voir le journal technique.")
    return "Aucun SMS à envoyer." if not sent else f"{sent} SMS déposé(s)."


@scheduled_job(name="call_button_devices", label="Relance des appareils", every=timedelta(minutes=15))
def chase() -> str:
    seen = chase_devices()
    return "Aucun appareil à relancer." if not seen else f"{seen} appareil(s) à rendre ou à essayer."


@scheduled_job(
    name="call_button_escalations", label="Demandes sans réponse de la préfecture", every=timedelta(minutes=1)
)
def escalate() -> str:
    try:
        written = escalate_waiting_requests()
    except EscalationsIncomplete as error:
        raise JobFailed(
            f"{error.written} demande(s) montée(s) à la permanence. Impossible pour {error.failed} demande(s) :"
            " voir le journal technique."
        ) from error
    return "Aucune demande à monter." if not written else f"{written} demande(s) montée(s) à la permanence."
