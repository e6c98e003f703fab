"""What is read of the directory: an association near me, where there is none, and the figures of the State."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.gate import access
from accounts.permissions import SIGNED_IN, has_permission
from core.small_cells import THRESHOLD
from support.permissions import MANAGE_ASSOCIATIONS, SEE_COVERAGE, SEE_SUPPORT_FIGURES
from support.selectors.associations import associations_in, departement_named, uncovered
from support.selectors.figures import COLUMNS, column_labels, figures
from territories.models import Departement
from territories.naming import search_key
from territories.selectors import commune_by_code, search_communes

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from territories.models import Commune

SUGGESTIONS = 10


@access(SIGNED_IN)
@require_GET
def directory(request: HttpRequest) -> HttpResponse:
    """A commune or a département is typed; the associations that receive its people are shown."""
    text = request.GET.get("ou", "").strip()[:100]
    code = request.GET.get("code", "").strip()[:5]
    communes: list[Commune] = []
    departement = None
    if code:
        commune = commune_by_code(code)
        if commune is None:
            raise Http404
        communes, departement, text = [], commune.departement, text or str(commune)
    elif text:
        departement = departement_named(text)
        if departement is None:
            communes = search_communes(text, limit=SUGGESTIONS)
            departement = _only_departement(communes, text)
    context = {
        "text": text,
        "searched": bool(text),
        "departement": departement,
        "communes": communes if departement is None else [],
        "associations": associations_in(departement) if departement else [],
        "may_manage": has_permission(request.user, MANAGE_ASSOCIATIONS),
        "may_see_coverage": has_permission(request.user, SEE_COVERAGE),
    }
    return render(request, "support/directory.html", context)


def _only_departement(communes: list[Commune], text: str) -> Departement | None:
    """That of the communes found when they share one, or of the only one that bears exactly the name typed."""
    exact = [commune for commune in communes if commune.search_name == search_key(text)]
    chosen = exact if len(exact) == 1 else communes
    found = {commune.departement for commune in chosen}
    return found.pop() if len(found) == 1 else None


@access(SEE_COVERAGE)
@require_GET
def coverage(request: HttpRequest) -> HttpResponse:
    """Départements that lack an association, for one help at least."""
    rows = uncovered()
    context = {"rows": rows, "total": Departement.objects.count(), "lacking": len(rows)}
    return render(request, "support/coverage.html", context)


@access(SEE_SUPPORT_FIGURES)
@require_GET
def state_figures(request: HttpRequest) -> HttpResponse:
    shown = figures()
    headers = ["Mois", *column_labels(), "Total"]
    rows = [(row, list(zip(column_labels(), row.cells, strict=True))) for row in reversed(shown.rows)]
    context = {
        "figures": shown,
        "headers": headers,
        "rows": rows,
        "columns": len(COLUMNS),
        "threshold": THRESHOLD,
        "hidden_up_to": THRESHOLD - 1,
    }
    return render(request, "support/figures.html", context)
