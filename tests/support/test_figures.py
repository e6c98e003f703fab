"""The figures of the State: nothing from 1 to 4, nothing that subtraction gives back, not the month that runs."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.enums import Help, Reach
from support.selectors import figures as figures_module
from support.selectors.figures import COLUMNS, MonthCount, MonthDelay, figures, months_over

TODAY = date(2026, 11, 26)
OCTOBER = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def nothing_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the product counts is tried in test_sources."""
    monkeypatch.setattr(figures_module, "SOURCES", [])
    monkeypatch.setattr(figures_module, "DELAY_SOURCES", [])


def shown(monkeypatch: pytest.MonkeyPatch, *counts: MonthCount):
    monkeypatch.setattr(figures_module, "SOURCES", [lambda first, last: counts])
    return figures(TODAY)


def october(found):
    return next(row for row in found.rows if row.month == OCTOBER)


def test_the_twelve_months_shown_are_over() -> None:
    months = months_over(TODAY)
    assert (months[0], months[-1], len(months)) == (date(2025, 11, 1), OCTOBER, 12)
    assert months_over(date(2027, 1, 1))[-1] == date(2026, 12, 1)


def test_the_month_that_runs_is_never_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    found = shown(monkeypatch, MonthCount(date(2026, 11, 1), Help.LEGAL, Reach.REMOTE, 50))
    assert found.is_empty


@pytest.mark.parametrize(("count", "seen"), [(4, None), (5, 5), (0, 0)])
def test_the_threshold(monkeypatch: pytest.MonkeyPatch, count: int, seen: int | None) -> None:
    found = shown(monkeypatch, MonthCount(OCTOBER, Help.LEGAL, Reach.REMOTE, count))
    assert october(found).cells[COLUMNS.index((Help.LEGAL, Reach.REMOTE))] == seen
    assert october(found).total == seen


def test_two_sources_of_one_cell_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    one = MonthCount(OCTOBER, Help.LEGAL, Reach.REMOTE, 3)
    monkeypatch.setattr(figures_module, "SOURCES", [lambda first, last: [one], lambda first, last: [one]])
    assert october(figures(TODAY)).total == 6


def test_a_hidden_cell_is_never_alone_beside_a_total(monkeypatch: pytest.MonkeyPatch) -> None:
    found = shown(
        monkeypatch,
        MonthCount(OCTOBER, Help.PSYCHOLOGICAL, Reach.REMOTE, 20),
        MonthCount(OCTOBER, Help.PSYCHOLOGICAL, Reach.IN_PERSON, 9),
        MonthCount(OCTOBER, Help.LEGAL, Reach.REMOTE, 2),
    )
    row = october(found)
    assert row.total == 31
    assert sum(value is None for value in row.cells) >= 2
    hidden = row.total - sum(value for value in row.cells if value is not None)
    assert hidden >= 5


@given(st.lists(st.integers(0, 12), min_size=12, max_size=12))
@settings(max_examples=60, deadline=None)
def test_no_total_gives_a_small_cell_back(values: list[int]) -> None:
    counts = [
        MonthCount(month, help_, reach, value)
        for (month, (help_, reach)), value in zip(product((date(2026, 9, 1), OCTOBER), COLUMNS), values, strict=True)
    ]
    with pytest.MonkeyPatch.context() as patch:
        found = shown(patch, *counts)
    for row in found.rows:
        assert all(value is None or value == 0 or value >= 5 for value in (*row.cells, row.total))
        hidden = [index for index, value in enumerate(row.cells) if value is None]
        if hidden and row.total is not None and row.total > 0:
            assert len(hidden) >= 2
            assert row.total - sum(value for value in row.cells if value is not None) >= 5


@pytest.mark.parametrize(("meetings", "days", "seen"), [(4, 12, None), (5, 12, 2), (10, 35, 4), (0, 0, None)])
def test_a_delay_is_an_average_of_five_at_least(
    monkeypatch: pytest.MonkeyPatch, meetings: int, days: int, seen: int | None
) -> None:
    running = MonthDelay(date(2026, 11, 1), 100, 900)
    monkeypatch.setattr(
        figures_module, "DELAY_SOURCES", [lambda first, last: [MonthDelay(OCTOBER, meetings, days), running]]
    )
    assert figures(TODAY).delay == seen
