"""What an élu asks from his own space: a call button or its renewal, and SMS before its end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.selectors import people_over
from accounts.services import notify
from call_buttons.models import CallButtonReminderMessage, CallButtonWish, ReminderSms
from call_buttons.selectors import case_to_ask_in, grant_to_follow, sms_to_send, unanswered_wish
from call_buttons.services.errors import ActRefused
from cases.enums import EventKind, TaskKind
from cases.selectors import without_barred
from cases.services import add_event, lock_case, open_role_tasks
from core import clock
from core.batches import written_or_alone
from core.outbox import enqueue_sms
from core.wording import day_words

if TYPE_CHECKING:
    from accounts.models import User
    from call_buttons.models import CallButtonReminder
    from core.journal import Actor
    from officials.models import Official

ANSWER_WITHIN = timedelta(days=2)
# Neutral: a telephone is read over a shoulder.
SMS = "Portail de la sécurité des élus : une échéance approche. Connectez-vous ou appelez votre référent."


@transaction.atomic
def express_wish(*, official: Official, text: str, user: User, actor: Actor) -> CallButtonWish:
    """Record that the élu wishes a call button, or its renewal, and ask his référents to answer within two days.

    Raises ActRefused when a request waits already, when his last wish has no answer yet, or without an open file.
    """
    case = case_to_ask_in(official)
    if case is None:
        raise ActRefused("Aucun dossier n'est ouvert à votre nom. Appelez votre référent.")
    case = lock_case(case.pk)
    if official.call_button_requests.pending().exists():
        raise ActRefused("Une demande est déjà en cours à la préfecture : vous n'avez rien d'autre à faire.")
    if (waiting := unanswered_wish(case)) is not None:
        raise ActRefused(f"Votre référent a déjà reçu votre demande du {day_words(waiting.at)}.")
    wish = CallButtonWish.objects.create(
        case=case,
        official=official,
        grant=grant_to_follow(case),
        text=text.strip() or None,
        at=clock.now(),
        user=user,
    )
    path = reverse("call_buttons:case_panel", args=[case.reference])
    open_role_tasks(
        kind=TaskKind.OTHER,
        title="Répondre à l'élu qui demande un bouton d'appel",
        role=Role.REFERENT,
        asked=[(case, wish.at + ANSWER_WITHIN, path, f"wish:{wish.pk}")],
    )
    notify(
        users=without_barred(case, people_over(case.unit, (Role.REFERENT,))),
        text=f"{case.reference} : l'élu demande votre réponse",
        path=path,
        dedupe_key=f"wish:{wish.pk}",
    )
    add_event(
        case=case,
        kind=EventKind.CALL_BUTTON,
        sentence="L'élu demande le renouvellement de son bouton d'appel."
        if wish.grant
        else "L'élu demande un bouton d'appel.",
        user=user,
        actor=actor,
    )
    return wish


@transaction.atomic
def choose_sms(*, official: Official, telephone: str) -> None:
    """Send the élu an SMS too at each reminder; an empty number stops them and forgets the number."""
    if not telephone.strip():
        ReminderSms.objects.filter(official=official).delete()
        return
    ReminderSms.objects.update_or_create(
        official=official, defaults={"telephone": telephone.strip(), "since": clock.now()}
    )


def send_reminder_sms() -> tuple[int, int]:
    """Send the SMS of the reminders that wait for the right hour of the élu's own day. Gives how many, and how many
    could not be.

    From 9:00 to 20:00 where he is: nobody is woken up, and a run that comes late sends the next morning.
    """
    return written_or_alone(sms_to_send(), _send, failure="reminder_sms_not_sent")


@transaction.atomic
def _send(reminders: list[CallButtonReminder]) -> int:
    for reminder in reminders:
        message = enqueue_sms(
            dedupe_key=f"reminder-sms:{reminder.pk}",
            recipient=reminder.grant.official.reminder_sms.telephone,
            body=SMS,
            about=reminder.grant.decision.number,
        )
        CallButtonReminderMessage.objects.get_or_create(message=message, defaults={"reminder": reminder})
    return len(reminders)
