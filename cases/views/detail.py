from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.gate import access
from accounts.scope import posting_over
from cases.forms import ReasonForm
from cases.models import Case
from cases.permissions import CLOSE_CASE, EVALUATE, LOG_THREAT, VALIDATE_EVALUATION, VIEW_CASE
from cases.selectors import closing_obstacle, latest_events, threats_of
from cases.views.fetching import get_case_for, journal_reading
from core import clock
from officials.selectors import current_mandates

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def case_context(request: HttpRequest, case: Case) -> dict[str, object]:
    """What the page of a file shows. The list of events is bounded; the rest belongs to one person."""
    threats = threats_of(case)
    events, more_events = latest_events(case)
    own_scope = {
        "may_close": CLOSE_CASE,
        "may_log": LOG_THREAT,
        "may_evaluate": EVALUATE,
        "may_validate": VALIDATE_EVALUATION,
    }
    rights = {name: posting_over(request.user, held, case) is not None for name, held in own_scope.items()}
    return {
        "case": case,
        "official": case.official,
        "mandates": current_mandates(case.official),
        "threats": threats,
        "events": events,
        "more_events": more_events,
        "obstacle": closing_obstacle(case, threats),
        "now": clock.now(),
        "zone": case.departement.time_zone,
        **rights,
    }


@access(VIEW_CASE)
@require_GET
def case_detail(request: HttpRequest, reference: str) -> HttpResponse:
    case = get_case_for(request, reference)
    journal_reading(request, case, what="lecture du dossier")
    context = case_context(request, case)
    context["closing_form"] = ReasonForm(
        label="Pourquoi fermer ce dossier ?", submit_label="Clore le dossier", auto_id="close_%s"
    )
    context["reopening_form"] = ReasonForm(
        label="Pourquoi rouvrir ce dossier ?", submit_label="Rouvrir le dossier", auto_id="reopen_%s"
    )
    return render(request, "cases/detail.html", context)
