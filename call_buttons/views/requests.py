from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import gate
from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from accounts.scope import posting_over
from call_buttons.forms import OpinionForm, RequestForm
from call_buttons.models import CallButtonRequest
from call_buttons.permissions import (
    ACCEPT_END,
    ACKNOWLEDGE_REMINDER,
    ADVISE_REQUEST,
    DECIDE_REQUEST,
    PREPARE_END,
    REQUEST_CALL_BUTTON,
    VIEW_CALL_BUTTON,
    WITHDRAW_REQUEST,
)
from call_buttons.selectors import audiences_of, grant_to_follow, reminders_of, requests_of_case, unanswered_reminders
from call_buttons.selectors.ending import latest_plan, wrote_end
from call_buttons.services import (
    ActRefused,
    acknowledge_reminders,
    call_after,
    check_end_open,
    end_opens_on,
    give_opinion,
    reminder_dates,
    request_call_button,
)
from cases.models import Case, Evaluation
from cases.permissions import VIEW_CASE
from core import clock
from core.acts import attempt
from core.forms import submitted
from officials.selectors import current_mandates

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from accounts.permissions import Permission
    from call_buttons.models import CallButtonEndAcceptance, CallButtonEndPlan, CallButtonGrant, CallButtonReminder


def get_request_for(request: HttpRequest, request_id: UUID, *, act: Permission | None = None) -> CallButtonRequest:
    """The call-button request, or 404 outside my scope, or 403 without the right to `act` there."""
    queryset = (
        CallButtonRequest.objects.for_list()
        .select_related("decision__grant__end_acceptance__by", "renews", "opinion_by", "withdrawal__by")
        .defer("decision__document")
    )
    return fetch_scoped(request, queryset, see=VIEW_CALL_BUTTON, act=act, pk=request_id)


def journal_case_reading(request: HttpRequest, case: Case, *, what: str) -> None:
    gate.journal_reading(request, case, see=VIEW_CASE, label=case.reference, what=what)


def journal_reading(request: HttpRequest, found: CallButtonRequest, *, what: str) -> None:
    gate.journal_reading(request, found, see=VIEW_CALL_BUTTON, label=found.case.reference, what=what)


@access(VIEW_CALL_BUTTON)
@require_GET
def case_panel(request: HttpRequest, reference: str) -> HttpResponse:
    """Call buttons of a file: a page, and the panel that the file's page loads."""
    case = fetch_scoped(
        request, Case.objects.select_related("official", "departement"), see=VIEW_CASE, reference=reference
    )
    evaluation = case.evaluations.validated().order_by("-validated_at").first()
    requests = requests_of_case(case)
    may_request = (
        case.is_open
        and evaluation is not None
        and posting_over(request.user, REQUEST_CALL_BUTTON, case) is not None
        and not any(found.is_pending for found in requests)
    )
    context = {
        "case": case,
        "requests": requests,
        "evaluation": evaluation,
        "may_request": may_request,
        "renews": grant_to_follow(case) if may_request else None,
        "today": clock.today(case.departement.time_zone),
    }
    journal_case_reading(request, case, what="lecture des boutons d'appel du dossier")
    template = "call_buttons/_case_panel.html" if request.htmx else "call_buttons/case_panel.html"
    return render(request, template, context)


@access(REQUEST_CALL_BUTTON)
@require_http_methods(["GET", "POST"])
def new_request(request: HttpRequest, reference: str, evaluation: UUID) -> HttpResponse:
    case = fetch_scoped(
        request,
        Case.objects.select_related("official", "departement"),
        see=VIEW_CASE,
        act=REQUEST_CALL_BUTTON,
        reference=reference,
    )
    found = Evaluation.objects.filter(case=case, pk=evaluation).select_related("threat", "validated_by").first()
    if found is None:
        raise Http404
    form = RequestForm(submitted(request))
    actor = actor_from(request, permission=REQUEST_CALL_BUTTON, over=case)
    made = attempt(
        form,
        lambda: request_call_button(
            evaluation=found, motive=form.cleaned_data["motive"], user=request.user, actor=actor
        ),
    )
    if made:
        messages.success(request, "La demande est transmise à la préfecture.")
        return redirect("call_buttons:request", request_id=made.pk)
    journal_case_reading(request, case, what="demande de bouton d'appel")
    context = {"case": case, "evaluation": found, "form": form}
    return render(request, "call_buttons/new_request.html", context, status=422 if form.errors else 200)


