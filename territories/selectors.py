from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models import Case, IntegerField, Q, Value, When

from territories.models import Commune, Departement, FormerCommune, Region
from territories.naming import search_key

if TYPE_CHECKING:
    from django.db.models import QuerySet

CODE = re.compile(r"^[0-9][0-9ABab][0-9]{3}$")
# « Olivet (45) » or « Olivet 45 »: how a commune is written when its name is not enough.
WITH_DEPARTEMENT = re.compile(r"^(?P<name>.+?)[\s(]+(?P<code>[0-9][0-9AB][0-9]?)\)?$", re.IGNORECASE)
# Below it a typed name is too far from the name found: « Olivt » still finds Olivet.
SIMILARITY = 0.4
EXACT, PREFIX, FORMER, RESEMBLANCE = range(4)


def regions() -> QuerySet[Region]:
    return Region.objects.order_by("sort_name")


def departements() -> QuerySet[Departement]:
    return Departement.objects.order_by("code")


def commune_by_code(code: str) -> Commune | None:
    """The commune of a code, today's or an old one."""
    code = code.strip().upper()
    return (
        Commune.objects.filter(Q(pk=code) | Q(formers__code=code, formers__code_is_free=True))
        .select_related("departement")
        # The commune of today first: INSEE reuses codes.
        .order_by(Case(When(pk=code, then=0), default=1))
        .first()
    )


def search_communes(text: str, limit: int = 10) -> list[Commune]:
    """Communes whose name or code `text` may mean, the likeliest first.

    Each has `former_name`, the name of the past that led to it, or nothing.
    """
    if CODE.match(text.strip()):
        found = commune_by_code(text)
        return _with_former_names([found] if found else [], {})
    communes, past = Commune.objects.select_related("departement"), FormerCommune.objects.all()
    if match := WITH_DEPARTEMENT.match(text.strip()):
        text, departement = match["name"], match["code"].upper()
        communes = communes.filter(departement_id=departement)
        past = past.filter(commune__departement_id=departement)
    key = search_key(text)
    if not key:
        return []
    formers: dict[str, str] = {}
    ranked = _by_start(communes, key, limit)
    for former in _formers_by_start(past, key, limit):
        if former.commune_id not in ranked:
            ranked[former.commune_id] = former.commune
            formers[former.commune_id] = former.name
    if not ranked and len(key) > 3:
        for commune in _by_resemblance(communes, key, limit):
            ranked.setdefault(commune.pk, commune)
    return _with_former_names(list(ranked.values())[:limit], formers)


def _by_start(communes: QuerySet[Commune], key: str, limit: int) -> dict[str, Commune]:
    found = (
        communes.filter(search_name__contains=key)
        .annotate(
            rank=Case(
                When(search_name=key, then=Value(EXACT)),
                When(search_name__in=[f" {article}{key}" for article in ("l", "le", "la", "les")], then=Value(EXACT)),
                When(search_name__startswith=key, then=Value(PREFIX)),
                default=Value(FORMER),
                output_field=IntegerField(),
            )
        )
        .order_by("rank", "sort_name", "code")[:limit]
    )
    return {commune.pk: commune for commune in found}


def _formers_by_start(past: QuerySet[FormerCommune], key: str, limit: int) -> QuerySet[FormerCommune]:
    return (
        past.filter(search_name__startswith=key)
        .select_related("commune__departement")
        .order_by("search_name", "code")[:limit]
    )


def _by_resemblance(communes: QuerySet[Commune], key: str, limit: int) -> list[Commune]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(SIMILARITY)])
        return list(
            communes.filter(search_name__trigram_similar=key)
            .annotate(likeness=TrigramSimilarity("search_name", key))
            .order_by("-likeness", "sort_name", "code")[:limit]
        )


def _with_former_names(communes: list[Commune], names: dict[str, str]) -> list[Commune]:
    for commune in communes:
        commune.former_name = names.get(commune.pk, "")  # type: ignore[attr-defined]
    return communes
