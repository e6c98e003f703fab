"""Where a person probably is at a given moment: the hours that were given, else what is usual for such a place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

from alarm_registry.enums import AddressKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from alarm_registry.models import RegisteredAddress

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
NIGHT_ENDS, DAY_ENDS = time(8), time(19)


@dataclass(frozen=True)
class Slot:
    """Days of the week (0 is Monday) and hours, local to the address. Past midnight when `end` is not after `start`."""

    days: tuple[int, ...]
    start: time
    end: time

    def covers(self, moment: datetime) -> bool:
        now, day = moment.time(), moment.weekday()
        if self.start < self.end:
            return day in self.days and self.start <= now < self.end
        return (day in self.days and now >= self.start) or ((day - 1) % 7 in self.days and now < self.end)

    def __str__(self) -> str:
        first, last = self.days[0], self.days[-1]
        in_a_row = len(self.days) > 2 and list(self.days) == list(range(first, last + 1))
        days = f"du {DAYS[first]} au {DAYS[last]}" if in_a_row else ", ".join(DAYS[day] for day in self.days)
        return f"{days}, de {_hour_words(self.start)} à {_hour_words(self.end)}"


def _hour_words(hour: time) -> str:
    """« 7 h 30 », « 18 h »."""
    return f"{hour.hour} h {hour.minute:02d}" if hour.minute else f"{hour.hour} h"


def write_slots(slots: Sequence[Slot]) -> str:
    if not slots:
        return ""
    return json.dumps([[list(slot.days), f"{slot.start:%H:%M}", f"{slot.end:%H:%M}"] for slot in slots])


def read_slots(text: str) -> list[Slot]:
    return [
        Slot(tuple(days), time.fromisoformat(start), time.fromisoformat(end))
        for days, start, end in json.loads(text or "[]")
    ]


@dataclass(frozen=True)
class Place:
    """An address as the 17 reads it, with how probable it is that the person is there now."""

    row: RegisteredAddress
    slots: list[Slot]
    score: int
    # « présence probable », « possible », « absent du … au … ».
    is_probable: bool
    is_empty: bool


def ranked(addresses: Sequence[RegisteredAddress], *, now: datetime, away: Mapping[UUID, date]) -> list[Place]:
    """Addresses, the most probable first. `away` are the addresses that an absence empties today."""
    places = [_place(row, now=now, is_empty=row.pk in away) for row in addresses]
    return sorted(places, key=lambda place: (-place.score, place.row.rank))


def _place(row: RegisteredAddress, *, now: datetime, is_empty: bool) -> Place:
    local = now.astimezone(row.departement.zone)
    slots = read_slots(row.presence)
    if is_empty:
        return Place(row, slots, 0, is_probable=False, is_empty=True)
    if slots:
        covered = any(slot.covers(local) for slot in slots)
        return Place(row, slots, 100 if covered else 20, is_probable=covered, is_empty=False)
    usual = _usual(row.kind, local)
    return Place(row, slots, usual, is_probable=usual >= 60, is_empty=False)


def _usual(kind: str, local: datetime) -> int:
    """Without hours given: at home at night and on Sundays, at work on weekdays."""
    works = local.weekday() < 5 and NIGHT_ENDS <= local.time() < DAY_ENDS
    return {
        AddressKind.HOME: 50 if works else 80,
        AddressKind.TOWN_HALL: 60 if works else 30,
        AddressKind.OFFICE: 55 if works else 25,
        AddressKind.SECOND_HOME: 15 if works else 30,
    }[AddressKind(kind)]
