"""Plays invented acts in the order of their dates, each by the real service, under the clock of its date."""

from __future__ import annotations

import heapq
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from core import clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from territories.models import Departement


class Timeline:
    """Acts may plan later acts. What is planned after `end` never happens: it is still to be done."""

    def __init__(self, end: datetime) -> None:
        self.end = end
        self.planned: list[tuple[datetime, int, Callable[[], object]]] = []
        self._count = 0

    def plan(self, moment: datetime, act: Callable[[], object]) -> None:
        if moment < self.end:
            self._count += 1
            heapq.heappush(self.planned, (moment, self._count, act))

    def play(self) -> None:
        while self.planned:
            moment, _, act = heapq.heappop(self.planned)
            with clock.replayed_at(moment):
                act()

    def days_ago(self, days: float) -> datetime:
        return self.end - timedelta(days=days)


def office_hour(moment: datetime, departement: Departement, rng: Random) -> datetime:
    """The same local day, when people are at work."""
    local_day = moment.astimezone(departement.zone).date()
    at = time(rng.randint(8, 17), rng.randint(0, 59))
    return datetime.combine(local_day, at, tzinfo=departement.zone).astimezone(UTC)
