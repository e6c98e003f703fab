"""One registration as its unit and its person read it: everything that is registered, and what happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alarm_registry.models import Absence, Lookup
from alarm_registry.selectors.card import HOUSEHOLD_LABELS
from alarm_registry.selectors.presence import Slot, read_slots
from core import clock
from core.journal import Action
from core.models import JournalEntry
from core.telephones import candidates
from officials.selectors import current_mandates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from alarm_registry.models import (
        Correction,
        HandledCall,
        RegisteredAddress,
        RegisteredNumber,
        Registration,
    )
    from officials.models import Mandate

CALLS_SHOWN = 20
LOOKUPS_SHOWN = 20


@dataclass(frozen=True)
class NumberLine:
    row: RegisteredNumber
    # False for what was written but is no number that the 17 could find.
    is_findable: bool


@dataclass(frozen=True)
class AddressLine:
    row: RegisteredAddress
    slots: Sequence[Slot]


@dataclass(frozen=True)
class Record:
    registration: Registration
    mandates: Sequence[Mandate]
    numbers: Sequence[NumberLine]
    addresses: Sequence[AddressLine]
    household: Sequence[tuple[str, str]]
    # Those that run or are to come.
    absences: Sequence[Absence]
    corrections: Sequence[Correction]
    calls: Sequence[HandledCall]
    # Consultations by the 17, the latest first.
    lookups: Sequence[Lookup]

    @property
    def open_correction(self) -> Correction | None:
        return next((one for one in self.corrections if one.answered_at is None), None)

    @property
    def answered_corrections(self) -> list[Correction]:
        return [one for one in self.corrections if one.answered_at is not None]

    @property
    def asks_after_mandate(self) -> bool:
        return not self.mandates and not self.registration.after_mandate


def record_of(registration: Registration) -> Record:
    """From a registration read with its official, key and département. A constant number of queries."""
    numbers = list(registration.numbers.order_by("rank"))
    addresses = list(registration.addresses.select_related("departement").order_by("rank"))
    absences = standing_absences(registration)
    corrections = list(registration.corrections.select_related("answered_by").order_by("-asked_at", "pk")[:10])
    calls = list(registration.calls.select_related("by").order_by("-at", "pk")[:CALLS_SHOWN])
    rows: list[Any] = [*numbers, *addresses, *corrections, *calls]
    for row in rows:
        # The one key that opens them all was opened once already.
        row.registration = registration
    return Record(
        registration=registration,
        mandates=current_mandates(registration.official),
        numbers=[NumberLine(row, _is_findable(row, registration)) for row in numbers],
        addresses=[AddressLine(row, read_slots(row.presence)) for row in addresses],
        household=[(label, getattr(registration, name)) for name, label in HOUSEHOLD_LABELS],
        absences=absences,
        corrections=corrections,
        calls=calls,
        lookups=lookups_of(registration),
    )


def _is_findable(row: RegisteredNumber, registration: Registration) -> bool:
    return bool(candidates(row.number, departement=registration.departement_id))


def numbers_not_findable(registration: Registration) -> bool:
    """Whether a number was written that the 17 cannot find: kept, and said."""
    return registration.numbers.filter(indexes__isnull=True).exists()


def last_saved(registration: Registration) -> tuple[str, datetime]:
    """Who wrote it last, and when, as the journal says it."""
    acts = JournalEntry.objects.filter(
        object_type="alarm_registry.registration", object_id=str(registration.pk), action=Action.ACT
    )
    entry = acts.order_by("-at", "-pk").first()
    return (entry.actor_label, entry.at) if entry else ("Quelqu'un", registration.confirmed_at)


def standing_absences(registration: Registration) -> list[Absence]:
    """The absences that run or are to come, where the home is."""
    today = clock.today(registration.departement.time_zone)
    found = Absence.objects.standing().filter(registration=registration, period__endswith__gt=today)
    absences = list(found.select_related("address").order_by("period", "pk"))
    for absence in absences:
        absence.registration = registration
    return absences


def lookups_of(registration: Registration) -> list[Lookup]:
    """The last times that the 17 read this record."""
    found = Lookup.objects.filter(shown=registration).select_related("departement")
    return list(found.order_by("-at", "-id")[:LOOKUPS_SHOWN])
