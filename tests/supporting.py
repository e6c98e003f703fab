"""Builders of the named referrals, on the real services."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.enums import Role
from accounts.models import User
from cases.models import Case
from core import clock
from officials.models import Official, ProtectedPerson
from support.enums import Help, MeetingMode
from support.enums.referrals import Urgency
from support.models import Association, AssociationMember, Referral, ReferralAppointment
from support.services.appointments import AppointmentFacts, make_appointment
from support.services.referrals import (
    ReferralFacts,
    accept_referral,
    ask_for_support,
    propose_referrals,
    withdraw_referral,
)
from tests import build

CONTACT = "06 39 98 00 77"
WHEN = "Le soir, après 18 h 30."


def an_association(code: str = "essai-45", *, departements: tuple[str, ...] = ("45",), **more: Any) -> Association:
    values = {
        "name": f"Écoute {code}",
        "telephone": "02 61 91 00 80",
        "hours": "du lundi au vendredi, de 9 h à 18 h",
        "helps": list(Help),
    }
    association, made = Association.objects.get_or_create(code=code, defaults=values | more)
    if made:
        association.departements.set(departements)
    return association


def joined(user: User, association: Association | None = None, *, end: Any = None) -> User:
    """`user` works for the association, unless he works somewhere already."""
    if not AssociationMember.objects.filter(user=user).exists():
        AssociationMember.objects.create(
            association=association or an_association(), user=user, period=DateRange(build.LONG_AGO, end)
        )
    return User.objects.get(pk=user.pk)


def a_psychologist(email: str = "psy@portail.example", *, association: Association | None = None, **more: Any) -> User:
    known = User.objects.filter(email=email).first()
    return known or joined(build.posted(Role.PSYCHOLOGIST, email=email, **more), association)


def facts(**changes: Any) -> ReferralFacts:
    values: dict[str, Any] = {
        "kinds": [Help.PSYCHOLOGICAL],
        "urgency": Urgency.WEEK,
        "contact": CONTACT,
        "when_to_call": WHEN,
        "leaves_no_message": True,
    }
    values |= changes
    values.setdefault("association", None)
    values["association"] = values["association"] or an_association()
    return ReferralFacts(**values)


def a_case() -> Case:
    threat = build.a_threat(user=User.objects.filter(email="referent.45-1@portail.example").first())
    return Case.objects.select_related("official", "departement", "unit").get(pk=threat.case_id)


def a_referral(
    case: Case | None = None,
    *,
    person: Official | ProtectedPerson | None = None,
    by: User | None = None,
    **changes: Any,
) -> Referral:
    case = case or a_case()
    by = by or User.objects.get(email="referent.45-1@portail.example")
    return propose_referrals(
        case=case,
        person=person or case.official,
        facts=facts(**changes),
        consented_on=clock.today(case.departement.time_zone),
        submission=uuid4(),
        user=by,
        actor=build.actor(by),
    )[0]


def asked(user: User, *, is_discreet: bool = False, **changes: Any) -> Referral:
    """By the person himself, from his space."""
    return ask_for_support(
        facts=facts(**changes), is_discreet=is_discreet, submission=uuid4(), user=user, actor=build.actor(user)
    )[0]


def accepted(referral: Referral | None = None, *, by: User | None = None) -> Referral:
    referral = referral or a_referral()
    by = by or a_psychologist(association=referral.association)
    return accept_referral(referral=referral, version=referral.version, user=by, actor=build.actor(by))


def withdrawn(referral: Referral, *, by: User | None = None) -> Referral:
    by = by or referral.proposed_by
    return withdraw_referral(referral=referral, user=by, actor=build.actor(by))


def meeting_facts(host: User, starts_at: datetime | None = None, **changes: Any) -> AppointmentFacts:
    starts_at = starts_at or (clock.now() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    values: dict[str, Any] = {"minutes": 45, "mode": MeetingMode.TELEPHONE} | changes
    return AppointmentFacts(host=host, starts_at=starts_at, **values)


def an_appointment(referral: Referral, starts_at: datetime | None = None, **changes: Any) -> ReferralAppointment:
    host = referral.handled_by
    return make_appointment(
        referral=referral,
        facts=meeting_facts(host, starts_at, **changes),
        submission=uuid4(),
        user=host,
        actor=build.actor(host),
    )


class FakeSlips:
    """Slips that live in memory: a code opens one, which keeps the token of its tie."""

    def __init__(self, *codes: str) -> None:
        self.tokens: dict[str, bytes] = dict.fromkeys(codes, b"")

    def tie_slip(self, *, code: str, token: bytes) -> bool:
        return self._keep(code, token)

    def untie_slip(self, *, code: str) -> bool:
        return self._keep(code, b"")

    def _keep(self, code: str, token: bytes) -> bool:
        if code not in self.tokens:
            return False
        self.tokens[code] = token
        return True
