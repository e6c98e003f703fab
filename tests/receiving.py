"""Builders of support, on the real services. Associations are invented; their numbers are those kept for fiction."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.enums import Role
from accounts.models import User
from core import clock
from core.journal import SYSTEM
from support.enums import MeetingMode
from support.models import Absence, Association, AssociationMember, Availability, Place, Replacement
from support.selectors.associations import association_of
from support.services import (
    AssociationFacts,
    Opening,
    add_absence,
    add_availability,
    add_place,
    add_replacement,
    create_association,
)
from tests import build


def facts(**changes: Any) -> AssociationFacts:
    usual: dict[str, Any] = {
        "name": "Écoute du Loiret",
        "telephone": "02 61 91 00 45",
        "hours": "du lundi au vendredi, 9 h à 18 h",
        "helps": ["psychological", "legal"],
        "departements": ["45"],
    }
    return AssociationFacts(**(usual | changes))


def an_association(code: str = "fv-45", **changes: Any) -> Association:
    return create_association(code=code, facts=facts(**changes), actor=SYSTEM)


def a_member(
    association: Association | None = None,
    *,
    user: User | None = None,
    email: str = "psy@portail.example",
    start: date = build.LONG_AGO,
    end: date | None = None,
    **names: str,
) -> AssociationMember:
    """Somebody who works there, from a day to another (not counted), with the posting that it takes."""
    association = association or Association.objects.first() or an_association()
    user = user or build.posted(Role.PSYCHOLOGIST, email=email, **names)
    AssociationMember.objects.create(association=association, user=user, period=DateRange(start, end))
    member = AssociationMember.objects.select_related("user", "association").get(user=user)
    return association_of(user) or member


def today(zone: str = "Europe/Paris") -> date:
    return clock.today(zone)


def next_weekday(weekday: int, *, after: int = 1) -> date:
    """The next day of that ISO number, `after` days from today at least."""
    day = today() + timedelta(days=after)
    return day + timedelta(days=(weekday - day.isoweekday()) % 7)


def hours_on(
    member: AssociationMember,
    day: date,
    *,
    mode: MeetingMode = MeetingMode.TELEPHONE,
    start: int = 9,
    end: int = 12,
    departement: str = "45",
    place: Place | None = None,
) -> Availability:
    """Hours given for one day alone."""
    opening = Opening(
        mode=mode,
        departement=build.departement(departement),
        start=time(start),
        end=time(end),
        place=place,
        day=day,
    )
    return add_availability(member=member, opening=opening, actor=SYSTEM)


def weekly(member: AssociationMember, weekday: int, *, departement: str = "45", **more: Any) -> Availability:
    values: dict[str, Any] = {"mode": MeetingMode.TELEPHONE, "start": time(9), "end": time(12)} | more
    opening = Opening(departement=build.departement(departement), weekday=weekday, **values)
    return add_availability(member=member, opening=opening, actor=SYSTEM)


def a_place(member: AssociationMember, *, departement: str = "45", name: str = "Maison des Tilleuls") -> Place:
    return add_place(
        member=member,
        departement=build.departement(departement),
        name=name,
        address="2 rue des Tilleuls",
        actor=SYSTEM,
    )


def away(member: AssociationMember, first: date, last: date | None = None, **more: Any) -> Absence:
    return add_absence(member=member, first_day=first, last_day=last or first, actor=SYSTEM, **more)


def replaced(
    member: AssociationMember, colleague: AssociationMember, first: date, last: date | None = None
) -> Replacement:
    return add_replacement(
        member=member, colleague=colleague, first_day=first, last_day=last or first, user=member.user, actor=SYSTEM
    )
