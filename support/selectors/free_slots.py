"""What an association may offer: hours when somebody receives, that no appointment known to the portal takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from psycopg.types.range import Range

from core import clock
from support.models import AssociationMember
from support.selectors.agenda import Week, at_minute, is_absent, is_open_on, overlap, read_week

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from support.enums import MeetingMode
    from support.models import Association, Availability, Place
    from support.selectors.meetings import Meeting
    from territories.models import Departement

# Of an appointment, in minutes: what the network usually gives. A slot shorter than that is not offered.
APPOINTMENT_MINUTES = 60
# Days looked at, at most: further away, availabilities are not yet true.
LONGEST_LOOK = 31
# Members of one association whose agendas are read.
MOST_MEMBERS = 50


@dataclass(frozen=True)
class FreeSlot:
    """When (UTC), how long, with whom, in which département, and where when it is on site."""

    starts_at: datetime
    minutes: int
    mode: str
    member: AssociationMember
    departement: Departement
    place: Place | None


def free_slots(
    association: Association,
    mode: MeetingMode,
    first_day: date,
    last_day: date,
    *,
    departement: Departement | None = None,
    more: Iterable[Meeting] = (),
) -> list[FreeSlot]:
    """Slots of `mode` from a day to another, both counted, the nearest first; none in the past, none when closed.

    `departement` narrows what is on site: by telephone, it does not matter. `more` holds appointments that only an
    opened desk can read, and which no other page knows: a slot may then collide, and the agenda shows it.
    """
    if not association.is_active:
        return []
    last_day = min(last_day, first_day + timedelta(days=LONGEST_LOOK - 1))
    known = list(more)
    members = (
        AssociationMember.objects.filter(
            association=association, period__overlap=(first_day, last_day + timedelta(days=1)), user__is_active=True
        )
        .select_related("user", "association")
        .prefetch_related("association__departements")
        .order_by("pk")
    )
    found: list[FreeSlot] = []
    for member in members[:MOST_MEMBERS]:
        week = read_week(member, first_day - timedelta(days=1), last_day + timedelta(days=1))
        taken = [meeting for meeting, _ in week.meetings] + known
        for count in range((last_day - first_day).days + 1):
            day = first_day + timedelta(days=count)
            if day in member.period:
                found += _of_day(member, week, day, mode, departement, taken)
    return sorted(found, key=lambda slot: (slot.starts_at, str(slot.member.pk)))


def _of_day(
    member: AssociationMember,
    week: Week,
    day: date,
    mode: MeetingMode,
    departement: Departement | None,
    taken: list[Meeting],
) -> list[FreeSlot]:
    if any(day in one.period for one in week.replaced):
        return []
    slots = []
    for availability in week.availabilities:
        if availability.mode != mode or not is_open_on(availability, day) or not _fits(availability, departement):
            continue
        for minute in range(
            availability.hours.lower, availability.hours.upper - APPOINTMENT_MINUTES + 1, APPOINTMENT_MINUTES
        ):
            if is_absent(week.absences, day, Range(minute, minute + APPOINTMENT_MINUTES)):
                continue
            start = at_minute(day, minute, availability.departement.zone)
            if start <= clock.now() or any(overlap(start, APPOINTMENT_MINUTES, meeting) for meeting in taken):
                continue
            slots.append(
                FreeSlot(
                    start, APPOINTMENT_MINUTES, availability.mode, member, availability.departement, availability.place
                )
            )
    return slots


def _fits(availability: Availability, departement: Departement | None) -> bool:
    if availability.place is not None and not availability.place.is_open:
        return False
    return departement is None or availability.place is None or availability.departement_id == departement.pk
