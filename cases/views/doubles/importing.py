from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from cases.enums import Channel, Complaint, Nature, Urgency
from cases.forms import FactImportForm
from cases.models import Case, DuplicateHint, FactImport
from cases.permissions import IMPORT_FACTS, VIEW_CASE
from cases.services import import_facts
from cases.services.fact_table import COLUMNS, MOST_BYTES, NEEDED
from core.acts import attempt
from core.forms import submitted
from core.uploads import read_table

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

LATEST = 10
EXAMPLE = (
    "Montclarel;Claire;Olmes;16/05/2026;21:40;Olmes;menace;courrier;« Une lettre glissée sous la porte. »;;"
    "pas de signe de passage à l'acte proche;plainte déposée;Main courante de la préfecture;17/05/2026"
)
HELP = {
    "nature": ", ".join(Nature.labels),
    "moyen": ", ".join(Channel.labels),
    "urgence": ", ".join(Urgency.labels),
    "plainte": ", ".join(Complaint.labels),
    "commune_mandat": "nom, ou code INSEE",
    "commune_faits": "nom, ou code INSEE : elle désigne l'unité qui recevra le dossier",
    "unite": "à remplir si plusieurs unités sont compétentes",
    "date": "jour/mois/année",
    "heure": "heure locale, par exemple 21:40",
    "recit": "les mots exacts si possible, 20 000 caractères au plus",
    "source": "d'où vient ce fait ; sans elle, le nom du fichier",
    "date_source": "sans elle, la date du jour",
}


@csrf_exempt  # the body is read by _import, which is protected, once the handler of tables is in place
@access(IMPORT_FACTS)
@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """Give a table of facts: check it, then import its good rows."""
    read_table(request, limit=MOST_BYTES)
    return _import(request)


@csrf_protect
def _import(request: HttpRequest) -> HttpResponse:
    form = FactImportForm(submitted(request), request.FILES or None)
    if request.method == "POST" and not request.FILES:
        form = FactImportForm(request.POST, {})
    checking = request.POST.get("act") == "draft"
    outcome = attempt(
        form,
        lambda: import_facts(
            data=form.cleaned_data["file"].read(),
            filename=form.cleaned_data["file"].name,
            user=request.user,
            actor=actor_from(request, permission=IMPORT_FACTS),
            only_check=checking,
        ),
    )
    if outcome and outcome.done:
        messages.success(request, "L'import est terminé. Voici ce qui a été enregistré, et ce qui ne l'a pas été.")
        return redirect("cases:fact_import", fact_import=outcome.done.pk)
    latest = FactImport.objects.visible_to(request.user, IMPORT_FACTS).select_related("by").defer("refusals")
    context = {
        "form": form,
        "outcome": outcome,
        "checking": checking,
        "columns": [(label, name in NEEDED, HELP.get(name, "")) for name, label in COLUMNS.items()],
        "imports": latest.order_by("-at", "pk")[:LATEST],
    }
    return render(request, "cases/doubles/import.html", context, status=422 if form.errors else 200)


@access(IMPORT_FACTS)
@require_GET
def fact_import(request: HttpRequest, fact_import: UUID) -> HttpResponse:
    """What an import did, row by row."""
    found = fetch_scoped(
        request, FactImport.objects.select_related("by", "departement"), see=IMPORT_FACTS, pk=fact_import
    )
    every = list(found.rows.select_related("threat__case__official", "threat__case__unit").order_by("line"))
    # A file restricted since, or one that concerns the reader, is counted and not named.
    imported = Case.objects.filter(pk__in=[row.threat.case_id for row in every])
    ids = set(imported.visible_to(request.user, VIEW_CASE).values_list("pk", flat=True))
    rows = [row for row in every if row.threat.case_id in ids]
    pairs = DuplicateHint.objects.filter(first__in=ids) | DuplicateHint.objects.filter(second__in=ids)
    doubtful: dict[object, list[str]] = {}
    for hint in pairs:
        for case_id in (hint.first_id, hint.second_id):
            doubtful.setdefault(case_id, hint.reasons)
    context = {
        "done": found,
        "hidden": len(every) - len(rows),
        "rows": [(row, doubtful.get(row.threat.case_id, [])) for row in rows],
        "refusals": json.loads(found.refusals or "[]"),
    }
    return render(request, "cases/doubles/fact_import.html", context)


@access(IMPORT_FACTS)
@require_GET
def example(request: HttpRequest) -> HttpResponse:
    """A file to fill: every column, and one invented row."""
    content = "\ufeff" + ";".join(COLUMNS.values()) + "\r\n" + EXAMPLE + "\r\n"
    headers = {"Content-Disposition": 'attachment; filename="exemple-import-de-faits.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
