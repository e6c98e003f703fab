from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from core.journal import SYSTEM, record_access
from core.models import JobRun
from core.pagination import capped_count, paginate_keyset

ORDER = ("-started_at", "-id")
MORNING = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


@pytest.fixture
def runs(db):
    """Ten rows; two by two at the same instant, microseconds included."""
    moments = [MORNING + timedelta(microseconds=number // 2) for number in range(10)]
    made = JobRun.objects.bulk_create(JobRun(name="x", started_at=m, real_started_at=m) for m in moments)
    return [run.pk for run in reversed(made)]


def page(cursor=None, order=ORDER, size=3):
    return paginate_keyset(JobRun.objects.all(), order=order, cursor=cursor, size=size)


def keys(found):
    return [run.pk for run in found.items]


def test_pages_forward_show_every_row_once_in_order(runs):
    seen, cursor = [], None
    for _ in range(10):
        found = page(cursor)
        seen += keys(found)
        cursor = found.next_cursor
        if cursor is None:
            break
    assert seen == runs


def test_going_back_shows_the_same_pages(runs):
    first = page()
    second = page(first.next_cursor)
    third = page(second.next_cursor)
    assert keys(page(third.previous_cursor)) == keys(second)
    back = page(page(third.previous_cursor).previous_cursor)
    assert keys(back) == keys(first)
    assert back.previous_cursor is None
    assert keys(page(back.next_cursor)) == keys(second)


def test_the_first_page_has_no_previous_and_the_last_no_next(runs):
    assert page().previous_cursor is None
    assert page(size=10).next_cursor is None
    assert page(size=9).next_cursor is not None


def test_rows_added_in_front_move_nothing(runs):
    first = page()
    JobRun.objects.create(name="x", started_at=MORNING + timedelta(days=1), real_started_at=MORNING)
    assert keys(page(first.next_cursor)) == runs[3:6]


def test_mixed_directions_are_followed(runs):
    order = ("-started_at", "id")
    first = page(order=order, size=4)
    assert keys(first) + keys(page(first.next_cursor, order=order, size=6)) == keys(page(order=order, size=10))


@pytest.mark.parametrize("cursor", ["", "x", "v1.k1.AAAA", "é", "v1.k1.", "0" * 5000])
def test_a_bad_cursor_gives_the_first_page(runs, cursor):
    assert keys(page(cursor)) == runs[:3]


def test_a_cursor_of_another_order_gives_the_first_page(runs):
    assert keys(page(page(order=("-id",)).next_cursor)) == runs[:3]


def test_a_cursor_whose_rows_are_gone_gives_the_first_page(runs):
    cursor = page(size=9).next_cursor
    JobRun.objects.filter(pk=runs[9]).delete()
    assert keys(page(cursor)) == runs[:3]


def test_a_cursor_shows_nothing_of_the_row(runs):
    assert "2026" not in page().next_cursor


def test_an_empty_list_is_an_empty_page(db):
    assert page() == page(None)
    assert page().items == []


def test_a_page_costs_one_query_and_reads_its_index(db, django_assert_num_queries):
    from core.models import JournalEntry

    for _ in range(4):
        record_access(actor=SYSTEM)
    entries = JournalEntry.objects.all()
    first = paginate_keyset(entries, order=("-at", "-id"), size=2)
    with django_assert_num_queries(1) as captured:
        assert len(paginate_keyset(entries, order=("-at", "-id"), cursor=first.next_cursor, size=2).items) == 2
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + captured[0]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "journal_by_date" in plan
    assert "Sort" not in plan.replace("Sort Key", "")


def test_counts_stop_at_their_cap(runs):
    every = JobRun.objects.all()
    assert capped_count(every, cap=4) == (4, True)
    assert capped_count(every, cap=10) == (10, False)
    assert capped_count(every) == (10, False)
