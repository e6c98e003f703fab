"""The processes of a run: database, queue, relay, and the worker and beat that are killed and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

import psutil
import psycopg
import redis

from dev.places import ROOT
from dev.processes import dies_with_parent
from tests.processes.stage import running_relay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.processes.stage import Relay

TICK_SECONDS = "0.5"
# How long a fault waits for the moment it aims at; then it strikes anyway.
AIM = 0.3
# All that a schedule leaves behind, and what hangs on it.
EMPTIED = (
    "call_buttons_callbuttonrequest, core_outboxmessage, accounts_notification, cases_casetask, core_jobrun,"
    " territories_closedday"
)
BUSY = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
    " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND state <> 'idle' AND application_name <> 'torture'"
)
WRITING = BUSY + (
    " AND query ~ '^(INSERT|UPDATE)' AND query ~"
    " 'callbuttonreminder|callbuttonexpiry|core_outboxmessage|accounts_notification|cases_casetask'"
)


class Nursery:
    """Forks workers and beats from a process that has already loaded the portal."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.torture.nursery", log],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            start_new_session=True, preexec_fn=dies_with_parent(signal.SIGKILL),
        )  # fmt: skip
        if self.process.stdout.readline() != "ready\n":
            raise SystemExit(f"Les processus d'essai ne démarrent pas, voir {log}.")

    def bear(self, what: str) -> int:
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def close(self) -> None:
        self.process.kill()
        self.process.wait(10)
        self.process.stdin.close()
        self.process.stdout.close()


@dataclass
class Stage:
    environment: dict[str, str]
    relay: Relay
    nursery: Nursery
    queue: redis.Redis
    stop_database: Callable[[], None]
    pids: dict[str, int] = field(default_factory=dict)
    born: int = 0
    # What struck, and what struck while something was being done.
    dealt: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)

    def start(self, what: str) -> None:
        self.born += 1
        self.pids[what] = self.nursery.bear(f"worker w{self.born}" if what == "worker" else what)

    def end(self, what: str) -> None:
        kill(self.pids.pop(what))

    def revive(self) -> int:
        """As the supervisor of a deployment does: Celery's worker ends when a child dies while it is starting."""
        dead = [what for what, pid in self.pids.items() if not psutil.pid_exists(pid)]
        for what in dead:
            self.start(what)
        return len(dead)

    def connection(self) -> psycopg.Connection:
        url = self.environment["DATABASE_OWNER_URL"]
        return psycopg.connect(url, autocommit=True, application_name="torture")

    def strike(self, what: str, rng: Random, *, seconds: float, while_writing: bool, at_mail: int) -> None:
        act = lambda: self._strike(what, rng)  # noqa: E731
        if at_mail:
            self._at_mail(at_mail, act)
            return
        with self.connection() as connection:
            if while_writing:
                self._wait(lambda: connection.execute(WRITING).fetchone()[0])
            else:
                time.sleep(seconds)
            if connection.execute(BUSY).fetchone()[0]:
                self.struck[what] += 1
        act()

    def _at_mail(self, number: int, act: Callable[[], None]) -> None:
        """The relay strikes before it answers; when it gets no such message in time, the fault strikes by itself."""
        turn, fallen = threading.Lock(), threading.Event()

        def fall() -> None:
            if turn.acquire(blocking=False):
                act()
                fallen.set()

        self.relay.then = fall
        self.relay.at = len(self.relay.received) + number
        self._wait(turn.locked)
        self.relay.at = 0
        if turn.locked():
            self.struck["pendant un courriel"] += 1
            fallen.wait(30)
        else:
            fall()

    @staticmethod
    def _wait(reached: Callable[[], object]) -> None:
        limit = time.monotonic() + AIM
        while not reached() and time.monotonic() < limit:
            time.sleep(0.002)

    def _strike(self, what: str, rng: Random) -> None:
        self.dealt[what] += 1
        if what == "Redis vidé":
            self.queue.flushdb()
        elif what == "PostgreSQL arrêté net":
            self.stop_database()
        elif what == "enfant du worker tué":
            try:
                rng.choice(psutil.Process(self.pids["worker"]).children()).kill()
            except (psutil.NoSuchProcess, IndexError):  # it has none yet
                self.dealt[what] -= 1
        else:
            name = what.partition(" ")[0]
            kill(self.pids[name])
            self.start(name)

    def empty(self) -> None:
        """As before the first schedule. Rules that keep what was written are the application's, not the owner's."""
        self.queue.flushdb()
        self.relay.received.clear()
        for attempt in range(8):
            try:
                with self.connection() as connection, connection.transaction():
                    connection.execute("SET LOCAL session_replication_role = replica")
                    connection.execute("SET LOCAL lock_timeout = '3s'")
                    connection.execute(f"TRUNCATE {EMPTIED} CASCADE")
            except (psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable):
                time.sleep(0.1 * attempt)
            else:
                return
        raise SystemExit("La base ne se laisse pas vider.")


def kill(pid: int) -> None:
    """SIGKILL to the process and its children at one stroke."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:  # it has not had the time to lead its own group
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    limit = time.monotonic() + 10
    while psutil.pid_exists(pid) and time.monotonic() < limit:
        time.sleep(0.005)


@contextmanager
def running_stage(environment: dict[str, str], log: Path, stop_database: Callable[[], None]) -> Iterator[Stage]:
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"")
    with running_relay() as relay, redis.Redis.from_url(environment["REDIS_URL"]) as queue:
        environment = environment | {
            "DJANGO_SETTINGS_MODULE": "calae_portal.settings", "DEMO": "1", "EMAIL_URL": relay.url,
            "TICK_SECONDS": TICK_SECONDS,
        }  # fmt: skip
        nursery = Nursery(environment, log)
        stage = Stage(environment, relay, nursery, queue, stop_database)
        try:
            queue.flushdb()
            yield stage
        finally:
            for pid in stage.pids.values():
                kill(pid)
            nursery.close()
            queue.flushdb()
