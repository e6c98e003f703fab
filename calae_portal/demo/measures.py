"""Protective measures of the brigade of Olivet: in force, late, ended, proposed; and a vigilance at Olmes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from calae_portal.demo.lives import signed_by
from cases.enums import MeasureKind
from cases.models import Case, Evaluation, ProtectiveMeasure
from cases.services import (
    ExitReview,
    Instruction,
    Proposal,
    acknowledge_vigilance,
    decide_measure,
    end_measure,
    give_vigilance_order,
    log_passage,
    note_execution,
    propose_measures,
    start_measure,
)
from core import clock

if TYPE_CHECKING:
    from accounts.models import User
    from calae_portal.demo.lives import World

DAYS_AGO = 6
NOTES = "Patrouille passée à 22 h 10, rien à signaler devant le domicile."


@dataclass
class MeasureStory:
    """Three files of Olivet, the latest evaluated ones, and what protects their élus."""

    world: World
    measures: dict[str, UUID] = field(default_factory=dict)

    def plan(self) -> None:
        timeline = self.world.timeline
        timeline.plan(timeline.days_ago(DAYS_AGO), self.begin)
        timeline.plan(timeline.days_ago(DAYS_AGO - 1), self.execute)
        timeline.plan(timeline.days_ago(2), self.end_advice)
        timeline.plan(timeline.days_ago(1), self.pass_by)

    def begin(self) -> None:
        places, people = self.world.places, self.world.people
        olivet, gien = places.unit_at("45", "Olivet"), places.unit_at("45", "Gien")
        referent, head = people.referent_of(olivet), people.staff("hier", "45")
        files = Case.objects.open().filter(unit=olivet, evaluations__state="validated").distinct().order_by("reference")
        first, second, third = files[:3]
        late = self._decided(first, MeasureKind.PATROLS, referent, head, review_in=2)
        self._start(late, referent)
        advice = self._decided(first, MeasureKind.ADVICE, referent, head, review_in=20)
        self._start(advice, referent)
        self._decided(first, MeasureKind.SITE_SURVEY, referent, head, review_in=15)
        vigilance = self._decided(second, MeasureKind.REINFORCED_VIGILANCE, referent, head, review_in=15)
        olmes = next(commune for commune in places.communes["45"] if commune.name == "Olmes")
        order = give_vigilance_order(
            measure=vigilance,
            version=vigilance.version,
            instruction=Instruction(
                commune=olmes,
                address="4, chemin des Aulnes",
                text="Passer à pied devant le portail, matin et soir. Relever les véhicules arrêtés.",
                starts_at=clock.now(),
                ends_at=clock.now() + timedelta(days=DAYS_AGO + 8),
                units=[olivet, gien],
            ),
            **signed_by(referent),
        )
        row = order.addressed.select_related("order__measure", "unit").get(unit=olivet)
        acknowledge_vigilance(row=row, **signed_by(referent))
        log_passage(row=row, **signed_by(referent))
        self._proposed(third, MeasureKind.PATROLS, referent, review_in=30)
        self.measures = {"late": late.pk, "advice": advice.pk, "vigilance": vigilance.pk}

    def execute(self) -> None:
        measure, owner = self._owned("late")
        submission = UUID(int=self.world.random("measures").getrandbits(128), version=4)
        note_execution(measure=measure, text=NOTES, submission=submission, **signed_by(owner))

    def end_advice(self) -> None:
        measure, owner = self._owned("advice")
        review = ExitReview("danger_over", "Rien : les conseils sont donnés.", "Un nouveau courrier.", owner)
        end_measure(measure=measure, version=measure.version, review=review, **signed_by(owner))

    def pass_by(self) -> None:
        measure, owner = self._owned("vigilance")
        row = measure.order.addressed.select_related("order__measure", "unit").get(acknowledged_at__isnull=False)
        log_passage(row=row, **signed_by(owner))

    def _owned(self, name: str) -> tuple[ProtectiveMeasure, User]:
        measure = ProtectiveMeasure.objects.select_related("owner", "order").get(pk=self.measures[name])
        assert measure.owner is not None  # noqa: S101  # decided in `begin`
        return measure, measure.owner

    def _proposed(self, case: Case, kind: MeasureKind, referent: User, *, review_in: int) -> ProtectiveMeasure:
        evaluation = Evaluation.objects.validated().filter(case=case).order_by("-validated_at", "pk").first()
        assert evaluation is not None  # noqa: S101  # the files were chosen for it
        review_on = clock.today(clock.PARIS) + timedelta(days=review_in)
        submission = UUID(int=self.world.random(f"measures/{case.reference}").getrandbits(128), version=4)
        proposal = Proposal(kind, referent, review_on, target="home")
        return propose_measures(
            evaluation=evaluation, proposals=[proposal], submission=submission, **signed_by(referent)
        )[0]

    def _decided(
        self, case: Case, kind: MeasureKind, referent: User, head: User, *, review_in: int
    ) -> ProtectiveMeasure:
        measure = self._proposed(case, kind, referent, review_in=review_in)
        review_on = measure.review_on or clock.today(clock.PARIS)
        return decide_measure(
            measure=measure, version=measure.version, owner=referent, review_on=review_on, **signed_by(head)
        )

    def _start(self, measure: ProtectiveMeasure, referent: User) -> None:
        today = clock.today(clock.PARIS)
        start_measure(
            measure=measure,
            version=measure.version,
            start=today,
            end=None,
            review_on=measure.review_on,
            **signed_by(referent),
        )
