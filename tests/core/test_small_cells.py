"""What is hidden cannot be computed back, even by a reader who knows the rule."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.small_cells import THRESHOLD, TooFewToShow, hidden_keys

Cells = tuple[int, ...]


def hidden(*values: int) -> set[int]:
    """Positions hidden in a table of these values."""
    return {int(key) for key in hidden_keys({str(place): value for place, value in enumerate(values)})}


def page(cells: Cells) -> tuple:
    """All that a reader gets: the total, the values shown, which are hidden; or that nothing is shown."""
    try:
        masked = hidden(*cells)
    except TooFewToShow:
        return (sum(cells), "withheld")
    return (sum(cells), tuple(None if place in masked else value for place, value in enumerate(cells)))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((12, 7, 5), set()),
        ((12, 0, 5), set()),
        ((), set()),
        ((12, 7, 4), {1, 2}),
        ((12, 7, 7, 1), {1, 2, 3}),
        ((12, 2, 3), {1, 2}),
        ((12, 6, 1, 1), {1, 2, 3}),
        ((4, 5), {0, 1}),
        ((12, 0, 3, 2), {2, 3}),
    ],
)
def test_small_counts_are_hidden_with_what_would_give_them_back(values, expected):
    assert hidden(*values) == expected


@pytest.mark.parametrize("values", [(1,), (4,), (2, 2), (3, 3, 3), (0, 4)])
def test_a_table_that_its_total_tells_is_withheld(values):
    with pytest.raises(TooFewToShow):
        hidden(*values)


@pytest.mark.parametrize("cells", [1, 2, 3, 4])
def test_no_reader_who_knows_the_rule_finds_a_hidden_count(cells):
    tables: dict[tuple, list[Cells]] = defaultdict(list)
    for table in product(range(10), repeat=cells):
        tables[page(table)].append(table)
    for (_, shown), possible in tables.items():
        if shown == "withheld":
            continue
        for place, value in enumerate(shown):
            if value is None:
                assert len({table[place] for table in possible}) > 1, (shown, possible)


def test_that_proof_sees_a_rule_that_hides_too_little():
    def naive(cells: Cells) -> tuple:
        return (sum(cells), tuple(None if 0 < value < THRESHOLD else value for value in cells))

    possible = [table for table in product(range(10), repeat=3) if naive(table) == naive((9, 7, 3))]
    assert possible == [(9, 7, 3)]


@given(st.lists(st.integers(0, 300), max_size=40))
def test_every_small_count_is_hidden_and_the_hidden_ones_differ(values):
    try:
        masked = hidden(*values)
    except TooFewToShow:
        assert len({value for value in values if value}) == 1
        return
    counts = {values[place] for place in masked}
    assert {place for place, value in enumerate(values) if 0 < value < THRESHOLD} <= masked
    assert 0 not in counts
    assert len(counts) != 1


@given(st.lists(st.integers(0, 12), min_size=1, max_size=12), st.randoms())
def test_the_rule_does_not_depend_on_the_order_of_the_table(values, random):
    order = list(range(len(values)))
    random.shuffle(order)
    try:
        masked = hidden(*values)
    except TooFewToShow:
        return
    assert {order[place] for place in hidden(*(values[place] for place in order))} == masked
