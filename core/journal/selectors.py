from __future__ import annotations

from typing import TYPE_CHECKING

from core.enums import Action, Outcome
from core.journal.actors import clean_address
from core.models import JournalEntry, JournalSeal, JournalVerification

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet


def recent_refusals(
    *, action: Action, since: datetime, object_id: str | None = None, address: str | None = None
) -> int:
    """Refused entries since a moment of the true clock, on one object key or from one address."""
    refused = JournalEntry.objects.filter(action=action, outcome=Outcome.REFUSED, recorded_at__gte=since)
    if object_id is not None:
        refused = refused.filter(object_id=object_id)
    if address is not None:
        refused = refused.filter(address=clean_address(address))
    return refused.count()


def journal_entries(
    *,
    action: str = "",
    outcome: str = "",
    actor_ids: Collection[int] | None = None,
    object_label: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[JournalEntry]:
    """Entries that match every filter given. `object_label` is exact: a reference, as the journal wrote it."""
    entries = JournalEntry.objects.all()
    if action:
        entries = entries.filter(action=action)
    if outcome:
        entries = entries.filter(outcome=outcome)
    if actor_ids is not None:
        entries = entries.filter(actor_id__in=actor_ids)
    if object_label:
        entries = entries.filter(object_label=object_label)
    if since:
        entries = entries.filter(at__gte=since)
    if until:
        entries = entries.filter(at__lt=until)
    return entries


def last_verification() -> JournalVerification | None:
    return JournalVerification.objects.order_by("-id").first()


def last_seal() -> JournalSeal | None:
    return JournalSeal.objects.order_by("-number").first()
