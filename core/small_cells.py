"""Small counts identify people. This hides them, and what would give them back by subtraction."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

THRESHOLD = 5


class TooFewToShow(Exception):
    """No cell of the table can be shown or hidden safely: the whole table is withheld."""


def hidden_keys(values: Mapping[str, int]) -> frozenset[str]:
    """Keys of one table whose values are hidden; the reader knows the other values, the total and this rule.

    Every count from 1 to 4 is hidden, then the next smallest counts, until the hidden ones hold two different values.
    The rule looks at values only, never at names or order: exchanging the values of two hidden cells gives the very
    same page, so that no hidden cell has only one possible value.

    Raises TooFewToShow when the counts that are not zero are all the same and small.
    """
    counts = sorted({value for value in values.values() if value > 0})
    small = [count for count in counts if count < THRESHOLD]
    if not small:
        return frozenset()
    if len(counts) < 2:
        raise TooFewToShow
    limit = max(small[-1], counts[1])
    return frozenset(key for key, value in values.items() if 0 < value <= limit)


Cells = dict[str, dict[str, int]]


def hidden_cells(
    table: Mapping[str, Mapping[str, int]], *, groups: Iterable[list[tuple[str, str]]] = ()
) -> frozenset[tuple[str, str]]:
    """(line, column) of a table of counts that are hidden; the reader may know every total of a line, of a column
    and of `groups` of cells.

    Every count from 1 to 4 is hidden. Then, until it is so in each line and each column, what is hidden there holds
    two counts at least, and five facts at least: a subtraction gives no single cell back. A line or column where
    nothing is left to hide beside a lone cell is hidden whole, zeros included.
    """
    hidden = {
        (line, column) for line, cells in table.items() for column, value in cells.items() if 0 < value < THRESHOLD
    }
    columns = sorted({column for cells in table.values() for column in cells})
    lines = [[(line, column) for column in cells] for line, cells in table.items()]
    lines += [[(line, column) for line in table if column in table[line]] for column in columns]
    lines += [list(group) for group in groups]
    changed = True
    while changed:
        changed = False
        for keys in lines:
            more = _to_hide_beside(table, keys, hidden)
            changed = changed or bool(more)
            hidden |= more
    return frozenset(hidden)


def _to_hide_beside(
    table: Mapping[str, Mapping[str, int]], keys: list[tuple[str, str]], hidden: set[tuple[str, str]]
) -> set[tuple[str, str]]:
    masked = [key for key in keys if key in hidden]
    total = sum(table[line][column] for line, column in masked)
    if not masked or (len(masked) > 1 and total >= THRESHOLD):
        return set()
    left = [key for key in keys if key not in hidden]
    positive = sorted((table[line][column], line, column) for line, column in left if table[line][column])
    if positive:
        return {(positive[0][1], positive[0][2])}
    return set(left)
