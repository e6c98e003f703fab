"""The élu asks the prefecture to look at a decision again, and reads when he asked and when he is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped, journal_reading
from call_buttons.enums import CONTESTABLE
from call_buttons.forms import RemedyForm
from call_buttons.models import CallButtonDecision
from call_buttons.permissions import CONTEST_DECISION
from call_buttons.selectors import contest_until
from call_buttons.services import answer_by, contest_decision
from core import clock
from core.acts import attempt
from core.forms import submitted

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@access(CONTEST_DECISION)
@require_http_methods(["GET", "POST"])
def contest(request: HttpRequest, decision: UUID) -> HttpResponse:
    queryset = CallButtonDecision.objects.select_related(
        "departement", "case__merged_into", "remedy_request__departement"
    )
    found = fetch_scoped(request, queryset.defer("document"), see=CONTEST_DECISION, pk=decision)
    made = getattr(found, "remedy_request", None)
    form = RemedyForm(submitted(request))
    if made is None and attempt(
        form,
        lambda: contest_decision(
            decision=found,
            statement=form.cleaned_data["statement"],
            user=request.user,
            actor=actor_from(request, permission=CONTEST_DECISION, over=found),
        ),
    ):
        messages.success(request, "Votre demande est enregistrée. La préfecture est prévenue.")
        return redirect("call_buttons:contest", decision=decision)
    journal_reading(request, found, see=CONTEST_DECISION, label=found.number, what="recours de l'élu")
    until = contest_until(found)
    context = {
        "decision": found,
        "made": made,
        "answer_by": answer_by(made) if made else None,
        "until": until,
        "may_contest": found.outcome in CONTESTABLE and clock.today(found.departement.time_zone) <= until,
        "zone": found.departement.time_zone,
        "form": form,
    }
    return render(request, "call_buttons/contest.html", context, status=422 if form.errors else 200)
