"""Fetch and authorise a file, or what hangs on it, in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from accounts import gate
from accounts.gate import fetch_scoped
from cases.models import Case, Evaluation, Threat
from cases.permissions import VIEW_CASE

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from accounts.permissions import Permission


def get_case_for(
    request: HttpRequest, reference: str, *, act: Permission | None = None, asks_reason: bool = True
) -> Case:
    """The file, or 404 outside my scope, or 403 in my scope without the right to `act`. Refusals are journaled.

    Outside one's own list, the gate sends first to the page that asks why (`cases.receivers`).
    """
    queryset = Case.objects.select_related("official", "unit", "departement")
    return fetch_scoped(request, queryset, see=VIEW_CASE, act=act, asks_reason=asks_reason, reference=reference)


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
