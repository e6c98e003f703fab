from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.actor import actor_from
from accounts.gate import access
from cases.forms import ReasonForm
from cases.permissions import CLOSE_CASE
from cases.services import close_case, reopen_case
from cases.views.fetching import get_case_for
from core.acts import attempt

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from cases.models import Case


def _refused(request: HttpRequest, case: Case, form: ReasonForm, title: str) -> HttpResponse:
    return render(request, "cases/reason.html", {"case": case, "form": form, "title": title}, status=409)


@access(CLOSE_CASE)
@require_POST
def close(request: HttpRequest, reference: str) -> HttpResponse:
    case = get_case_for(request, reference, act=CLOSE_CASE, follow=False)
    form = ReasonForm(request.POST, label="Pourquoi fermer ce dossier ?", submit_label="Clore le dossier")
    actor = actor_from(request, permission=CLOSE_CASE, over=case)
    if attempt(form, lambda: close_case(case=case, reason=form.cleaned_data["reason"], user=request.user, actor=actor)):
        messages.success(request, f"Le dossier {case.reference} est clos.")
        return redirect("cases:detail", reference=reference)
    return _refused(request, case, form, "Clore le dossier")


@access(CLOSE_CASE)
@require_POST
def reopen(request: HttpRequest, reference: str) -> HttpResponse:
    case = get_case_for(request, reference, act=CLOSE_CASE, follow=False)
    form = ReasonForm(request.POST, label="Pourquoi rouvrir ce dossier ?", submit_label="Rouvrir le dossier")
    actor = actor_from(request, permission=CLOSE_CASE, over=case)
    if attempt(
        form, lambda: reopen_case(case=case, reason=form.cleaned_data["reason"], user=request.user, actor=actor)
    ):
        messages.success(request, f"Le dossier {case.reference} est rouvert.")
        return redirect("cases:detail", reference=reference)
    return _refused(request, case, form, "Rouvrir le dossier")
