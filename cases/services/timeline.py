from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cases.models import CaseEvent
from core import clock
from core.journal import record_act

if TYPE_CHECKING:
    from accounts.models import User
    from cases.enums import EventKind
    from cases.models import Case
    from core.journal import Actor


def add_event(
    *,
    case: Case,
    kind: EventKind,
    sentence: str,
    user: User | None,
    actor: Actor,
    changes: list[dict[str, Any]] | None = None,
    version: int | None = None,
) -> CaseEvent:
    """Write an act on the timeline of the file and in the journal, in the caller's transaction."""
    label = f"{actor.label}, {actor.posting_label}" if actor.posting_label else actor.label
    event = CaseEvent.objects.create(
        case=case,
        at=clock.now(),
        kind=kind,
        actor=user,
        actor_label=label[:300],
        sentence=sentence[:500],
        changes=changes or [],
        version=version,
    )
    record_act(
        actor=actor,
        object_type="cases.case",
        object_id=str(case.pk),
        object_label=case.reference,
        reason=kind.label,
    )
    return event
