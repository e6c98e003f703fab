"""What is decided on a protection that runs: prolong, suspend, resume, withdraw. Typed, read as a letter, signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from accounts.gate import journal_reading as journal
from call_buttons.forms import ExtensionForm, ResumptionForm, SuspensionForm, WithdrawalForm
from call_buttons.models import CallButtonGrant
from call_buttons.permissions import DECIDE_REQUEST, VIEW_CALL_BUTTON
from call_buttons.services import ActRefused, preview_act, sign_act
from call_buttons.views.letters import pdf, read_then_sign
from core.forms import submitted

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from call_buttons.forms import GrantActForm

# By the last word of the address: the form, the title, what it is about.
ACTS: dict[str, tuple[type[GrantActForm], str, str]] = {
    "prolonger": (
        ExtensionForm,
        "Prolonger à titre conservatoire",
        "Quelques jours de protection de plus, quand la suite ne peut pas être décidée à temps. Une seule fois.",
    ),
    "suspendre": (
        SuspensionForm,
        "Suspendre le bouton d'appel",
        "La protection s'arrête pendant ces jours. La date de fin ne change pas.",
    ),
    "reprendre": (
        ResumptionForm,
        "Rétablir le bouton d'appel",
        "La suspension prend fin et la protection reprend.",
    ),
    "retirer": (
        WithdrawalForm,
        "Retirer le bouton d'appel",
        "La protection prend fin avant son terme. L'appareil est à rendre.",
    ),
}


def _grant_for(request: HttpRequest, pk: UUID) -> CallButtonGrant:
    queryset = CallButtonGrant.objects.select_related("official", "case", "departement", "decision", "request")
    queryset = queryset.defer("decision__document")
    return fetch_scoped(request, queryset, see=VIEW_CALL_BUTTON, act=DECIDE_REQUEST, pk=pk)


def _form_class(what: str) -> type[GrantActForm]:
    if what not in ACTS:
        raise Http404
    return ACTS[what][0]


@access(DECIDE_REQUEST)
@require_http_methods(["GET", "POST"])
def act_on_grant(request: HttpRequest, grant: UUID, what: str) -> HttpResponse:
    found = _grant_for(request, grant)
    form = _form_class(what)(submitted(request))
    decision, previewed = read_then_sign(
        request,
        form,
        preview=lambda: preview_act(grant=found, act=form.act, user=request.user),
        sign=lambda previewed: sign_act(
            grant=found,
            act=form.act,
            previewed_sha256=previewed,
            user=request.user,
            actor=actor_from(request, permission=DECIDE_REQUEST, over=found),
        ),
    )
    if decision:
        return redirect("call_buttons:request", request_id=found.request_id)
    return _page(request, found, what, form, previewed)


@access(DECIDE_REQUEST)
@require_POST
def act_preview(request: HttpRequest, grant: UUID, what: str) -> HttpResponse:
    """The letter with what was just typed. By POST: a motive never travels in an address."""
    found = _grant_for(request, grant)
    form = _form_class(what)(request.POST)
    if not form.is_valid():
        return _page(request, found, what, form, "")
    try:
        preview = preview_act(grant=found, act=form.act, user=request.user)
    except ActRefused as error:
        messages.error(request, str(error))
        return redirect("call_buttons:act", grant=grant, what=what)
    journal(request, found, see=VIEW_CALL_BUTTON, label=found.case.reference, what="aperçu d'une décision")
    return pdf(preview.pdf, f"apercu-{found.case.reference}.pdf")


def _page(request: HttpRequest, found: CallButtonGrant, what: str, form: GrantActForm, previewed: str) -> HttpResponse:
    journal(request, found, see=VIEW_CALL_BUTTON, label=found.case.reference, what="décision sur un bouton d'appel")
    _, title, about = ACTS[what]
    context = {"grant": found, "case": found.case, "what": what, "title": title, "about": about}
    context |= {"form": form, "previewed": previewed, "typed": form.typed() if previewed else []}
    return render(request, "call_buttons/act.html", context, status=422 if form.errors else 200)
