from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from cases.enums import (
    EVALUATION_TRANSITIONS,
    Answer,
    CaseState,
    EvaluationState,
    EventKind,
    GridState,
    Level,
    TaskKind,
)
from cases.models import Case, Evaluation, GridVersion, UrgencyDelay
from cases.selectors.people import key_of
from cases.services.errors import ActRefused, Conflict
from cases.services.evaluation_tasks import (
    ask_to_evaluate,
    ask_to_validate,
    finish_evaluation_tasks,
    write_people,
)
from cases.services.locking import lock_case
from cases.services.scoring import Score, score_answers
from cases.services.timeline import add_event
from core import clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from accounts.models import User
    from cases.models import Threat
    from core.journal import Actor


def current_grid() -> GridVersion:
    """The latest published grid."""
    return GridVersion.objects.filter(state=GridState.PUBLISHED).latest("number")


def delay_of(urgency: str) -> timedelta:
    """Time given to evaluate a threat of this urgency."""
    return timedelta(hours=UrgencyDelay.objects.get(urgency=urgency).hours)


def open_evaluation(*, threat: Threat, due_at: datetime, reason: str, user: User, actor: Actor) -> Evaluation:
    """Open the next evaluation of a threat, on the current grid. Joins the caller's transaction."""
    last = threat.evaluations.aggregate(last=Max("number"))["last"] or 0
    evaluation = Evaluation.objects.create(
        case=threat.case,
        threat=threat,
        number=last + 1,
        grid=current_grid(),
        opened_at=clock.now(),
        opening_reason=reason,
        due_at=due_at,
    )
    add_event(
        case=threat.case,
        kind=EventKind.EVALUATION_OPENED,
        sentence=f"Évaluation n° {evaluation.number} à faire ({reason}).",
        user=user,
        actor=actor,
    )
    ask_to_evaluate(evaluation)
    return evaluation


@transaction.atomic
def start_new_evaluation(*, threat: Threat, reason: str, user: User, actor: Actor) -> Evaluation:
    """Evaluate a threat again: a new version, due by the same clock as the first.

    Raises ActRefused when an evaluation of this threat is unfinished, or when the file is closed.
    """
    case = lock_case(threat.case_id)
    if case.state != CaseState.OPEN:
        raise ActRefused("Ce dossier est clos : rouvrez-le pour évaluer à nouveau.")
    if threat.duplicate_of_id:
        raise ActRefused("Cette menace est un doublon : évaluez celle qui est conservée.")
    if threat.evaluations.unfinished().exists():
        raise ActRefused("Une évaluation de cette menace est déjà en cours.")
    if not reason.strip():
        raise ActRefused("Écrivez pourquoi vous évaluez à nouveau cette menace.")
    due_at = clock.now() + delay_of(threat.urgency)
    return open_evaluation(threat=threat, due_at=due_at, reason=reason.strip()[:200], user=user, actor=actor)


def _locked(evaluation: Evaluation) -> Evaluation:
    lock_case(evaluation.case_id)
    return (
        Evaluation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("case__official", "grid", "threat")
        .get(pk=evaluation.pk)
    )


def _require(evaluation: Evaluation, state: EvaluationState) -> None:
    if state not in EVALUATION_TRANSITIONS[evaluation.state]:
        raise ActRefused(f"Cette évaluation est « {evaluation.get_state_display()} » : l'acte n'est plus possible.")


def _check_version(evaluation: Evaluation, version: int, *, page: str = "") -> None:
    """`page` that saved by itself a moment ago, and whose answer is still on its way, does not meet itself."""
    if evaluation.version == version or (page and evaluation.saved_page == page):
        return
    raise Conflict(
        who=evaluation.saved_by,
        at=evaluation.saved_at or clock.now(),
        stored=_stored(evaluation),
        version=evaluation.version,
    )


def _stored(evaluation: Evaluation) -> dict[str, Any]:
    stored: dict[str, Any] = {f"q_{code}": answer for code, answer in evaluation.answers.items()}
    stored |= {f"n_{key_of(row)}": row.note or "" for row in evaluation.people.all()}
    return stored | {
        "comment": evaluation.comment or "",
        "signed_level": evaluation.signed_level,
        "departure_reason": evaluation.departure_reason or "",
    }


