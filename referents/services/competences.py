from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from referents.models import Competence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Unit
    from territories.models import Commune


@transaction.atomic
def set_competence(*, unit: Unit, communes: Iterable[Commune]) -> list[Competence]:
    """Make `unit` competent over `communes`, besides those it already has."""
    held = set(unit.competences.values_list("commune_id", flat=True))
    new = [Competence(unit=unit, commune=commune, force=unit.force) for commune in communes if commune.pk not in held]
    return Competence.objects.bulk_create(new)
