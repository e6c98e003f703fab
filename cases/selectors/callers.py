"""What the 17 may know of the files of a caller: a level in words, and which file is open. Nothing of their content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.enums import EvaluationState, Level
from cases.models import Case, Evaluation

if TYPE_CHECKING:
    from uuid import UUID


def level_of_official(official_id: UUID) -> str:
    """The highest level of danger in force over the open files of an élu, in words; empty when none was validated.

    Of each threat, its latest validated version counts.
    """
    latest = (
        Evaluation.objects.filter(
            case__official_id=official_id, state=EvaluationState.VALIDATED, case__in=Case.objects.open()
        )
        .order_by("threat_id", "-number")
        .distinct("threat_id")
        .values_list("signed_level", flat=True)
    )
    levels = [level for level in latest if level is not None]
    return Level(max(levels)).label if levels else ""


def open_case_of(official_id: UUID, *, departement: str) -> Case | None:
    """The file in which what happens to an élu is written: open, of that département first, the latest."""
    cases = Case.objects.open().filter(official_id=official_id).select_related("unit__departement", "departement")
    found = sorted(cases.order_by("-opened_at", "-pk")[:20], key=lambda case: case.departement_id != departement)
    return found[0] if found else None
