from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
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
    UnprintableText,
    grant_call_button,
    preview_decision,
    refuse_call_button,
)
from call_buttons.views.requests import get_request_for, journal_reading
from core.forms import submitted
from core.journal import Action, record_access

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from call_buttons.models import CallButtonRequest
    from call_buttons.services import Document, Refusal


def _preview(
    request: HttpRequest, found: CallButtonRequest, outcome: Outcome, refusal: Refusal | None = None
) -> Document:
    return preview_decision(
        request=found,
        outcome=outcome,
        user=request.user,
        actor=actor_from(request, permission=DECIDE_REQUEST, over=found),
        refusal=refusal,
    )


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
                messages.success(
                    request, f"La décision {decision.number} est signée. L'élu et le référent sont prévenus."
                )
                return redirect("call_buttons:request", request_id=request_id)
        preview = _preview(request, found, Outcome.GRANTED)
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
        preview = _preview(request, found, Outcome.GRANTED)
    except ActRefused as error:
        return _back(request, request_id, error)
    journal_reading(request, found, what="aperçu d'une décision")
    return _pdf(preview.pdf, f"apercu-{found.case.reference}.pdf")


@access(DECIDE_REQUEST)
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Write both motives, read the letter, then sign it."""
    found = get_request_for(request, request_id, act=DECIDE_REQUEST)
    form = RefusalForm(submitted(request))
    previewed = ""
    try:
        if request.method == "POST" and form.is_valid():
            if request.POST.get("act") == "sign":
                try:
                    decision = refuse_call_button(
                        request=found,
                        refusal=form.refusal,
                        previewed_sha256=form.cleaned_data["previewed"],
                        user=request.user,
                        actor=actor_from(request, permission=DECIDE_REQUEST, over=found),
                    )
                except PreviewOutdated as error:
                    messages.warning(request, str(error))
                else:
                    messages.success(
                        request, f"La décision {decision.number} est signée. L'élu et le référent sont prévenus."
                    )
                    return redirect("call_buttons:request", request_id=request_id)
            previewed = _preview(request, found, Outcome.REFUSED, form.refusal).sha256
    except AlreadyDecided as error:
        return _back(request, request_id, error)
    except UnprintableText as error:
        form.add_error(form.field_with(error.sign), str(error))
    except ActRefused as error:
        form.add_error(None, str(error))
    typed = [(name, form.cleaned_data[name]) for name in RefusalForm.TYPED] if previewed else []
    context = {"found": found, "case": found.case, "form": form, "previewed": previewed, "typed": typed}
    return render(request, "call_buttons/refuse.html", context, status=422 if form.errors else 200)


@access(DECIDE_REQUEST)
@require_POST
def refusal_preview(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The letter of refusal with the motives just typed. By POST: a motive never travels in an address."""
    found = get_request_for(request, request_id, act=DECIDE_REQUEST)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        context = {"found": found, "case": found.case, "form": form, "previewed": "", "typed": []}
        return render(request, "call_buttons/refuse.html", context, status=422)
    try:
        preview = _preview(request, found, Outcome.REFUSED, form.refusal)
    except ActRefused as error:
        return _back(request, request_id, error)
    journal_reading(request, found, what="aperçu d'une décision")
    return _pdf(preview.pdf, f"apercu-{found.case.reference}.pdf")


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
    return _pdf(bytes(found.document), f"decision-{found.number}.pdf", attachment=True)


def _pdf(content: bytes, name: str, *, attachment: bool = False) -> HttpResponse:
    kind = "attachment" if attachment else "inline"
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'{kind}; filename="{name}"'}
    )
