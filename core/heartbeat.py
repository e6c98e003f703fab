"""Signs of life of the worker and of beat: when one is silent, reminders are late and people must know."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import structlog
from django.db import Error as DatabaseFailure
from django.db import connection

from core import clock
from core.enums import Process
from core.models import Heartbeat

logger = structlog.get_logger(__name__)

PERIOD_SECONDS = 20
SILENCE = timedelta(minutes=10)
# Seconds during which a web process believes what it read: each page asks, and the alarm counts in minutes.
BELIEVED = 10.0


def record_heartbeat(process: Process) -> None:
    """Note that `process` is alive, in true time."""
    Heartbeat.objects.update_or_create(process=process, defaults={"at": clock.real_now()})


def record_heartbeat_or_log(process: Process) -> None:
    """For the processes themselves: a database that is away for a minute must not stop them."""
    try:
        record_heartbeat(process)
    except DatabaseFailure:
        logger.warning("heartbeat_not_recorded", process=process)
    finally:
        # A connection of a process that forks must not stay open: a child would inherit it.
        connection.close()


def silent_processes(threshold: timedelta = SILENCE) -> list[str]:
    """The processes (`Process` values) that gave no sign of life for `threshold` of true time, or never did."""
    since = clock.real_now() - threshold
    alive = set(Heartbeat.objects.filter(at__gte=since).values_list("process", flat=True))
    return [process.value for process in Process if process not in alive]


class _LastLook:
    """What this process read last, and until when (`time.monotonic`) it believes it."""

    silent: tuple[str, ...] = ()
    until = 0.0


def silent_processes_lately() -> list[str]:
    """`silent_processes`, read from the database at most every ten seconds by each process."""
    if time.monotonic() >= _LastLook.until:
        _LastLook.silent = tuple(silent_processes())
        _LastLook.until = time.monotonic() + BELIEVED
    return list(_LastLook.silent)


def look_again() -> None:
    """Forget what was read."""
    _LastLook.until = 0.0


class HeartbeatThread(threading.Thread):
    """Beats for the worker's parent process, whose tasks run in its children."""

    def __init__(self) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.is_set():
            record_heartbeat_or_log(Process.WORKER)
            self.stopping.wait(PERIOD_SECONDS)
