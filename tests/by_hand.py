"""The calendar of the terms, calculated with plain dates: nothing here is the product's."""

import calendar
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import holidays

# Place: time zone, subdivision of holidays, hours from UTC in January and in July of 2026, as the law gives them.
PLACES = {
    "45": ("Europe/Paris", None, 1, 2),
    "67": ("Europe/Paris", "6AE", 1, 2),
    "971": ("America/Guadeloupe", "971", -4, -4),
    "972": ("America/Martinique", "972", -4, -4),
    "973": ("America/Cayenne", "973", -3, -3),
    "974": ("Indian/Reunion", "974", 4, 4),
    "975": ("America/Miquelon", "PM", -3, -2),
    "976": ("Indian/Mayotte", "976", 3, 3),
    "986": ("Pacific/Wallis", "WF", 12, 12),
    "987": ("Pacific/Tahiti", "PF", -10, -10),
    "988": ("Pacific/Noumea", "NC", 11, 11),
}


def last_day_by_hand(first_day: date) -> date:
    """Three months later, the same day-number or the last one of a shorter month."""
    year, month = first_day.year + (first_day.month + 3 > 12), (first_day.month + 2) % 12 + 1
    return date(year, month, min(first_day.day, calendar.monthrange(year, month)[1]))


@lru_cache
def holidays_by_hand(code: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", subdiv=PLACES[code][1], years=year))


def useful_by_hand(code: str, last_day: date, closed: Collection[date]) -> date:
    """The latest of the forty days up to the end that is neither Saturday, Sunday, holiday nor closed."""
    off = holidays_by_hand(code, last_day.year) | holidays_by_hand(code, last_day.year - 1)
    days = (last_day - timedelta(days=number) for number in range(40))
    return max(day for day in days if day.isoweekday() < 6 and day not in off and day not in closed)


def summer_in_europe(day: date) -> bool:
    """From the last Sunday of March to the one of October."""
    march, october = (max(date(day.year, m, n) for n in range(25, 32) if date(day.year, m, n).isoweekday() == 7)
                      for m in (3, 10))  # fmt: skip
    return march < day <= october


def summer_in_america(day: date) -> bool:
    """From the second Sunday of March to the first of November: Saint-Pierre-et-Miquelon follows it."""
    second = next(n for n in range(8, 15) if date(day.year, 3, n).isoweekday() == 7)
    first = next(n for n in range(1, 8) if date(day.year, 11, n).isoweekday() == 7)
    return date(day.year, 3, second) < day <= date(day.year, 11, first)


def midnight_by_hand(code: str, day: date) -> datetime:
    """The first instant of a local day, from the hours that the law gives; changes of hour come after midnight."""
    _, _, winter, summer = PLACES[code]
    is_summer = summer_in_america(day) if code == "975" else summer_in_europe(day)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=summer if is_summer else winter)
