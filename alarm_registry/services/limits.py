"""How fast one may search: a pause, an alert to the supervisor, never a closed door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from alarm_registry.enums import AlertKind, LookupKind
from alarm_registry.models import Lookup, LookupLimits
from alarm_registry.services.alerts import raise_alert
from core import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from alarm_registry.services.looking import Caller

HOUR = timedelta(hours=1)
FIVE_MINUTES = timedelta(minutes=5)
# Enough to know every limit that the data may set.
MOST_READ = 500
# Of who asks, as a line of the journal keeps it.
LONGEST_NAME = 300


@dataclass
class TooFast(Exception):
    """A pause is asked before the next search. It never applies to a call that cannot wait."""

    seconds: int

    def __str__(self) -> str:
        return f"Attendez {self.seconds} secondes avant la prochaine recherche."


@dataclass(frozen=True)
class Pace:
    """What one operator, or the software of one centre, searched in the last hour, the latest first."""

    rows: Sequence[tuple]
    limits: LookupLimits

    @property
    def searches(self) -> list[tuple]:
        return [row for row in self.rows if row[1] != LookupKind.OPENING]

    def reasons(self) -> list[tuple[AlertKind, int]]:
        """The limits that are passed, each with how many searches it is about."""
        limits, searches = self.limits, self.searches
        last_five = sum(row[0] > clock.now() - FIVE_MINUTES for row in searches)
        found: list[tuple[AlertKind, int]] = []
        if last_five > limits.in_five_minutes or len(searches) > limits.in_an_hour:
            found.append((AlertKind.VOLUME, len(searches)))
        misses = sum(row[2] == 0 for row in searches)
        if misses > limits.misses_in_an_hour:
            found.append((AlertKind.MISSES, misses))
        if (run := self._longest_run()) >= limits.sequence:
            found.append((AlertKind.SEQUENCE, run))
        if (same := self._most_in_a_commune()) > limits.same_commune:
            found.append((AlertKind.SAME_PLACE, same))
        return found

    def _longest_run(self) -> int:
        """Numbers searched one after the other that follow each other: all the journal knows is their last digits."""
        ends = [int(row[3]) for row in self.searches if row[3]]
        longest = run = 1
        for later, sooner in pairwise(ends):
            run = run + 1 if (later - sooner) % 100 in {1, 99} else 1
            longest = max(longest, run)
        return longest

    def _most_in_a_commune(self) -> int:
        communes = [row[4] for row in self.searches if row[4]]
        return max((communes.count(code) for code in set(communes)), default=0)


def limits_in_force() -> LookupLimits:
    return LookupLimits.objects.filter(in_force_from__lte=clock.today(clock.PARIS)).latest("in_force_from")


def pace_of(caller: Caller) -> Pace:
    """Two queries by index, of which one reads a row."""
    rows = _searches_of(caller).filter(at__gt=clock.now() - HOUR).order_by("-at")[:MOST_READ]
    return Pace(list(rows.values_list("at", "kind", "found", "last_digits", "commune_id")), limits_in_force())


def _searches_of(caller: Caller) -> QuerySet[Lookup]:
    if caller.operator:
        return Lookup.objects.filter(operator=caller.operator)
    return Lookup.objects.filter(
        departement=caller.departement, through_api=True, asked_by=caller.actor.label[:LONGEST_NAME]
    )


def check_pace(caller: Caller, *, forced: bool) -> None:
    """Raises TooFast while a pause runs, unless the call cannot wait: then the supervisor is told."""
    pace = pace_of(caller)
    if not (reasons := pace.reasons()):
        return
    if forced:
        raise_alert(caller, AlertKind.FORCED, 1)
        return
    left = pace.limits.pause_seconds - (clock.now() - pace.rows[0][0]).total_seconds()
    if left > 0:
        for kind, searches in reasons:
            raise_alert(caller, kind, searches)
        raise TooFast(max(1, round(left)))


def watch(caller: Caller, lookup: Lookup) -> None:
    """After a search: tell the supervisor of what a pause alone would not show."""
    if lookup.kind == LookupKind.OPENING and lookup.reason:
        elsewhere = _searches_of(caller).filter(kind=LookupKind.OPENING, at__gt=clock.now() - HOUR).exclude(reason="")
        if (count := elsewhere.count()) >= 5:
            raise_alert(caller, AlertKind.ELSEWHERE, count)
