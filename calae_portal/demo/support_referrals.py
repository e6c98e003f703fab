"""Named referrals in the demonstration: one in each state, around psy1 and the référent of Olivet. Invented people."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.enums import Role
from accounts.services import create_account, give_posting
from calae_portal.demo.lives import signed_by
from calae_portal.demo.people import DOMAIN, POSTED_SINCE
from cases.models import Case
from core import clock
from core.journal import SYSTEM
from support.enums import Help
from support.enums.referrals import MeetingMode, ReferralOutcome, RefusalReason, Urgency
from support.models import Association, AssociationMember
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

# Code, name, telephone, hours, helps, départements.
ASSOCIATIONS = (
    ("demo-val", "Écoute et Droits du Val", "02 61 91 00 81", "du lundi au vendredi, de 9 h à 18 h", Help.values, "45"),
    ("demo-aurore", "Permanence Aurore", "02 61 91 00 82", "le mardi et le jeudi, de 14 h à 19 h", [Help.LEGAL], "45"),
    ("demo-lagon", "Main tendue du Lagon", "01 99 00 00 83", "du lundi au samedi, de 8 h à 16 h", Help.values, "974"),
)
COLLEAGUE = ("psy2", "Bastien", "Merlavigne")


def demo_associations(world: World) -> dict[str, Association]:
    """Two associations of the Loiret and one of La Réunion, with those who work there."""
    made = {}
    for code, name, telephone, hours, helps, departement in ASSOCIATIONS:
        one = Association.objects.create(code=code, name=name, telephone=telephone, hours=hours, helps=helps)
        one.departements.set([departement])
        made[code] = one
    since = clock.today(clock.PARIS) - POSTED_SINCE
    login, first, last = COLLEAGUE
    colleague = create_account(
        email=f"{login}@{DOMAIN}",
        password=None,
        first_name=first,
        last_name=last,
        telephone="06 39 98 00 99",
        actor=SYSTEM,
    )
    give_posting(user=colleague, role=Role.PSYCHOLOGIST, start=since, actor=SYSTEM)
    for user in (world.people.users["psy1"], colleague):
        AssociationMember.objects.create(association=made["demo-val"], user=user, period=DateRange(since, None))
    return made


class Referrals:
    """Each act under the clock of its day."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.random("referrals")
        self.referent = world.people.users["ref.olivet"]
        self.psychologist = world.people.users["psy1"]
        self.associations = demo_associations(world)
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
                facts=self._facts(kind, urgency, "demo-val"),
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
                facts=self._facts(Help.PSYCHOLOGICAL, Urgency.NO_HURRY, "demo-lagon"),
                is_discreet=False,
                submission=self._submission(),
                **signed_by(person),
            )
