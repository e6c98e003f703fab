"""What must exist, and what may, from the terms, the clock and what was done: by plain dates, without the product."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tests.by_hand import midnight_by_hand, useful_by_hand

if TYPE_CHECKING:
    from tests.torture.schedule import Term

COUNTED_BACK = {"d30": 30, "d15": 15, "d7": 7, "d3": 3}
ALWAYS = {"referent", "instructor", "official"}
ON_THE_LAST_USEFUL_DAY = ALWAYS | {"decider", "roster"}
LADDER = ("referent", "instructor", "decider", "roster")


@dataclass(frozen=True)
class Row:
    """A reminder as the database has it."""

    term: int
    kind: str
    audience: str
    due_on: date
    created_at: datetime
    climbed: bool
    answered_at: datetime | None
    # The number of each message, and whom it is for.
    messages: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Seen:
    """What the database and the relay hold at an instant of the portal."""

    now: datetime
    rows: list[Row]
    ended: dict[int, datetime]
    mails_of_end: list[tuple[int, str, str]]  # term, number, recipient
    pending: int
    notices: Counter[tuple[int, str, str]]  # term, kind, account
    # (recipient, term) of each number that the relay took.
    taken: dict[str, tuple[str, int]]
    failures: list[str]


@dataclass
class Oracle:
    """Knows the terms, their readers, and what was done during the schedule."""

    terms: list[Term]
    # By term and audience; « head » too.
    readers: list[dict[str, list[str]]]
    closures: list[tuple[str, date, datetime]] = field(default_factory=list)
    # Term: the last instant when all was found in order, and that of the decision.
    decided: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)
    latest: datetime | None = None

    def moments(self, number: int, at: datetime) -> dict[str, date]:
        term = self.terms[number]
        closed = {day for place, day, since in self.closures if place == term.place and since <= at}
        days = {kind: term.last_day - timedelta(days=back) for kind, back in COUNTED_BACK.items()}
        return days | {"last_working_day": useful_by_hand(term.place, term.last_day, closed)}

    def midnight(self, number: int, day: date) -> datetime:
        return midnight_by_hand(self.terms[number].place, day)

    def end(self, number: int) -> datetime:
        return self.midnight(number, self.terms[number].last_day + timedelta(days=1))

    def required(self, now: datetime) -> set[tuple[int, str, str]]:
        """(term, moment, audience) of the reminders that must exist, but those that climbed."""
        found = set()
        for number in range(len(self.terms)):
            until = min(now, self.decided[number][0]) if number in self.decided else now
            for kind, day in self.moments(number, until).items():
                if self.midnight(number, day) <= until:
                    found |= {(number, kind, who) for who in told_at(kind)}
        return found

    def ends_required(self, now: datetime) -> set[int]:
        return {
            number
            for number in range(len(self.terms))
            if self.end(number) <= (min(now, self.decided[number][0]) if number in self.decided else now)
        }

    def is_complete(self, seen: Seen) -> bool:
        """Whether all that must exist does, sent: what is wrong besides is said by `faults_of`."""
        written = {(row.term, row.kind, row.audience) for row in seen.rows}
        numbers = {message for row in seen.rows for message, _ in row.messages}
        numbers |= {message for _, message, _ in seen.mails_of_end}
        all_written = self.required(seen.now) <= written and self.ends_required(seen.now) <= set(seen.ended)
        return all_written and not seen.pending and numbers <= set(seen.taken)

    def faults_of(self, seen: Seen) -> list[str]:
        """Every rule that does not hold, in words."""
        found = [f"manque : {one}" for one in sorted(self.required(seen.now) - keys(seen))]
        found += [f"fin non signalée : {one}" for one in sorted(self.ends_required(seen.now) - set(seen.ended))]
        found += [f"en double : {key}" for key, times in Counter(map(key_of, seen.rows)).items() if times > 1]
        for row in seen.rows:
            found += self._faults_of_row(row)
        found += self._faults_of_climbs(seen.rows)
        found += [f"signalée avant minuit : {one}" for one, at in seen.ended.items() if at < self.end(one)]
        found += [f"signalée malgré une décision : {one}" for one, at in seen.ended.items() if self._after(one, at)]
        found += self._faults_of_mail(seen) + self._faults_of_notices(seen)
        found += [f"tâche en échec : {one}" for one in seen.failures]
        return found + ([f"{seen.pending} messages en attente"] if seen.pending else [])

    def _after(self, number: int, at: datetime) -> bool:
        return number in self.decided and at > self.decided[number][1]

    def _faults_of_row(self, row: Row) -> list[str]:
        name = key_of(row)
        day = self.moments(row.term, row.created_at)[row.kind]
        found = []
        if row.due_on != day:
            found.append(f"{name} : daté du {row.due_on}, dû le {day}")
        if self.midnight(row.term, day) > row.created_at:
            found.append(f"{name} : écrit le {row.created_at}, avant son jour")
        if self.latest is not None and self.midnight(row.term, day) > self.latest:
            found.append(f"{name} : existe alors que l'horloge n'a pas dépassé {self.latest}")
        if self._after(row.term, row.created_at):
            found.append(f"{name} : écrit le {row.created_at}, après la décision du {self.decided[row.term][1]}")
        recipients = sorted(recipient for _, recipient in row.messages)
        if recipients != sorted(self.readers[row.term][row.audience]):
            found.append(f"{name} : écrit à {recipients}")
        return found

    def _faults_of_climbs(self, rows: list[Row]) -> list[str]:
        """What climbs at each moment, from what had been answered when it was written."""
        found = []
        written = {key_of(row): row for row in rows}
        for (number, kind, who), first in written.items():
            if who != "referent":
                continue
            at = first.created_at
            climbs = {row.audience for row in rows if (row.term, row.kind) == (number, kind) and row.climbed}
            expected = self._climbs(number, kind, at, written)
            if climbs != expected:
                found.append(f"({number}, {kind}) : monte vers {sorted(climbs)}, attendu {sorted(expected)}")
            extra = {row.audience for row in rows if (row.term, row.kind) == (number, kind)} - told_at(kind) - expected
            found += [f"({number}, {kind}) : destinataire de trop, {one}" for one in sorted(extra)]
        return found

    def _climbs(self, number: int, kind: str, at: datetime, written: dict[tuple[int, str, str], Row]) -> set[str]:
        if kind == "last_working_day":
            return {"decider", "roster"}
        days = self.moments(number, at)
        order = sorted(days, key=lambda one: days[one])
        position = order.index(kind)
        if position == 0:
            return set()
        before = {rung: written.get((number, order[position - 1], who)) for rung, who in enumerate(LADDER)}
        sent = {rung: row for rung, row in before.items() if row is not None and row.created_at < at}
        if not sent:
            return set()
        reached = max((rung for rung, row in sent.items() if row.climbed), default=0)
        answers = [row.answered_at for rung, row in sent.items() if rung >= reached]
        if any(answer is not None and answer < at for answer in answers):
            return set()
        return {LADDER[min(reached + 1, 3)]}

    def _faults_of_mail(self, seen: Seen) -> list[str]:
        """Each reader gets, about each term, as many numbers as there are reminders and ends for him."""
        expected: Counter[tuple[str, int]] = Counter()
        for row in seen.rows:
            expected.update((recipient, row.term) for recipient in self.readers[row.term][row.audience])
        for number in seen.ended:
            told = {*self.readers[number]["referent"], *self.readers[number]["head"], *self.readers[number]["official"]}
            expected.update((recipient, number) for recipient in told)
        taken = Counter(seen.taken.values())
        found = []
        for key in sorted({*expected, *taken}):
            if expected[key] != taken[key]:
                numbers = f"{taken[key]} numéros de message, attendu {expected[key]}"
                found.append(f"{key[0]}, protection {key[1]} : {numbers}")
        return found

    def _faults_of_notices(self, seen: Seen) -> list[str]:
        """In the product, each person is told once of a moment, or of an end."""
        expected = set()
        for row in seen.rows:
            if row.audience != "official":
                expected |= {(row.term, row.kind, person) for person in self.readers[row.term][row.audience]}
        for number in seen.ended:
            people = self.readers[number]
            expected |= {(number, "end", person) for person in (*people["referent"], *people["head"])}
        found = [f"notification en trop : {one}" for one in sorted(set(seen.notices) - expected)]
        found += [f"notification manquante : {one}" for one in sorted(expected - set(seen.notices))]
        return found + [f"notification en double : {one}" for one, times in seen.notices.items() if times > 1]


def told_at(kind: str) -> set[str]:
    return ON_THE_LAST_USEFUL_DAY if kind == "last_working_day" else ALWAYS


def key_of(row: Row) -> tuple[int, str, str]:
    return row.term, row.kind, row.audience


def keys(seen: Seen) -> set[tuple[int, str, str]]:
    return set(map(key_of, seen.rows))
