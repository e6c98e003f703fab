"""Random acts on files by random people: after each one the invariants hold, and nobody sees what the scope forbids.

Acts go through the pages, as people send them. What a person may reach is worked out here again, from his posting
alone, and compared with what the portal answers.
"""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.cases.random_acts import ACTS, Stage, check_invariants, check_sight

pytestmark = pytest.mark.django_db

acts = st.lists(
    st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 9), st.integers(0, 3), st.integers(0, 9)),
    min_size=1,
    max_size=14,
)


def test_whatever_is_done_by_whom_the_rules_of_a_file_hold() -> None:
    stage = Stage()

    @given(acts)
    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        # Making a failure smaller would play it hundreds of times: the sequence that failed is short enough to read.
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    def play(sequence: list[tuple[str, int, int, int]]) -> None:
        # A savepoint and not a block: the journal insists on a transaction of its own.
        savepoint = transaction.savepoint()
        stage.frozen.clear()
        for name, who, which, luck in sequence:
            stage.play(name, who=who, which=which, luck=luck)
            check_invariants(stage)
        check_sight(stage)
        transaction.savepoint_rollback(savepoint)

    play()


def test_an_ordinary_sequence_really_reaches_the_end_of_a_file() -> None:
    """The machine above would prove nothing if its acts never succeeded."""
    stage = Stage()
    referent, head = stage.index_of("referent"), stage.index_of("head")
    for name, who in (("evaluate", referent), ("validate", head), ("close", referent)):
        stage.play(name, who=who, which=0, luck=0)
        check_invariants(stage)
    assert [stage.case(0).state, stage.done] == ["closed", ["evaluate", "validate", "close"]]
    stage.play("reopen", who=head, which=0, luck=0)
    assert stage.case(0).state == "open"
