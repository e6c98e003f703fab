from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.gate import access
from cases.permissions import VIEW_CASE
from cases.selectors import waiting_tasks_of
from cases.views.fetching import get_case_for, journal_reading
from cases.views.sections import access as access_section
from cases.views.sections import closing, documents, links, measures, summary, tasks, threats, timeline
from core import clock
from officials.selectors import mandates_and_household

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from cases.models import Case

SECTIONS = (threats, measures, links, tasks, timeline, access_section)


def case_context(request: HttpRequest, case: Case) -> dict[str, object]:
    """What the page of a file shows. Every list in it is bounded: a file belongs to one person."""
    mandates, household = mandates_and_household(case.official, waiting_tasks=waiting_tasks_of(case))
    case.waiting_tasks = mandates[0].waiting_tasks if mandates else None  # type: ignore[attr-defined]  # read beside
    context: dict[str, object] = {
        "case": case,
        "official": case.official,
        "mandates": mandates,
        "household_people": household,
        "now": clock.now(),
        "zone": case.departement.time_zone,
    }
    for section in SECTIONS:
        context |= section.context(request, case)
    threats_, measures_ = context["threats"], context["measures"]
    context |= documents.context(request, case, threats_)  # type: ignore[arg-type]  # a list of threats
    context |= closing.context(request, case, threats_, measures_)  # type: ignore[arg-type]  # lists of rows
    return context | summary.context(request, case, context)


@access(VIEW_CASE)
@require_GET
def case_detail(request: HttpRequest, reference: str) -> HttpResponse:
    case = get_case_for(request, reference)
    journal_reading(request, case, what="lecture du dossier")
    return render(request, "cases/detail.html", case_context(request, case))
