"""What the page of a file reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

from cases.enums import CaseState, EvaluationState
from cases.models import Case, CaseEvent, Evaluation, Threat

if TYPE_CHECKING:
    from collections.abc import Iterable


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
