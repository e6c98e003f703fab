"""Working days of a département: its own public holidays, Alsace-Moselle and overseas included."""

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
    return day.weekday() < SATURDAY and not holiday_name(departement, day)


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


def zone_label(zone: ZoneInfo | str) -> str:
    """« heure de La Réunion »; « heure de Paris » where it is Paris's."""
    key = zone.key if isinstance(zone, ZoneInfo) else zone
    return "heure de Paris" if key == PARIS else ZONE_NAMES.get(key, key)
