"""Fetch and authorise a file, or what hangs on it, in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from accounts import gate
from accounts.gate import ask_before_opening, fetch_scoped
from cases.models import Case, Evaluation, Threat
from cases.permissions import VIEW_CASE

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from accounts.permissions import Permission


class CaseMoved(Exception):
    """The file asked for was merged into another: `cases.middleware` leads there, or says whom to call."""

    def __init__(self, case: Case, survivor: Case | None) -> None:
        super().__init__(case.reference)
        self.case = case
        self.survivor = survivor


def get_case_for(
    request: HttpRequest,
    reference: str,
    *,
    act: Permission | None = None,
    follow: bool = True,
    asks_reason: bool = True,
) -> Case:
    """The file, or 404 outside my scope, or 403 in my scope without the right to `act`. Refusals are journaled.

    Outside one's own list, the gate sends first to the page that asks why (`cases.receivers`).
    Of a merged file: a page redirects to the file that holds it now, and what is sent from a page opened before the
    merge acts there, so that nothing typed is lost. `follow=False` gives the merged file itself.
    """
    queryset = Case.objects.select_related("official", "unit", "departement")
    found: Case = fetch_scoped(request, queryset, see=VIEW_CASE, act=act, asks_reason=False, reference=reference)
    if not follow or not found.is_merged:
        if asks_reason:
            ask_before_opening(request, queryset, found)
        return found
    # Nothing of a merged file is shown on the way: the reason is asked for the one that is.
    survivor = found.holder
    if not queryset.visible_to(request.user, VIEW_CASE).filter(pk=survivor.pk).exists():
        raise CaseMoved(found, None)
    if request.method in ("GET", "HEAD"):
        raise CaseMoved(found, survivor)
    moved: Case = fetch_scoped(
        request, queryset, see=VIEW_CASE, act=act, asks_reason=asks_reason, reference=survivor.reference
    )
    return moved


def get_threat_for(request: HttpRequest, reference: str, threat: UUID, *, act: Permission | None = None) -> Threat:
    case = get_case_for(request, reference, act=act)
    found = (
        Threat.objects.select_related("commune__departement", "mandate", "logged_by")
        .filter(case=case, pk=threat)
        .first()
    )
    if found is None:
        raise Http404
    found.case = case
    return found


def get_evaluation_for(
    request: HttpRequest, reference: str, evaluation: UUID, *, act: Permission | None = None
) -> Evaluation:
    case = get_case_for(request, reference, act=act)
    found = (
        Evaluation.objects.select_related(
            "threat__commune", "threat__mandate", "threat__logged_by", "grid", "evaluated_by", "validated_by"
        )
        .filter(case=case, pk=evaluation)
        .first()
    )
    if found is None:
        raise Http404
    found.case = case
    return found


def journal_reading(request: HttpRequest, case: Case, *, what: str) -> None:
    gate.journal_reading(request, case, see=VIEW_CASE, label=case.reference, what=what)
