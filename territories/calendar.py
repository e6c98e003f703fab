"""Working days of a département: its own public holidays, Alsace-Moselle and overseas included, and its closed days.

A closed day (`ClosedDay`) is declared by the prefecture or the administrator. Every function reads those of the
département it is given through `Departement.closed_dates`: none can forget them, and a list prefetches them once.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import holidays

from core.wording import PARIS, ZONE_NAMES

if TYPE_CHECKING:
    from territories.models import Departement

ONE_DAY = timedelta(days=1)
SATURDAY = 5
# No longer run of days without a useful one can be declared: what looks that far ahead of an end misses none.
LONGEST_CLOSURE = 14


@lru_cache(maxsize=512)
def _holidays_of(holiday_zone: str, year: int) -> dict[date, str]:
    return dict(holidays.France(subdiv=holiday_zone or None, years=year, language="fr"))


def public_holidays(departement: Departement, year: int) -> dict[date, str]:
    """The public holidays of a year and their French names, in the order of the year."""
    return dict(sorted(_holidays_of(departement.holiday_zone, year).items()))


def holiday_name(departement: Departement, day: date) -> str:
    """The name of the holiday that falls on `day`, or nothing."""
    return _holidays_of(departement.holiday_zone, day.year).get(day, "")


def is_working_day(departement: Departement, day: date) -> bool:
    """A useful day: neither of the weekend, nor a holiday there, nor declared closed."""
    return day.weekday() < SATURDAY and not holiday_name(departement, day) and day not in departement.closed_dates


def last_working_day_on_or_before(departement: Departement, day: date) -> date:
    """The day by which a decision must be taken when `day` is the last one that counts."""
    while not is_working_day(departement, day):
        day -= ONE_DAY
    return day


def add_working_days(departement: Departement, day: date, count: int) -> date:
    """The `count`-th working day after `day`."""
    while count > 0:
        day += ONE_DAY
        count -= is_working_day(departement, day)
    return day


def closure_around(departement: Departement, day: date) -> int:
    """How many days in a row would have no useful one among them if `day` were closed too."""
    before = (day - ONE_DAY) - last_working_day_on_or_before(departement, day - ONE_DAY)
    after = add_working_days(departement, day, 1) - (day + ONE_DAY)
    return before.days + 1 + after.days


def zone_label(zone: ZoneInfo | str) -> str:
    """« heure de La Réunion »; « heure de Paris » where it is Paris's."""
    key = zone.key if isinstance(zone, ZoneInfo) else zone
    return "heure de Paris" if key == PARIS else ZONE_NAMES.get(key, key)
