"""The figures of support for the State: months that are over, by kind and mode, never where, never who.

A count from 1 to 4 is hidden, and what would give it back by subtraction (core.small_cells). docs/adr/0030.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from core import clock
from core.small_cells import THRESHOLD, hidden_cells
from support.enums import Help, Reach

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class MonthCount:
    """So many requests of a kind and a mode, made in a month (its first day, Paris calendar)."""

    month: date
    help: Help
    reach: Reach
    count: int


@dataclass(frozen=True)
class MonthDelay:
    """First appointments of a month: how many, and the sum of the whole days that they were waited for."""

    month: date
    meetings: int
    days: int


# Where figures come from, each called with the first days of the first and the last month shown. Rows of the same
# month, kind and mode add up.
SOURCES: list[Callable[[date, date], Iterable[MonthCount]]] = []
DELAY_SOURCES: list[Callable[[date, date], Iterable[MonthDelay]]] = []

COLUMNS = [(help_, reach) for help_ in Help for reach in Reach]
HELP_LABELS = {Help.PSYCHOLOGICAL: "psychologique", Help.LEGAL: "juridique", Help.SOCIAL: "sociale"}


@dataclass(frozen=True)
class MonthRow:
    """A month: its cells in the order of COLUMNS, and their sum; None is hidden."""

    month: date
    cells: list[int | None]
    total: int | None


@dataclass(frozen=True)
class Figures:
    rows: list[MonthRow]
    # Over all the months shown: average whole days to the first appointment, None under the threshold.
    delay: int | None

    @property
    def has_hidden(self) -> bool:
        return any(value is None for row in self.rows for value in (*row.cells, row.total))

    @property
    def is_empty(self) -> bool:
        return all(value == 0 for row in self.rows for value in row.cells)


def column_labels() -> list[str]:
    return [f"{HELP_LABELS[help_].capitalize()}, {reach.label}" for help_, reach in COLUMNS]


def months_over(today: date, count: int = MONTHS_SHOWN) -> list[date]:
    """First days of the last months that are over, the oldest first: the month that runs is never among them."""
    months = []
    year, month = today.year, today.month
    for _ in range(count):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        months.append(date(year, month, 1))
    return months[::-1]


def figures(today: date | None = None) -> Figures:
    """Counts and delays of the last twelve months that are over, in Paris."""
    months = months_over(today or clock.today(clock.PARIS))
    counts: dict[tuple[date, Help, Reach], int] = defaultdict(int)
    for source in SOURCES:
        for one in source(months[0], months[-1]):
            if one.month in months:
                counts[one.month, one.help, one.reach] += one.count
    waited = [one for source in DELAY_SOURCES for one in source(months[0], months[-1]) if one.month in months]
    meetings = sum(one.meetings for one in waited)
    return Figures(
        rows=_rows(months, counts),
        delay=round(sum(one.days for one in waited) / meetings) if meetings >= THRESHOLD else None,
    )


def _rows(months: list[date], counts: dict[tuple[date, Help, Reach], int]) -> list[MonthRow]:
    table = {
        f"{month:%Y-%m}": {f"{help_}/{reach}": counts[month, help_, reach] for help_, reach in COLUMNS}
        for month in months
    }
    # A reader may know the sum of a month by kind, or by mode, from elsewhere.
    groups = [
        [(line, key) for key in cells if part in key.split("/")] for line, cells in table.items() for part in _parts()
    ]
    hidden = hidden_cells(table, groups=groups)
    rows = []
    for month in months:
        line = f"{month:%Y-%m}"
        cells = [None if (line, key) in hidden else value for key, value in table[line].items()]
        total = sum(table[line].values())
        rows.append(MonthRow(month, cells, None if 0 < total < THRESHOLD else total))
    return rows


def _parts() -> list[str]:
    return [*Help.values, *Reach.values]
