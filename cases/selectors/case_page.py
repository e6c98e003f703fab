"""What the page of a file reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Prefetch

from cases.enums import CaseState, EvaluationState
from cases.models import Case, CaseEvent, Evaluation, Threat

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

FAMILY = """
WITH RECURSIVE family(id) AS (
    SELECT %s::uuid UNION ALL SELECT c.id FROM cases_case c JOIN family f ON c.merged_into_id = f.id
) SELECT id FROM family
"""


def threats_of(case: Case) -> list[Threat]:
    """Threats of a file, the latest first, each with its evaluations, the latest version first."""
    evaluations = Evaluation.objects.select_related("evaluated_by", "validated_by", "grid").order_by("-number")
    return list(
        case.threats.select_related("commune", "mandate", "logged_by")
        .prefetch_related(Prefetch("evaluations", queryset=evaluations, to_attr="versions"))
        .order_by("-occurred_at", "-pk")
    )


def latest_events(case: Case, *, limit: int = 50) -> tuple[list[CaseEvent], bool]:
    """The latest acts of a file and of those merged into it, and whether there are more."""
    events = list(CaseEvent.objects.filter(case__in=case_family_ids(case)).order_by("-at", "-pk")[: limit + 1])
    return events[:limit], len(events) > limit


def case_family_ids(case: Case) -> list[UUID]:
    """The file and the files merged into it, at any depth: one query."""
    with connection.cursor() as cursor:
        cursor.execute(FAMILY, [case.pk])
        return [row[0] for row in cursor.fetchall()]


def _is_evaluated(threat: Threat) -> bool:
    if threat.duplicate_of_id:
        return True
    versions: list[Evaluation] = threat.versions  # type: ignore[attr-defined]  # to_attr of threats_of
    return bool(versions) and all(version.state == EvaluationState.VALIDATED for version in versions)


def closing_obstacle(case: Case, threats: Iterable[Threat]) -> str:
    """What keeps a file open, in words; empty when nothing does. The service and the database decide."""
    if case.state != CaseState.OPEN:
        return f"Ce dossier est déjà {case.get_state_display()}."
    waiting = sum(not _is_evaluated(threat) for threat in threats)
    if waiting:
        noun = "menace attend" if waiting == 1 else "menaces attendent"
        return f"{waiting} {noun} une évaluation validée : le dossier ne peut pas être clos."
    return ""
