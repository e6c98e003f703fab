"""`python -m bench.upload`: sends 50 MB to a real gunicorn worker and prints, as JSON, how far its memory went.

The worker's peak (VmHWM) is compared with its memory at rest, after it has served a page. The database is that of the
environment; the file is joined to an open case of the person named.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import struct
import sys
import tempfile
import time
from typing import TYPE_CHECKING

import django

from bench.serving import TOKEN, ask, cookies_of, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psutil

MEGABYTE = 1024 * 1024
SENT = 50 * MEGABYTE
MOST_GROWTH = 100.0
PIECE = 64 * 1024
BOUNDARY = "bench-" + "x" * 24


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--email", default="ref.olivet@portail.example")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "calae_portal.settings")
    django.setup()
    cookies, path = _signed_in(options.email)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(ATTACHMENTS_DIR=folder, DATABASE_POOL="1") as (port, (worker,)),
    ):
        ask(port, "GET", path, cookies)
        time.sleep(1)
        rest = _memory(worker, "VmRSS")
        status = _send(port, path, cookies)
        peak = _memory(worker, "VmHWM")
    if status != 302:
        raise SystemExit(f"L'envoi a reçu la réponse {status}.")
    json.dump(
        {"rest_mb": rest, "peak_mb": peak, "growth_mb": round(peak - rest, 1), "floor_mb": MOST_GROWTH}, sys.stdout
    )


def _signed_in(email: str) -> tuple[str, str]:
    """Cookies of a session of that person, and the address of the attachments of an open case."""
    from django.urls import reverse

    from accounts.models import User
    from cases.models import Case
    from cases.permissions import ADD_ATTACHMENT

    user = User.objects.get(email=email)
    case = Case.objects.visible_to(user, ADD_ATTACHMENT).open().latest("reference")
    return cookies_of(user), reverse("cases:attachments", args=[case.reference])


def _send(port: int, path: str, cookies: str) -> int:
    data = SENT - 44
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", data + 36, b"WAVE", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8, b"data", data
    )
    before = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{TOKEN}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="message.wav"\r\n'
        "Content-Type: audio/wav\r\n\r\n"
    ).encode()
    after = f"\r\n--{BOUNDARY}--\r\n".encode()

    def body() -> Iterator[bytes]:
        yield before + head
        noise = os.urandom(PIECE)
        left = data
        while left:
            yield noise[: min(PIECE, left)]
            left -= min(PIECE, left)
        yield after

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {
        "Cookie": cookies,
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(before) + SENT + len(after)),
    }
    connection.request("POST", path, body=body(), headers=headers)
    return connection.getresponse().status


def _memory(process: psutil.Process, line: str) -> float:
    from pathlib import Path

    status = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return round(int(next(row for row in status if row.startswith(line)).split()[1]) / 1024, 1)


if __name__ == "__main__":
    main()
