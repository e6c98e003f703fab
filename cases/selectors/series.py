"""The versions of the evaluation of a threat: what changed from one to the next, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch

from cases.enums import Answer, EvaluationState
from cases.models import Evaluation, GridQuestion

if TYPE_CHECKING:
    from cases.models import Threat

NO_ANSWER = "sans réponse"
NOT_ASKED = "question absente de cette grille"


@dataclass(frozen=True)
class Change:
    question: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """One version, beside the one before it. `changes` and the red factors are empty for the first."""

    evaluation: Evaluation
    previous: Evaluation | None
    changes: tuple[Change, ...]
    new_red: tuple[dict[str, str], ...]
    gone_red: tuple[dict[str, str], ...]

    @property
    def changes_grid(self) -> bool:
        return self.previous is not None and self.previous.grid_id != self.evaluation.grid_id


def series_of(threat: Threat) -> list[Step]:
    """Every version, the latest first, in two queries."""
    questions = Prefetch("grid__questions", queryset=GridQuestion.objects.order_by("position"))
    versions = list(
        threat.evaluations.select_related("grid", "evaluated_by", "validated_by")
        .prefetch_related(questions)
        .order_by("number")
    )
    steps = [_step(version, versions[number - 1] if number else None) for number, version in enumerate(versions)]
    return steps[::-1]


def _step(evaluation: Evaluation, previous: Evaluation | None) -> Step:
    if previous is None or (evaluation.state == EvaluationState.TODO and not evaluation.answers):
        return Step(evaluation, previous, (), (), ())
    before = {factor["code"]: factor for factor in previous.red_factors}
    after = {factor["code"]: factor for factor in evaluation.red_factors}
    return Step(
        evaluation,
        previous,
        tuple(_changes(previous, evaluation)),
        tuple(factor for code, factor in after.items() if code not in before),
        tuple(factor for code, factor in before.items() if code not in after),
    )


def _changes(previous: Evaluation, evaluation: Evaluation) -> list[Change]:
    old = {question.code: question.text for question in previous.grid.questions.all()}
    new = {question.code: question.text for question in evaluation.grid.questions.all()}
    changes = []
    for code, text in (old | new).items():
        before, after = _words(previous, code, old), _words(evaluation, code, new)
        if before != after:
            changes.append(Change(text, before, after))
    return changes


def _words(evaluation: Evaluation, code: str, asked: dict[str, str]) -> str:
    if code not in asked:
        return NOT_ASKED
    answer = evaluation.answers.get(code)
    return str(Answer(answer).label) if answer in Answer.values else NO_ANSWER
