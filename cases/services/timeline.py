from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cases.models import CaseEvent
from core import clock
from core.journal import record_act, record_system_acts

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    event = _event(case, kind, sentence, user, actor, changes, version)
    event.save(force_insert=True)
    record_act(
        actor=actor,
        object_type="cases.case",
        object_id=str(case.pk),
        object_label=case.reference,
        reason=kind.label,
    )
    return event


def add_events(*, kind: EventKind, sentences: Iterable[tuple[Case, str]], actor: Actor) -> None:
    """What a job has just done in many files: two insertions, whatever their number."""
    given = list(sentences)
    CaseEvent.objects.bulk_create(_event(case, kind, sentence, None, actor) for case, sentence in given)
    record_system_acts(
        actor=actor,
        object_type="cases.case",
        objects=[(str(case.pk), case.reference) for case, _ in given],
        reason=kind.label,
    )


def _event(
    case: Case,
    kind: EventKind,
    sentence: str,
    user: User | None,
    actor: Actor,
    changes: list[dict[str, Any]] | None = None,
    version: int | None = None,
) -> CaseEvent:
    label = f"{actor.label}, {actor.posting_label}" if actor.posting_label else actor.label
    return CaseEvent(
        case=case,
        at=clock.now(),
        kind=kind,
        actor=user,
        actor_label=label[:300],
        sentence=sentence[:500],
        changes=changes or [],
        version=version,
    )
