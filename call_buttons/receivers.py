"""What closing or merging a file means for call buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from call_buttons.models import CallButtonGrant, CallButtonRequest
from call_buttons.selectors import open_matters_of
from cases.services import stays
from cases.signals import case_closing, case_merge_undoing, case_merging
from core.acts import ActRefused

if TYPE_CHECKING:
    from uuid import UUID

    from cases.models import Case, CaseMerge

# A request and a grant stay with the reference under which they were decided; the survivor's panel lists them too.
stays(CallButtonRequest)
stays(CallButtonGrant)


@receiver(case_closing)
def keep_open_while_protected(sender: type[Case], *, case: Case, **kwargs: Any) -> None:
    """A pending request would be decided, or a protection would run, in a file that nobody looks at."""
    if matters := open_matters_of(case):
        raise ActRefused(f"Ce dossier ne peut pas être clos : {matters}.")


@receiver(case_merging)
def keep_the_file_that_protects(sender: type[Case], *, absorbed: Case, **kwargs: Any) -> None:
    """Requests and grants stay with their file: one that still runs must not sit in an absorbed one."""
    if matters := open_matters_of(absorbed):
        raise ActRefused(
            f"Dans le dossier {absorbed.reference}, {matters} : choisissez ce dossier comme dossier conservé."
        )


@receiver(case_merge_undoing)
def keep_the_ground_of_requests(sender: type[Case], *, merge: CaseMerge, threats: list[UUID], **kwargs: Any) -> None:
    """A request rests on an evaluation of its own file."""
    if CallButtonRequest.objects.filter(case=merge.survivor_id, evaluation__threat__in=threats).exists():
        raise ActRefused(
            "Depuis la fusion, un bouton d'appel a été demandé sur une menace qui devrait revenir : la fusion ne peut"
            " plus être annulée."
        )
