"""The référents who asked for a call button take their request back: before anything is decided, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from call_buttons.enums import RequestState
from call_buttons.models import CallButtonRequest, CallButtonWithdrawal
from call_buttons.services.errors import ActRefused, AlreadyDecided
from call_buttons.services.notices import announce_withdrawal
from cases.enums import EventKind
from cases.services import add_event
from core import clock

if TYPE_CHECKING:
    from accounts.models import User
    from core.journal import Actor


@transaction.atomic
def withdraw_request(*, request: CallButtonRequest, reason: str, user: User, actor: Actor) -> CallButtonWithdrawal:
    """Withdraw a pending request and tell the prefecture.

    Raises AlreadyDecided when the request is no longer pending, ActRefused for a recours and when no reason is written.
    """
    # The same lock as a decision: of a grant, a refusal and a withdrawal at once, one takes place.
    request = (
        CallButtonRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("case__unit", "requested_by")
        .get(pk=request.pk)
    )
    if not request.is_pending:
        raise AlreadyDecided(f"Cette demande est déjà {request.get_state_display()} : elle ne se retire plus.")
    if request.is_remedy:
        raise ActRefused("Un recours est celui de l'élu : l'unité ne le retire pas.")
    if not reason.strip():
        raise ActRefused("Écrivez pourquoi la demande est retirée.", field="reason")
    withdrawal = CallButtonWithdrawal.objects.create(request=request, reason=reason.strip(), by=user, at=clock.now())
    request.state = RequestState.WITHDRAWN
    request.version += 1
    request.save(update_fields=["state", "version"])
    add_event(
        case=request.case,
        kind=EventKind.CALL_BUTTON,
        sentence=f"Demande de {'renouvellement du ' if request.is_renewal else ''}bouton d'appel retirée.",
        user=user,
        actor=actor,
    )
    announce_withdrawal(request=request, by=user)
    return withdrawal
