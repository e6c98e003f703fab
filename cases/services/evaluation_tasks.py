"""The tasks that an evaluation opens, and that its next state finishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.enums import Role
from cases.enums import TaskKind
from cases.models import EvaluatedPerson
from cases.selectors.people import covered_people
from cases.services.tasks import finish_tasks, open_task

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from accounts.models import User
    from cases.models import Evaluation


def path_of(evaluation: Evaluation) -> str:
    return reverse("cases:evaluation", args=[evaluation.case.reference, evaluation.pk])


def ask_to_evaluate(evaluation: Evaluation) -> None:
    """One waiting task for the référents of the unit; sent back, the evaluation asks again."""
    _ask(evaluation, TaskKind.EVALUATE, "Évaluer une menace", Role.REFERENT, f"{evaluation.version}")


def ask_to_validate(evaluation: Evaluation) -> None:
    _ask(evaluation, TaskKind.VALIDATE, "Valider une évaluation", Role.UNIT_HEAD, f"{evaluation.version}")


def ask_to_chase(evaluation: Evaluation, due_at: datetime) -> None:
    _ask(evaluation, TaskKind.CHASE, "Relancer une évaluation en retard", Role.UNIT_HEAD, "late", due_at)


def _ask(
    evaluation: Evaluation, kind: TaskKind, title: str, role: Role, mark: str, due_at: datetime | None = None
) -> None:
    open_task(
        case=evaluation.case,
        kind=kind,
        title=title,
        role=role,
        due_at=due_at or evaluation.due_at,
        path=path_of(evaluation),
        dedupe_key=f"{kind}:{evaluation.pk}:{mark}",
    )


def finish_evaluation_tasks(evaluation: Evaluation, *kinds: TaskKind, user: User, outcome: str) -> None:
    for kind in kinds:
        finish_tasks(case=evaluation.case, prefix=f"{kind}:{evaluation.pk}:", user=user, outcome=outcome)


def write_people(evaluation: Evaluation, notes: Mapping[str, str]) -> None:
    """Keep whom the evaluation covers, with what it changes for each. Before the evaluation is sent."""
    stored = {row.official_id or row.protected_person_id: row for row in evaluation.people.all()}
    for person in covered_people(evaluation, full=True):
        note = notes.get(person.key, person.note).strip() or None
        row = stored.get(person.official_id or person.protected_person_id)
        if row is None:
            EvaluatedPerson.objects.create(
                evaluation=evaluation,
                official_id=person.official_id,
                protected_person_id=person.protected_person_id,
                note=note,
            )
        elif row.note != note:
            row.note = note
            row.save(update_fields=["note"])
