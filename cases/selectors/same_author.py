"""Who else knows an author, found by the keyed hash of what names him: no file is opened for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection

from cases.models import AuthorIdentifier, Case
from cases.models.hidden import hidden_from
from cases.permissions import VIEW_CASE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from accounts.models import Unit, User

# Written by hand: building it anew costs the ORM more than the index look-up itself, and each identifier typed asks.
FILES_WITH_KEYS = """
SELECT a.key, t.case_id FROM cases_authoridentifier a JOIN cases_threat t ON t.id = a.threat_id
WHERE a.key IN ({}) AND NOT a.is_shared
"""


@dataclass
class AuthorHit:
    """One identifier of mine, the files of my scope that have it too, and the units elsewhere that do."""

    identifier: AuthorIdentifier
    cases: list[Case] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)


def same_author(keys: Collection[bytes]) -> QuerySet[AuthorIdentifier]:
    """Identifiers with one of these keys, shared ones (a town hall's number) left out: one look-up in one index."""
    return AuthorIdentifier.objects.filter(key__in=list(keys), is_shared=False).order_by()


def files_with_keys(keys: Collection[bytes]) -> list[tuple[bytes, UUID]]:
    """The same, as pairs of a key and a file whatever its unit: `make bench` holds it to a raw look-up.

    For `author_hits` and `hits_of_keys`, which decide what of it may be shown, and to whom.
    """
    if not keys:
        return []
    with connection.cursor() as cursor:
        # One key, the usual case, is then an equality: twice as fast as an array of one.
        cursor.execute(FILES_WITH_KEYS.format(", ".join(["%s"] * len(keys))), list(keys))
        return [(bytes(key), case_id) for key, case_id in cursor.fetchall()]


def author_hits(*, case_ids: Collection[UUID], user: User) -> list[AuthorHit]:
    """What other files know of the authors of these files. Three queries.

    A file that `user` may not consult gives its unit, and nothing else.
    """
    mine = AuthorIdentifier.objects.filter(threat__case__in=case_ids, is_shared=False).order_by("kind", "pk")
    hits = {bytes(identifier.key): AuthorHit(identifier) for identifier in mine}
    if not hits:
        return []
    mine_too = set(case_ids)
    pairs = [(key, case_id) for key, case_id in files_with_keys(hits) if case_id not in mine_too]
    for key, case, is_seen in _files(pairs, user):
        hit = hits[key]
        if is_seen and case not in hit.cases:
            hit.cases.append(case)
        elif not is_seen and case.unit not in hit.units:
            hit.units.append(case.unit)
    return [hit for hit in hits.values() if hit.cases or hit.units]


def _files(pairs: Iterable[tuple[bytes, UUID]], user: User) -> list[tuple[bytes, Case, bool]]:
    pairs = list(pairs)
    ids = {case_id for _, case_id in pairs}
    if not ids:
        return []
    seen = set(Case.objects.visible_to(user, VIEW_CASE).filter(pk__in=ids).values_list("pk", flat=True))
    # Of a file hidden from him (ADR 0018), not even its unit.
    shown = Case.objects.filter(pk__in=ids).exclude(pk__in=hidden_from(user)).select_related("unit", "departement")
    cases = {case.pk: case for case in shown}
    rows = [(key, cases[case_id], case_id in seen) for key, case_id in pairs if case_id in cases]
    return sorted(rows, key=lambda row: (row[1].unit.name, row[1].reference))


def hits_of_keys(*, keys: Collection[bytes], user: User) -> tuple[list[Case], list[Unit]]:
    """For identifiers just typed: files of my scope that have one of them, and units elsewhere that do."""
    cases: dict[UUID, Case] = {}
    units: dict[int, Unit] = {}
    for _, case, is_seen in _files(files_with_keys(keys), user):
        if is_seen:
            cases.setdefault(case.pk, case)
        else:
            units.setdefault(case.unit_id, case.unit)
    return list(cases.values()), list(units.values())
