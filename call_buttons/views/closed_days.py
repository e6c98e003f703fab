"""Days on which a prefecture does not decide, and from which the last useful day of a term is counted back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from call_buttons.forms import ClosedDayForm
from call_buttons.permissions import DECLARE_CLOSED_DAY
from call_buttons.selectors import closures, departements_to_close
from call_buttons.services import ActRefused
from core import clock
from core.acts import attempt
from core.forms import submitted
from core.wording import day_words
from territories.services import declare_closed_day, remove_closed_day

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

PAST_SHOWN = timedelta(days=90)
SHOWN = 200


@access(DECLARE_CLOSED_DAY)
@require_http_methods(["GET", "POST"])
def closed_days(request: HttpRequest) -> HttpResponse:
    """Those of my départements, lately and to come, and the form that declares another."""
    form = ClosedDayForm(submitted(request), departements=departements_to_close(user=request.user))
    declared = attempt(
        form, lambda: declare_closed_day(**form.cleaned_data, actor=actor_from(request, permission=DECLARE_CLOSED_DAY))
    )
    if declared:
        messages.success(
            request,
            f"Le {day_words(declared.day)} est déclaré fermé. Les derniers jours utiles qui y tombaient sont avancés,"
            " et leurs rappels avec eux.",
        )
        return redirect("call_buttons:closed_days")
    since = clock.today("Europe/Paris") - PAST_SHOWN
    found = list(closures().visible_to(request.user, DECLARE_CLOSED_DAY).filter(day__gte=since)[: SHOWN + 1])
    rows = [(closed, closed.day > clock.today(closed.departement.time_zone)) for closed in found[:SHOWN]]
    context = {"form": form, "rows": rows, "more": len(found) > SHOWN}
    return render(request, "call_buttons/closed_days.html", context, status=422 if form.errors else 200)


@access(DECLARE_CLOSED_DAY)
@require_POST
def remove_closed(request: HttpRequest, closed: UUID) -> HttpResponse:
    found = fetch_scoped(request, closures(), see=DECLARE_CLOSED_DAY, asks_reason=False, pk=closed)
    try:
        remove_closed_day(closed=found, actor=actor_from(request, permission=DECLARE_CLOSED_DAY))
    except ActRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Le {day_words(found.day)} est de nouveau un jour utile.")
    return redirect("call_buttons:closed_days")
