"""The search of the 17: found, written, told. One entry a search, before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from alarm_registry.enums import LookupKind
from alarm_registry.models import Lookup, Registration
from alarm_registry.selectors.matching import match_name, match_number
from alarm_registry.services.limits import check_pace, watch
from core import clock
from core.encryption import blind_index
from core.telephones import last_digits

if TYPE_CHECKING:
    from uuid import UUID

    from alarm_registry.selectors.matching import Found
    from alarm_registry.services.caller import Caller
    from territories.models import Commune, Departement

NAME_PURPOSE = "alarm_registry.lookup.name"


def look_up_number(text: str, *, caller: Caller, forced: bool = False) -> Found:
    """Search a number as it was typed or pasted, and write that it was. Raises TooFast, unless `forced`."""
    passed = check_pace(caller, forced=forced)
    found = match_number(text, departement=caller.departement.pk, reach=caller.reach)
    _write(caller, LookupKind.NUMBER, found, fingerprint=found.fingerprint, last=last_digits(text), forced=passed)
    return found


def look_up_name(name: str, *, commune: Commune | None, caller: Caller, forced: bool = False) -> Found:
    """Search by name and commune, for a hidden number: the same journal. Raises TooFast, unless `forced`."""
    passed = check_pace(caller, forced=forced)
    found = match_name(name, commune=commune, reach=caller.reach)
    fingerprint = blind_index(name, purpose=NAME_PURPOSE)
    _write(caller, LookupKind.NAME, found, fingerprint=fingerprint, commune=commune, forced=passed)
    return found


@dataclass
class ReasonNeeded(Exception):
    """The record is out of the caller's reach, in `departement`: it opens with a reason only."""

    departement: Departement


def open_record(registration_id: UUID, *, caller: Caller, reason: str = "") -> Registration | None:
    """The record chosen among several, or out of reach with a reason. None when it is not there any more.

    Raises ReasonNeeded out of reach, when no reason is given.
    """
    found = (
        Registration.objects.running()
        .select_related("key", "official", "unit__departement", "departement")
        .filter(pk=registration_id)
        .first()
    )
    if found is None:
        return None
    reason = reason.strip()[:300]
    if found.departement_id not in caller.reach and not reason:
        raise ReasonNeeded(found.departement)
    _insert(caller, LookupKind.OPENING, found=1, shown=found, reason=reason)
    return found


def _write(
    caller: Caller,
    kind: LookupKind,
    found: Found,
    *,
    fingerprint: bytes | None,
    last: str = "",
    commune: Commune | None = None,
    forced: bool,
) -> None:
    alone = found.matches[0] if len(found.matches) == 1 and found.matches[0].in_reach else None
    _insert(
        caller,
        kind,
        found=len(found.matches),
        fingerprint=fingerprint,
        last_digits=last,
        commune=commune,
        shown=alone.registration if alone else None,
        is_forced=forced,
    )


def _insert(caller: Caller, kind: LookupKind, **values: object) -> None:
    """Committed before anything is shown: no entry, no answer. A trigger writes the journal in the same statement."""
    lookup = Lookup(
        at=clock.now(),
        operator=caller.operator,
        asked_by=caller.actor.label[:300],
        posting_id=caller.actor.posting_id,
        posting_label=caller.actor.posting_label[:300],
        departement=caller.departement,
        kind=kind,
        through_api=caller.through_api,
        address=caller.actor.address,
        **values,
    )
    with transaction.atomic(durable=True):
        lookup.save(force_insert=True)
    watch(caller, lookup)
