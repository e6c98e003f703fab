from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import Error as DatabaseFailure
from django.db import transaction

from core import clock
from core.enums import Action, Outcome
from core.journal.actors import clean_address
from core.models import JournalEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.journal.actors import Actor

# Long enough for any honest label; a crafted address of 8 kB is not worth keeping for years.
LONGEST_TEXT = 500


class JournalUnavailable(Exception):
    """The entry could not be written: the page must not leave."""


def record_act(
    *,
    actor: Actor,
    action: Action = Action.ACT,
    object_type: str = "",
    object_id: str = "",
    object_label: str = "",
    reason: str = "",
    outcome: Outcome = Outcome.DONE,
    details: dict[str, Any] | None = None,
) -> JournalEntry:
    """Write an entry in the caller's transaction: the act and its entry exist together or not at all."""
    entry = _entry(actor, action, object_type, object_id, object_label, reason, outcome, details)
    entry.save(force_insert=True)
    return entry


def record_system_acts(*, actor: Actor, object_type: str, objects: Iterable[tuple[str, str]], reason: str) -> None:
    """The same act on many objects (id, label), by one insertion: what a job has just done, in its transaction."""
    JournalEntry.objects.bulk_create(
        _entry(actor, Action.ACT, object_type, object_id, label, reason, Outcome.DONE, None)
        for object_id, label in objects
    )


def _entry(
    actor: Actor,
    action: Action,
    object_type: str,
    object_id: str,
    object_label: str,
    reason: str,
    outcome: Outcome,
    details: dict[str, Any] | None,
) -> JournalEntry:
    return JournalEntry(
        at=clock.now(),
        action=action,
        outcome=outcome,
        actor_id=actor.user_id,
        actor_label=_clean(actor.label),
        posting_id=actor.posting_id,
        posting_label=_clean(actor.posting_label),
        address=clean_address(actor.address),
        object_type=_clean(object_type),
        object_id=_clean(object_id),
        object_label=_clean(object_label),
        reason=_clean(reason),
        details={name: _clean(value) if isinstance(value, str) else value for name, value in (details or {}).items()},
    )


def record_access(
    *,
    actor: Actor,
    action: Action = Action.CONSULTATION,
    object_type: str = "",
    object_id: str = "",
    object_label: str = "",
    reason: str = "",
    outcome: Outcome = Outcome.DONE,
    details: dict[str, Any] | None = None,
) -> JournalEntry:
    """Write an entry and commit it before returning; called before the content leaves.

    Never inside another transaction, which could still be rolled back after the reader has read.
    Raises JournalUnavailable when the entry cannot be written.
    """
    try:
        with transaction.atomic(durable=True):
            return record_act(
                actor=actor,
                action=action,
                object_type=object_type,
                object_id=object_id,
                object_label=object_label,
                reason=reason,
                outcome=outcome,
                details=details,
            )
    except DatabaseFailure as error:
        raise JournalUnavailable("the journal entry could not be written") from error


def _clean(text: object) -> str:
    """Text that PostgreSQL accepts whatever was typed: a refusal must be journaled even when its address is garbage."""
    return str(text)[:LONGEST_TEXT].replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
