"""What the home pages list: things to do now, the oldest clock first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from core import clock
from core.wording import (
    PARIS,
    as_zone,
    day_words,
    due_day_words,
    due_words,
    duration_words,
    hours_words,
    local_datetime_words,
)


@dataclass(frozen=True)
class TodoItem:
    """One thing to do. `due` is a moment (clock) or a local day (term); `since`, when it has no term, is when it came.

    None of them when nothing presses. What came and has a `patience` is late beyond it, and its age is read in hours.
    """

    what: str
    about: str
    url: str
    due: datetime | date | None = None
    zone: ZoneInfo | str = PARIS
    since: datetime | None = None
    patience: timedelta | None = None

    @property
    def due_at(self) -> datetime | None:
        """The moment the term passes: a day passes at its midnight, in its zone."""
        if self.due is None or isinstance(self.due, datetime):
            return self.due
        midnight = datetime(self.due.year, self.due.month, self.due.day, tzinfo=as_zone(self.zone))
        return midnight + timedelta(days=1)

    @property
    def is_late(self) -> bool:
        if self.since is not None and self.patience is not None:
            return self.since + self.patience <= clock.now()
        return self.due_at is not None and self.due_at <= clock.now()

    @property
    def due_words(self) -> str:
        if self.since is not None:
            age = clock.now() - self.since
            return f"attend depuis {hours_words(age) if self.patience is not None else duration_words(age)}"
        if self.due is None:
            return ""
        if isinstance(self.due, datetime):
            return due_words(self.due, clock.now())
        return due_day_words(self.due, clock.today(self.zone))

    @property
    def due_date_words(self) -> str:
        if self.since is not None:
            return local_datetime_words(self.since, self.zone)
        if self.due is None:
            return ""
        if isinstance(self.due, datetime):
            return local_datetime_words(self.due, self.zone)
        return day_words(self.due)


@dataclass(frozen=True)
class TodoSection:
    title: str
    items: tuple[TodoItem, ...]
    empty_text: str = "Rien à faire pour le moment."
    # Where the rest is, when the home page shows only the first ones.
    more_url: str = ""
    more_label: str = "Voir toute la liste"


def todo_section(*, title: str, items: Iterable[TodoItem], **more: str) -> TodoSection:
    """A section with its items sorted: the oldest clock first, what has no clock last."""

    def clock_of(item: TodoItem) -> tuple[bool, float]:
        moment = item.due_at or item.since
        return moment is None, moment.timestamp() if moment else 0.0

    ordered = sorted(items, key=clock_of)
    return TodoSection(title=title, items=tuple(ordered), **more)
