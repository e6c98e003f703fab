from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView

from cases.forms import STEPS
from cases.permissions import LOG_THREAT
from cases.selectors import drafts_of, open_cases_by_official, units_with_open_cases
from officials.selectors import search_officials


class OfficialSearchView(TemplateView):
    """Find the élu, and see the open files before creating another. Drafts to finish come first."""

    access = LOG_THREAT
    template_name = "cases/search_official.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.GET.get("q", "").strip()[:100]
        officials = search_officials(text, limit=20) if text else []
        known = open_cases_by_official(user=self.request.user, official_ids=[found.pk for found in officials])
        elsewhere = units_with_open_cases(user=self.request.user, official_ids=[found.pk for found in officials])
        results = [(official, known.get(official.pk, []), elsewhere.get(official.pk, [])) for official in officials]
        drafts = [(draft, STEPS[draft.step - 1]) for draft in drafts_of(user=self.request.user)]
        return super().get_context_data(text=text, results=results, drafts=drafts, **kwargs)
