from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection

from core import clock
from core.journal import SYSTEM
from core.models import DemoClock, JournalEntry

pytestmark = pytest.mark.reads_the_clock
GRANT_DAY = datetime(2026, 1, 14, 9, 0, tzinfo=UTC)
TERM = datetime(2026, 4, 14, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def demonstration(settings):
    settings.DEMO = True


def test_a_moved_clock_keeps_flowing(db):
    with time_machine.travel(GRANT_DAY, tick=False) as travel:
        clock.move_to(TERM, actor=SYSTEM)
        assert clock.now() == TERM
        travel.shift(timedelta(hours=3))
        assert clock.now() == TERM + timedelta(hours=3)
        assert clock.real_now() == GRANT_DAY + timedelta(hours=3)


def test_reset_brings_the_true_time_back(db):
    clock.move_to(TERM, actor=SYSTEM)
    clock.reset(actor=SYSTEM)
    assert abs(clock.now() - clock.real_now()) < timedelta(seconds=1)
    assert not clock.is_moved()


def test_moving_leaves_a_journal_entry_dated_before_the_move(db):
    with time_machine.travel(GRANT_DAY, tick=False):
        clock.move_to(TERM, actor=SYSTEM)
    entry = JournalEntry.objects.get()
    assert entry.reason == "date déplacée au 14/04/2026 11:00"
    assert entry.at == GRANT_DAY


def test_a_real_instance_refuses_to_move_its_clock(db, settings):
    settings.DEMO = False
    with pytest.raises(clock.ClockLocked):
        clock.move_to(TERM, actor=SYSTEM)
    assert not DemoClock.objects.exists()
    assert not JournalEntry.objects.exists()


def test_a_real_instance_ignores_an_offset_left_in_its_database_and_does_not_read_it(
    db, settings, django_assert_num_queries
):
    DemoClock.objects.create(offset=timedelta(days=30), moved_at=GRANT_DAY)
    settings.DEMO = False
    with django_assert_num_queries(0), clock.steady():
        assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)


def test_a_request_sees_one_offset_from_its_first_reading_to_its_end(db, django_assert_num_queries):
    with clock.steady(), time_machine.travel(GRANT_DAY, tick=False):
        with django_assert_num_queries(1):
            assert clock.now() == clock.now() == GRANT_DAY
        with connection.cursor() as cursor:  # another process moves the clock meanwhile
            cursor.execute("INSERT INTO core_democlock VALUES (1, interval '90 days', now())")
        assert clock.now() == GRANT_DAY
    with time_machine.travel(GRANT_DAY, tick=False):
        assert clock.now() == GRANT_DAY + timedelta(days=90)


def test_the_request_that_moves_the_clock_sees_it_moved(db):
    with clock.steady(), time_machine.travel(GRANT_DAY, tick=False):
        clock.now()
        clock.move_to(TERM, actor=SYSTEM)
        assert clock.now() == TERM


def test_today_is_the_date_of_the_zone(db):
    with time_machine.travel(datetime(2026, 5, 15, 21, 30, tzinfo=UTC), tick=False):
        assert clock.today("Indian/Reunion").isoformat() == "2026-05-16"
        assert clock.today(ZoneInfo("Europe/Paris")).isoformat() == "2026-05-15"


def test_a_moment_without_zone_is_refused(db):
    with pytest.raises(ValueError, match="time zone"):
        clock.move_to(datetime(2026, 4, 14, 9, 0), actor=SYSTEM)


def test_history_can_be_replayed_at_a_moment_of_the_past_and_only_in_a_demonstration(db, settings):
    with clock.replayed_at(GRANT_DAY):
        assert abs(clock.now() - GRANT_DAY) < timedelta(seconds=5)
    assert not clock.is_moved()
    settings.DEMO = False
    with pytest.raises(clock.ClockLocked), clock.replayed_at(GRANT_DAY):
        pass
