from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from call_buttons.enums import Outcome
from call_buttons.forms import GrantForm, RefusalForm
from call_buttons.models import CallButtonDecision
from call_buttons.permissions import DECIDE_REQUEST, READ_DECISION
from call_buttons.services import (
    ActRefused,
    AlreadyDecided,
    PreviewOutdated,
    grant_call_button,
    preview_decision,
    refuse_call_button,
)
from call_buttons.views.letters import SIGNED, pdf, read_then_sign
from call_buttons.views.requests import get_request_for, journal_reading
from core.forms import submitted
from core.journal import Action, record_access

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from call_buttons.models import CallButtonRequest


def _back(request: HttpRequest, request_id: UUID, error: ActRefused) -> HttpResponse:
    messages.error(request, str(error))
    return redirect("call_buttons:request", request_id=request_id)


@access(DECIDE_REQUEST)
@require_http_methods(["GET", "POST"])
def grant(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Read the exact document, then sign it. A document that changed meanwhile is shown again, not signed."""
    found = get_request_for(request, request_id, act=DECIDE_REQUEST)
    form = GrantForm(submitted(request))
    try:
        if request.method == "POST" and form.is_valid():
            try:
                decision = grant_call_button(
                    request=found,
                    previewed_sha256=form.cleaned_data["previewed"],
                    user=request.user,
                    actor=actor_from(request, permission=DECIDE_REQUEST, over=found),
                )
            except PreviewOutdated as error:
                messages.warning(request, str(error))
            else:
                messages.success(request, SIGNED.format(decision.number))
                return redirect("call_buttons:request", request_id=request_id)
        preview = preview_decision(request=found, outcome=Outcome.GRANTED, user=request.user)
    except ActRefused as error:
        return _back(request, request_id, error)
    journal_reading(request, found, what="aperçu d'une décision")
    form = GrantForm(initial={"previewed": preview.sha256})
    return render(request, "call_buttons/grant.html", {"found": found, "case": found.case, "form": form})


@access(DECIDE_REQUEST)
@require_GET
def grant_preview(request: HttpRequest, request_id: UUID) -> HttpResponse:
    found = get_request_for(request, request_id, act=DECIDE_REQUEST)
    try:
        preview = preview_decision(request=found, outcome=Outcome.GRANTED, user=request.user)
    except ActRefused as error:
        return _back(request, request_id, error)
    journal_reading(request, found, what="aperçu d'une décision")
    return pdf(preview.pdf, f"apercu-{found.case.reference}.pdf")


@access(DECIDE_REQUEST)
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Write both motives, read the letter, then sign it."""
    found = get_request_for(request, request_id, act=DECIDE_REQUEST)
    form = RefusalForm(submitted(request))
    try:
        decision, previewed = read_then_sign(
            request,
            form,
            preview=lambda: preview_decision(
                request=found, outcome=Outcome.REFUSED, user=request.user, refusal=form.refusal
            ),
            sign=lambda previewed: refuse_call_button(
                request=found,
                refusal=form.refusal,
                previewed_sha256=previewed,
                user=request.user,
                actor=actor_from(request, permission=DECIDE_REQUEST, over=found),
            ),
        )
    except AlreadyDecided as error:
        return _back(request, request_id, error)
    if decision:
        return redirect("call_buttons:request", request_id=request_id)
    return _refusal_page(request, found, form, previewed)


@access(DECIDE_REQUEST)
@require_POST
def refusal_preview(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The letter of refusal with the motives just typed. By POST: a motive never travels in an address."""
    found = get_request_for(request, request_id, act=DECIDE_REQUEST)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return _refusal_page(request, found, form, "")
    try:
        preview = preview_decision(request=found, outcome=Outcome.REFUSED, user=request.user, refusal=form.refusal)
    except ActRefused as error:
        return _back(request, request_id, error)
    journal_reading(request, found, what="aperçu d'une décision")
    return pdf(preview.pdf, f"apercu-{found.case.reference}.pdf")


def _refusal_page(request: HttpRequest, found: CallButtonRequest, form: RefusalForm, previewed: str) -> HttpResponse:
    journal_reading(request, found, what="refus d'une demande de bouton d'appel")
    context = {"found": found, "case": found.case, "form": form, "previewed": previewed}
    context["typed"] = form.typed() if previewed else []
    return render(request, "call_buttons/refuse.html", context, status=422 if form.errors else 200)


@access(READ_DECISION)
@require_GET
def document(request: HttpRequest, decision: UUID) -> HttpResponse:
    """The signed document, for those who see the request and for the élu himself."""
    found = fetch_scoped(request, CallButtonDecision.objects.all(), see=READ_DECISION, pk=decision)
    actor = actor_from(request, permission=READ_DECISION, over=found)
    record_access(
        action=Action.EXPORT,
        actor=actor,
        object_type="call_buttons.callbuttondecision",
        object_id=str(found.pk),
        object_label=found.number,
        reason=f"document téléchargé — {actor.posting_label}"[:200],
        details={"sha256": found.document_sha256},
    )
    return pdf(bytes(found.document), f"decision-{found.number}.pdf", attachment=True)
