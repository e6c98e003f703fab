"""The receipt that is signed at the counter: what is received, the rights, what to do. PDF/UA, like decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from call_buttons.selectors.devices import recipients_of
from call_buttons.services.documents import TEMPLATES, shipped
from core.documents import Document, compile_document, day_in_words, printable
from core.wording import local_datetime_words
from officials.selectors import quality_of

if TYPE_CHECKING:
    from call_buttons.models import CallButtonHandover


def receipt_of(handover: CallButtonHandover) -> Document:
    """The receipt of a device, to be printed and signed.

    It names the recipients by their role only: a paper is read by others. Raises UnprintableText when a name holds a
    sign that no font shows.
    """
    grant, device = handover.grant, handover.device
    zone = grant.departement.zone
    first = handover.tests.order_by("at", "pk").first()
    data = {
        "prefecture": f"Préfecture {grant.departement.name_of}",
        "unit": printable(str(grant.unit)),
        "telephone": printable(grant.unit.telephone),
        "person": printable(handover.official.full_name),
        "quality": printable(quality_of(handover.official)),
        "decision": grant.decision.number,
        "last_day": day_in_words(grant.last_day),
        "kind": device.get_kind_display(),
        "label": device.label,
        "serial": device.serial,
        "paired_with": printable(device.paired_with),
        "handed_at": local_datetime_words(handover.handed_at, zone),
        "handed_by": printable(handover.handed_by.get_full_name()),
        "recipients": [recipient.get_role_display() for recipient in recipients_of(handover)],
        "test": "" if first is None else first.get_outcome_display(),
        "delay": None if first is None else first.delay_seconds,
        "next_test_on": day_in_words(handover.next_test_on),
        "signed": handover.signed_at is not None,
        "signer": printable(handover.signer_name) if handover.signed_at else "",
        "signer_quality": handover.get_signer_quality_display() if handover.signed_at else "",
        "signed_on": local_datetime_words(handover.signed_at, zone) if handover.signed_at else "",
        "demo": settings.DEMO,
    }
    day = handover.handed_at.astimezone(zone).date()
    return compile_document({"main.typ": shipped("receipt")}, data, day=day, root=TEMPLATES)
