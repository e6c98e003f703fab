"""Numbers and the fingerprints under which they are found: written together, here alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from alarm_registry.models import NumberIndex, RegisteredNumber
from core.encryption import telephone_index, telephone_index_keys
from core.telephones import candidates

if TYPE_CHECKING:
    from collections.abc import Iterator


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


def rotate_index_keys(*, batch: int = 500) -> int:
    """Make again, under the current key, every fingerprint that another key of TELEPHONE_INDEX_KEYS made.

    Online: a look-up tries every key, so a number is found before, during and after. Gives how many numbers were done.
    """
    current = next(iter(telephone_index_keys()))
    done = 0
    while True:
        with transaction.atomic():
            stale = NumberIndex.objects.exclude(key_name=current).order_by("pk").values_list("number_id", flat=True)
            # Locked through their registrations: a withdrawal meanwhile waits, then finds nothing left to index.
            numbers = list(
                RegisteredNumber.objects.filter(pk__in=list(stale[:batch]))
                .select_related("registration__key")
                .select_for_update(of=("self",), no_key=True)
                .order_by("pk")
            )
            if not numbers:
                return done
            NumberIndex.objects.filter(number__in=numbers).delete()
            NumberIndex.objects.bulk_create(
                index
                for number in numbers
                for index in indexes_of(number, text=number.number, departement=number.registration.departement_id)
            )
            done += len(numbers)
