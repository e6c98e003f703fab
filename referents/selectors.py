"""Who to call: from a commune to its units, and from a unit to its référents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.enums import Role
from accounts.models import Posting, Unit
from core import clock
from referents.models import Competence
from territories.enums import CommuneKind
from territories.models import Commune, Departement

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User


@dataclass(frozen=True)
class Contact:
    """A unit competent for a commune, with its référents: the holder first, then his deputies."""

    unit: Unit
    referents: list[Posting]


def units_for_commune(commune: Commune) -> list[Unit]:
    """Units competent over a commune. A whole town also has those of its arrondissements, and the reverse."""
    over = Q(competences__commune=commune) | Q(competences__commune__parent=commune)
    if commune.parent_id:
        over |= Q(competences__commune_id=commune.parent_id)
    return list(
        Unit.objects.active()
        .filter(over)
        .select_related("departement", "commune")
        .distinct()
        .order_by("force", "name", "pk")
    )


def referents_of(unit: Unit, *, on: date | None = None) -> list[User]:
    """People who are référents of the unit that day, the holder first, then his deputies."""
    return [posting.user for posting in _referent_postings([unit.pk], on=on or clock.today(unit.departement.zone))]


def contacts_for(commune: Commune) -> list[Contact]:
    """Everyone to call for a commune, in two queries."""
    units = units_for_commune(commune)
    postings = _referent_postings([unit.pk for unit in units], on=clock.today(commune.departement.zone))
    by_unit: dict[int, list[Posting]] = {}
    for posting in postings:
        by_unit.setdefault(posting.unit_id, []).append(posting)  # type: ignore[arg-type]
    return [Contact(unit, by_unit.get(unit.pk, [])) for unit in units]


def _referent_postings(unit_ids: list[int], *, on: date) -> list[Posting]:
    return list(
        Posting.objects.active_on(on)
        .filter(unit_id__in=unit_ids, role=Role.REFERENT, user__is_active=True)
        .select_related("user")
        .order_by("unit_id", "is_deputy", "user__last_name", "user__first_name", "pk")
    )


def orphan_communes(departement: Departement) -> QuerySet[Commune]:
    """Communes over which no unit in service is competent: an élu of theirs has nobody to call."""
    competent = Competence.objects.filter(unit__is_active=True)
    return (
        Commune.objects.filter(departement=departement)
        .exclude(kind=CommuneKind.ARRONDISSEMENT)
        .exclude(Exists(competent.filter(commune_id=OuterRef("pk"))))
        .exclude(Exists(competent.filter(commune__parent_id=OuterRef("pk"))))
        .order_by("sort_name", "code")
    )


def departements_with_orphans() -> list[Departement]:
    """Each département with `communes_count` and `orphans_count`. Three queries, each of which reads its table once."""
    communes = Commune.objects.exclude(kind=CommuneKind.ARRONDISSEMENT).order_by().values_list("departement")
    covered = (
        Competence.objects.filter(unit__is_active=True)
        # A unit of an arrondissement covers its commune.
        .annotate(whole=Coalesce("commune__parent_id", "commune_id"))
        .order_by()
        .values_list("commune__departement")
    )
    known = dict(communes.annotate(Count("pk")))
    answered = dict(covered.annotate(Count("whole", distinct=True)))
    departements = list(Departement.objects.order_by("code"))
    for departement in departements:
        count = known.get(departement.pk, 0)
        departement.communes_count = count  # type: ignore[attr-defined]  # read by the page
        departement.orphans_count = count - answered.get(departement.pk, 0)  # type: ignore[attr-defined]
    return departements
