"""The owner's connection, for the two commands that need it. The web and the workers never hold its address."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import environ
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def as_owner() -> Iterator[None]:
    """Inside this block the default connection is the one of DATABASE_OWNER_URL, and migrations use it too.

    The database's own name is kept, so that the tests' database is provisioned in the same way.
    """
    url = environ.Env().str("DATABASE_OWNER_URL", "")
    if not url:
        raise ImproperlyConfigured("DATABASE_OWNER_URL is needed by this command, and by nothing else.")
    ordinary = connections.settings["default"]
    owner = environ.Env.db_url_config(url)
    chosen = {key: owner[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}
    _replace(ordinary | chosen | {"OPTIONS": owner.get("OPTIONS", {}), "CONN_MAX_AGE": 0})
    try:
        yield
    finally:
        _replace(ordinary)


def _replace(settings: dict[str, object]) -> None:
    connections["default"].close()
    connections.settings["default"] = settings
    del connections["default"]
