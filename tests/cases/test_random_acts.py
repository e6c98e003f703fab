"""Random acts on files by random people: after each one the invariants hold, and nobody sees what the scope forbids.

Acts go through the pages, as people send them. What a person may reach is worked out here again, from his posting
alone, and compared with what the portal answers. A failure prints its acts: give them to `play_again`.
"""

from __future__ import annotations

import os
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.cases.random_acts import ACTS, PEOPLE, Stage, check_invariants, check_reading, furnish, play

pytestmark = pytest.mark.django_db

Sequence = list[tuple[str, str | None, int, int]]
LENGTH = 12
# Enough for each run of the suite, which draws anew; `RANDOM_ACTS=200` to hunt.
SEQUENCES = int(os.environ.get("RANDOM_ACTS", "12"))


def draw(chance: Random) -> tuple[Sequence, list[str]]:
    """Acts, and two people who then read everything. Drawn evenly: Hypothesis itself prefers what it has seen."""
    acts: Sequence = []
    for _ in range(LENGTH):
        # Two times in three somebody who may: otherwise hardly a file would ever go forward. More often the files of
        # one élu, which merge.
        who = chance.choice((None, None, chance.choice(PEOPLE)))
        acts.append(
            (chance.choice(sorted(ACTS)), who, chance.choice((0, 3, 4, 0, 3, 4, 1, 2, 5)), chance.randrange(10))
        )
    return acts, chance.sample(PEOPLE, 2)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path) -> None:
    settings.ATTACHMENTS_DIR = str(tmp_path)
    settings.SCANNER_URL = "demo:"


@pytest.fixture
def stage() -> Stage:
    return Stage()


def play_again(stage: Stage, sequence: Sequence, read_by: list[str]) -> None:
    stage.begin()
    with stage.told():
        for name, who, which, luck in sequence:
            play(stage, name, who, which, luck)
            check_invariants(stage)
        check_reading(stage, read_by)


def test_whatever_is_done_by_whom_the_rules_of_a_file_hold(stage: Stage) -> None:
    furnish(stage)

    @given(st.randoms(use_true_random=True))
    @settings(
        max_examples=SEQUENCES,
        deadline=None,
        database=None,
        # Making a failure smaller would play it hundreds of times: the sequence that failed is short enough to read.
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    def play_once(chance: Random) -> None:
        # A savepoint and not a block: the journal insists on a transaction of its own.
        savepoint = transaction.savepoint()
        try:
            play_again(stage, *draw(chance))
        finally:
            # Also of a failure: it is played a second time to be told.
            transaction.savepoint_rollback(savepoint)

    play_once()


def test_an_ordinary_sequence_really_reaches_the_end_of_a_file(stage: Stage) -> None:
    """The machine above would prove nothing if its acts never succeeded."""
    ordinary: Sequence = [("evaluate", "referent", 0, 0), ("validate", "head", 0, 0), ("close", "referent", 0, 0)]
    play_again(stage, ordinary, ["referent", "referent_974"])
    assert [stage.case(0).state, stage.done] == ["closed", ["evaluate", "validate", "close"]]
    play(stage, "reopen", "head", 0, 0)
    assert stage.case(0).state == "open"


PROTECTION: Sequence = [
    ("evaluate", "referent", 0, 0), ("validate", "head", 0, 0), ("propose", "referent", 0, 1), ("decide", "head", 0, 0),
    ("start", "referent", 0, 1), ("trace", "colleague", 0, 2), ("review", "referent", 0, 2),
    ("reassign", "head", 0, 1), ("end", "colleague", 0, 2), ("close", "referent", 0, 0),
]  # fmt: skip
DOCUMENTS: Sequence = [
    ("attach", "referent", 0, 0), ("antivirus", "referent", 0, 0), ("download", "decider", 0, 0),
    ("withdraw", "referent", 0, 1), ("add_task", "head", 0, 4), ("take_task", "colleague", 0, 4),
    ("finish_task", "colleague", 0, 4), ("log_threat", "referent", 0, 2),
]  # fmt: skip
MERGES: Sequence = [
    ("attach", "referent", 3, 0), ("add_task", "referent", 3, 4), ("merge", "head", 0, 0),
    ("evaluate", "referent", 3, 0), ("undo", "head", 3, 0), ("merge", "head", 4, 1), ("undo", "head", 4, 0),
]  # fmt: skip


@pytest.mark.parametrize("sequence", [PROTECTION, DOCUMENTS, MERGES], ids=["protection", "documents", "merges"])
def test_the_other_acts_really_succeed(stage: Stage, sequence: Sequence) -> None:
    play_again(stage, sequence, ["referent_gien", "decider"])
    assert set(stage.done) == {name for name, *_ in sequence} - {"antivirus", "download"}
