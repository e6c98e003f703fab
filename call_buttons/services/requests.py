from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from call_buttons.enums import Opinion
from call_buttons.models import CallButtonRequest
from call_buttons.selectors import grant_to_follow
from call_buttons.services.errors import ActRefused, AlreadyDecided
from call_buttons.services.ground import check_recent
from cases.enums import CaseState, EvaluationState, EventKind
from cases.services import add_event, ask_to_complete_list, lock_case
from core import clock

if TYPE_CHECKING:
    from accounts.models import User
    from cases.models import Evaluation
    from core.journal import Actor


def request_call_button(
    *, evaluation: Evaluation, motive: str, user: User, actor: Actor, gap_reason: str = ""
) -> CallButtonRequest:
    """Ask the préfet for a call button, from a validated evaluation that is recent enough.

    When the person has a call button about whose end nothing is decided, the request is its renewal. When that one has
    ended, it is a new request after an interruption: `gap_reason`, left aside otherwise, says why there is one.
    Raises ActRefused when the evaluation is not validated or too old, when the file is closed, when no reason
    is written, or when a request is already pending.
    """
    try:
        with transaction.atomic():
            return _request(evaluation=evaluation, motive=motive, gap_reason=gap_reason, user=user, actor=actor)
    except IntegrityError as error:
        if "request_one_pending" not in str(error):
            raise
        raise ActRefused("Une demande est déjà en attente pour cette personne.") from error


def _request(*, evaluation: Evaluation, motive: str, gap_reason: str, user: User, actor: Actor) -> CallButtonRequest:
    case = lock_case(evaluation.case_id)
    if case.state != CaseState.OPEN:
        raise ActRefused("Ce dossier est clos : rouvrez-le pour demander un bouton d'appel.")
    if evaluation.state != EvaluationState.VALIDATED or evaluation.validated_at is None:
        raise ActRefused("L'évaluation doit être validée avant de demander un bouton d'appel.")
    today = clock.today(case.departement.time_zone)
    check_recent(evaluation, today=today, at=clock.now())
    if not motive.strip():
        raise ActRefused("Écrivez pourquoi vous demandez un bouton d'appel.")
    renews = grant_to_follow(case)
    is_over = renews is not None and renews.period.upper <= today
    if renews is not None and is_over and not gap_reason.strip():
        raise ActRefused(
            f"La mesure est échue depuis le {renews.last_day:%d/%m/%Y} : elle ne se renouvelle plus. Pour une nouvelle"
            " demande, écrivez pourquoi la protection s'est interrompue.",
            field="gap_reason",
        )
    request = CallButtonRequest.objects.create(
        case=case,
        official_id=case.official_id,
        unit_id=case.unit_id,
        departement=case.departement,
        evaluation=evaluation,
        renews=renews,
        gap_reason=gap_reason.strip() if is_over else None,
        motive=motive.strip(),
        requested_by=user,
        requested_at=clock.now(),
    )
    add_event(
        case=case,
        kind=EventKind.CALL_BUTTON,
        sentence="Renouvellement du bouton d'appel demandé."
        if request.is_renewal
        else "Bouton d'appel demandé, après une interruption."
        if is_over
        else "Bouton d'appel demandé.",
        user=user,
        actor=actor,
    )
    ask_to_complete_list(case=case)
    return request


@transaction.atomic
def give_opinion(
    *, request: CallButtonRequest, version: int, opinion: Opinion, text: str, user: User, actor: Actor
) -> CallButtonRequest:
    """Write the prefecture's opinion on a pending request.

    Raises ActRefused when the text is empty or when somebody gave an opinion meanwhile, AlreadyDecided when
    the request is no longer pending.
    """
    request = (
        CallButtonRequest.objects.select_for_update(of=("self",), no_key=True).select_related("case").get(pk=request.pk)
    )
    if not request.is_pending:
        raise AlreadyDecided("Cette demande n'est plus en attente.")
    if request.version != version and request.opinion_by is not None:
        raise ActRefused(
            f"{request.opinion_by} a enregistré un avis {request.get_opinion_display()} pendant votre saisie."
            " Relisez-le ci-dessous ; si vous maintenez le vôtre, enregistrez à nouveau."
        )
    if not text.strip():
        raise ActRefused("Écrivez les raisons de votre avis.")
    request.opinion = opinion
    request.opinion_text = text.strip()
    request.opinion_by = user
    request.opinion_at = clock.now()
    request.version += 1
    request.save()
    add_event(
        case=request.case,
        kind=EventKind.CALL_BUTTON,
        sentence=f"Avis {Opinion(opinion).label} de la préfecture sur le bouton d'appel.",
        user=user,
        actor=actor,
    )
    return request
