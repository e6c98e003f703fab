from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actor import actor_from
from accounts.gate import access
from cases.forms import CorrectThreatForm, form_values
from cases.permissions import EVALUATE
from cases.services import ActRefused, Conflict, correct_threat
from cases.views.fetching import get_threat_for, journal_reading
from core.forms import submitted

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@access(EVALUATE)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, reference: str, threat: UUID) -> HttpResponse:
    found = get_threat_for(request, reference, threat, act=EVALUATE)
    case = found.case
    form = CorrectThreatForm(
        submitted(request),
        threat=found,
        official=case.official,
        initial=form_values(found) | {"version": found.version},
    )
    if request.method == "POST" and form.is_valid():
        try:
            correct_threat(
                threat=found,
                version=form.cleaned_data["version"],
                facts=form.facts,
                user=request.user,
                actor=actor_from(request, permission=EVALUATE, over=case),
            )
        except Conflict as conflict:
            fresh = get_threat_for(request, reference, threat, act=EVALUATE)
            form.show_conflict(
                who=conflict.who,
                at=conflict.at,
                version=conflict.version,
                stored=form_values(fresh),
                zone=case.departement.time_zone,
            )
        except ActRefused as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, "La correction est enregistrée.")
            return redirect("cases:detail", reference=reference)
    # Also when the form comes back: a conflict shows what is stored.
    journal_reading(request, case, what="correction d'une menace")
    context = {"form": form, "case": case, "official": case.official, "threat": found}
    return render(request, "cases/threat_correct.html", context, status=422 if form.errors else 200)
