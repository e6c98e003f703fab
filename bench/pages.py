"""What is measured, by whom it is asked, and the floors that the project set itself."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from accounts.models import Posting
from cases.models import Case
from officials.models import Official

PORTAL, BARE, DJANGO = "portal", "bare", "django"
LIST_RATIO, PAGE_RATIO = 6.0, 8.0
# The three bare views: no middleware at all; that of `startproject`, signed in; the portal's own.
BARE_VIEWS = ("bare", "bare_signed_in", "bare_in_portal")
MOST_QUERIES, MOST_BYTES = 12, 60_000
# The page of a file holds all that hangs on it.
MOST_QUERIES_OF_A_FILE = 15
DOMAIN = "portail.example"
# Typical of its unit: three threats, each evaluated, and two measures in force.
THREATS_OF_THE_CASE, MEASURES_OF_THE_CASE = 3, 2


@dataclass(frozen=True)
class Page:
    key: str
    label: str
    login: str
    path: str
    stack: str = PORTAL
    # Times the bare view, at most; None for the rivals.
    floor: float | None = None
    queries: int = MOST_QUERIES


HOMES = {
    "ref.olivet": "référent",
    "hier.45": "hiérarchie",
    "instr.45": "instructeur",
    "dec.45": "décideur",
    "calae1": "analyste CALAE",
    "surete.45": "référent sûreté",
    "op17.45": "opérateur du 17",
    "psy1": "psychologue",
    "admin": "administrateur",
    "elu.trois": "élu",
}
# Who is sent from the home page to the only page of his work.
OTHER_HOMES = {"op17.45": "alarm_registry:search"}


def pages() -> list[Page]:
    unit = Posting.objects.get(user__email=f"ref.olivet@{DOMAIN}").unit_id
    cases = reverse("cases:list")
    case = (
        Case.objects.filter(unit=unit, level__isnull=False)
        .annotate(threat_count=Count("threats", distinct=True), measure_count=Count("measures", distinct=True))
        .filter(threat_count=THREATS_OF_THE_CASE, measure_count=MEASURES_OF_THE_CASE)
        .earliest("reference")
    )
    name = Official.objects.filter(cases__unit=unit).earliest("sort_name").last_name
    filtered = urlencode({"state": "open", "level": "3"})
    return [
        Page("bare", "vue nue", "", f"/bench/nue/{unit}/", BARE),
        Page("bare_signed_in", "vue nue, connectée", "ref.olivet", f"/bench/nue-connectee/{unit}/", DJANGO),
        Page("bare_in_portal", "vue nue, dans le portail", "ref.olivet", f"/bench/nue-portail/{unit}/"),
        Page("admin", "liste de l'admin Django", "calae1", "/bench/admin/cases/case/", DJANGO),
        Page("list_unit", "liste des dossiers, unité", "ref.olivet", cases, floor=LIST_RATIO),
        Page("list_departement", "liste des dossiers, département", "instr.45", cases, floor=LIST_RATIO),
        Page("list_nation", "liste des dossiers, France", "calae1", cases, floor=LIST_RATIO),
        Page("list_filtered", "liste filtrée, France", "calae1", f"{cases}?{filtered}", floor=LIST_RATIO),
        Page("list_late", "liste des retards, France", "calae1", f"{cases}?state=late", floor=LIST_RATIO),
        Page("search", "recherche par nom, France", "calae1", f"{cases}?{urlencode({'q': name})}", floor=LIST_RATIO),
        Page("case", "page d'un dossier", "ref.olivet", reverse("cases:detail", args=[case.reference]),
             floor=PAGE_RATIO, queries=MOST_QUERIES_OF_A_FILE),
        Page("history", "historique d'un dossier", "ref.olivet", reverse("cases:history", args=[case.reference]),
             floor=PAGE_RATIO),
        Page("queue", "demandes et renouvellements, préfecture", "instr.45", reverse("call_buttons:queue"),
             floor=LIST_RATIO),
        Page("week", "fins de la semaine, préfecture", "instr.45", reverse("call_buttons:week"), floor=LIST_RATIO),
        Page("tasks", "mes tâches", "ref.olivet", reverse("tasks:list"), floor=LIST_RATIO),
        Page("tasks_all", "toutes les tâches, département", "instr.45", f"{reverse('tasks:list')}?liste=toutes",
             floor=LIST_RATIO),
        *(
            Page(f"home_{login}", f"accueil, {role}", login, reverse(OTHER_HOMES.get(login, "home")), floor=PAGE_RATIO)
            for login, role in HOMES.items()
        ),
    ]  # fmt: skip
