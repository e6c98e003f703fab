"""Small counts identify people. This hides them, and what would give them back by subtraction."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

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
