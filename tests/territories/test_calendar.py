"""Working days, against an independent calculation of the movable feasts."""

from datetime import date, timedelta

import pytest
from dateutil.easter import easter
from hypothesis import given
from hypothesis import strategies as st

from territories.calendar import (
    add_working_days,
    closure_around,
    is_working_day,
    last_working_day_on_or_before,
    public_holidays,
    zone_label,
)
from territories.models import Departement
from territories.zones import zone_of

FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
MOVABLE = (1, 39, 50)
# Code du travail, art. L. 3134-13 and L. 3422-2: days after Easter, then fixed dates.
LOCAL = {
    "45": ((), ()),
    "57": ((-2,), ((12, 26),)),
    "67": ((-2,), ((12, 26),)),
    "68": ((-2,), ((12, 26),)),
    "971": (None, ((5, 27),)),
    "972": (None, ((5, 22),)),
    "973": ((), ((6, 10),)),
    "974": ((), ((12, 20),)),
    "976": ((), ((4, 27),)),
    "977": ((), ((10, 9),)),
    "978": (None, ((5, 28),)),
}


def departement(code: str, *closed: date) -> Departement:
    zone = zone_of(code)
    here = Departement(code=code, name=code, time_zone=zone.time_zone, holiday_zone=zone.holidays)
    here.closed_dates = frozenset(closed)
    return here


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027, 2038])
@pytest.mark.parametrize("code", LOCAL)
def test_public_holidays_are_those_of_the_law(code, year):
    movable, fixed = LOCAL[code]
    expected = {date(year, month, day) for month, day in (*FIXED, *fixed)}
    expected |= {easter(year) + timedelta(days=after) for after in (*MOVABLE, *(movable or ()))}
    found = set(public_holidays(departement(code), year))
    assert expected <= found
    # The Antilles also keep days by custom, which the library knows.
    assert movable is None or found == expected


@pytest.mark.parametrize(
    ("code", "day", "works"),
    [
        ("45", date(2026, 4, 3), True),  # Good Friday, in the Loiret
        ("67", date(2026, 4, 3), False),  # and in Alsace
        ("974", date(2027, 12, 20), False),
        ("45", date(2027, 12, 20), True),
        ("977", date(2026, 10, 9), False),
        ("971", date(2026, 10, 9), True),
        ("45", date(2026, 5, 16), False),  # a Saturday
    ],
)
def test_a_day_is_worked_here_and_not_there(code, day, works):
    assert is_working_day(departement(code), day) is works


def test_the_end_on_a_saturday_after_ascension_is_decided_on_friday():
    assert last_working_day_on_or_before(departement("974"), date(2026, 5, 16)) == date(2026, 5, 15)


def test_the_end_on_ascension_day_is_decided_the_day_before():
    assert last_working_day_on_or_before(departement("45"), date(2026, 5, 14)) == date(2026, 5, 13)


def test_a_working_day_is_its_own_last_working_day():
    assert last_working_day_on_or_before(departement("45"), date(2026, 5, 13)) == date(2026, 5, 13)


def test_a_closed_day_is_not_worked_there_and_nowhere_else():
    bridge = date(2026, 5, 15)
    here = departement("974", bridge)
    assert last_working_day_on_or_before(here, date(2026, 5, 16)) == date(2026, 5, 13)
    assert add_working_days(here, date(2026, 5, 13), 1) == date(2026, 5, 18)
    assert is_working_day(departement("45"), bridge)


def test_a_closure_counts_the_days_that_are_not_worked_around_it():
    # Ascension Thursday 14, the bridge, the weekend.
    assert closure_around(departement("45"), date(2026, 5, 15)) == 4
    assert closure_around(departement("45"), date(2026, 5, 20)) == 1
    assert closure_around(departement("45", date(2026, 5, 19)), date(2026, 5, 18)) == 4


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.sampled_from(sorted(LOCAL)))
def test_the_last_working_day_is_worked_and_no_worked_day_follows_it(day, code):
    here = departement(code)
    found = last_working_day_on_or_before(here, day)
    assert found <= day
    assert is_working_day(here, found)
    between = (found + timedelta(days=n) for n in range(1, (day - found).days + 1))
    assert not any(is_working_day(here, other) for other in between)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(1, 30))
def test_adding_working_days_passes_exactly_that_many(day, count):
    here = departement("57")
    end = add_working_days(here, day, count)
    passed = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(is_working_day(here, one) for one in passed) == count


def test_a_zone_is_named_in_french():
    assert zone_label("Indian/Reunion") == "heure de La Réunion"
    assert zone_label("Europe/Paris") == "heure de Paris"
