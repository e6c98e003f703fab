"""The line of psychological support, always there: its number, its hours, and what they mean where the reader is.

The line is held by France Victimes under the convention with the AMF of 10 November 2021, renewed on 1 July 2025 for
three years: every day from 9 h to 21 h, Paris time (DOMAIN, section 5). Hours that change are a line to change here,
with its date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from core import clock
from core.wording import PARIS, ZONE_NAMES, as_zone, time_words, zone_words

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

NUMBER = "01 80 52 33 84"


@dataclass(frozen=True)
class Hours:
    """From `since` on, the line answers every day in `[opens, closes)`, Paris time."""

    since: date
    opens: time
    closes: time


# The most recent first.
HOURS = (Hours(since=date(2021, 11, 10), opens=time(9), closes=time(21)),)
# Read by people in Hexagone and overseas, from the nearest hour to the farthest.
OVERSEAS = tuple(key for key in ZONE_NAMES if key != "Indian/Kerguelen")


@dataclass(frozen=True)
class Opening:
    """What the line says now. `words` is for Paris; `local_words` adds the reader's own hour, or is empty."""

    is_open: bool
    words: str
    local_words: str


def hours_on(day: date) -> Hours:
    return next(hours for hours in HOURS if hours.since <= day)


def _paris(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=clock.PARIS)


def opening(zone: ZoneInfo | str = PARIS, *, now: datetime | None = None) -> Opening:
    """Whether the line answers at `now` (the portal's clock by default), told to a reader of `zone`."""
    here = (now or clock.now()).astimezone(clock.PARIS)
    today = here.date()
    hours = hours_on(today)
    starts, ends = _paris(today, hours.opens), _paris(today, hours.closes)
    is_open = starts <= here < ends
    if is_open:
        change = ends
    elif here < starts:
        change = starts
    else:
        tomorrow = today + timedelta(days=1)
        change = _paris(tomorrow, hours_on(tomorrow).opens)
    verb = "Ouvert jusqu'à" if is_open else "Fermé, rouvre à"
    words = f"{verb} {_hour(change)} (heure de Paris)"
    local = here.astimezone(as_zone(zone))
    if not zone_words(local):
        return Opening(is_open, words, "")
    there = change.astimezone(as_zone(zone))
    return Opening(is_open, words, f"soit {_hour(there)} ({zone_words(there)}). Il est {time_words(local)} chez vous")


def _hour(moment: datetime) -> str:
    """« 9 h », « 21 h 30 »."""
    return f"{moment.hour}\u00a0h" + (f"\u00a0{moment.minute:02d}" if moment.minute else "")


def hours_overseas() -> list[tuple[str, str, str]]:
    """For a page that knows nothing of its reader: the place, its present hour and the hours of the line there."""
    now = clock.now()
    today = now.astimezone(clock.PARIS).date()
    hours = hours_on(today)
    rows = []
    for key in OVERSEAS:
        zone = as_zone(key)
        starts, ends = (_paris(today, hour).astimezone(zone) for hour in (hours.opens, hours.closes))
        place = ZONE_NAMES[key].removeprefix("heure de ").removeprefix("heure des ")
        rows.append((place, time_words(now.astimezone(zone)), f"de {_hour(starts)} à {_hour(ends)}"))
    return rows
