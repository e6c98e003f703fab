"""Pages of figures on evaluations: in time or late, departures from the grid, and the delays themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actor import actor_from
from accounts.enums import ScopeKind
from accounts.gate import access
from accounts.permissions import has_permission
from cases.enums import Level, Urgency
from cases.forms import DelayForm, FollowUpForm, delay_values
from cases.models import UrgencyDelay, UrgencyDelayChange
from cases.permissions import EDIT_GRID, FOLLOW_EVALUATIONS, READ_DIVERGENCE, VIEW_CASE
from cases.selectors.divergence import divergence
from cases.selectors.follow_up import evaluation_follow_up
from cases.selectors.series import series_of
from cases.services import ActRefused, Conflict, change_delay
from cases.views.fetching import get_threat_for, journal_reading
from core import clock
from core.forms import submitted
from territories.models import Departement

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from accounts.permissions import Permission

ROWS = 60


def _is_national(request: HttpRequest, permission: Permission) -> bool:
    postings = request.user.active_postings
    return any(posting.role in permission.roles and posting.scope == ScopeKind.NATION for posting in postings)


def _period(request: HttpRequest, permission: Permission) -> tuple[FollowUpForm, datetime, datetime, str]:
    choices = []
    if _is_national(request, permission):
        choices = [(row.pk, str(row)) for row in Departement.objects.order_by("pk")]
    form = FollowUpForm(request.GET or {"mois": "12"}, departements=choices)
    data = form.cleaned_data if form.is_valid() else {}
    end = clock.now()
    return form, end - relativedelta(months=data.get("mois") or 12), end, data.get("departement") or ""


@access(FOLLOW_EVALUATIONS)
@require_GET
def follow_up(request: HttpRequest) -> HttpResponse:
    form, start, end, departement = _period(request, FOLLOW_EVALUATIONS)
    national = _is_national(request, FOLLOW_EVALUATIONS)
    total, lines = evaluation_follow_up(
        user=request.user, start=start, end=end, departement=departement, by_unit=not national
    )
    context = {
        "form": form,
        "total": total,
        "lines": lines[:ROWS],
        "more": max(len(lines) - ROWS, 0),
        "start": start,
        "end": end,
        "by_unit": bool(departement) or not national,
        "may_edit": has_permission(request.user, EDIT_GRID),
        "may_compare": has_permission(request.user, READ_DIVERGENCE),
    }
    return render(request, "cases/follow_up.html", context)


@access(READ_DIVERGENCE)
@require_GET
def divergence_page(request: HttpRequest) -> HttpResponse:
    form, start, end, departement = _period(request, READ_DIVERGENCE)
    found = divergence(user=request.user, start=start, end=end, departement=departement)
    context: dict[str, Any] = {
        "form": form,
        "found": found,
        "start": start,
        "end": end,
        "levels": [level.label for level in Level],
        "by_unit": bool(departement),
    }
    return render(request, "cases/divergence.html", context)


@access(EDIT_GRID)
@require_GET
def delays(request: HttpRequest) -> HttpResponse:
    order = Urgency.values
    rows = sorted(UrgencyDelay.objects.all(), key=lambda row: order.index(row.urgency))
    changes = UrgencyDelayChange.objects.select_related("changed_by").order_by("-at", "-pk")[:50]
    return render(request, "cases/delays.html", {"delays": rows, "changes": changes})


@access(EDIT_GRID)
@require_http_methods(["GET", "POST"])
def delay_edit(request: HttpRequest, urgency: str) -> HttpResponse:
    delay = UrgencyDelay.objects.filter(urgency=urgency).first()
    if delay is None:
        raise Http404
    form = DelayForm(submitted(request), initial=delay_values(delay) | {"version": delay.version})
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "base"}
        actor = actor_from(request, permission=EDIT_GRID)
        try:
            change_delay(urgency=urgency, user=request.user, actor=actor, **values)
        except Conflict as conflict:
            form.show_conflict(who=conflict.who, at=conflict.at, version=conflict.version, stored=conflict.stored)
        except ActRefused as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, "Le délai est enregistré. Il vaut pour les évaluations ouvertes à partir d'ici.")
            return redirect("cases:delays")
    context = {"form": form, "delay": delay}
    return render(request, "cases/delay_form.html", context, status=422 if form.errors else 200)


@access(VIEW_CASE)
@require_GET
def series(request: HttpRequest, reference: str, threat: UUID) -> HttpResponse:
    """What changed from a version of the evaluation to the next, and why."""
    found = get_threat_for(request, reference, threat)
    journal_reading(request, found.case, what="lecture des évaluations d'une menace")
    context = {
        "case": found.case,
        "official": found.case.official,
        "threat": found,
        "steps": series_of(found),
        "zone": found.case.departement.time_zone,
        "now": clock.now(),
    }
    return render(request, "cases/series.html", context)
