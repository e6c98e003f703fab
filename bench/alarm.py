"""`python -m bench.alarm --requests 300`: the look-up of the 17 on one database, and prints JSON.

The bare view reads the same index, writes one entry and answers four words, signed in, behind the portal's own
middleware: what stands between it and the page of the 17 is all that the product does more.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
import time
from random import Random
from statistics import median, quantiles
from typing import Any

import django

WARM_UP = 20
DOMAIN = "portail.example"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=300)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    django.setup()
    json.dump(measure(options.requests), sys.stdout)


def measure(requests: int) -> dict[str, Any]:
    """Milliseconds, median and 95th centile, of each way to ask; and the statements of each."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from alarm_registry.models import NumberIndex, Registration
    from bench.alarm_fill import mobile

    count = Registration.objects.count()
    rng = Random(1)  # noqa: S311
    # « answer » is what a browser asks between two calls: the part that changes.
    ways = {
        "bare": ("/bench/17-nue/", {}),
        "answer": ("/17/", {"HX-Request": "true"}),
        "page": ("/17/", {}),
        "api": ("/api/17/v1/recherche", {"Authorization": f"Bearer {_token()}"}),
    }
    clients = {key: _client("op0") for key in ways}
    times: dict[str, list[float]] = {key: [] for key in ways}
    shape = {}
    for key, (path, headers) in ways.items():
        with CaptureQueriesContext(connection) as captured:
            response = clients[key].post(path, headers=headers, **_asked(key, mobile(3)))
        if response.status_code != 200:
            raise SystemExit(f"{path} : réponse {response.status_code}")
        statements = [query["sql"] for query in captured.captured_queries]
        shape[key] = {"queries": sum(sql not in ("BEGIN", "COMMIT") for sql in statements)}
    for turn in range(WARM_UP + requests):
        number = mobile(rng.randrange(count) // 16 * 16)
        if turn % 25 == 0:
            forget_pace()
        for key, (path, headers) in ways.items():
            started = time.perf_counter()
            clients[key].post(path, headers=headers, **_asked(key, number))
            spent = time.perf_counter() - started
            if turn >= WARM_UP:
                times[key].append(spent * 1000)
    found = {
        key: shape[key] | {"median_ms": round(median(all_), 3), "p95_ms": round(quantiles(all_, n=20)[-1], 3)}
        for key, all_ in times.items()
    }
    return {"registrations": count, "numbers": NumberIndex.objects.count(), "ways": found}


def _asked(way: str, number: str) -> dict[str, Any]:
    if way == "api":
        return {"data": {"numero": number, "agent": "Matricule 1234"}, "content_type": "application/json"}
    return {"data": {"number": number}}


def _token() -> str:
    """Of the software of the centre of the operators, given by an administrator in post."""
    from accounts.enums import Role
    from accounts.models import User
    from accounts.services import give_posting
    from alarm_registry.services import create_token
    from core import clock
    from core.journal import SYSTEM
    from territories.models import Departement

    email = f"{secrets.token_hex(4)}@{DOMAIN}"
    user = User.objects.create_user(email=email, first_name="A", last_name="Mesure")
    today = clock.today(clock.PARIS)
    give_posting(user=user, role=Role.ADMINISTRATOR, start=today, actor=SYSTEM)
    label = f"Mesure {secrets.token_hex(4)}"
    centre = Departement.objects.get(pk="45")
    return create_token(departement=centre, label=label, last_day=today, user=user, actor=SYSTEM)


def _client(login: str) -> Any:
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=f"{login}@{DOMAIN}"))
    return client


def forget_pace() -> None:
    """A bench searches faster than a person: what it searched is made old, by the owner, so that no pause is asked."""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("UPDATE alarm_registry_lookup SET at = at - interval '2 hours' WHERE at > now() - interval '1 h'")


if __name__ == "__main__":
    main()
