from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actor import actor_from
from accounts.gate import access
from call_buttons.forms.ending import WithdrawForm
from call_buttons.permissions import WITHDRAW_REQUEST
from call_buttons.services import AlreadyDecided, withdraw_request
from call_buttons.views.requests import get_request_for, journal_reading
from core.acts import attempt
from core.forms import submitted

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@access(WITHDRAW_REQUEST)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Say why a pending request is taken back. Decided meanwhile: back to its page, which says how."""
    found = get_request_for(request, request_id, act=WITHDRAW_REQUEST)
    form = WithdrawForm(submitted(request))
    actor = actor_from(request, permission=WITHDRAW_REQUEST, over=found)
    try:
        done = found.is_pending and attempt(
            form,
            lambda: withdraw_request(request=found, reason=form.cleaned_data["reason"], user=request.user, actor=actor),
        )
    except AlreadyDecided as error:
        messages.error(request, str(error))
        return redirect("call_buttons:request", request_id=request_id)
    if done:
        messages.success(request, "La demande est retirée. La préfecture est prévenue.")
    elif not found.is_pending:
        messages.error(request, f"Cette demande est {found.get_state_display()} : elle ne se retire plus.")
    else:
        journal_reading(request, found, what="retrait d'une demande de bouton d'appel")
        context = {"found": found, "case": found.case, "form": form}
        return render(request, "call_buttons/withdraw.html", context, status=422 if form.errors else 200)
    return redirect("call_buttons:request", request_id=request_id)
