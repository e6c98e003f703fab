"""The product itself, for a browser: gunicorn in its own process, on a database of its own."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGTERM
from typing import Any

import psycopg

from dev.places import ROOT, VAR
from dev.processes import dies_with_parent, free_port
from tests.harness import databases

GUNICORN = ("--worker-class=gthread", "--threads=4", "--no-control-socket")


@dataclass
class Portal:
    url: str
    database: str
    log: Path
    # As in var/demo_accounts.json; empty when the database is not seeded.
    accounts: list[dict[str, str]] = field(default_factory=list)
    # The cookies of who signed in, by login.
    sessions: dict[str, list[Any]] = field(default_factory=dict)

    def account(self, email_or_role: str) -> dict[str, str]:
        return next(a for a in self.accounts if email_or_role in (a["email"], a["email"].split("@")[0], a["role"]))

    def manage(self, *arguments: str) -> str:
        return databases.manage(*arguments, database=self.database)

    def rows(self, query: str, *parameters: Any) -> list[tuple]:
        """What the database holds, seen by its owner: for what no page shows."""
        with psycopg.connect(databases.owner_url(self.database)) as connection:
            return connection.execute(query, parameters).fetchall()


@contextmanager
def running_portal(database: str, template: str, redis_url: str) -> Iterator[Portal]:
    databases.create(database, template)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    # Kept for whoever asks why a page failed; the next run writes over it.
    kind, *_, worker = database.split("_")
    log = VAR / "test" / f"{kind}-{worker}.log"
    environment = databases.database_environment(database) | {
        "DJANGO_SETTINGS_MODULE": "calae_portal.settings",
        "DEMO": "1",
        "PUBLIC_URL": url,
        "REDIS_URL": redis_url,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "calae_portal.wsgi", f"--bind=127.0.0.1:{port}", *GUNICORN],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=dies_with_parent(SIGTERM),
        )
        try:
            wait_until_it_answers(url, process, log)
            accounts = databases.accounts_file(template)
            yield Portal(url, database, log, json.loads(accounts.read_text()) if accounts.exists() else [])
        finally:
            process.terminate()
            process.wait(15)
            databases.drop(database)


def wait_until_it_answers(url: str, process: subprocess.Popen, log: Path) -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit and process.poll() is None:
        try:
            urllib.request.urlopen(url + "/sante/", timeout=10)
        except urllib.error.HTTPError as answer:
            if answer.code < 500:
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the portal does not answer on {url}:\n{log.read_text()[-4000:]}")
