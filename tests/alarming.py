"""Builders of « Alarme élu », on the real services."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

from accounts.enums import Role
from accounts.models import User
from alarm_registry.enums import AddressKind, IdentityDocument, LookupKind, NumberRole
from alarm_registry.models import Absence, ConsentText, Correction, Lookup, Registration
from alarm_registry.permissions import SEARCH_CALLER
from alarm_registry.selectors.matching import centre_of, reach_of
from alarm_registry.selectors.presence import Slot
from alarm_registry.services import (
    AbsenceFacts,
    AddressFacts,
    Caller,
    NumberFacts,
    RegistrationFacts,
    ask_correction,
    declare_absence,
    register,
)
from core import clock
from officials.models import Official
from tests import build

MOBILE = "06 39 98 00 01"
TOWN_HALL = "02 61 91 00 10"
WEEKDAYS = Slot((0, 1, 2, 3, 4), time(9), time(18))


def numbers(*texts: str) -> list[NumberFacts]:
    roles = (NumberRole.PRIVATE, NumberRole.TOWN_HALL, NumberRole.SPOUSE)
    return [
        NumberFacts(role=roles[rank % 3], number=text, holder="Elle-même", note="Laisser sonner")
        for rank, text in enumerate(texts)
    ]


def addresses(*kinds: AddressKind, departement_code: str = "45") -> list[AddressFacts]:
    return [
        AddressFacts(
            kind=kind,
            address=f"{rank} rue des Lilas-Blancs",
            town="Olmes",
            departement=build.departement(departement_code),
            access="Code du portail au registre de l'unité",
        )
        for rank, kind in enumerate(kinds, start=1)
    ]


def facts(*texts: str, **more: Any) -> RegistrationFacts:
    values: dict[str, Any] = {
        "numbers": numbers(*(texts or (MOBILE, TOWN_HALL))),
        "addresses": addresses(AddressKind.HOME, AddressKind.TOWN_HALL),
        "instruction": "Se garer derrière la grange",
        "persons_at_home": "2 adultes",
        "children": "1 enfant de 6 ans",
        "dogs": "un chien dans la cour",
    }
    return RegistrationFacts(**(values | more))


def a_registration(
    *texts: str, official: Official | None = None, by: User | None = None, ends_on: date | None = None, **more: Any
) -> Registration:
    """Registered today at the counter of Olivet, unless `by` is somebody else's référent."""
    user = by or User.objects.filter(email="referent.45-1@portail.example").first() or build.referent()
    unit = user.active_postings[0].unit or build.a_unit()
    return register(
        official=official or build.an_official(),
        unit=unit,
        identity_document=IdentityDocument.IDENTITY_CARD,
        consent=ConsentText.objects.latest("version"),
        consented_on=clock.today(unit.departement.time_zone),
        facts=facts(*texts, **more),
        user=user,
        actor=build.actor(user),
        ends_on=ends_on,
    )


def a_correction(registration: Registration, text: str = "Mon portable a changé.") -> Correction:
    return ask_correction(registration=registration, text=text, actor=build.actor(registration.registered_by))


def an_absence(registration: Registration, *, starts_in: int = 10, days: int = 7, **more: Any) -> Absence:
    """From the first address, which is the home unless the facts say otherwise."""
    first = clock.today(registration.departement.time_zone) + timedelta(days=starts_in)
    asked = AbsenceFacts(first_day=first, last_day=first + timedelta(days=days - 1), **more)
    address = registration.addresses.order_by("rank")[0]
    actor = build.actor(registration.registered_by)
    return declare_absence(registration=registration, address=address, facts=asked, actor=actor)


def operator(departement_code: str = "45", **more: Any) -> User:
    return build.posted(Role.OPERATOR_17, departement_code=departement_code, **more)


def caller(user: User) -> Caller:
    departement = centre_of(user, SEARCH_CALLER)
    assert departement is not None
    return Caller(departement=departement, reach=reach_of(user, SEARCH_CALLER), actor=build.actor(user), operator=user)


def new_submission() -> str:
    return str(uuid4())


def supervisor(departement_code: str = "45", **more: Any) -> User:
    return build.posted(Role.SUPERVISOR_17, departement_code=departement_code, **more)


def searched(by: User, count: int, *, every: timedelta = timedelta(seconds=5), **values: Any) -> list[Lookup]:
    """`count` searches of an operator, the last one half a minute ago: enough for every pause to be over, but one."""
    who = caller(by)
    usual = {"kind": LookupKind.NUMBER, "found": 1, "fingerprint": b"0" * 16} | values
    return Lookup.objects.bulk_create(
        Lookup(
            at=clock.now() - timedelta(seconds=30) - every * rank,
            operator=by,
            asked_by=who.actor.label,
            departement=who.departement,
            **{name: value(rank) if callable(value) else value for name, value in usual.items()},
        )
        for rank in reversed(range(count))
    )
