"""The grid computes a level; it is pure, so these tests need no database."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.enums import Answer, Level
from cases.services.scoring import score_answers

GRID = SimpleNamespace(
    moderate_from=4, high_from=8, very_high_from=12, unknown_percent=50, measures_by_level={"1": ["advice"]}
)


def question(code: str, weight: int = 3, red: int | None = None) -> SimpleNamespace:
    return SimpleNamespace(
        code=code, text=f"{code} ?", weight=weight, red_floor=red, red_sentence=f"{code} !" if red else "", measures=[]
    )


QUESTIONS = [question("a"), question("b", 5), question("weapon", 4, 3), question("home", 4, 3), question("guard", -2)]
CODES = [q.code for q in QUESTIONS]


def score(**answers: str):
    return score_answers(grid=GRID, questions=QUESTIONS, answers=dict.fromkeys(CODES, "no") | answers)


def test_nothing_but_no_is_a_low_level() -> None:
    assert score().level == Level.LOW
    assert score().missing == []


def test_one_red_factor_raises_the_level_whatever_the_sum_and_quotes_its_answer() -> None:
    result = score(weapon="yes")
    assert result.points == 4
    assert result.level == Level.HIGH
    assert [(f.code, f.sentence, f.question) for f in result.red_factors] == [("weapon", "weapon !", "weapon ?")]


def test_two_red_factors_give_the_highest_level() -> None:
    assert score(weapon="yes", home="yes").level == Level.VERY_HIGH


def test_does_not_know_on_a_red_question_counts_points_but_is_not_a_red_factor() -> None:
    result = score(weapon="unknown")
    assert (result.points, result.red_factors, result.unknown) == (2, [], 1)


def test_a_protective_answer_takes_points_away_but_never_the_floor_of_a_red_factor() -> None:
    assert score(b="yes", guard="yes").points == 3
    assert score(weapon="yes", guard="yes").level == Level.HIGH


def test_an_answer_that_is_missing_or_unheard_of_is_listed() -> None:
    result = score_answers(grid=GRID, questions=QUESTIONS, answers={"a": "yes", "b": "peut-être"})
    assert result.missing == ["b", "weapon", "home", "guard"]


ANSWERS = st.fixed_dictionaries({code: st.sampled_from(Answer.values) for code in CODES})


@given(ANSWERS, st.sampled_from(["a", "b", "weapon", "home"]))
def test_turning_no_into_does_not_know_or_yes_never_lowers_the_level(answers: dict[str, str], code: str) -> None:
    levels = [
        score_answers(grid=GRID, questions=QUESTIONS, answers=answers | {code: answer}).level
        for answer in ("no", "unknown", "yes")
    ]
    assert levels == sorted(levels)


@pytest.mark.parametrize(("points", "level"), [(3, 1), (4, 2), (7, 2), (8, 3), (11, 3), (12, 4)])
def test_each_threshold_belongs_to_the_level_above(points: int, level: int) -> None:
    only = [question("only", points)]
    assert score_answers(grid=GRID, questions=only, answers={"only": "yes"}).level == level
