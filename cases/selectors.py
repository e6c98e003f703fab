"""Reads of files. Each list costs a constant number of queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch

from cases.enums import CaseState, EvaluationState
from cases.models import Case, CaseEvent, Evaluation, Threat
from cases.permissions import EVALUATE, VALIDATE_EVALUATION, VIEW_CASE
from core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from accounts.models import Unit, User
    from cases.models.file import CaseQuerySet

# What a home page shows before it sends to the whole list.
HOME_LIMIT = 10


def for_list(cases: CaseQuerySet) -> CaseQuerySet:
    """With what a list shows, in a constant number of queries."""
    unfinished = Evaluation.objects.unfinished().only("case_id", "state", "due_at").order_by("due_at", "pk")
    return cases.select_related("official", "unit", "departement").prefetch_related(
        Prefetch("evaluations", queryset=unfinished, to_attr="unfinished_evaluations")
    )


def only_unevaluated(cases: CaseQuerySet) -> CaseQuerySet:
    """Files in which a threat waits for its evaluation to be done or validated."""
    return cases.filter(Exists(Evaluation.objects.unfinished().filter(case_id=OuterRef("pk"))))


def only_overdue(cases: CaseQuerySet, now: datetime) -> CaseQuerySet:
    """Files in which such an evaluation is late."""
    late = Evaluation.objects.unfinished().filter(case_id=OuterRef("pk"), due_at__lt=now)
    return cases.filter(Exists(late))


def cases_for_list(*, user: User) -> CaseQuerySet:
    """Files that `user` may consult, with what a list shows."""
    return for_list(Case.objects.visible_to(user, VIEW_CASE))


def open_cases_of(*, user: User, official_id: UUID) -> list[Case]:
    """Open files of an élu that `user` may see: shown before a new one is created."""
    cases = cases_for_list(user=user).open().filter(official_id=official_id)
    return list(cases.order_by("-opened_at", "-pk"))


def open_cases_by_official(*, user: User, official_ids: Iterable[UUID]) -> dict[UUID, list[Case]]:
    """The same for several élus, in two queries."""
    found: dict[UUID, list[Case]] = {}
    queryset = cases_for_list(user=user).open().filter(official_id__in=list(official_ids))
    for case in queryset.order_by("-opened_at", "-pk"):
        found.setdefault(case.official_id, []).append(case)
    return found


def units_with_open_cases(*, user: User, official_ids: Iterable[UUID]) -> dict[UUID, list[Unit]]:
    """Units with an open file of these élus that `user` does not see: whom to call, and nothing of the file."""
    seen = Case.objects.visible_to(user, VIEW_CASE)
    elsewhere = Case.objects.open().filter(official_id__in=list(official_ids)).exclude(pk__in=seen.values("pk"))
    found: dict[UUID, list[Unit]] = {}
    for case in elsewhere.select_related("unit").order_by("unit__name", "pk"):
        units = found.setdefault(case.official_id, [])
        if case.unit not in units:
            units.append(case.unit)
    return found


def threats_of(case: Case) -> list[Threat]:
    """Threats of a file, the latest first, each with its evaluations, the latest version first."""
    evaluations = Evaluation.objects.select_related("evaluated_by", "validated_by", "grid").order_by("-number")
    return list(
        case.threats.select_related("commune", "mandate", "logged_by")
        .prefetch_related(Prefetch("evaluations", queryset=evaluations, to_attr="versions"))
        .order_by("-occurred_at", "-pk")
    )


def latest_events(case: Case, *, limit: int = 50) -> tuple[list[CaseEvent], bool]:
    """The latest acts of a file, and whether there are more."""
    events = list(case.events.order_by("-at", "-pk")[: limit + 1])
    return events[:limit], len(events) > limit


def evaluations_to_do(*, user: User, limit: int = HOME_LIMIT) -> list[Evaluation]:
    """Evaluations that `user` has to make, the oldest clock first."""
    queryset = Evaluation.objects.visible_to(user, EVALUATE).to_do().for_list()
    return list(queryset.order_by("due_at", "pk")[: limit + 1])


def evaluations_to_validate(*, user: User, limit: int = HOME_LIMIT) -> list[Evaluation]:
    """Evaluations sent to `user` for validation, without his own, the oldest clock first."""
    queryset = Evaluation.objects.visible_to(user, VALIDATE_EVALUATION).to_validate().for_list()
    return list(queryset.exclude(evaluated_by=user).order_by("due_at", "pk")[: limit + 1])


def late_evaluations(*, user: User, limit: int = HOME_LIMIT) -> list[Evaluation]:
    """Unfinished evaluations whose clock has run out, in the files that `user` may consult."""
    queryset = Evaluation.objects.visible_to(user, VIEW_CASE).unfinished().for_list()
    return list(queryset.filter(due_at__lt=clock.now()).order_by("due_at", "pk")[: limit + 1])


def _is_evaluated(threat: Threat) -> bool:
    versions: list[Evaluation] = threat.versions  # type: ignore[attr-defined]  # to_attr of threats_of
    return bool(versions) and all(version.state == EvaluationState.VALIDATED for version in versions)


def closing_obstacle(case: Case, threats: Iterable[Threat]) -> str:
    """What keeps a file open, in words; empty when nothing does. The service and the database decide."""
    if case.state != CaseState.OPEN:
        return "Ce dossier est déjà clos."
    waiting = sum(not _is_evaluated(threat) for threat in threats)
    if waiting:
        noun = "menace attend" if waiting == 1 else "menaces attendent"
        return f"{waiting} {noun} une évaluation validée : le dossier ne peut pas être clos."
    return ""
