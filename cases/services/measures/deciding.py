"""Proposing what the référent ticks, and deciding it: never by the proposer alone where the doctrine says another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.db import transaction

from accounts.enums import Role
from accounts.services import notify
from cases.enums import CaseState, EvaluationState, EventKind, MeasureKind, MeasureState
from cases.models import ProtectiveMeasure
from cases.selectors.measures import current_rule, may_decide
from cases.services.errors import ActRefused
from cases.services.evaluations import lock_case
from cases.services.measures.shared import (
    ask_for_review,
    check_day,
    check_owner,
    check_version,
    locked_measure,
    measure_path,
    require,
    save_measure,
    tell,
    tell_owner,
    today_of,
)
from cases.services.tasks import notify_over
from core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from cases.models import Case, Evaluation
    from core.journal import Actor
    from officials.models import ProtectedPerson


@dataclass(frozen=True)
class Proposal:
    """One measure ticked by the référent."""

    kind: MeasureKind
    owner: User
    review_on: date
    target: str = "official"
    person: ProtectedPerson | None = None
    place: str = ""


@transaction.atomic
def propose_measures(
    *, evaluation: Evaluation, proposals: Iterable[Proposal], submission: UUID, user: User, actor: Actor
) -> list[ProtectiveMeasure]:
    """Propose what the référent ticked, from a validated evaluation. The same page sent twice proposes once.

    Raises ActRefused when the file is closed, the evaluation not validated, or a measure has no owner over the file.
    """
    case = lock_case(evaluation.case_id)
    if case.state != CaseState.OPEN:
        raise ActRefused("Ce dossier est clos : rouvrez-le pour proposer une mesure.")
    if evaluation.state != EvaluationState.VALIDATED:
        raise ActRefused("Les mesures se proposent à partir d'une évaluation validée.")
    measures = []
    for proposal in proposals:
        pk = uuid5(submission, proposal.kind)
        known = ProtectiveMeasure.objects.filter(pk=pk, proposed_by=user).first()
        measures.append(known or _propose(case, evaluation, pk, proposal, user, actor))
    return measures


def _propose(
    case: Case, evaluation: Evaluation, pk: UUID, proposal: Proposal, user: User, actor: Actor
) -> ProtectiveMeasure:
    check_owner(case, proposal.owner)
    check_day(case, proposal.review_on, field=f"{proposal.kind}_review_on")
    measure = ProtectiveMeasure.objects.create(
        pk=pk,
        case=case,
        evaluation=evaluation,
        kind=proposal.kind,
        target=proposal.target,
        person=proposal.person,
        place=proposal.place.strip() or None,
        proposed_by=user,
        proposed_at=clock.now(),
        owner=proposal.owner,
        review_on=proposal.review_on,
        saved_by=actor.label[:200],
        saved_at=clock.now(),
    )
    tell(measure, EventKind.MEASURE_PROPOSED, f"Mesure proposée : {measure}.", user, actor)
    rule = current_rule(measure.kind, on=today_of(case))
    notify_over(
        case=case,
        roles=[Role(role) for role in rule.deciders],
        text="une mesure de protection attend une décision",
        path=measure_path(measure),
        dedupe_key=f"measure-proposed:{measure.pk}",
    )
    return measure


@transaction.atomic
def decide_measure(
    *, measure: ProtectiveMeasure, version: int, owner: User, review_on: date, user: User, actor: Actor
) -> ProtectiveMeasure:
    """Decide a proposed measure, with its owner and its first review.

    Raises ActRefused when the doctrine gives the decision to another role or another person, Conflict when it changed.
    """
    measure = locked_measure(measure)
    if measure.state == MeasureState.DECIDED and measure.decided_by_id == user.pk:
        return measure  # a second click
    _sign(measure, MeasureState.DECIDED, version, user)
    check_owner(measure.case, owner)
    check_day(measure.case, review_on, field="review_on")
    measure.owner, measure.review_on = owner, review_on
    save_measure(measure, actor)
    tell(measure, EventKind.MEASURE_DECIDED, f"Mesure décidée : {measure}. Responsable : {owner}.", user, actor)
    tell_owner(measure)
    ask_for_review(measure)
    return measure


@transaction.atomic
def refuse_measure(
    *, measure: ProtectiveMeasure, version: int, reason: str, user: User, actor: Actor
) -> ProtectiveMeasure:
    """Refuse a proposed measure, with a written reason."""
    measure = locked_measure(measure)
    if measure.state == MeasureState.REFUSED and measure.decided_by_id == user.pk:
        return measure
    _sign(measure, MeasureState.REFUSED, version, user)
    if not reason.strip():
        raise ActRefused("Écrivez pourquoi vous refusez cette mesure.", field="reason")
    measure.refusal_reason = reason.strip()
    save_measure(measure, actor)
    tell(measure, EventKind.MEASURE_REFUSED, f"Mesure refusée : {measure}.", user, actor)
    notify(
        users=[measure.proposed_by],
        text=f"{measure.case.reference} : une mesure que vous avez proposée est refusée",
        path=measure_path(measure),
        dedupe_key=f"measure-refused:{measure.pk}",
    )
    return measure


def _sign(measure: ProtectiveMeasure, state: MeasureState, version: int, user: User) -> None:
    require(measure, state)
    check_version(measure, version)
    role, why_not = may_decide(user, measure)
    if role is None:
        raise ActRefused(why_not)
    measure.state = state
    measure.decided_by, measure.decided_at, measure.decider_role = user, clock.now(), role
