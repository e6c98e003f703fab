"""Celery's own worker and beat, started in an instant: `python -m tests.torture.nursery LOG`.

Loading the portal takes seconds of processor; this process does it once and forks each worker or beat from there, in
a session of its own. Reads « worker NAME » or « beat » and answers with the number of the process.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from importlib import import_module
from itertools import product
from pkgutil import iter_modules

import celery.worker.consumer
import django
from django.urls import reverse

from dev.processes import dies_with_parent

KEPT = ("call_button_reminders", "call_button_expiries", "deliver_outbox")
YEARS = range(2025, 2030)
LOADED_LATE = (
    "celery.app.control",
    "celery.app.events",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.concurrency.prefork",
    "celery.concurrency.asynpool",
    "celery.contrib.django.task",
    "celery.events.receiver",
    "cffi",
    "core.scheduler",
    "django.core.mail.backends.smtp",
    "kombu.asynchronous.hub",
    "kombu.mixins",
    "kombu.transport.redis",
    "pycparser.c_parser",
)


def main() -> None:
    django.setup()
    from calae_portal.celery import app

    app.loader.import_default_modules()
    load_what_they_run()
    keep_the_jobs_of_this_harness()
    remember_holidays()
    # What is loaded here is for ever: no child walks through it again.
    gc.freeze()
    # The dead are reaped by the kernel: whoever kills them looks at their number.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with open(sys.argv[1], "ab", buffering=0) as log:  # noqa: PTH123  # a descriptor for the children
        print("ready", flush=True)
        for line in sys.stdin:
            child = os.fork()
            if child == 0:
                become(app, line.split(), log.fileno())
            print(child, flush=True)


def load_what_they_run() -> None:
    """What a worker or a beat imports once it is born, which is most of what its birth costs."""
    for name in LOADED_LATE:
        import_module(name)
    # The addresses that messages give.
    reverse("home")
    for package in (celery.worker, celery.worker.consumer):
        for module in iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)


def keep_the_jobs_of_this_harness() -> None:
    """The daily jobs of the others would take most of the time of a quarter that passes in seconds."""
    from core import jobs

    jobs.autodiscover()
    for job in jobs.all_jobs():
        if job.name not in KEPT:
            del jobs._registry[job.name]


def remember_holidays() -> None:
    """As a worker does after its first sweep: those that are born here would each calculate them again."""
    from territories.calendar import public_holidays
    from territories.models import Departement
    from territories.zones import ZONES

    for zone, year in product({"", *(zone.holidays for zone in ZONES.values())}, YEARS):
        public_holidays(Departement(holiday_zone=zone), year)


def become(app, words: list[str], log: int) -> None:  # type: ignore[no-untyped-def]
    os.setsid()
    dies_with_parent(signal.SIGKILL)()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    what, *name = words
    options = {
        "worker": [
            "--concurrency=2",
            "--without-gossip",
            "--without-mingle",
            *(f"--hostname={one}@torture" for one in name),
        ],
        "beat": ["--pidfile="],
    }[what]
    try:
        app.start(["--quiet", what, *options, "--loglevel=INFO"])
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
