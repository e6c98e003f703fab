"""One test run: joins (or starts) the test servers, and leaves nothing behind.

Entered from tests/settings.py, so that `pytest`, `python -m pytest` and `make test` are the same thing.
"""

import atexit
import os
import secrets
import signal
import sys

from dev.places import VAR
from dev.processes import InUse
from dev.services import Services
from tests.harness import databases

RUN = "PORTAL_TEST_RUN"
INSTANCE = "test"
# Not the demonstration's role: on a shared server each keeps its own password.
ROLE = "calae_app_test"


def enter() -> None:
    """Fills os.environ. The workers of xdist inherit it, and only the controller starts and stops servers."""
    if RUN in os.environ:
        return
    services = Services(INSTANCE, durable=False, role=ROLE)
    in_use = InUse(VAR / "test.in-use")
    in_use.join()
    # Not tied to this process: another run may be sharing them.
    os.environ.update(services.start(tied=False))
    os.environ[RUN] = f"{os.getpid()}_{secrets.token_hex(2)}"
    databases.drop_those_of_dead_runs()
    atexit.register(leave, services, in_use)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def leave(services: Services, in_use: InUse) -> None:
    databases.drop_those_of_run(os.environ[RUN])
    if in_use.alone():
        services.stop()


def database_name(worker: str, kind: str = "test") -> str:
    return f"{kind}_{os.environ[RUN]}_{worker}"


def redis_url(worker: str) -> str:
    """Each worker has its own Redis database, of the sixteen there are."""
    number = int(worker.removeprefix("gw")) + 1 if worker.startswith("gw") else 0
    return f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{number % 16}"
