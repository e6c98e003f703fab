from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from call_buttons.models import CallButtonAcknowledgement, CallButtonGrant, CallButtonReminder
from call_buttons.selectors import audiences_of, unanswered_reminders
from call_buttons.services.errors import ActRefused
from cases.enums import EventKind
from cases.services import add_event
from core import clock

if TYPE_CHECKING:
    from accounts.models import User
    from call_buttons.models import CallButtonRequest
    from core.journal import Actor


@transaction.atomic
def acknowledge_reminders(*, request: CallButtonRequest, user: User, actor: Actor) -> list[CallButtonReminder]:
    """Answer every reminder of what `request` obtained that waits for a role `user` holds over it: none climbs further.

    Raises ActRefused when none does: somebody has just answered, none was sent, or nothing was granted.
    """
    grants = list(
        CallButtonGrant.objects.filter(request=request).select_related("case", "end_acceptance").order_by("period")
    )
    if not grants:
        raise ActRefused("Aucun rappel n'est parti pour cette demande.")
    if hasattr(grants[-1], "end_acceptance"):
        raise ActRefused("Un décideur a pris acte de la fin de cette mesure : aucun rappel n'attend plus de réponse.")
    waiting = unanswered_reminders(
        grants=[grant.pk for grant in grants], audiences=audiences_of(user=user, row=request)
    )
    now = clock.now()
    CallButtonAcknowledgement.objects.bulk_create(
        [CallButtonAcknowledgement(reminder=reminder, user=user, at=now) for reminder in waiting],
        ignore_conflicts=True,
    )
    # Of two answers at once, one stays.
    mine = CallButtonAcknowledgement.objects.filter(reminder__in=waiting, user=user, at=now)
    answered = set(mine.values_list("reminder_id", flat=True))
    if not answered:
        raise ActRefused("Aucun rappel ne vous attend ici : quelqu'un a peut-être déjà répondu.")
    add_event(
        case=grants[0].case,
        kind=EventKind.CALL_BUTTON,
        sentence=f"Rappel de fin de bouton d'appel lu : {user.get_full_name()} s'en occupe.",
        user=user,
        actor=actor,
    )
    return [reminder for reminder in waiting if reminder.pk in answered]
