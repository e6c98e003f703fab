"""A real gunicorn on the database of the environment, and the cookies of a person who is signed in there."""

from __future__ import annotations

import http.client
import os
import secrets
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil

from dev.places import ROOT
from dev.processes import dies_with_parent, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import User

GUNICORN = ("--worker-class=gthread", "--no-control-socket", "--log-level=error")
TOKEN = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(32))


def cookies_of(user: User) -> str:
    """The header « Cookie » of a new session of `user`; its forms are accepted with TOKEN."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"


@contextmanager
def serving(*, workers: int = 1, threads: int = 4, **variables: str) -> Iterator[tuple[int, list[psutil.Process]]]:
    """The port, and the workers."""
    port = free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "calae_portal.settings", "DEMO": "1", "PUBLIC_URL": f"http://127.0.0.1:{port}",
    } | variables  # fmt: skip
    options = (f"--bind=127.0.0.1:{port}", f"--workers={workers}", f"--threads={threads}", *GUNICORN)
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "calae_portal.wsgi", *options],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=dies_with_parent(15),  # noqa: PLW1509  # no thread is started here
    )  # fmt: skip
    try:
        limit = time.monotonic() + 60
        while True:
            try:
                ask(port, "GET", "/sante/processus/", "")
                break
            except OSError:
                if time.monotonic() > limit or process.poll() is not None:
                    raise SystemExit("gunicorn ne répond pas.") from None
                time.sleep(0.2)
        yield port, psutil.Process(process.pid).children()
    finally:
        process.terminate()
        process.wait(20)


def ask(port: int, method: str, path: str, cookies: str, body: str = "", **headers: str) -> int:
    """The status of the answer, once it is read whole."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body=body, headers={"Cookie": cookies, **headers})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status
