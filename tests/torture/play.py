"""Plays a schedule against the processes, and compares what the portal did with what the oracle says."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from functools import singledispatchmethod
from random import Random
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, connection, connections, transaction

from accounts.models import Notification
from call_buttons.models import CallButtonExpiry, CallButtonReminder
from call_buttons.services import acknowledge_reminders, send_due_reminders, tell_expired_grants
from core import clock
from core.acts import ActRefused
from core.enums import DeliveryState, RunOutcome
from core.journal import SYSTEM
from core.locks import JOBS, session_lock
from core.models import JobRun, OutboxMessage
from territories.services import declare_closed_day
from tests import build
from tests.by_hand import midnight_by_hand, useful_by_hand
from tests.torture.oracle import Oracle, Row, Seen
from tests.torture.schedule import BackABit, Close, Decide, Fault, Jump, Reply, Schedule, Settle
from tests.torture.world import protect, refuse_to_renew

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.torture.stage import Stage
    from tests.torture.world import Place

PATIENCE = 60
# A minute passes at the portal when something waits for it: an interrupted job, above all.
MINUTE_EVERY = 0.7
LINK = re.compile(r"/a-lire/([0-9a-f-]{36})/")
SWEEPS = ("call_button_reminders", "call_button_expiries")


class Play:
    def __init__(self, schedule: Schedule, stage: Stage, places: dict[str, Place]) -> None:
        self.schedule, self.stage, self.places = schedule, stage, places
        self.rng = Random(schedule.number)  # noqa: S311
        self.faults: list[str] = []
        # Each step, and the portal's time after it.
        self.told: list[str] = []
        self.played: Counter[str] = Counter()
        self.last_act = schedule.start - timedelta(days=1)
        self.settled_at = schedule.start
        self.oracle = Oracle(schedule.terms, [places[term.place].readers(term.case) for term in schedule.terms])

    def run(self) -> list[str]:
        """Plays every step until one finds a rule that does not hold. Gives what does not."""
        self.stage.empty()
        clock.move_to(self.schedule.start, actor=SYSTEM)
        self.stage.start("worker")
        self.grants = protect(self.schedule.terms, self.places)
        self.numbers = {grant.pk: number for number, grant in enumerate(self.grants)}
        self.requests = {str(grant.request_id): number for number, grant in enumerate(self.grants)}
        for number, step in enumerate(self.schedule.steps, 1):
            self.play(step)
            self.told.append(f"  {number:2}. {step} → {clock.now():%d/%m/%Y %H:%M:%S}")
            if self.faults:
                break
        # Before the next schedule's clock: what still works under this one would meet terms of another year.
        self.stage.end("worker")
        return self.faults

    @singledispatchmethod
    def play(self, step: object) -> None:
        raise TypeError(step)

    @play.register
    def _(self, step: Jump) -> None:
        self._move(max(step.to, clock.now() + timedelta(seconds=1)))

    @play.register
    def _(self, step: BackABit) -> None:
        # Not before what was done: an answer is then older than the moment that follows it.
        self._move(max(clock.now() - timedelta(seconds=step.seconds), self.last_act))

    @play.register
    def _(self, step: Fault) -> None:
        if step.what == "balayage en double":
            self._sweep_twice()
            return
        self.stage.strike(
            step.what, self.rng, seconds=step.seconds, while_writing=step.while_writing, at_mail=step.at_mail
        )
        if step.what == "PostgreSQL arrêté net":
            connections.close_all()

    @play.register
    def _(self, step: Settle) -> None:
        limit, minute = time.monotonic() + PATIENCE, time.monotonic() + MINUTE_EVERY
        while not (self._is_quiet() and self.oracle.is_complete(seen := self._look())):
            if time.monotonic() > limit:
                seen = self._look()
                break
            if time.monotonic() > minute:
                self.played["processus relancés par le superviseur"] += self.stage.revive()
                self._move(clock.now() + timedelta(seconds=61))
                minute = time.monotonic() + MINUTE_EVERY
            time.sleep(0.12)
        self._remember_clock()
        self.settled_at = seen.now
        self.faults += self.oracle.faults_of(seen)
        self.played["comparaisons"] += 1
        self.played["rappels comparés"] += len(seen.rows)
        self.played["fins comparées"] += len(seen.ended)
        self.played["courriels comparés"] += len(seen.taken)

    @play.register
    def _(self, step: Close) -> None:
        term = self.schedule.terms[step.term]
        closed = {day for place, day, _ in self.oracle.closures if place == term.place}
        day = useful_by_hand(term.place, term.last_day - timedelta(days=step.days_before), closed)
        with self._acting():
            if midnight_by_hand(term.place, day) <= clock.now() + timedelta(minutes=5):
                return
            try:
                done = declare_closed_day(
                    departement=build.departement(term.place), day=day, reason="Pont.", actor=SYSTEM
                )
            except ActRefused:
                return
        self.oracle.closures.append((term.place, day, done.declared_at))
        self.played["fermetures déclarées"] += 1

    @play.register
    def _(self, step: Reply) -> None:
        user = self.places[self.schedule.terms[step.term].place].people[step.role]
        with self._acting():
            try:
                acknowledge_reminders(
                    request=self.grants[step.term].decision.request, user=user, actor=build.actor(user)
                )
            except ActRefused:
                return
        self.played["réponses données"] += 1

    @play.register
    def _(self, step: Decide) -> None:
        if step.term in self.oracle.decided:
            return
        with self._acting():
            place = self.places[self.schedule.terms[step.term].place]
            refuse_to_renew(self.grants[step.term], place, step.term)
            self.oracle.decided[step.term] = (self.settled_at, clock.now())
        self.played["décisions prises"] += 1

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While no sweep runs: what is done then comes before or after each of them, and never in between."""
        with session_lock(JOBS, SWEEPS[0]), session_lock(JOBS, SWEEPS[1]):
            yield
            self.last_act = max(self.last_act, clock.now() + timedelta(milliseconds=1))

    @contextmanager
    def _acting(self) -> Iterator[None]:
        """Nobody answers before what he answers: a clock that went back first catches up with what was written."""
        with self._alone():
            if self.oracle.latest is not None and clock.now() <= self.oracle.latest:
                self._move(self.oracle.latest + timedelta(seconds=1))
            yield

    def _sweep_twice(self) -> None:
        """The same work, twice at once and beside the job itself, as no lock forbids."""
        errors: list[Exception] = []

        def sweep() -> None:
            try:
                send_due_reminders()
                tell_expired_grants()
            except (OperationalError, InterfaceError):
                pass  # a database that has just gone
            except Exception as error:  # noqa: BLE001  # told with the rest
                errors.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=sweep) for _ in range(2)]
        with self._alone():  # none started under the clock of before the jump
            [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        self.faults += [f"balayage en double : {error!r}" for error in errors]

    def _move(self, moment: datetime) -> None:
        self._remember_clock()
        clock.move_to(moment, actor=SYSTEM)
        self._remember_clock()

    def _remember_clock(self) -> None:
        """Nothing that is due later than this may exist."""
        now = clock.now()
        self.oracle.latest = max(self.oracle.latest or self.schedule.start, now)

    def _is_quiet(self) -> bool:
        if OutboxMessage.objects.filter(state=DeliveryState.PENDING).exists():
            return False
        return CallButtonReminder.objects.count() >= len(self.oracle.required(clock.now()))

    def _look(self) -> Seen:
        now = clock.now()
        taken = {}
        for mail in list(self.stage.relay.received):
            if (number := self._about(mail.recipient, mail.body)) is not None:
                taken[mail.message_id] = (mail.recipient, number)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return self._read(now, taken)

    def _read(self, now: datetime, taken: dict[str, tuple[str, int]]) -> Seen:
        reminders = CallButtonReminder.objects.select_related("acknowledgement").order_by("pk")
        rows = [self._row(reminder) for reminder in reminders.prefetch_related("sendings__message")]
        messages = OutboxMessage.objects.order_by("pk")
        ends = messages.filter(dedupe_key__startswith="expiry:")
        failed = JobRun.objects.filter(outcome=RunOutcome.FAILED, message__contains="mpossible").order_by("pk")
        return Seen(
            now=now,
            rows=rows,
            ended={self.numbers[row.grant_id]: row.at for row in CallButtonExpiry.objects.order_by("pk")},
            mails_of_end=[(self._about(one.recipient, one.body), one.message_id, one.recipient) for one in ends],
            pending=messages.filter(state=DeliveryState.PENDING).count(),
            notices=self._notices(),
            taken=taken,
            failures=[f"{run.name}, {run.message}" for run in failed],
        )

    def _row(self, reminder: CallButtonReminder) -> Row:
        answered = getattr(reminder, "acknowledgement", None)
        sent = [sending.message for sending in reminder.sendings.all()]
        return Row(
            term=self.numbers[reminder.grant_id],
            kind=reminder.kind,
            audience=reminder.audience,
            due_on=reminder.due_on,
            created_at=reminder.created_at,
            climbed=reminder.climbed,
            answered_at=answered.at if answered else None,
            messages=tuple((message.message_id, message.recipient) for message in sent),
        )

    def _notices(self) -> Counter[tuple[int, str, str]]:
        found: Counter[tuple[int, str, str]] = Counter()
        kept = Notification.objects.filter(dedupe_key__regex=r"^(reminder|expiry):").order_by("pk")
        for email, key in kept.values_list("user__email", "dedupe_key"):
            what, grant, *kind = key.split(":")
            number = next(number for pk, number in self.numbers.items() if str(pk) == grant)
            found[number, kind[0] if what == "reminder" else "end", email] += 1
        return found

    def _about(self, recipient: str, body: str) -> int | None:
        """The term that a message is about: by its link, or by the élu it is for."""
        if (found := LINK.search(body)) is not None:
            return self.requests.get(found[1])
        people = [readers["official"] for readers in self.oracle.readers]
        return people.index([recipient]) if [recipient] in people else None