def _write_answers(
    evaluation: Evaluation,
    *,
    answers: Mapping[str, str],
    comment: str,
    signed_level: int | None,
    departure_reason: str,
    notes: Mapping[str, str] | None,
    user: User,
    actor: Actor,
) -> Score:
    questions = list(evaluation.grid.questions.all())
    known = {question.code for question in questions}
    evaluation.answers = {code: answer for code, answer in answers.items() if code in known and answer in Answer.values}
    score = score_answers(grid=evaluation.grid, questions=questions, answers=evaluation.answers)
    evaluation.computed_score = score.points
    evaluation.computed_level = score.level if not score.missing else None
    evaluation.red_factors = [asdict(factor) for factor in score.red_factors]
    evaluation.suggested_measures = score.measures
    evaluation.comment = comment.strip() or None
    evaluation.signed_level = Level(signed_level) if signed_level else None
    evaluation.departure_reason = departure_reason.strip() or None
    evaluation.version += 1
    evaluation.saved_by = f"{actor.label}"[:200]
    evaluation.saved_at = clock.now()
    evaluation.saved_page = ""
    if user.pk not in evaluation.contributors:
        evaluation.contributors = [*evaluation.contributors, user.pk]
    write_people(evaluation, notes or {})
    return score


@transaction.atomic
def save_evaluation_draft(
    *,
    evaluation: Evaluation,
    version: int,
    answers: Mapping[str, str],
    comment: str = "",
    signed_level: int | None = None,
    departure_reason: str = "",
    notes: Mapping[str, str] | None = None,
    page: str = "",
    automatic: bool = False,
    user: User,
    actor: Actor,
) -> Evaluation:
    """Save what is answered so far and compute on the server what it gives.

    `page` names the page where it is typed; `automatic`, that it saves by itself: nothing is then written when nothing
    changed, and what comes late never undoes what the same page has sent since.
    Raises Conflict when somebody saved meanwhile, ActRefused when the evaluation was already sent.
    """
    evaluation = _locked(evaluation)
    _require(evaluation, EvaluationState.SUBMITTED)
    _check_version(evaluation, version, page=page)
    given = {f"q_{code}": answer for code, answer in answers.items()}
    given |= {f"n_{key}": note.strip() for key, note in (notes or {}).items()}
    given |= {"comment": comment.strip(), "departure_reason": departure_reason.strip()}
    if automatic and _filled(given | {"signed_level": signed_level}) == _filled(_stored(evaluation)):
        return evaluation
    _write_answers(
        evaluation,
        answers=answers,
        comment=comment,
        signed_level=signed_level,
        departure_reason=departure_reason,
        notes=notes,
        user=user,
        actor=actor,
    )
    evaluation.saved_page = page if automatic else ""
    evaluation.save()
    return evaluation


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


@transaction.atomic
def submit_evaluation(
    *,
    evaluation: Evaluation,
    version: int,
    answers: Mapping[str, str],
    signed_level: int | None,
    departure_reason: str = "",
    comment: str = "",
    notes: Mapping[str, str] | None = None,
    page: str = "",
    user: User,
    actor: Actor,
) -> Evaluation:
    """Sign a level and send the evaluation to the hierarchy.

    Without `signed_level` the computed level is the signed one. Raises ActRefused when an answer is missing
    or when the signed level departs without a written reason, Conflict when somebody saved meanwhile.
    """
    evaluation = _locked(evaluation)
    _require(evaluation, EvaluationState.SUBMITTED)
    _check_version(evaluation, version, page=page)
    score = _write_answers(
        evaluation,
        answers=answers,
        comment=comment,
        signed_level=signed_level,
        departure_reason=departure_reason,
        notes=notes,
        user=user,
        actor=actor,
    )
    if score.missing:
        raise ActRefused(
            "Répondez à toutes les questions (« ne sait pas » est une réponse)."
            f" Questions sans réponse : {len(score.missing)}."
        )
    if evaluation.signed_level is None:
        evaluation.signed_level = score.level
    if evaluation.signed_level != score.level and not evaluation.departure_reason:
        raise ActRefused(
            "Écrivez pourquoi vous retenez un autre niveau que celui de la grille.", field="departure_reason"
        )
    if evaluation.signed_level == score.level:
        evaluation.departure_reason = None
    evaluation.state = EvaluationState.SUBMITTED
    evaluation.threat_version = evaluation.threat.version
    evaluation.evaluated_by = user
    evaluation.submitted_at = clock.now()
    evaluation.returned_reason = ""
    evaluation.save()
    add_event(
        case=evaluation.case,
        kind=EventKind.EVALUATION_SUBMITTED,
        sentence=(
            f"Évaluation n° {evaluation.number} transmise :"
            f" niveau calculé {score.level.label}, niveau retenu {Level(evaluation.signed_level).label}."
        ),
        user=user,
        actor=actor,
    )
    finish_evaluation_tasks(evaluation, TaskKind.EVALUATE, user=user, outcome="évaluation transmise")
    ask_to_validate(evaluation)
    return evaluation


