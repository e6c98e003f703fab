"""Numbers and the fingerprints under which they are found: written together, here alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from alarm_registry.models import NumberIndex, RegisteredNumber, Registration
from core.encryption import DecryptionRefused, KeyMissing, telephone_index, telephone_index_keys
from core.record_keys import RecordDestroyed
from core.rotation import RotationReport
from core.telephones import candidates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID


def indexes_of(number: RegisteredNumber, *, text: str, departement: str) -> Iterator[NumberIndex]:
    """Every form of `text` under the current key. A number that reads as none has none: it is kept, and never found."""
    name, key = next(iter(telephone_index_keys().items()))
    for form in sorted({one.key for one in candidates(text, departement=departement)}):
        yield NumberIndex(
            number=number,
            registration_id=number.registration_id,
            fingerprint=telephone_index(form, key=key),
            key_name=name,
        )


def index_number(number: RegisteredNumber, *, text: str, departement: str) -> None:
    """Set what finds a number that was just saved, in the caller's transaction."""
    number.indexes.all().delete()
    NumberIndex.objects.bulk_create(indexes_of(number, text=text, departement=departement))


def rotate_index_keys(*, batch: int = 500, report: RotationReport | None = None) -> int:
    """Make again, under the current key, every fingerprint that another key of TELEPHONE_INDEX_KEYS made.

    Online: a look-up tries every key, so a number is found before, during and after. Run again after an interruption,
    it goes on where it stopped. A number that does not open keeps its old fingerprint, is named in `report`, and stops
    nobody else. Gives how many numbers were done.
    """
    current = next(iter(telephone_index_keys()))
    report = report if report is not None else RotationReport()
    done = after = 0
    while True:
        stale = NumberIndex.objects.exclude(key_name=current).filter(pk__gt=after).order_by("pk")
        rows = list(stale.values_list("pk", "number_id", "registration_id")[:batch])
        if not rows:
            report.rotated["alarm_registry_numberindex.fingerprint"] += done
            return done
        after = rows[-1][0]
        done += _index_again({number for _, number, _ in rows}, {registration for *_, registration in rows}, report)


@transaction.atomic
def _index_again(numbers: set[UUID], registrations: set[UUID], report: RotationReport) -> int:
    # As every act on a registration: locked first, so that a withdrawal waits, or leaves nothing to index.
    locked = Registration.objects.select_for_update(of=("self",), no_key=True).select_related("key")
    open_ones = {row.pk: row for row in locked.active().filter(pk__in=registrations).order_by("pk")}
    again: list[NumberIndex] = []
    opened = []
    for number in RegisteredNumber.objects.filter(pk__in=numbers, registration__in=open_ones).order_by("pk"):
        number.registration = open_ones[number.registration_id]
        try:
            text = number.number
        except (DecryptionRefused, KeyMissing, RecordDestroyed) as error:
            report.refused.append(str(error))
            continue
        opened.append(number)
        again += indexes_of(number, text=text, departement=number.registration.departement_id)
    NumberIndex.objects.filter(number__in=opened).delete()
    NumberIndex.objects.bulk_create(again)
    return len(opened)