@access(VIEW_CALL_BUTTON)
@require_GET
def open_from_message(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The address that messages carry leads to the page, which checks the right by itself."""
    return redirect("call_buttons:request", request_id=request_id)


@access(VIEW_CALL_BUTTON)
@require_GET
def request_page(request: HttpRequest, request_id: UUID) -> HttpResponse:
    found = get_request_for(request, request_id)
    return _page(request, found, _opinion_form(found))


def _opinion_form(found: CallButtonRequest, data: object = None) -> OpinionForm:
    initial = {"version": found.version, "opinion": found.opinion, "opinion_text": found.opinion_text or ""}
    return OpinionForm(data, initial=initial)


@dataclass(frozen=True)
class _End:
    """What the page says of the end of a grant, and what I may do about it."""

    plan: CallButtonEndPlan | None
    acceptance: CallButtonEndAcceptance | None
    # None once it has come.
    opens_on: date | None
    call_on: date
    may_prepare: bool
    may_accept: bool
    is_author: bool


def _end_of(request: HttpRequest, found: CallButtonRequest, grant: CallButtonGrant | None) -> _End | None:
    if grant is None:
        return None
    user, plan, acceptance = request.user, latest_plan(grant), getattr(grant, "end_acceptance", None)
    try:
        check_end_open(grant)
        is_open = True
    except ActRefused:
        is_open = False
    opens_on = end_opens_on(grant)
    if not is_open and plan is None and clock.today(found.departement.time_zone) >= opens_on:
        return None  # renewed: its end is nobody's business
    decides = is_open and plan is not None and posting_over(user, ACCEPT_END, found) is not None
    is_author = decides and wrote_end(user=user, grant=grant)
    return _End(
        plan=plan,
        acceptance=acceptance,
        opens_on=opens_on if clock.today(found.departement.time_zone) < opens_on else None,
        call_on=call_after(grant),
        may_prepare=is_open and posting_over(user, PREPARE_END, found) is not None,
        may_accept=decides and not is_author and plan is not None and plan.is_complete,
        is_author=is_author,
    )


def _waiting_for(
    request: HttpRequest, found: CallButtonRequest, grant: CallButtonGrant | None
) -> list[CallButtonReminder]:
    """The reminders that wait for my answer; none once the end is taken note of: nothing climbs any more."""
    if grant is None or hasattr(grant, "end_acceptance"):
        return []
    return unanswered_reminders(grants=[grant.pk], audiences=audiences_of(user=request.user, row=found))


def _page(request: HttpRequest, found: CallButtonRequest, form: OpinionForm, status: int = 200) -> HttpResponse:
    journal_reading(request, found, what="lecture d'une demande de bouton d'appel")
    decision = getattr(found, "decision", None)
    granted = getattr(decision, "grant", None) if decision else None
    context = {
        "found": found,
        "case": found.case,
        "official": found.official,
        "mandates": current_mandates(found.official),
        "decision": decision,
        "grant": granted,
        "planned": reminder_dates(granted) if granted else [],
        "reminders": reminders_of(granted) if granted else [],
        "waiting": _waiting_for(request, found, granted),
        "form": form,
        "may_advise": found.is_pending and posting_over(request.user, ADVISE_REQUEST, found) is not None,
        "may_decide": found.is_pending
        and posting_over(request.user, DECIDE_REQUEST, found) is not None
        and found.requested_by_id != request.user.pk,
        "may_withdraw": found.is_pending and posting_over(request.user, WITHDRAW_REQUEST, found) is not None,
        "end": _end_of(request, found, granted),
        "is_requester": found.requested_by_id == request.user.pk,
        "now": clock.now(),
        "zone": found.departement.time_zone,
        "today": clock.today(found.departement.time_zone),
    }
    return render(request, "call_buttons/request.html", context, status=status)


@access(ADVISE_REQUEST)
@require_POST
def advise(request: HttpRequest, request_id: UUID) -> HttpResponse:
    found = get_request_for(request, request_id, act=ADVISE_REQUEST)
    form = _opinion_form(found, request.POST)
    if form.is_valid():
        try:
            give_opinion(
                request=found,
                version=form.cleaned_data["version"],
                opinion=form.cleaned_data["opinion"],
                text=form.cleaned_data["opinion_text"],
                user=request.user,
                actor=actor_from(request, permission=ADVISE_REQUEST, over=found),
            )
        except ActRefused as error:
            found = get_request_for(request, request_id, act=ADVISE_REQUEST)
            form.add_error(None, str(error))
            form.data = form.data.copy()
            form.data["version"] = str(found.version)
        else:
            messages.success(request, "Votre avis est enregistré. Le décideur le lit avec la demande.")
            return redirect("call_buttons:request", request_id=request_id)
    return _page(request, found, form, status=422)


@access(ACKNOWLEDGE_REMINDER)
@require_POST
def acknowledge(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """« Je m'en occupe », in one click: every reminder of this grant that waits for me is answered."""
    found = get_request_for(request, request_id, act=ACKNOWLEDGE_REMINDER)
    try:
        acknowledge_reminders(
            request=found,
            user=request.user,
            actor=actor_from(request, permission=ACKNOWLEDGE_REMINDER, over=found),
        )
    except ActRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Votre réponse est notée. Ce rappel ne monte pas plus haut.")
    return redirect("call_buttons:request", request_id=request_id)