@transaction.atomic
def return_evaluation(*, evaluation: Evaluation, reason: str, user: User, actor: Actor) -> Evaluation:
    """Send an evaluation back to its author, with what is missing. Raises ActRefused without a reason."""
    evaluation = _locked(evaluation)
    _require(evaluation, EvaluationState.TODO)
    if not reason.strip():
        raise ActRefused("Écrivez ce qui manque à cette évaluation.")
    evaluation.state = EvaluationState.TODO
    evaluation.returned_reason = reason.strip()[:500]
    evaluation.version += 1
    evaluation.saved_by = actor.label[:200]
    evaluation.saved_at = clock.now()
    evaluation.save()
    add_event(
        case=evaluation.case,
        kind=EventKind.EVALUATION_RETURNED,
        sentence=f"Évaluation n° {evaluation.number} renvoyée à son auteur.",
        user=user,
        actor=actor,
    )
    finish_evaluation_tasks(evaluation, TaskKind.VALIDATE, user=user, outcome="évaluation renvoyée")
    ask_to_evaluate(evaluation)
    return evaluation


@transaction.atomic
def validate_evaluation(*, evaluation: Evaluation, version: int, user: User, actor: Actor) -> Evaluation:
    """Validate what was sent, at the version that the validator read. From then on nothing changes it.

    Raises ActRefused when the validator wrote in it, Conflict when it changed since it was read.
    """
    evaluation = _locked(evaluation)
    _require(evaluation, EvaluationState.VALIDATED)
    if evaluation.evaluated_by_id == user.pk:
        raise ActRefused("Une autre personne que l'auteur valide l'évaluation.")
    if user.pk in evaluation.contributors:
        raise ActRefused("Une autre personne que celles qui l'ont remplie valide l'évaluation.")
    _check_version(evaluation, version)
    evaluation.state = EvaluationState.VALIDATED
    evaluation.validated_by = user
    evaluation.validated_at = clock.now()
    evaluation.save()
    refresh_level(evaluation.case_id)
    add_event(
        case=evaluation.case,
        kind=EventKind.EVALUATION_VALIDATED,
        sentence=f"Évaluation n° {evaluation.number} validée : niveau {evaluation.get_signed_level_display()}.",
        user=user,
        actor=actor,
    )
    kinds = (TaskKind.EVALUATE, TaskKind.VALIDATE, TaskKind.CHASE)
    finish_evaluation_tasks(evaluation, *kinds, user=user, outcome="évaluation validée")
    return evaluation


def refresh_level(case_id: UUID) -> None:
    """The level of a file is the highest among the latest validated evaluations of its threats, doubles apart."""
    latest = (
        Evaluation.objects.validated()
        .filter(case_id=case_id, threat__duplicate_of=None)
        .order_by("threat_id", "-number")
        .distinct("threat_id")
        .values_list("signed_level", flat=True)
    )
    level = max((level for level in latest if level is not None), default=None)
    Case.objects.filter(pk=case_id).update(level=level)
