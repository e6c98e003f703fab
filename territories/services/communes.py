from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from territories.enums import CommuneKind
from territories.models import Commune

if TYPE_CHECKING:
    from territories.models import Departement


@transaction.atomic
def create_fictitious_commune(*, departement: Departement, code: str, name: str) -> Commune:
    """Invent a commune for the demonstration: its élus must sit nowhere real. The same call twice gives the same one.

    Raises ValidationError when the code or the name is that of a real commune of the département.
    """
    known = Commune.objects.filter(pk=code).first()
    if known is not None and not known.is_fictitious:
        raise ValidationError(f"Le code {code} est celui d'une vraie commune : {known.name}.")
    if Commune.objects.filter(departement=departement, name=name, is_fictitious=False).exists():
        raise ValidationError(f"{name} existe vraiment dans le département {departement.code}.")
    commune = known or Commune(code=code, is_fictitious=True)
    commune.departement = departement
    commune.name = name
    commune.kind = CommuneKind.COMMUNE
    commune.full_clean(validate_unique=known is None)
    commune.save()
    return commune
