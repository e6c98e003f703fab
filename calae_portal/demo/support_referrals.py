"""Named referrals in the demonstration: one in each state, around psy1 and the référent of Olivet. Invented people."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from calae_portal.demo.lives import signed_by
from cases.models import Case
from core import clock
from support.enums import Help, MeetingMode
from support.enums.referrals import ReferralOutcome, RefusalReason, Urgency
from support.models import Association
from support.services.appointments import AppointmentFacts, make_appointment
from support.services.chasing import chase_due_referrals
from support.services.referrals import (
    ReferralFacts,
    accept_referral,
    ask_for_support,
    end_referral,
    propose_referrals,
    refuse_referral,
    withdraw_referral,
)

if TYPE_CHECKING:
    from accounts.models import User
    from calae_portal.demo.lives import World
    from support.models import Referral


class Referrals:
    """Each act under the clock of its day."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.random("referrals")
        self.referent = world.people.users["ref.olivet"]
        self.psychologist = world.people.users["psy1"]
        self.associations = {one.code: one for one in Association.objects.order_by("code")}
        self.mobiles = iter(range(11, 40))

    def create(self) -> None:
        unit = self.world.places.unit_at("45", "Olivet")
        files = Case.objects.open().filter(unit=unit).select_related("official", "departement", "unit")
        # Files opened before their stories; where there are few, stories share them, the closed ones first.
        first = files.order_by("-opened_at", "reference")[0]
        older = files.filter(opened_at__lt=self.world.timeline.days_ago(42)).exclude(pk=first.pk)
        second, third, fourth = (list(older.order_by("opened_at", "reference")[:3]) * 3)[:3]
        self._propose(first, days=1, kind=Help.PSYCHOLOGICAL, urgency=Urgency.TODAY)
        self._met(self._propose(second, days=9, kind=Help.LEGAL, urgency=Urgency.WEEK))
        self._ended(self._propose(third, days=40, kind=Help.SOCIAL, urgency=Urgency.NO_HURRY))
        self._refused(self._propose(fourth, days=20, kind=Help.PSYCHOLOGICAL, urgency=Urgency.WEEK))
        self._withdrawn(self._propose(second, days=15, kind=Help.PSYCHOLOGICAL, urgency=Urgency.WEEK))
        # Nobody answered for a week: chased twice.
        self._propose(third, days=8, kind=Help.PSYCHOLOGICAL, urgency=Urgency.WEEK)
        self._asked_in_reunion(self.world.elected.named["elu.974"].user)
        with clock.replayed_at(self.world.timeline.end):
            chase_due_referrals()

    def _facts(self, kind: Help, urgency: int, association: str) -> ReferralFacts:
        return ReferralFacts(
            kinds=[kind],
            urgency=urgency,
            association=self.associations[association],
            contact=f"06 39 98 01 {next(self.mobiles)}",
            when_to_call="En semaine, après 18 h.",
            leaves_no_message=True,
        )

    def _submission(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def _propose(self, case: Case, *, days: int, kind: Help, urgency: int) -> Referral:
        with clock.replayed_at(self.world.timeline.days_ago(days)):
            return propose_referrals(
                case=case,
                person=case.official,
                facts=self._facts(kind, urgency, "demo-45"),
                consented_on=clock.today(clock.PARIS),
                submission=self._submission(),
                **signed_by(self.referent),
            )[0]

    def _accept(self, referral: Referral, *, days: int) -> Referral:
        with clock.replayed_at(self.world.timeline.days_ago(days)):
            return accept_referral(referral=referral, version=referral.version, **signed_by(self.psychologist))

    def _met(self, referral: Referral) -> None:
        referral = self._accept(referral, days=8)
        # To come, at ten in the morning of the place.
        day = self.world.timeline.end.astimezone(clock.PARIS).date() + timedelta(days=2)
        starts_at = datetime.combine(day, time(10), tzinfo=clock.PARIS)
        facts = AppointmentFacts(
            host=self.psychologist,
            starts_at=starts_at,
            minutes=45,
            mode=MeetingMode.VIDEO,
            link="https://visio.portail.example/salle-verte",
        )
        with clock.replayed_at(self.world.timeline.days_ago(7)):
            make_appointment(
                referral=referral, facts=facts, submission=self._submission(), **signed_by(self.psychologist)
            )

    def _ended(self, referral: Referral) -> None:
        referral = self._accept(referral, days=39)
        with clock.replayed_at(self.world.timeline.days_ago(12)):
            end_referral(
                referral=referral,
                version=referral.version,
                outcome=ReferralOutcome.SEEN,
                **signed_by(self.psychologist),
            )

    def _refused(self, referral: Referral) -> None:
        with clock.replayed_at(self.world.timeline.days_ago(19)):
            refuse_referral(
                referral=referral,
                version=referral.version,
                reason=RefusalReason.NO_PLACE,
                text="",
                **signed_by(self.psychologist),
            )

    def _withdrawn(self, referral: Referral) -> None:
        with clock.replayed_at(self.world.timeline.days_ago(14)):
            withdraw_referral(referral=referral, **signed_by(self.referent))

    def _asked_in_reunion(self, person: User | None) -> None:
        if person is None:
            return
        with clock.replayed_at(self.world.timeline.days_ago(1)):
            ask_for_support(
                facts=self._facts(Help.PSYCHOLOGICAL, Urgency.NO_HURRY, "demo-974"),
                is_discreet=False,
                submission=self._submission(),
                **signed_by(person),
            )
