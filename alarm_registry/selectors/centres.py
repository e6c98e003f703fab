"""What a centre has of its own: its tokens, its setting, its extracts, and the people that an extract holds."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db.models import Prefetch

from alarm_registry.models import (
    Absence,
    CentreToken,
    Extract,
    ExtractSetting,
    RegisteredAddress,
    RegisteredNumber,
    Registration,
)
from alarm_registry.selectors.card import compose_card, measures_of
from cases.models import Case
from cases.selectors import level_of_official
from core import clock
from officials.models import Mandate
from referents.selectors import referents_of
from territories.models import Departement
from territories.neighbours import around

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from accounts.permissions import Permission
    from alarm_registry.selectors.card import Card

READ_AT_ONCE = 500


def sha256_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def token_given(text: str) -> CentreToken | None:
    """The token that a program shows, whether it still opens or not."""
    return CentreToken.objects.select_related("departement").filter(sha256=sha256_of(text)).first()


def tokens_for(user: User, permission: Permission) -> QuerySet[CentreToken]:
    rows = CentreToken.objects.visible_to(user, permission)
    return rows.select_related("departement", "created_by", "revoked_by").order_by("departement", "-created_at", "pk")


def settings_for(user: User, permission: Permission) -> QuerySet[ExtractSetting]:
    rows = ExtractSetting.objects.visible_to(user, permission)
    return rows.select_related("departement", "set_by", "keyed_by").order_by("departement")


def centres() -> QuerySet[Departement]:
    """Every département may have a centre."""
    return Departement.objects.order_by("code")


def extract_in_service(setting: ExtractSetting) -> Extract | None:
    """The last one, without its content, as long as it may be opened."""
    rows = Extract.objects.unexpired().filter(setting=setting).defer("content", "content_key")
    return rows.order_by("-made_at", "pk").first()


def reach_of_centre(departement: str) -> frozenset[str]:
    return around(frozenset({departement}))


def somebody_left_since(departement: str, moment: datetime) -> bool:
    """Whether a person of the centre's reach withdrew, or was erased, after `moment`."""
    return (
        Registration.objects.exclude(ended_at__isnull=True)
        .filter(departement__in=reach_of_centre(departement), ended_at__gte=moment)
        .exists()
    )


def cards_in(departements: frozenset[str]) -> Iterator[Card]:
    """The cards of everybody registered there. By batches: a few queries each, whatever is registered."""
    referents: dict[int, list[User]] = {}
    mandates = Mandate.objects.current(clock.today(clock.PARIS)).select_related("commune", "departement", "region")
    rows = (
        Registration.objects.running()
        .filter(departement__in=departements)
        .select_related("key", "official", "unit__departement", "departement")
        .prefetch_related(
            Prefetch("numbers", queryset=RegisteredNumber.objects.order_by("rank")),
            Prefetch("addresses", queryset=RegisteredAddress.objects.select_related("departement").order_by("rank")),
            Prefetch("absences", Absence.objects.standing().select_related("address").order_by("period", "pk")),
            Prefetch("official__mandates", queryset=mandates.order_by("started_on", "pk"), to_attr="current_mandates"),
        )
        .order_by("pk")
    )
    # From one key to the next: a cursor on the server would hold a transaction for minutes.
    after = None
    while batch := list((rows.filter(pk__gt=after) if after else rows)[:READ_AT_ONCE]):
        after = batch[-1].pk
        with_file = set(
            Case.objects.filter(official__in=[row.official_id for row in batch]).values_list("official_id", flat=True)
        )
        for row in batch:
            if row.unit_id not in referents:
                referents[row.unit_id] = referents_of(row.unit)
            # Without a file, nothing was evaluated nor decided: most people cost no query of their own.
            has_file = row.official_id in with_file
            yield compose_card(
                row,
                numbers=list(row.numbers.all()),
                addresses=list(row.addresses.all()),
                absences=list(row.absences.all()),
                mandates=row.official.current_mandates,  # type: ignore[attr-defined]  # prefetched above
                measures=measures_of(row.official_id) if has_file else [],
                level=level_of_official(row.official_id) if has_file else "",
                referents=referents[row.unit_id],
            )
