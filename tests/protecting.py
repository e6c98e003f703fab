"""Builders for protective measures and vigilance, on the real services."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from accounts.enums import Role
from accounts.models import Unit, User
from cases.enums import MeasureKind
from cases.models import Case, Evaluation, ProtectiveMeasure, VigilanceOrder, VigilanceUnit
from cases.services import (
    ExitReview,
    Instruction,
    Proposal,
    decide_measure,
    end_measure,
    give_vigilance_order,
    propose_measures,
    start_measure,
)
from core import clock
from tests import build


def head_of(case: Case) -> User:
    found = User.objects.filter(postings__role=Role.UNIT_HEAD, postings__departement=case.departement_id).first()
    return found or build.unit_head(departement_code=case.departement_id)


def today(case: Case) -> date:
    return clock.today(case.departement.zone)


def proposed(
    evaluation: Evaluation | None = None, *, kind: str = MeasureKind.PATROLS, **changes: Any
) -> ProtectiveMeasure:
    evaluation = evaluation or build.validated(build.a_threat())
    user = evaluation.evaluated_by
    values = {"owner": user, "review_on": today(evaluation.case) + timedelta(days=30)} | changes
    proposal = Proposal(kind=MeasureKind(kind), **values)
    return propose_measures(
        evaluation=evaluation, proposals=[proposal], submission=uuid4(), user=user, actor=build.actor(user)
    )[0]


def decided(measure: ProtectiveMeasure | None = None, *, by: User | None = None, **changes: Any) -> ProtectiveMeasure:
    measure = measure or proposed(**changes)
    by = by or head_of(measure.case)
    return decide_measure(
        measure=measure,
        version=measure.version,
        owner=measure.owner,
        review_on=measure.review_on,
        user=by,
        actor=build.actor(by),
    )


def in_force(measure: ProtectiveMeasure | None = None, *, end: date | None = None, **changes: Any) -> ProtectiveMeasure:
    measure = measure or decided(**changes)
    user = measure.owner
    return start_measure(
        measure=measure,
        version=measure.version,
        start=today(measure.case),
        end=end,
        review_on=measure.review_on,
        user=user,
        actor=build.actor(user),
    )


def ended(measure: ProtectiveMeasure, *, user: User | None = None) -> ProtectiveMeasure:
    user = user or measure.owner
    review = ExitReview("danger_over", "Rien.", "Une nouvelle lettre.", user)
    return end_measure(measure=measure, version=measure.version, review=review, user=user, actor=build.actor(user))


def ordered(
    *units: Unit, measure: ProtectiveMeasure | None = None, hours: float = 48, starts_at: datetime | None = None
) -> VigilanceOrder:
    measure = measure or decided(kind=MeasureKind.REINFORCED_VIGILANCE)
    user = measure.owner
    start = starts_at or clock.now()
    instruction = Instruction(
        commune=build.a_commune(),
        address="3, rue des Tilleuls",
        text="Passer devant la maison, regarder le portail.",
        starts_at=start,
        ends_at=start + timedelta(hours=hours),
        units=units or [measure.case.unit],
    )
    return give_vigilance_order(
        measure=measure, version=measure.version, instruction=instruction, user=user, actor=build.actor(user)
    )


def row_of(order: VigilanceOrder, unit: Unit) -> VigilanceUnit:
    return VigilanceUnit.objects.select_related("order__measure", "unit").get(order=order, unit=unit)
