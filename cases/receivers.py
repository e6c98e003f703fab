"""What merging files, and undoing it, mean here; and the rule of the gate: outside one's list, a reason is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.dispatch import receiver
from django.urls import reverse

from accounts.enums import ScopeKind
from accounts.gate import REASON_GIVEN, SentElsewhere, opening_rules
from accounts.scope import postings_over
from cases.models import Case, CaseLinkedQuerySet, CaseMergeItem, ProtectiveMeasure
from cases.permissions import VIEW_CASE
from cases.selectors import live_access, standing_in
from cases.signals import case_merge_undoing, case_merging
from core import clock
from core.acts import ActRefused

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import Model
    from django.http import HttpRequest

    from accounts.scope import ScopedQuerySet
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


def ask_why(request: HttpRequest, queryset: ScopedQuerySet, row: Model) -> None:
    """Let pass those of the unit, those who have something to do in the file, and those who said why today.

    Raises SentElsewhere towards the page that asks. What hangs on a file is asked about like the file.
    """
    if not isinstance(queryset, CaseLinkedQuerySet):
        return
    user, case = request.user, queryset.case_of(row)
    Case.objects.all().remember_shown(user, case)
    if case.is_restricted and (access := live_access(case, user=user)) is not None:
        if access.is_by_glass:
            setattr(request, REASON_GIVEN, "accès d'urgence")
        return
    scopes = {posting.scope for posting in postings_over(user, VIEW_CASE, case)}
    # A person who reads his own decision holds no posting over the file.
    if not scopes or ScopeKind.UNIT in scopes:
        return
    standing = standing_in(case, user=user, now=clock.now())
    if standing.has_matter:
        return
    if not standing.reason:
        raise SentElsewhere(_page_that_asks(request, case))
    setattr(request, REASON_GIVEN, standing.reason)


def _page_that_asks(request: HttpRequest, case: Case) -> str:
    url = reverse("cases:consultation_reason", args=[case.reference])
    # An act is not done again by itself: the person comes back to the file.
    return f"{url}?{urlencode({'next': request.get_full_path()})}" if request.method in ("GET", "HEAD") else url


@receiver(case_merging)
def keep_restrictions_apart(sender: type[Case], *, absorbed: Case, survivor: Case, **kwargs: Any) -> None:
    """A list of people does not follow threats into another file by itself."""
    if absorbed.is_restricted or survivor.is_restricted:
        raise ActRefused("Un des dossiers est à accès restreint : levez la restriction avant de les fusionner.")


@receiver(case_merge_undoing)
def keep_what_was_restricted(sender: type[Case], *, merge: CaseMerge, **kwargs: Any) -> None:
    """Threats restricted since with the file that holds them would be open to all again in the one that they left."""
    if merge.survivor.is_restricted:
        raise ActRefused(
            "Le dossier conservé est à accès restreint : levez la restriction avant d'annuler la fusion, et restreignez"
            " ensuite chacun des deux dossiers."
        )


opening_rules.append(ask_why)
