"""What undoing a merge means for measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from cases.models import Case, CaseMergeItem, ProtectiveMeasure
from cases.signals import case_merge_undoing
from core.acts import ActRefused

if TYPE_CHECKING:
    from uuid import UUID

    from cases.models import CaseMerge


@receiver(case_merge_undoing)
def keep_measures_with_their_evaluation(
    sender: type[Case], *, merge: CaseMerge, threats: list[UUID], **kwargs: Any
) -> None:
    """A measure proposed since the merge, on an evaluation that would go back, would rest on another file."""
    moved = CaseMergeItem.objects.filter(merge=merge, table=ProtectiveMeasure._meta.label_lower).values_list(
        "row", flat=True
    )
    since = ProtectiveMeasure.objects.filter(case=merge.survivor_id, evaluation__threat__in=threats)
    if since.exclude(pk__in=list(moved)).exists():
        raise ActRefused(
            "La fusion ne peut pas être annulée : une mesure de protection repose sur une évaluation qui repartirait."
        )
