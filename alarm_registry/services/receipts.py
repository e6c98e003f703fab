"""The receipt that the person takes home: what is registered, in kinds and counts, and what the person may do.

It bears neither a number nor an address: a paper is read by others, and is left in a coat.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from core.documents import Document, compile_document, day_in_words, printable, source_of
from core.wording import local_datetime_words, plural_words
from officials.selectors import quality_of

if TYPE_CHECKING:
    from alarm_registry.models import Registration

TEMPLATES = Path(__file__).resolve().parent.parent / "typst"


def receipt_of(registration: Registration) -> Document:
    """The receipt of a live registration, read with its official, unit, département, consent and agent.

    Raises UnprintableText when a name holds a sign that no font shows.
    """
    zone = registration.departement.zone
    unit, numbers = registration.unit, registration.numbers.order_by("rank")
    kinds = [row.get_kind_display() for row in registration.addresses.order_by("rank")]
    data = {
        "unit": printable(str(unit)),
        "address": printable(unit.address),
        "telephone": printable(unit.telephone),
        "person": printable(registration.official.full_name),
        "quality": printable(quality_of(registration.official)),
        "document": registration.get_identity_document_display(),
        "registered_at": local_datetime_words(registration.registered_at, zone),
        "registered_by": printable(registration.registered_by.get_full_name()),
        "consented_on": day_in_words(registration.consented_on),
        "consent": printable(registration.consent.text),
        "consent_version": str(registration.consent.version),
        "last_day": day_in_words(registration.last_day),
        "confirm_before": day_in_words(registration.to_confirm_from.astimezone(zone).date()),
        "numbers": plural_words(len(numbers), "numéro de téléphone", "numéros de téléphone"),
        "roles": [row.get_role_display() for row in numbers],
        "places": plural_words(len(kinds), "adresse", "adresses"),
        "kinds": kinds,
        "demo": settings.DEMO,
    }
    day = registration.registered_at.astimezone(zone).date()
    return compile_document({"main.typ": source_of(TEMPLATES, "receipt")}, data, day=day, root=TEMPLATES)
