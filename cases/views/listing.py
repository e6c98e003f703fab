from __future__ import annotations

import re
from typing import Any

from django.views.generic import TemplateView

from accounts.permissions import has_permission
from cases.enums import CaseState
from cases.forms import CaseFilterForm
from cases.models.file import CaseQuerySet
from cases.permissions import IMPORT_FACTS, LOG_THREAT, MERGE_CASES, SHARE_IDENTIFIERS, VIEW_CASE
from cases.selectors import cases_for_list, only_overdue, only_unevaluated, restricted_count
from core import clock
from core.pagination import paginate_keyset
from officials.selectors import matching_officials

REFERENCE = re.compile(r"^\d{4}-[0-9AB]{2,3}-\d{1,9}$", re.IGNORECASE)


class CaseListView(TemplateView):
    """Files of my scope, the latest first; filters and search narrow it, never widen it."""

    access = VIEW_CASE
    template_name = "cases/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = CaseFilterForm(self.request.GET or None)
        cases = cases_for_list(user=self.request.user)
        filtered = form.is_bound and form.is_valid()
        if filtered:
            cases = _narrow(cases, form.cleaned_data)
        if not filtered or not (form.cleaned_data["q"].strip() or form.cleaned_data["state"]):
            # A merged file is found by its reference or its élu, and does not count twice in the list.
            cases = cases.exclude(state=CaseState.MERGED)
        page = paginate_keyset(cases, order=("-opened_at", "-pk"), cursor=self.request.GET.get("cursor"))
        return super().get_context_data(
            form=form,
            page=page,
            now=clock.now(),
            # Of the whole territory, whatever is searched: the number must not say whom they are about.
            restricted=restricted_count(user=self.request.user),
            filtered=filtered and any(form.cleaned_data.values()),
            may_log=has_permission(self.request.user, LOG_THREAT),
            may_check_doubles=has_permission(self.request.user, MERGE_CASES),
            may_import=has_permission(self.request.user, IMPORT_FACTS),
            may_share=has_permission(self.request.user, SHARE_IDENTIFIERS),
            **kwargs,
        )


def _narrow(cases: CaseQuerySet, data: dict[str, Any]) -> CaseQuerySet:
    if text := data["q"].strip():
        if REFERENCE.match(text):
            cases = cases.filter(reference=text.upper())
        else:
            cases = cases.filter(official__in=matching_officials(text))
    match data["state"]:
        case CaseState.OPEN | CaseState.CLOSED | CaseState.MERGED as state:
            cases = cases.filter(state=state)
        case "unevaluated":
            cases = only_unevaluated(cases)
        case "late":
            cases = only_overdue(cases, clock.now())
    if data["level"]:
        cases = cases.filter(level=int(data["level"]))
    return cases
