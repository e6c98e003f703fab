"""Élus entered by hand or by the demonstration, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from officials.enums import MandateKind
from officials.models import Mandate, Official

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
    from territories.models import Commune, Departement, Region


@transaction.atomic
def create_official(
    *,
    last_name: str,
    first_name: str,
    sex: str = "",
    birth_date: date | None = None,
    email: str = "",
    telephone: str = "",
    user: User | None = None,
    is_fictitious: bool = False,
) -> Official:
    """Raises ValidationError when the person is already there or a field is wrong."""
    official = Official(
        last_name=last_name,
        first_name=first_name,
        sex=sex,
        birth_date=birth_date,
        email=email,
        telephone=telephone,
        user=user,
        is_fictitious=is_fictitious,
    )
    official.fill_keys()
    official.full_clean()
    official.save(force_insert=True)
    return official


@transaction.atomic
def add_mandate(
    *,
    official: Official,
    kind: MandateKind,
    commune: Commune | None = None,
    departement: Departement | None = None,
    region: Region | None = None,
    territory_code: str = "",
    label: str = "",
    function_label: str = "",
    started_on: date | None = None,
    ended_on: date | None = None,
    function_started_on: date | None = None,
) -> Mandate:
    """The territory follows from the commune, the département or the région when nothing else names it."""
    if commune is not None:
        departement = departement or commune.departement
    place = commune or departement or region
    mandate = Mandate(
        official=official,
        kind=kind,
        commune=commune,
        departement=departement,
        region=region,
        territory_code=territory_code or (place.pk if place else ""),
        label=label or (place.name if place else ""),
        function_label=function_label,
        started_on=started_on,
        ended_on=ended_on,
        function_started_on=function_started_on,
    )
    mandate.full_clean()
    mandate.save(force_insert=True)
    refresh_search_places(official=official)
    return mandate


@transaction.atomic
def end_mandate(*, mandate: Mandate, ended_on: date) -> None:
    """`ended_on` is the first day without the mandate."""
    mandate.ended_on = ended_on
    mandate.full_clean()
    mandate.save(update_fields=["ended_on"])


def refresh_search_places(*, official: Official) -> None:
    names = official.mandates.filter(commune__isnull=False).values_list("commune__search_name", flat=True)
    official.search_places = "".join(sorted(set(names)))
    official.save(update_fields=["search_places"])
