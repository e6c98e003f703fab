"""What the tests of this folder play on: Celery's own processes, and a mail relay that can be told to fail."""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import django.db
from aiosmtpd.controller import Controller

from dev.places import ROOT, VAR
from dev.processes import dies_with_parent, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import psycopg

# For a machine where everything is slow; nothing here waits that long when all goes well.
PATIENCE = 40
CELERY = (sys.executable, "-m", "celery", "--app=calae_portal", "--quiet")


def wait_until(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    limit = time.monotonic() + patience
    while not condition():
        if time.monotonic() > limit:
            raise AssertionError(f"after {patience} seconds, still not: {what}")
        time.sleep(0.1)


@dataclass(frozen=True)
class Mail:
    message_id: str
    recipient: str
    body: str


@dataclass
class Relay:
    """Takes every message, and remembers it from the moment when its text has arrived."""

    url: str = ""
    received: list[Mail] = field(default_factory=list)
    # Called once with the number of messages received, before the relay answers.
    at: int = 0
    then: Callable[[], object] = lambda: None
    # Takes the text of one message, then hangs up instead of answering.
    hangs_up: bool = False
    slowness: float = 0

    async def handle_DATA(self, server, session, envelope) -> str:  # type: ignore[no-untyped-def]  # noqa: N802
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_content().strip()
        self.received.append(Mail(message["Message-ID"], envelope.rcpt_tos[0], body))
        if len(self.received) == self.at:
            self.then()
        if self.hangs_up:
            self.hangs_up = False
            server.transport.close()
        await asyncio.sleep(self.slowness)
        return "250 taken"

    @property
    def copies(self) -> Counter[str]:
        return Counter(mail.message_id for mail in self.received)


@contextmanager
def running_relay() -> Iterator[Relay]:
    relay = Relay()
    controller = Controller(relay, hostname="127.0.0.1", port=free_port())
    controller.start()
    relay.url = f"smtp://127.0.0.1:{controller.port}"
    try:
        yield relay
    finally:
        controller.stop()


@dataclass
class Troupe:
    """The worker and beat, as the demonstration starts them, but with a tick each second."""

    environment: dict[str, str]
    log: Path
    started: list[subprocess.Popen] = field(default_factory=list)

    def worker(self, name: str = "worker") -> subprocess.Popen:
        options = ("--concurrency=2", "--without-gossip", "--without-mingle", f"--hostname={name}@test")
        return self._start("worker", *options)

    def beat(self) -> subprocess.Popen:
        return self._start("beat", "--pidfile=")

    def _start(self, *arguments: str) -> subprocess.Popen:
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                [*CELERY, *arguments, "--loglevel=INFO"],
                cwd=ROOT,
                env=self.environment | {"TICK_SECONDS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),
            )
        self.started.append(process)
        return process


@contextmanager
def running_troupe(environment: dict[str, str], name: str) -> Iterator[Troupe]:
    (VAR / "test").mkdir(parents=True, exist_ok=True)
    # Kept for whoever asks why a test failed; the next run writes over it.
    log = VAR / "test" / f"processes-{name}.log"
    log.write_bytes(b"")
    troupe = Troupe(environment, log)
    try:
        yield troupe
    finally:
        for process in troupe.started:
            kill(process)


def kill(process: subprocess.Popen) -> None:
    """SIGKILL to the process and its children at one stroke, as a machine that loses its power."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def sessions_of_others(owner: psycopg.Connection) -> int:
    """How many sessions the processes still have on this test's database: a killed one takes an instant to leave."""
    django.db.connection.ensure_connection()
    ours = [owner.info.backend_pid, django.db.connection.connection.info.backend_pid]
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> ALL(%s)"
    )
    return owner.execute(query, [ours]).fetchone()[0]
