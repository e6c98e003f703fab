"""How fast one may search: a pause, an alert to the supervisor, never a closed door."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from alarm_registry.enums import AlertKind, LookupKind
from alarm_registry.models import Lookup, LookupLimits, Registration
from alarm_registry.models.lookup import MOST_IN_AN_HOUR
from alarm_registry.services.alerts import answered_lately, raise_alert
from core import clock
from officials.models import Mandate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from alarm_registry.services.caller import Caller

HOUR = timedelta(hours=1)
FIVE_MINUTES = timedelta(minutes=5)
# Enough to know every limit that the data may set, records opened included.
MOST_READ = 2 * MOST_IN_AN_HOUR + 1
# A constant step between the last digits of what is searched, up or down, is somebody who walks through numbers.
LONGEST_STEP = 10
MOST_ELSEWHERE = 5
# Of who asks, as a line of the journal keeps it.
LONGEST_NAME = 300


@dataclass
class TooFast(Exception):
    """A pause is asked before the next search. It never applies to a call that cannot wait."""

    seconds: int

    def __str__(self) -> str:
        return f"Attendez {self.seconds} seconde{'s' if self.seconds > 1 else ''} avant la prochaine recherche."


class Searched(NamedTuple):
    """What is read again of a search: what follows is decided on nothing else."""

    at: datetime
    kind: str
    found: int
    last_digits: str
    commune_id: str | None
    fingerprint: bytes | None
    shown_id: UUID | None
    is_forced: bool
    reason: str


@dataclass(frozen=True)
class Pace:
    """What one operator, or the software of one centre, searched in the last hour, the latest first."""

    rows: Sequence[Searched]
    limits: LookupLimits

    @property
    def searches(self) -> list[Searched]:
        return [row for row in self.rows if row.kind != LookupKind.OPENING]

    def since(self, moment: datetime) -> Pace:
        return Pace([row for row in self.rows if row.at > moment], self.limits)

    def reasons(self) -> dict[AlertKind, int]:
        """The limits that are passed, each with how many searches it is about."""
        limits, searches = self.limits, self.searches
        last_five = sum(row.at > clock.now() - FIVE_MINUTES for row in searches)
        found: dict[AlertKind, int] = {}
        if last_five > limits.in_five_minutes or len(searches) > limits.in_an_hour:
            found[AlertKind.VOLUME] = len(searches)
        misses = sum(row.found == 0 for row in searches)
        if misses > limits.misses_in_an_hour:
            found[AlertKind.MISSES] = misses
        if (run := longest_run([int(row.last_digits) for row in searches if row.last_digits])) >= limits.sequence:
            found[AlertKind.SEQUENCE] = run
        if (same := self._most_of_a_commune()) > limits.same_commune:
            found[AlertKind.SAME_PLACE] = same
        return found

    def pause_left(self) -> int:
        """Seconds still to wait after the last search."""
        searches = self.searches
        if not searches:
            return 0
        return pause_after(searches[0].at, self.limits)

    def _most_of_a_commune(self) -> int:
        """How many people of one commune: those whose record was read, and those who were searched there by name."""
        people = {(row.commune_id, bytes(row.fingerprint or b"")) for row in self.rows if row.commune_id}
        named = Counter(commune for commune, _ in people)
        shown = {row.shown_id for row in self.rows if row.shown_id}
        # One more query, for who has read more records than a commune may have.
        if len(shown) > self.limits.same_commune:
            named |= _communes_of(shown)
        return max(named.values(), default=0)


def pause_after(last: datetime, limits: LookupLimits) -> int:
    """Seconds still to wait after a search; whatever the clock does, never more than the pause."""
    left = limits.pause_seconds - (clock.now() - last).total_seconds()
    return 0 if left <= 0 else min(limits.pause_seconds, max(1, round(left)))


def longest_run(ends: Iterable[int]) -> int:
    """How many numbers searched one after the other follow each other by one small step, up or down.

    Only their last two digits are known. A number asked again does not break the run.
    """
    different = [end for end, _ in groupby(ends)]
    longest = run = min(len(different), 1)
    previous: int | None = None
    for later, sooner in pairwise(different):
        # From -50 to 49: 00 comes after 99.
        step = (later - sooner + 50) % 100 - 50
        small = abs(step) <= LONGEST_STEP
        run = (run + 1 if step == previous else 2) if small else 1
        previous = step if small else None
        longest = max(longest, run)
    return longest


def _communes_of(registrations: set[UUID]) -> Counter[str]:
    """How many of these people hold a mandate in each commune."""
    officials = Registration.objects.filter(pk__in=registrations).values_list("official_id", flat=True)
    held = Mandate.objects.current(clock.today(clock.PARIS)).filter(official__in=list(officials))
    pairs = set(held.exclude(commune=None).values_list("commune_id", "official_id"))
    return Counter(commune for commune, _ in pairs)


def limits_in_force() -> LookupLimits:
    return LookupLimits.objects.filter(in_force_from__lte=clock.today(clock.PARIS)).latest("in_force_from")


def _searches_of(caller: Caller) -> QuerySet[Lookup]:
    """Those of the operator, wherever he sits; of the software of a centre, those it made there."""
    mine = (
        Lookup.objects.filter(operator=caller.operator)
        if caller.operator
        else Lookup.objects.filter(
            departement=caller.departement, through_api=True, asked_by=caller.actor.label[:LONGEST_NAME]
        )
    )
    return mine.filter(at__gt=clock.now() - HOUR)


def pace_of(caller: Caller) -> Pace:
    """Two queries by index, of which one reads a row."""
    rows = _searches_of(caller).order_by("-at", "-pk").values_list(*Searched._fields)[:MOST_READ]
    return Pace([Searched(*row) for row in rows], limits_in_force())


def check_pace(caller: Caller, *, forced: bool) -> bool:
    """Tell the supervisor of a pace beyond the limits, and ask for a pause: raises TooFast while it runs.

    A call that cannot wait (`forced`) is never stopped: True when it passed a pause, and the supervisor is told so.
    """
    pace = pace_of(caller)
    if not (reasons := pace.reasons()):
        return False
    _tell(caller, pace, reasons)
    if not (left := pace.pause_left()):
        return False
    if not forced:
        raise TooFast(left)
    raise_alert(caller, AlertKind.FORCED, 1 + sum(row.is_forced for row in pace.rows))
    return True


def _tell(caller: Caller, pace: Pace, reasons: dict[AlertKind, int]) -> None:
    """What a supervisor has already answered is told again for what came since alone."""
    answered = answered_lately(caller, since=clock.now() - HOUR)
    for kind, searches in reasons.items():
        if kind not in answered or kind in pace.since(answered[kind]).reasons():
            raise_alert(caller, kind, searches)


def watch(caller: Caller, lookup: Lookup) -> None:
    """After a search: tell the supervisor of what a pause alone would not show."""
    if lookup.kind == LookupKind.OPENING and lookup.reason:
        count = _searches_of(caller).filter(kind=LookupKind.OPENING).exclude(reason="").count()
        if count >= MOST_ELSEWHERE:
            raise_alert(caller, AlertKind.ELSEWHERE, count)
