"""On which evaluation a request rests: a validated and recent one, replaced by a later one while it waits."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from call_buttons.models import CallButtonRequest, CallButtonRules
from call_buttons.selectors import later_evaluation_for
from call_buttons.services.errors import ActRefused, AlreadyDecided
from cases.enums import EventKind
from cases.services import add_event

if TYPE_CHECKING:
    from accounts.models import User
    from cases.models import Evaluation
    from core.journal import Actor


def check_recent(evaluation: Evaluation, *, today: date, at: datetime) -> None:
    """Raises ActRefused when the evaluation is older, at the moment `at`, than the rules in force on `today` allow."""
    days = CallButtonRules.on(today).evaluation_max_age_days
    if evaluation.validated_at is None or evaluation.validated_at < at - timedelta(days=days):
        raise ActRefused(f"L'évaluation a plus de {days} jours : évaluez à nouveau la menace.")


@transaction.atomic
def rest_on_later_evaluation(*, request: CallButtonRequest, user: User, actor: Actor) -> CallButtonRequest:
    """Rest a pending request on the latest validated evaluation of its file. Raises ActRefused when there is none."""
    locked = CallButtonRequest.objects.select_for_update(of=("self",), no_key=True)
    request = locked.select_related("case__merged_into", "evaluation").get(pk=request.pk)
    if not request.is_pending:
        raise AlreadyDecided("Cette demande n'est plus en attente.")
    later = later_evaluation_for(request)
    if later is None:
        raise ActRefused("Aucune évaluation plus récente n'est validée dans ce dossier.")
    request.evaluation = later
    request.version += 1
    request.save(update_fields=["evaluation", "version"])
    add_event(
        case=request.case.holder,
        kind=EventKind.CALL_BUTTON,
        sentence="La demande de bouton d'appel s'appuie sur une évaluation plus récente.",
        user=user,
        actor=actor,
    )
    return request
