"""Numbers that many people use name no author: units' telephones, those of several élus, those that people declare."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import Unit
from cases.enums import IdentifierKind, SharedOrigin
from cases.models import AuthorIdentifier, SharedIdentifier
from cases.services.authors import identifier_key, normalise_identifier
from cases.services.errors import ActRefused
from core import clock
from core.journal import record_act
from officials.models import Official

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from core.journal import Actor


@transaction.atomic
def share_identifier(*, kind: str, value: str, label: str, user: User, actor: Actor) -> SharedIdentifier:
    """Declare that an identifier is shared: it names no author any more, in past files either."""
    if not normalise_identifier(kind, value):
        raise ActRefused("Il ne reste rien à comparer dans cet identifiant : vérifiez-le.", field="value")
    row, created = SharedIdentifier.objects.get_or_create(
        key=identifier_key(kind, value),
        defaults={
            "kind": kind,
            "label": label.strip()[:150],
            "origin": SharedOrigin.DECLARED,
            "added_at": clock.now(),
            "added_by": user,
        },
    )
    if not created:
        raise ActRefused(f"Il est déjà dans la liste : « {row.label} ».", field="value")
    AuthorIdentifier.objects.filter(key=row.key).update(is_shared=True)
    _journal(row, "identifiant partagé ajouté", actor)
    return row


@transaction.atomic
def unshare_identifier(*, row: SharedIdentifier, user: User, actor: Actor) -> None:
    """Take a declared identifier out of the list. Raises ActRefused for those that the portal finds by itself."""
    if row.origin != SharedOrigin.DECLARED:
        raise ActRefused("Ce numéro est tenu par le portail : il change avec l'unité ou les élus.")
    AuthorIdentifier.objects.filter(key=row.key).update(is_shared=False)
    _journal(row, "identifiant partagé retiré", actor)
    row.delete()


def _journal(row: SharedIdentifier, reason: str, actor: Actor) -> None:
    record_act(
        actor=actor,
        object_type="cases.sharedidentifier",
        object_id=str(row.pk),
        object_label=row.label,
        reason=reason,
    )


@transaction.atomic
def refresh_shared_identifiers() -> int:
    """Add the telephones of units and those that several élus gave. Gives how many are new."""
    found = dict(_units())
    found |= dict(_officials())
    known = {bytes(key) for key in SharedIdentifier.objects.filter(key__in=found).values_list("key", flat=True)}
    now = clock.now()
    new = [
        SharedIdentifier(key=key, kind=IdentifierKind.TELEPHONE, label=label[:150], origin=origin, added_at=now)
        for key, (label, origin) in found.items()
        if key not in known
    ]
    SharedIdentifier.objects.bulk_create(new, ignore_conflicts=True)
    AuthorIdentifier.objects.filter(key__in=[row.key for row in new], is_shared=False).update(is_shared=True)
    return len(new)


def _units() -> Iterable[tuple[bytes, tuple[str, SharedOrigin]]]:
    for name, telephone in Unit.objects.exclude(telephone="").values_list("name", "telephone").order_by("pk"):
        yield identifier_key(IdentifierKind.TELEPHONE, telephone), (name, SharedOrigin.UNIT)


def _officials() -> Iterable[tuple[bytes, tuple[str, SharedOrigin]]]:
    """A number that two élus gave is a town hall's. Few élus gave one: the RNE has none."""
    counted: Counter[bytes] = Counter()
    for official in Official.objects.exclude(telephone="").only("pk", "telephone").order_by("pk").iterator():
        counted[identifier_key(IdentifierKind.TELEPHONE, official.telephone)] += 1
    for key, times in counted.items():
        if times > 1:
            yield key, ("donné par plusieurs élus", SharedOrigin.OFFICIALS)
