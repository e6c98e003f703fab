from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from accounts.gate import access
from cases.forms import HistoryFilterForm
from cases.permissions import VIEW_CASE
from cases.selectors import events_of, events_since, people_of
from cases.views.fetching import get_case_for, journal_reading
from core import clock
from core.pagination import paginate_keyset

if TYPE_CHECKING:
    from django.http import HttpRequest

# A printed timeline is whole up to this, and says so beyond.
PRINTED = 1000


@access(VIEW_CASE)
@require_GET
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """Every act of a file in one column; `imprimer` gives the whole filtered set on one page."""
    case = get_case_for(request, reference)
    form = HistoryFilterForm(request.GET, people=people_of(case), auto_id="filtre_%s")
    wanted = {}
    if form.is_valid():
        data = form.cleaned_data
        wanted = {
            "family": data["famille"],
            "actor": int(data["personne"]) if data["personne"] else None,
            "first_day": data["du"],
            "last_day": data["au"],
        }
    events = events_of(case, **wanted)
    query = request.GET.copy()
    for name in ("cursor", "imprimer"):
        query.pop(name, None)
    context = {
        "case": case,
        "form": form,
        "zone": case.departement.time_zone,
        "now": clock.now(),
        "filtered": any(wanted.values()),
        "query": query.urlencode(),
        "printing": "imprimer" in request.GET,
        "bound": PRINTED,
    }
    if context["printing"]:
        found = list(events.order_by("-at", "-pk")[: PRINTED + 1])
        context |= {"events": found[:PRINTED], "cut": len(found) > PRINTED}
        journal_reading(request, case, what="impression de l'historique")
    else:
        page = paginate_keyset(events, order=("-at", "-pk"), cursor=request.GET.get("cursor"), size=30)
        context |= {"events": page.items, "page": page}
        journal_reading(request, case, what="lecture de l'historique")
    return render(request, "cases/history.html", context, status=422 if form.errors else 200)


@access(VIEW_CASE)
@require_GET
def changes(request: HttpRequest, reference: str) -> HttpResponse:
    """A few words for a page that stays open: has somebody acted on the file since? Nothing of its content.

    Rendered without what surrounds a page: two queries.
    """
    case = get_case_for(request, reference)
    seen = request.GET.get("vu", "")
    last = events_since(case, int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else 0)
    if last is None:
        return HttpResponse(status=204)
    who = "vous" if last.actor_id == request.user.pk else last.actor_label.partition(",")[0]
    return HttpResponse(render_to_string("cases/_changes.html", {"case": case, "event": last, "who": who}))
