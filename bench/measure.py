"""`python -m bench.measure --requests 30`: measures one database, in one process, and prints JSON.

Requests go through Django's handler with the middleware of production, the connection kept, after a warm-up; pages
are asked in turn, so that a slow moment of the machine falls on all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from django.test import Client

    from bench.pages import Page

WARM_UP = 5


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=30)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    django.setup()
    json.dump(measure(options.requests), sys.stdout)


def measure(requests: int) -> dict[str, dict[str, object]]:
    from bench.pages import pages

    measured = {page: _client(page) for page in pages()}
    results = {page.key: _shape(page, client) for page, client in measured.items()}
    times: dict[str, list[float]] = {page.key: [] for page in measured}
    for turn in range(WARM_UP + requests):
        for page, client in measured.items():
            started = time.perf_counter()
            client.get(page.path)
            spent = time.perf_counter() - started
            if turn >= WARM_UP:
                times[page.key].append(spent * 1000)
    found: dict[str, dict[str, object]] = {key: result | {"times": times[key]} for key, result in results.items()}
    return found | same_author(requests)


def same_author(requests: int) -> dict[str, dict[str, object]]:
    """A hit on the identifiers of authors, through the selector and by a raw indexed look-up of the same key."""
    from django.db import connection

    from bench.lookups import author_lookup, raw_author_lookup

    pairs = {"same_author": author_lookup(), "same_author_raw": raw_author_lookup()}
    times: dict[str, list[float]] = {key: [] for key in pairs}
    for turn in range(WARM_UP + requests * 10):
        for key, look_up in pairs.items():
            started = time.perf_counter()
            look_up()
            spent = time.perf_counter() - started
            if turn >= WARM_UP:
                times[key].append(spent * 1000)
    connection.close()
    labels = {"same_author": "même auteur, un identifiant", "same_author_raw": "même auteur, recherche brute"}
    shape = {"queries": 1, "bytes": 0, "floor": None, "most_queries": 1}
    return {key: {"label": labels[key], "times": times[key]} | shape for key in pairs}


def _client(page: Page) -> Client:
    """A signed-in client whose handler has the middleware of its stack, loaded once."""
    from django.conf import settings
    from django.test import Client, override_settings

    from accounts.models import User
    from bench.pages import BARE, DOMAIN, PORTAL
    from bench.settings import DJANGO_MIDDLEWARE

    stacks = {PORTAL: settings.MIDDLEWARE, BARE: []}
    client = Client()
    with override_settings(MIDDLEWARE=stacks.get(page.stack, DJANGO_MIDDLEWARE)):
        client.handler.load_middleware()
    if page.login:
        client.force_login(User.objects.get(email=f"{page.login}@{DOMAIN}"))
    return client


def _shape(page: Page, client: Client) -> dict[str, object]:
    """Queries and weight of the page, seen once, outside the measured requests."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(page.path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(page.path)
    if response.status_code != 200:
        raise SystemExit(f"{page.label} ({page.path}, {page.login}) : réponse {response.status_code}")
    return {
        "label": page.label,
        # The journal's own transaction opens and closes: statements, not queries.
        "queries": sum(query["sql"] not in ("BEGIN", "COMMIT") for query in captured.captured_queries),
        "bytes": len(response.content),
        "floor": page.floor,
        "most_queries": page.queries,
    }


if __name__ == "__main__":
    main()
