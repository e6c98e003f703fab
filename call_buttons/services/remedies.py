"""Recours gracieux: the élu asks the prefecture to look at an unfavourable decision again; another person decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction

from call_buttons.enums import CONTESTABLE, SIGNED_UNDER, Outcome
from call_buttons.models import CallButtonRequest, CallButtonRules, SignatureDelegation
from call_buttons.selectors import contest_until, grant_to_follow, latest_validated_of
from call_buttons.services.errors import ActRefused
from call_buttons.services.notices import announce_remedy
from cases.enums import CaseState, EventKind
from cases.selectors import without_barred
from cases.services import add_event, lock_case
from core import clock
from core.wording import day_words

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
    from call_buttons.models import CallButtonDecision
    from core.journal import Actor


@transaction.atomic
def contest_decision(*, decision: CallButtonDecision, statement: str, user: User, actor: Actor) -> CallButtonRequest:
    """Ask the prefecture to look at `decision` again: a request of its own in its queue, for another decision-maker.

    Two months to ask, counted from the notification, and two months to answer (the parameter of the rules): silence is
    then a rejection (code des relations entre le public et l'administration, art. L. 411-7). Raises ActRefused for a
    favourable decision, out of time, without a statement, a second time, or in a closed file.
    """
    if decision.outcome not in CONTESTABLE:
        raise ActRefused("Cette décision vous est favorable, ou se conteste par courrier, comme elle le dit.")
    if not statement.strip():
        raise ActRefused("Écrivez pourquoi vous demandez de revoir cette décision.", field="statement")
    today = clock.today(decision.departement.time_zone)
    if today > (latest := contest_until(decision)):
        raise ActRefused(f"Le délai pour demander de revoir cette décision a pris fin le {day_words(latest)}.")
    case = lock_case(decision.case.holder.pk)
    if case.state != CaseState.OPEN:
        raise ActRefused("Votre dossier est clos. Appelez votre référent : il peut le rouvrir et déposer la demande.")
    evaluation = latest_validated_of(case)
    if evaluation is None:
        raise ActRefused("Aucune évaluation n'est validée dans votre dossier. Appelez votre référent.")
    try:
        with transaction.atomic():
            request = CallButtonRequest.objects.create(
                case=case,
                official_id=case.official_id,
                unit_id=case.unit_id,
                departement=case.departement,
                evaluation=evaluation,
                renews=grant_to_follow(case),
                contests=decision,
                assigned_to=another_decider(decision, today=today),
                motive=statement.strip(),
                requested_by=user,
                requested_at=clock.now(),
            )
    except IntegrityError as error:
        if "contests" not in str(error):
            raise
        raise ActRefused("Vous avez déjà demandé de revoir cette décision.") from error
    add_event(
        case=case,
        kind=EventKind.CALL_BUTTON,
        sentence=f"Recours gracieux reçu contre la décision {decision.number}.",
        user=user,
        actor=actor,
    )
    announce_remedy(request=request)
    return request


def answer_by(request: CallButtonRequest) -> date:
    """Last day to answer a recours before silence rejects it, local to the département."""
    asked = request.requested_at.astimezone(request.departement.zone).date()
    return asked + relativedelta(months=CallButtonRules.on(asked).remedy_months)


def another_decider(decision: CallButtonDecision, *, today: date) -> User | None:
    """Who signs grants and refusals in this prefecture today, but who decided first; the one with fewest to answer."""
    signs = [SIGNED_UNDER[Outcome.GRANTED], SIGNED_UNDER[Outcome.REFUSED]]
    held = SignatureDelegation.objects.filter(departement=decision.departement_id, signs__in=signs)
    held = held.valid_on(today).exclude(user=decision.decided_by_id).select_related("user").order_by("user_id")
    people: dict[int, User] = {}
    covers: dict[int, set[str]] = {}
    for delegation in held:
        people[delegation.user_id] = delegation.user
        covers.setdefault(delegation.user_id, set()).add(delegation.signs)
    able = [user for pk, user in people.items() if len(covers[pk]) == len(signs) and user.is_active]
    able = without_barred(decision.case, able)
    waiting = CallButtonRequest.objects.pending().filter(assigned_to__in=able)
    loads = list(waiting.values_list("assigned_to", flat=True))
    return min(able, key=lambda user: (loads.count(user.pk), user.pk), default=None)
