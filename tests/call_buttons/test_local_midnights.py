"""End dates, last useful days and local midnights, against a calculation that shares nothing with the product's."""

from datetime import UTC, date, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from call_buttons.models import CallButtonGrant
from call_buttons.services import reminder_dates, three_months_from
from core import clock
from territories.models import Departement
from tests.by_hand import PLACES, last_day_by_hand, midnight_by_hand, useful_by_hand

DAYS = st.dates(date(2024, 1, 1), date(2031, 12, 31))


def a_grant(code: str, first_day: date, *closed: date) -> CallButtonGrant:
    zone, subdivision, *_ = PLACES[code]
    here = Departement(code=code, name=code, time_zone=zone, holiday_zone=subdivision or "")
    here.closed_dates = frozenset(closed)
    return CallButtonGrant(departement=here, period=three_months_from(first_day))


@given(st.sampled_from(sorted(PLACES)), DAYS, st.sets(st.integers(0, 6), max_size=3))
@example("974", date(2026, 2, 16), {1})  # to Saturday 16 May, Friday 15 closed, Thursday 14 Ascension
@example("45", date(2025, 11, 30), set())  # to 28 February 2026
@example("45", date(2027, 11, 30), set())  # to 29 February 2028
@example("987", date(2026, 1, 31), set())  # to 30 April
@example("971", date(2028, 2, 29), set())
@example("988", date(2025, 12, 29), set())  # to Sunday 29 March 2026: the hour changes in Paris, not there
@example("45", date(2025, 12, 29), set())  # and there it does
@example("45", date(2026, 7, 25), set())  # to Sunday 25 October 2026: a day of 25 hours
@example("975", date(2025, 12, 8), set())
def test_ends_useful_days_and_midnights_are_exact_everywhere(code: str, first_day: date, shut: set[int]) -> None:
    last_day = last_day_by_hand(first_day)
    closed = tuple(last_day - timedelta(days=number) for number in shut)
    grant = a_grant(code, first_day, *closed)
    assert grant.last_day == last_day
    assert grant.last_useful_day == useful_by_hand(code, last_day, closed)
    moments = [due.due_on for due in reminder_dates(grant)]
    assert moments == [*(last_day - timedelta(days=n) for n in (30, 15, 7, 3)), grant.last_useful_day]
    end = midnight_by_hand(code, last_day + timedelta(days=1))
    # The last minute that pages write, and the instant from which the place is on the next day.
    assert grant.last_minute.astimezone(UTC) == end - timedelta(minutes=1)
    for moment, over in ((end - timedelta(microseconds=1), False), (end, True)):
        assert (moment.astimezone(ZoneInfo(PLACES[code][0])).date() > last_day) is over
        assert grant.is_in_force(moment.astimezone(grant.departement.zone).date()) is not over


@pytest.mark.django_db
def test_the_database_changes_day_at_the_same_instant() -> None:
    days = [date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29), date(2026, 11, 1)]
    for code, day in product(sorted(PLACES), days):
        end = midnight_by_hand(code, day + timedelta(days=1))
        for moment, expected in ((end - timedelta(seconds=1), day), (end, day + timedelta(days=1))):
            with time_machine.travel(moment, tick=False), connection.cursor() as cursor:
                cursor.execute("SELECT timezone(%s, %s)::date", [PLACES[code][0], clock.now()])
                assert cursor.fetchone() == (expected,) == (clock.today(PLACES[code][0]),)
