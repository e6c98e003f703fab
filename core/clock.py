"""The portal's clock. Nothing else in the project asks the system for the time.

In the demonstration an administrator moves it: `now()` is then the true time plus an offset, so it keeps flowing.
In production the offset is always zero and no query is made.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.journal import Actor

PARIS = ZoneInfo("Europe/Paris")


class ClockLocked(Exception):
    """The clock of a real instance cannot be moved."""


class _Held:
    """The offset that one request or task sees from its first reading of the clock to its end."""

    offset: timedelta | None = None


_held: ContextVar[_Held | None] = ContextVar("held_clock", default=None)


def real_now() -> datetime:
    """The true time, for heartbeats, back-off and sessions."""
    return datetime.now(UTC)


def now() -> datetime:
    """The portal's time, aware, in UTC."""
    return real_now() + current_offset()


def today(zone: ZoneInfo | str) -> date:
    """The portal's date in `zone`."""
    return now().astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone).date()


def is_movable() -> bool:
    return bool(settings.DEMO)


def current_offset() -> timedelta:
    if not is_movable():
        return timedelta()
    held = _held.get()
    if held is None:
        return _stored_offset()
    if held.offset is None:
        held.offset = _stored_offset()
    return held.offset


def is_moved() -> bool:
    return current_offset() != timedelta()


@contextmanager
def steady() -> Iterator[None]:
    """Everything inside sees one offset, read once and only if needed; the one already held, when there is one."""
    if _held.get() is not None:
        yield
        return
    token = hold()
    try:
        yield
    finally:
        release(token)


@contextmanager
def replayed_at(moment: datetime) -> Iterator[None]:
    """Everything inside happens at `moment`: how the demonstration's history is written by the services.

    Raises ClockLocked on an instance that is not a demonstration.
    """
    if not is_movable():
        raise ClockLocked("L'horloge ne se déplace que dans une démonstration.")
    held = _Held()
    held.offset = moment - real_now()
    token = _held.set(held)
    try:
        yield
    finally:
        release(token)


def hold():  # type: ignore[no-untyped-def]  # the token's type is private to contextvars
    return _held.set(_Held())


def release(token) -> None:  # type: ignore[no-untyped-def]
    _held.reset(token)


def move_to(moment: datetime, *, actor: Actor) -> None:
    """Move the demonstration's clock to `moment` and let it flow from there.

    Raises ClockLocked on an instance that is not a demonstration.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    _set_offset(moment - real_now(), actor=actor, reason=f"date déplacée au {moment.astimezone(PARIS):%d/%m/%Y %H:%M}")


def reset(*, actor: Actor) -> None:
    """Bring the demonstration's clock back to the true time."""
    _set_offset(timedelta(), actor=actor, reason="date remise à l'heure réelle")


def _set_offset(offset: timedelta, *, actor: Actor, reason: str) -> None:
    from core.journal import record_act  # the journal reads this clock
    from core.models import DemoClock  # settings are read before models exist

    if not is_movable():
        raise ClockLocked("L'horloge ne se déplace que dans une démonstration.")
    with transaction.atomic():
        # Recorded on the clock as it was, before it moves.
        record_act(actor=actor, object_type="core.democlock", object_label="date de démonstration", reason=reason)
        DemoClock.objects.update_or_create(id=1, defaults={"offset": offset, "moved_at": real_now()})
    held = _held.get()
    if held is not None:
        held.offset = offset


def _stored_offset() -> timedelta:
    from core.models import DemoClock

    return DemoClock.objects.values_list("offset", flat=True).filter(id=1).first() or timedelta()
