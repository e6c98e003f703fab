"""What a merge of files means for the figures: a fact told twice counts once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from barometer.services import revise_months
from cases.enums import MergeState
from cases.models import Case
from cases.signals import case_merged

if TYPE_CHECKING:
    from cases.models import CaseMerge, Threat


@receiver(case_merged)
def count_doubles_once(sender: type[Case], *, merge: CaseMerge, doubles: list[Threat], **kwargs: Any) -> None:
    undone = merge.state == MergeState.UNDONE
    revise_months(
        logged=[threat.logged_at for threat in doubles],
        sign=1 if undone else -1,
        reason="fusion de dossiers annulée" if undone else "fait compté deux fois, dossiers fusionnés",
        source=f"merge:{merge.pk}:{merge.state}",
    )
