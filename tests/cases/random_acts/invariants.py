"""What must be true after every act, whoever did it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from cases.enums import LIVE_MEASURES, UNSETTLED_MEASURES, CaseState, EvaluationState, TaskKind
from cases.models import (
    Attachment,
    Case,
    CaseEvent,
    CaseMerge,
    CaseTask,
    Evaluation,
    MeasureRule,
    MeasureTrace,
    ProtectiveMeasure,
    Threat,
)
from cases.services.moving import MOVING

if TYPE_CHECKING:
    from django.db.models import Model

    from tests.cases.random_acts.sight import Sight
    from tests.cases.random_acts.stage import Stage

EVALUATION_TASKS = {TaskKind.EVALUATE: EvaluationState.TODO, TaskKind.VALIDATE: EvaluationState.SUBMITTED}


def check_invariants(stage: Stage) -> None:
    evaluations = list(Evaluation.objects.select_related("threat").order_by("threat_id", "number"))
    measures = list(ProtectiveMeasure.objects.select_related("evaluation").order_by("pk"))
    sight = stage.sight
    for case in sight.cases.values():
        check_file(stage, case, evaluations, measures)
    for threat in Threat.objects.select_related("duplicate_of"):
        check_threat(threat, [one for one in evaluations if one.threat_id == threat.pk])
    for evaluation in evaluations:
        check_evaluation(stage, evaluation)
    for measure in measures:
        check_measure(stage, sight, measure)
    check_tasks(sight, evaluations, measures)
    check_merges(sight)
    check_kept(stage)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def never_changes(stage: Stage, row: Model, value: object) -> None:
    kind = type(row).__name__
    assert stage.frozen.setdefault((kind, row.pk), value) == value, f"{stage.trying}: {kind} {row.pk} changed"


def check_file(stage: Stage, case: Case, evaluations: list[Evaluation], measures: list[ProtectiveMeasure]) -> None:
    mine = [one for one in evaluations if one.case_id == case.pk]
    if case.state == CaseState.CLOSED:
        over = {EvaluationState.VALIDATED, EvaluationState.SET_ASIDE}
        assert all(one.state in over for one in mine), f"{case}: closed, and an evaluation waits"
        live = [one for one in measures if one.case_id == case.pk and one.state in UNSETTLED_MEASURES]
        assert not live, f"{case}: closed, and a measure is live"
        told = {one.threat_id for one in mine if one.state == EvaluationState.VALIDATED}
        facts = case.threats.filter(duplicate_of=None).values_list("pk", flat=True)
        assert set(facts) <= told, f"{case}: closed, and a threat was never evaluated"


def check_threat(threat: Threat, evaluations: list[Evaluation]) -> None:
    unfinished = [one for one in evaluations if one.state in (EvaluationState.TODO, EvaluationState.SUBMITTED)]
    assert evaluations, f"{threat}: nobody is asked to evaluate it"
    assert len(unfinished) <= 1
    assert not (threat.duplicate_of_id and unfinished), f"{threat}: a double asks for an evaluation"
    assert threat.duplicate_of is None or threat.duplicate_of.case_id == threat.case_id


def check_evaluation(stage: Stage, evaluation: Evaluation) -> None:
    assert evaluation.case_id == evaluation.threat.case_id, f"{stage.trying}: an evaluation without its threat"
    if evaluation.state != EvaluationState.VALIDATED:
        assert ("Evaluation", evaluation.pk) not in stage.frozen
        return
    assert evaluation.validated_by_id != evaluation.evaluated_by_id
    assert evaluation.signed_level == evaluation.computed_level or evaluation.departure_reason
    signed = (evaluation.answers, evaluation.signed_level, evaluation.computed_level, evaluation.validated_by_id)
    never_changes(stage, evaluation, signed)


# --- Measures -------------------------------------------------------------------------------------


def check_measure(stage: Stage, sight: Sight, measure: ProtectiveMeasure) -> None:
    assert measure.case_id == measure.evaluation.case_id, f"{stage.trying}: a measure without its evaluation"
    if measure.state in LIVE_MEASURES:
        assert measure.owner_id, f"{stage.trying}: a live measure without an owner"
        assert measure.review_on or (measure.period and measure.period.upper), f"{stage.trying}: no next date"
    if measure.decided_at is not None:
        check_decision(stage, sight, measure)
    if measure.state in ("ended", "refused"):
        never_changes(stage, measure, [getattr(measure, name) for name in columns(ProtectiveMeasure) - {"case_id"}])


def columns(model: type[Model]) -> set[str]:
    return {field.attname for field in model._meta.concrete_fields}


def check_decision(stage: Stage, sight: Sight, measure: ProtectiveMeasure) -> None:
    """Signed by who has just pressed, in a role that the doctrine names, held over this very file."""
    known = ("decision", measure.pk) in stage.frozen
    signed = (measure.decided_by_id, measure.decider_role, measure.decided_at)
    assert stage.frozen.setdefault(("decision", measure.pk), signed) == signed
    if known:
        return
    person, case = stage.last_person, sight.cases[measure.case_id]
    rule = MeasureRule.objects.filter(kind=measure.kind).latest("since")
    assert person is not None
    assert measure.decided_by_id == person.pk
    assert measure.decider_role in rule.deciders, f"{stage.trying}: {measure} decided by a {measure.decider_role}"
    assert sight.holds(person, case, {measure.decider_role}), f"{stage.trying}: not his role over this file"
    assert not (rule.by_another and measure.proposed_by_id == person.pk), f"{stage.trying}: decided alone"
    assert sight.sees(person, case), f"{stage.trying}: decided in a file that is hidden from him"


# --- Tasks ----------------------------------------------------------------------------------------


def check_tasks(sight: Sight, evaluations: list[Evaluation], measures: list[ProtectiveMeasure]) -> None:
    """A task waits in the file of what it asks, leads to its page, and ends when it is done."""
    waiting = list(CaseTask.objects.filter(done_at=None).order_by("due_at", "pk"))
    for task in waiting:
        case = sight.cases[task.case_id]
        assert case.state != CaseState.MERGED, f"{task}: waits in a merged file"
        assert f"/{case.reference}/" in task.path, f"{task}: waits in {case} and leads to {task.path}"
    by_id = {str(one.pk): one for one in evaluations}
    for kind, state in EVALUATION_TASKS.items():
        asked = {task.dedupe_key.split(":")[1]: task for task in waiting if task.kind == kind}
        for key, task in asked.items():
            assert by_id[key].state == state, f"{task}: still asked, of an evaluation that is {by_id[key].state}"
            assert by_id[key].case_id == task.case_id, f"{task}: in another file than its evaluation"
        missing = {key for key, one in by_id.items() if one.state == state} - asked.keys()
        assert not missing, f"{kind}: nobody is asked for {missing}"
    reviews = {task.dedupe_key.split(":")[1]: task for task in waiting if task.kind == TaskKind.REVIEW_MEASURE}
    for measure in measures:
        task = reviews.pop(str(measure.pk), None)
        assert (task is not None) == (measure.state in LIVE_MEASURES), f"{measure}, {measure.state}: asked? {task}"
        assert task is None or task.case_id == measure.case_id, f"{task}: in another file than its measure"
    assert not reviews


# --- Merges, and what never goes away -------------------------------------------------------------


def check_merges(sight: Sight) -> None:
    standing = {one.absorbed_id: one.survivor_id for one in CaseMerge.objects.exclude(state="undone")}
    merged = {case.pk: case.merged_into_id for case in sight.cases.values() if case.state == CaseState.MERGED}
    assert standing == merged
    assert all(case.merged_into_id is None for case in sight.cases.values() if case.pk not in merged)
    for moving in MOVING:
        left = moving.model._base_manager.filter(case__in=list(merged))
        assert not left.exists(), f"{moving.model.__name__}: left in a merged file"
    for attachment in Attachment.objects.select_related("threat"):
        threat = attachment.threat
        assert threat is None or threat.case_id == attachment.case_id, "an attachment of another file's threat"


ORIGINAL = ("sha256", "size", "name", "media_type", "storage_key", "joined_to_id", "added_by_id", "added_at")


def check_kept(stage: Stage) -> None:
    """Acts, traces and files as they were first seen: none is lost, none is another."""
    rows: dict[tuple[str, object], Any] = {}
    for event in CaseEvent.objects.values_list("pk", "case_id", "kind", "actor_id", "at", "sentence"):
        rows["CaseEvent", event[0]] = event[1:]
    for trace in MeasureTrace.objects.values_list("pk", "measure_id", "kind", "by_id", "at", "text"):
        rows["MeasureTrace", trace[0]] = trace[1:]
    for attachment in Attachment.objects.values("pk", *ORIGINAL):
        rows["Attachment", attachment.pop("pk")] = attachment
    kept = {key for key in stage.frozen if key[0] in ("CaseEvent", "MeasureTrace", "Attachment")}
    assert kept <= rows.keys(), f"{stage.trying}: lost {kept - rows.keys()}"
    for key, value in rows.items():
        assert stage.frozen.setdefault(key, value) == value, f"{stage.trying}: {key} changed"
    for key, content in stage.bytes_of.items():
        found = Attachment.objects.get(pk=key)
        assert b"".join(found.sealed.pieces()) == content, f"{stage.trying}: the bytes of {found} changed"
