"""The level that the grid computes. It orders the work; the référent signs the level (DOMAIN, section 2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cases.enums import Answer, Level, MeasureKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cases.models import GridQuestion, GridVersion


@dataclass(frozen=True)
class RedFactor:
    code: str
    sentence: str
    question: str


@dataclass
class Score:
    """Outcome of a grid: `missing` lists the codes without an answer; the level stands only when it is empty."""

    points: int
    level: Level
    red_factors: list[RedFactor] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unknown: int = 0


def score_answers(*, grid: GridVersion, questions: Iterable[GridQuestion], answers: Mapping[str, str]) -> Score:
    """Compute the level of `answers` (question code → Answer) on `grid`.

    « oui » adds the weight of the question; « ne sait pas » adds the grid's share of a positive weight,
    rounded up, and never takes anything away, so that it never counts as « non ». A red factor answered
    « oui » raises the level to its floor whatever the sum; two red factors raise it to « très élevé ».
    """
    points = 0
    unknown = 0
    floor = Level.LOW
    red: list[RedFactor] = []
    missing: list[str] = []
    measures: list[str] = []
    for question in questions:
        answer = answers.get(question.code)
        if answer not in Answer.values:
            missing.append(question.code)
            continue
        if answer == Answer.UNKNOWN:
            unknown += 1
            if question.weight > 0:
                points += -(-question.weight * grid.unknown_percent // 100)
        if answer != Answer.YES:
            continue
        points += question.weight
        measures.extend(question.measures)
        if question.red_floor is not None:
            red.append(RedFactor(question.code, question.red_sentence, question.text))
            floor = max(floor, Level(question.red_floor))
    if len(red) > 1:
        floor = Level.VERY_HIGH
    level = max(floor, _level_of_points(grid, points))
    measures = grid.measures_by_level.get(str(int(level)), []) + measures
    ordered = [kind for kind in MeasureKind.values if kind in set(measures)]
    return Score(max(points, 0), level, red, ordered, missing, unknown)


def _level_of_points(grid: GridVersion, points: int) -> Level:
    if points >= grid.very_high_from:
        return Level.VERY_HIGH
    if points >= grid.high_from:
        return Level.HIGH
    if points >= grid.moderate_from:
        return Level.MODERATE
    return Level.LOW
