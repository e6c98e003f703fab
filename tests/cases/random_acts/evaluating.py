"""Acts on threats, evaluations and the file itself: logged, evaluated, validated, closed, restricted, declared."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from cases.enums import Answer
from core.acts import ActRefused
from tests import build
from tests.cases.random_acts.sight import FILE_ROLES
from tests.pages.steps import SLUGS, usual_answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User
    from cases.models import Case, Evaluation
    from tests.cases.random_acts.stage import Stage

BOTH = (Role.REFERENT, Role.UNIT_HEAD)


def latest(stage: Stage, case: Case, state: str) -> Evaluation | None:
    return stage.holder(case).evaluations.filter(state=state).order_by("opened_at", "pk").first()


def log_threat(stage: Stage, person: User, case: Case, luck: int) -> None:
    """The five steps, in this file or in a new one; sometimes left after the second."""
    draft, known = uuid4(), set(stage.sight.cases)
    is_new = luck == 0
    # A référent opens a file of his own unit, wherever the élu lives.
    may = stage.sight.in_office(person, Role.REFERENT) if is_new else stage.may(person, case, Role.REFERENT)
    page, key = ("new_for", case.official_id) if is_new else ("add_threat", case.reference)
    typed = usual_answers(case.official)
    for number, step in enumerate(SLUGS[: 2 if luck == 1 else 5]):
        url = reverse(f"cases:{page}", args=[key]) if number == 0 else reverse("cases:draft_step", args=[draft, step])
        data = typed[step] | {"version": str(number), "draft": str(draft), "act": "next"}
        response = stage.send(person, case, url, data, may=may)
        if not may:
            return
        # A closed file refuses at the end only: what was typed is kept until then.
        assert response.status_code == 302 or step == "suites", f"{stage.trying}: {response.status_code} at {step}"
    stage.cases += sorted(set(stage.sight.cases) - known)


def evaluate(stage: Stage, person: User, case: Case, luck: int) -> None:
    if (evaluation := latest(stage, case, "todo")) is None:
        return
    answers = {f"q_{code}": value for code, value in build.answers(evaluation, Answer.values[luck % 3]).items()}
    level = {"signed_level": str(1 + luck % 4), "departure_reason": "Un motif." * (luck % 2)} if luck > 4 else {}
    url = reverse("cases:evaluation", args=[case.reference, evaluation.pk])
    data = answers | level | {"version": evaluation.version, "act": "send"}
    stage.send(person, case, url, data, may=stage.may(person, case, Role.REFERENT))


def save_draft(stage: Stage, person: User, case: Case, luck: int) -> None:
    if (evaluation := latest(stage, case, "todo")) is None:
        return
    url = reverse("cases:evaluation", args=[case.reference, evaluation.pk])
    first = evaluation.grid.questions.first()
    answer = {f"q_{first.code}": Answer.values[luck % 3]} if first else {}
    data = answer | {"version": evaluation.version, "act": "draft"}
    stage.send(person, case, url, data, may=stage.may(person, case, Role.REFERENT))


def validate(stage: Stage, person: User, case: Case, luck: int) -> None:
    if (evaluation := latest(stage, case, "submitted")) is None:
        return
    url = reverse("cases:validate", args=[case.reference, evaluation.pk])
    data = {"version": evaluation.version - (luck == 9)}
    stage.send(person, case, url, data, may=stage.may(person, case, Role.UNIT_HEAD))


def send_back(stage: Stage, person: User, case: Case, luck: int) -> None:
    if (evaluation := latest(stage, case, "submitted")) is None:
        return
    url = reverse("cases:return", args=[case.reference, evaluation.pk])
    data = {"reason": "Il manque la date." * (luck % 2)}
    stage.send(person, case, url, data, may=stage.may(person, case, Role.UNIT_HEAD))


def evaluate_again(stage: Stage, person: User, case: Case, luck: int) -> None:
    threats = list(stage.holder(case).threats.order_by("logged_at", "pk"))
    if not threats:
        return
    url = reverse("cases:reevaluate", args=[case.reference, threats[luck % len(threats)].pk])
    data = {"reason": "Un fait nouveau." * (luck % 3 > 0)}
    stage.send(person, case, url, data, may=stage.may(person, case, Role.REFERENT))


def close(stage: Stage, person: User, case: Case, luck: int) -> None:
    url = reverse("cases:close", args=[case.reference])
    stage.send(person, case, url, {"reason": "Fin du danger."}, may=stage.may(person, case, *BOTH))


def reopen(stage: Stage, person: User, case: Case, luck: int) -> None:
    url = reverse("cases:reopen", args=[case.reference])
    stage.send(person, case, url, {"reason": "Un fait nouveau."}, may=stage.may(person, case, *BOTH))


def reached(work: Callable[[], object]) -> None:
    """An act of the hierarchy that its own service refuses or does; the page behind it has tests of its own."""
    try:
        with transaction.atomic():
            work()
    except ActRefused:
        pass


def restrict(stage: Stage, person: User, case: Case, luck: int) -> None:
    held = stage.holder(case)
    others = [stage.people[name] for name in ("instructor", "decider") if luck % 2]
    reached(lambda: build.restricted(held, by=stage.head_of(held), people=others))


def declare(stage: Stage, person: User, case: Case, luck: int) -> None:
    held = stage.holder(case)
    reached(lambda: build.declared(held, person, by=stage.head_of(held)))


def break_the_glass(stage: Stage, person: User, case: Case, luck: int) -> None:
    held, sight = stage.holder(case), stage.sight
    if not held.is_restricted:
        return
    barred = (person.pk, held.pk) in sight.barred
    may = not barred and any(sight.holds(person, one, FILE_ROLES) for one in (case, held))
    url = reverse("cases:break_glass", args=[case.reference])
    stage.send(person, case, url, {"reason": "Appel du 17 : la personne est menacée." * (luck > 1)}, may=may)


def say_why(stage: Stage, person: User, case: Case, luck: int) -> None:
    may = stage.sight.sees(person, case)
    url = reverse("cases:consultation_reason", args=[case.reference])
    stage.send(person, case, url, {"motive": "oversight"}, may=may)
