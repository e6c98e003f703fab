"""`python -m bench.alarm_load`: sixteen operators search at once, quietly, then while an import and a rotation of the
keys run, and prints JSON. On a copy of the measured database: it ends with other keys.

Each operator searches, reads for a second, and searches again, through a real gunicorn that knows both keys.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import django

from bench.alarm import forget_pace
from bench.alarm_fill import OPERATORS, mobile
from bench.serving import TOKEN, ask, cookies_of, serving
from dev.places import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

READS_SECONDS = 1.0
DOMAIN = "portail.example"
HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true", "X-CSRFToken": TOKEN}
MAYORS = (
    "Code du département|Libellé du département|Code de la collectivité à statut particulier|Libellé de la collectivité"
    " à statut particulier|Code de la commune|Libellé de la commune|Nom de l'élu|Prénom de l'élu|Code sexe|Date de"
    " naissance|Code de la catégorie socio-professionnelle|Libellé de la catégorie socio-professionnelle|Date de début"
    " du mandat|Date de début de la fonction"
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=30, help="durée de chaque mesure")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "calae_portal.settings"
    os.environ |= with_new_keys()
    django.setup()
    json.dump(measure(options.seconds), sys.stdout)


def with_new_keys() -> dict[str, str]:
    """The variables under which a rotation is due: the current keys become the old ones."""

    def made() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {name: f"bench:{made()},{os.environ[name]}" for name in ("ENCRYPTION_KEYS", "TELEPHONE_INDEX_KEYS")}


def measure(seconds: float) -> dict[str, Any]:
    from accounts.models import User
    from alarm_registry.models import Registration

    count = Registration.objects.count()
    users = User.objects.filter(email__in=[f"op{rank}@{DOMAIN}" for rank in range(OPERATORS)]).order_by("pk")
    cookies = [cookies_of(user) for user in users]
    with serving(workers=2, threads=8) as (port, _):
        _search_for(5, port, cookies, count)
        idle = _search_for(seconds, port, cookies, count)
        with tempfile.TemporaryDirectory() as folder, _working(Path(folder)) as working:
            busy = _search_for(seconds, port, cookies, count)
            ended = [name for name, process in working.items() if process.poll() is not None]
            if failed := [name for name in ended if working[name].returncode]:
                raise SystemExit(f"N'a pas travaillé : {', '.join(failed)}.")
    # What ended before the measure did not weigh on all of it.
    return {"operators": len(cookies), "idle": idle, "busy": busy, "ended": ended}


def _search_for(seconds: float, port: int, cookies: list[str], count: int) -> dict[str, Any]:
    times: list[float] = []
    statuses: set[int] = set()
    until = time.monotonic() + seconds

    def work(rank: int) -> None:
        rng = Random(rank)  # noqa: S311
        time.sleep(rng.random() * READS_SECONDS)
        while time.monotonic() < until:
            number = mobile(rng.randrange(count) // 16 * 16)
            started = time.perf_counter()
            statuses.add(ask(port, "POST", "/17/", cookies[rank], urlencode({"number": number}), **HEADERS))
            times.append((time.perf_counter() - started) * 1000)
            time.sleep(READS_SECONDS)

    threads = [threading.Thread(target=work, args=[rank]) for rank in range(len(cookies))]
    [thread.start() for thread in threads]
    while any(thread.is_alive() for thread in threads):
        forget_pace()
        time.sleep(2)
    if statuses != {200}:
        raise SystemExit(f"Des recherches ont reçu les réponses {statuses}.")
    return {
        "searches": len(times), "median_ms": round(median(times), 1), "p95_ms": round(quantiles(times, n=20)[-1], 1)
    }  # fmt: skip


@contextmanager
def _working(folder: Path) -> Iterator[dict[str, subprocess.Popen]]:
    """An import of the directory and a rotation of the keys, each in its own process, as an administrator runs them."""
    path = folder / "maires.csv"
    path.write_text("\n".join([MAYORS.replace("|", ";"), *_mayors()]), encoding="utf-8")
    commands = {"import": ("import_rne", str(path), "--kind=maire"), "rotation": ("rotate_keys",)}
    processes = {
        name: subprocess.Popen(
            [sys.executable, "manage.py", *command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for name, command in commands.items()
    }
    try:
        yield processes
    finally:
        for process in processes.values():
            process.kill()
            process.wait()


def _mayors() -> Iterator[str]:
    """Every commune, with an invented maire."""
    from territories.models import Commune

    communes = Commune.objects.filter(parent=None, departement__code__lt="96").order_by("pk")
    for rank, (code, name, departement) in enumerate(communes.values_list("code", "name", "departement_id")):
        yield ";".join(
            (departement, "", "", "", code, name, f"MESURIN{rank}", "Anne", "F", "01/02/1970", "", "",
             "22/03/2026", "22/03/2026")
        )  # fmt: skip


if __name__ == "__main__":
    main()
