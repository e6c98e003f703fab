"""Who a number or a name may be: read by fingerprint, or by the public directory, never by a clear number."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects

from accounts.selectors import departements_under
from alarm_registry.models import Lookup, NumberIndex, Registration
from alarm_registry.models.registration import runs
from core import clock
from core.encryption import telephone_index, telephone_index_keys
from core.telephones import candidates, plan_words
from officials.models import Mandate
from officials.selectors import search_officials
from territories.neighbours import around

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from accounts.models import User
    from accounts.permissions import Permission
    from alarm_registry.models import RegisteredNumber
    from territories.models import Commune, Departement

# More élus on one number than a town hall has: the operator asks for a name instead.
MOST_MATCHES = 20
NAMES_READ = 60
READ_LATELY = timedelta(days=1)


@dataclass(frozen=True)
class Match:
    """A registration that may be the caller. `number` is the one that matched, None for a search by name."""

    registration: Registration
    number: RegisteredNumber | None
    in_reach: bool

    @property
    def plan(self) -> str:
        return plan_words(self.number.plan) if self.number else ""


@dataclass(frozen=True)
class Found:
    matches: Sequence[Match]
    # The numbering plans in which the number was looked for.
    plans: Sequence[str] = ()
    is_cut: bool = False
    fingerprint: bytes | None = field(default=None, repr=False)


def reach_of(user: User, permission: Permission) -> frozenset[str]:
    """The départements of an operator's centre and those that touch them, as of this request."""
    return around(frozenset(departement.pk for departement in departements_under(user, permission)))


def centre_of(user: User, permission: Permission) -> Departement | None:
    """The centre in whose name an operator searches: the first of those where he may."""
    return next(iter(departements_under(user, permission)), None)


def match_number(text: str, *, departement: str, reach: frozenset[str]) -> Found:
    """The registrations that hold a form of this number, under any key of TELEPHONE_INDEX_KEYS. One query."""
    forms = candidates(text, departement=departement)
    keys = sorted({form.key for form in forms})
    if not keys:
        return Found(())
    index_keys = list(telephone_index_keys().values())
    prints = [telephone_index(form, key=key) for key in index_keys for form in keys]
    rows = (
        NumberIndex.objects.filter(runs("registration__"), fingerprint__in=prints)
        .select_related(
            "number", "registration__key", "registration__official", "registration__unit__departement",
            "registration__departement",
        )
        .order_by("registration__official__sort_name", "registration_id", "number__rank", "pk")
    )[: 4 * MOST_MATCHES]  # fmt: skip
    seen: dict[object, Match] = {}
    for row in rows:
        if row.registration_id not in seen:
            row.number.registration = row.registration
            seen[row.registration_id] = Match(row.registration, row.number, row.registration.departement_id in reach)
    matches = list(seen.values())
    return Found(
        matches[:MOST_MATCHES],
        plans=[plan_words(plan) for plan in sorted({form.plan for form in forms})],
        is_cut=len(matches) > MOST_MATCHES,
        fingerprint=prints[0],
    )


def with_qualities(found: Found) -> Found:
    """The mandates of each match, in one query, for a screen that shows several."""
    held = Mandate.objects.current(clock.today(clock.PARIS)).select_related("commune", "departement")
    prefetch_related_objects(
        [match.registration.official for match in found.matches],
        Prefetch("mandates", queryset=held.order_by("started_on", "pk"), to_attr="current_mandates"),
    )
    return found


def match_name(name: str, *, commune: Commune | None, reach: frozenset[str]) -> Found:
    """Registered people whose name resembles, of a commune when one is given. The directory is public; being
    registered is not: only those who are come back.
    """
    officials = search_officials(name, limit=NAMES_READ)
    if commune is not None:
        ids = {commune.pk, commune.parent_id}
        officials = [
            one
            for one in officials
            if any(mandate.commune_id in ids for mandate in one.current_mandates)  # type: ignore[attr-defined]  # by search_officials
        ]
    order = {official.pk: rank for rank, official in enumerate(officials)}
    found = (
        Registration.objects.running()
        .filter(official__in=order)
        .select_related("key", "official", "unit__departement", "departement")
        .order_by("pk")[: 2 * NAMES_READ]
    )
    rows = sorted(found, key=lambda row: order[row.official_id])
    return Found(
        [Match(row, None, row.departement_id in reach) for row in rows[:MOST_MATCHES]],
        is_cut=len(rows) > MOST_MATCHES,
    )


def record_read_by(operator: User, registration_id: UUID) -> Registration | None:
    """A record that this operator read in the last day: nobody closes another's call by guessing a key."""
    read = Lookup.objects.filter(shown=OuterRef("pk"), operator=operator, at__gt=clock.now() - READ_LATELY)
    return (
        Registration.objects.running()
        .filter(Exists(read), pk=registration_id)
        .select_related("key", "official", "unit__departement", "departement")
        .first()
    )
