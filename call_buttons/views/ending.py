"""The prepared end of a protection: five questions, then the decision-maker takes note of the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access
from call_buttons.forms.ending import EndPlanForm, TakeNoteForm
from call_buttons.permissions import ACCEPT_END, PREPARE_END
from call_buttons.selectors import grants_of
from call_buttons.selectors.ending import latest_plan, possible_callers
from call_buttons.services import ActRefused, EndChanged, accept_end, check_end_open, save_end_plan
from call_buttons.views.requests import get_request_for, journal_reading
from core.acts import attempt
from core.forms import submitted

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from accounts.permissions import Permission
    from call_buttons.models import CallButtonEndPlan, CallButtonGrant, CallButtonRequest


def _granted(request: HttpRequest, request_id: UUID, act: Permission) -> tuple[CallButtonRequest, CallButtonGrant]:
    found = get_request_for(request, request_id, act=act)
    grants = grants_of(found)
    if not grants:
        raise Http404
    # An extension ends in place of what it prolongs.
    return found, grants[-1]


def _back(request_id: UUID) -> HttpResponse:
    return redirect("call_buttons:request", request_id=request_id)


@access(PREPARE_END)
@require_http_methods(["GET", "POST"])
def prepare_end(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The five questions, as they were last answered. Nothing is compulsory before a decision-maker takes note."""
    found, grant = _granted(request, request_id, PREPARE_END)
    try:
        check_end_open(grant)
    except ActRefused as error:
        messages.error(request, str(error))
        return _back(request_id)
    plan = latest_plan(grant)
    form = EndPlanForm(submitted(request), initial=_values(plan), callers=possible_callers(grant))
    try:
        saved = attempt(form, lambda: _save(request, found, grant, form))
    except EndChanged as changed:
        who, at, latest = changed.plan.written_by, changed.plan.written_at, changed.plan
        zone = found.departement.time_zone
        form.show_conflict(who=str(who), at=at, version=latest.version, stored=_values(latest), zone=zone)
    else:
        if saved:
            messages.success(
                request,
                "La fin est préparée : un décideur peut en prendre acte."
                if saved.is_complete
                else "Vos réponses sont gardées. Il en manque : la fin n'est pas encore préparée.",
            )
            return _back(request_id)
    journal_reading(request, found, what="préparation de la fin d'un bouton d'appel")
    failed = bool(form.errors or form.conflict)
    context = {"found": found, "case": found.case, "grant": grant, "plan": plan, "form": form}
    return render(request, "call_buttons/prepare_end.html", context, status=422 if failed else 200)


def _save(
    request: HttpRequest, found: CallButtonRequest, grant: CallButtonGrant, form: EndPlanForm
) -> CallButtonEndPlan:
    actor = actor_from(request, permission=PREPARE_END, over=found)
    version = form.cleaned_data["version"]
    return save_end_plan(grant=grant, version=version, answers=form.answers, user=request.user, actor=actor)


def _values(plan: CallButtonEndPlan | None) -> dict[str, Any]:
    if plan is None:
        return {"version": 0}
    told = {True: "yes", False: "no", None: ""}[plan.person_told]
    texts = {name: getattr(plan, name) for name in plan.TEXTS}
    return texts | {"version": plan.version, "caller": plan.caller, "person_told": told}


@access(ACCEPT_END)
@require_POST
def take_note(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """« Prendre acte »: the protection ends at its term, on the answers that were on the page."""
    found, grant = _granted(request, request_id, ACCEPT_END)
    form = TakeNoteForm(request.POST)
    try:
        accept_end(
            grant=grant,
            version=form.cleaned_data["version"] if form.is_valid() else 0,
            user=request.user,
            actor=actor_from(request, permission=ACCEPT_END, over=found),
        )
    except ActRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Vous avez pris acte de la fin de cette mesure. Le référent et l'élu sont prévenus.")
    return _back(request_id)
