"""Answers to the grid that lead to a wanted level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.enums import Answer, GridState, Level
from cases.models import GridVersion
from cases.services.scoring import score_answers

if TYPE_CHECKING:
    from random import Random

# Share of « oui » among ordinary questions, and number of red factors, tried for each level.
YES = {Level.LOW: 0.08, Level.MODERATE: 0.28, Level.HIGH: 0.4, Level.VERY_HIGH: 0.45}
RED = {Level.LOW: (0,), Level.MODERATE: (0,), Level.HIGH: (0, 1, 1), Level.VERY_HIGH: (1, 2, 2)}
ATTEMPTS = 500


class Grid:
    """The published grid, read once."""

    def __init__(self) -> None:
        self.version = GridVersion.objects.filter(state=GridState.PUBLISHED).latest("number")
        self.questions = list(self.version.questions.order_by("position"))

    def answers_for(self, level: Level, rng: Random) -> dict[str, str]:
        for _ in range(ATTEMPTS):
            answers = self._draw(level, rng)
            if score_answers(grid=self.version, questions=self.questions, answers=answers).level == level:
                return answers
        raise RuntimeError(f"no answers lead to {level.label}")

    def _draw(self, level: Level, rng: Random) -> dict[str, str]:
        reds = [question.code for question in self.questions if question.red_floor is not None]
        chosen = set(rng.sample(reds, rng.choice(RED[level])))
        answers = {}
        for question in self.questions:
            drawn = rng.random()
            if question.red_floor is not None:
                answer = Answer.YES if question.code in chosen else Answer.NO
            elif drawn < YES[level]:
                answer = Answer.YES
            else:
                answer = Answer.UNKNOWN if drawn > 0.93 else Answer.NO
            answers[question.code] = answer.value
        return answers
