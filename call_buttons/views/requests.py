from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import gate
from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped, refuse_because
from accounts.scope import posting_over
from accounts.selectors import reads_in_paris
from call_buttons.enums import RequestState
from call_buttons.forms import LateRequestForm, OpinionForm, RequestForm
from call_buttons.models import CallButtonRequest, CallButtonRules
from call_buttons.permissions import (
    ACCEPT_END,
    ACKNOWLEDGE_REMINDER,
    ADVISE_REQUEST,
    DECIDE_REQUEST,
    PREPARE_END,
    REQUEST_CALL_BUTTON,
    UPDATE_GROUND,
    VIEW_CALL_BUTTON,
    WITHDRAW_REQUEST,
)
from call_buttons.selectors import (
    acts_of,
    audiences_of,
    grant_to_follow,
    grants_of,
    later_evaluation_for,
    latest_validated_of,
    refusal_before,
    reminders_of,
    requests_of_case,
    running_suspension,
    unanswered_reminders,
    unanswered_wish,
    wish_before,
)
from call_buttons.selectors.devices import device_section
from call_buttons.selectors.ending import latest_plan, wrote_end
from call_buttons.services import (
    ActRefused,
    acknowledge_reminders,
    answer_by,
    call_after,
    check_end_open,
    end_opens_on,
    give_opinion,
    reminder_dates,
    request_call_button,
    rest_on_later_evaluation,
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
        .select_related(
            "decision__delegation",
            "renews",
            "opinion_by",
            "contests",
            "assigned_to",
            "case__merged_into",
            "withdrawal__by",
        )
        .defer("decision__document", "contests__document")
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
    evaluation = latest_validated_of(case)
    requests = requests_of_case(case)
    may_request = (
        case.is_open
        and evaluation is not None
        and posting_over(request.user, REQUEST_CALL_BUTTON, case) is not None
        and not any(found.is_pending for found in requests)
    )
    today = clock.today(case.departement.time_zone)
    renews = grant_to_follow(case) if may_request else None
    grants = [grant for found in requests for grant in found.grants.all()]
    context = {
        "case": case,
        "requests": requests,
        "evaluation": evaluation,
        "may_request": may_request,
        "renews": renews,
        "is_late": renews is not None and renews.period.upper <= today,
        "was_refused": any(found.state == RequestState.REFUSED for found in requests),
        "wish": unanswered_wish(case),
        "device": device_section(user=request.user, official=case.official, grants=grants),
        "today": today,
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
    renews = grant_to_follow(case)
    today = clock.today(case.departement.time_zone)
    is_late = renews is not None and renews.period.upper <= today
    form = (LateRequestForm if is_late else RequestForm)(submitted(request))
    actor = actor_from(request, permission=REQUEST_CALL_BUTTON, over=case)
    made = attempt(
        form,
        lambda: request_call_button(evaluation=found, **form.cleaned_data, user=request.user, actor=actor),
    )
    if made:
        messages.success(request, "La demande est transmise à la préfecture.")
        return redirect("call_buttons:request", request_id=made.pk)
    journal_case_reading(request, case, what="demande de bouton d'appel")
    context = {"case": case, "evaluation": found, "form": form, "renews": renews, "is_late": is_late}
    context |= {"yesterday": today - timedelta(days=1), "wish": unanswered_wish(case)}
    return render(request, "call_buttons/new_request.html", context, status=422 if form.errors else 200)


@access(REQUEST_CALL_BUTTON)
@require_GET
def renew(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """« Renouveler » what a request obtained: to the form, on the latest evaluation. What was never granted is not
    renewed, and asking so is refused and journaled.
    """
    found = get_request_for(request, request_id, act=REQUEST_CALL_BUTTON)
    if found.state != RequestState.GRANTED:
        raise refuse_because(
            request,
            REQUEST_CALL_BUTTON,
            f"Cette demande est {found.get_state_display()} : il n'y a pas de bouton d'appel à renouveler. Si les faits"
            " ont changé, évaluez la menace et faites une nouvelle demande depuis le dossier.",
            object_type="call_buttons.callbuttonrequest",
            object_id=str(found.pk),
        )
    case = found.case.holder
    evaluation = latest_validated_of(case)
    if evaluation is None:
        messages.error(request, "Évaluez d'abord la menace : aucune évaluation n'est validée dans ce dossier.")
        return redirect("cases:detail", case.reference)
    return redirect("call_buttons:new_request", case.reference, evaluation.pk)


@access(UPDATE_GROUND)
@require_POST
def update_ground(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Rest the pending request on the latest validated evaluation."""
    found = get_request_for(request, request_id, act=UPDATE_GROUND)
    actor = actor_from(request, permission=UPDATE_GROUND, over=found)
    try:
        rest_on_later_evaluation(request=found, user=request.user, actor=actor)
    except ActRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "La demande s'appuie désormais sur l'évaluation la plus récente.")
    return redirect("call_buttons:request", request_id=request_id)


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
    request: HttpRequest, found: CallButtonRequest, grants: list[CallButtonGrant]
) -> list[CallButtonReminder]:
    """The reminders that wait for my answer; none once the end is taken note of: nothing climbs any more."""
    if not grants or hasattr(grants[-1], "end_acceptance"):
        return []
    mine = audiences_of(user=request.user, row=found)
    return unanswered_reminders(grants=[grant.pk for grant in grants], audiences=mine)


def _page(request: HttpRequest, found: CallButtonRequest, form: OpinionForm, status: int = 200) -> HttpResponse:
    journal_reading(request, found, what="lecture d'une demande de bouton d'appel")
    today = clock.today(found.departement.time_zone)
    grants = grants_of(found)
    # What its end, its reminders and its acts are about: the extension once there is one.
    tip = grants[-1] if grants else None
    decides = posting_over(request.user, DECIDE_REQUEST, found) is not None
    context = {
        "found": found,
        "case": found.case,
        "official": found.official,
        "mandates": current_mandates(found.official),
        "decision": getattr(found, "decision", None),
        "grant": tip,
        "grants": grants,
        "acts": acts_of(grants) if grants else [],
        "suspension": running_suspension(tip, today) if tip else None,
        "may_act": decides and tip is not None and tip.period.upper > today,
        "is_over": tip is not None and tip.period.upper <= today,
        "may_renew": tip is not None
        and not tip.is_decided  # type: ignore[attr-defined]  # annotated by grants_of
        and posting_over(request.user, REQUEST_CALL_BUTTON, found) is not None,
        "extension_days": CallButtonRules.on(today).extension_max_days,
        "planned": reminder_dates(tip) if tip else [],
        "reminders": [one for grant in grants for one in reminders_of(grant)],
        "waiting": _waiting_for(request, found, grants),
        "wish": wish_before(found),
        "past_refusal": refusal_before(found) if found.is_pending else None,
        "answer_by": answer_by(found) if found.is_remedy else None,
        "later": later_evaluation_for(found) if found.is_pending else None,
        "may_update": found.is_pending and posting_over(request.user, UPDATE_GROUND, found) is not None,
        "form": form,
        "may_advise": found.is_pending and posting_over(request.user, ADVISE_REQUEST, found) is not None,
        "may_decide": found.is_pending
        and decides
        and found.requested_by_id != request.user.pk
        and not (found.contests and found.contests.decided_by_id == request.user.pk),
        "may_withdraw": found.is_pending
        and not found.is_remedy
        and posting_over(request.user, WITHDRAW_REQUEST, found) is not None,
        "end": _end_of(request, found, tip),
        "is_requester": found.requested_by_id == request.user.pk,
        "now": clock.now(),
        "device": device_section(user=request.user, official=found.official, grants=grants),
        "zone": found.departement.time_zone,
        "in_paris": reads_in_paris(request.user),
        "today": today,
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
