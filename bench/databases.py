"""The databases that are measured: made once by the owner, filled as the application, kept for the next time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# What a filled database depends on.
SOURCES = ("*/migrations/*.py", "*/models.py", "*/models/*.py", "calae_portal/demo/*.py", "*/data/*", "core/*.py")


class OwnerUnknown(Exception):
    """DATABASE_OWNER_URL is needed to create databases."""


def with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def environment_of(name: str) -> dict[str, str]:
    """The environment of a process that works on that database."""
    if not os.environ.get("DATABASE_OWNER_URL"):
        raise OwnerUnknown
    urls = {key: with_database(os.environ[key], name) for key in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    return os.environ | urls | {"CONN_MAX_AGE": "3600", "DATABASE_POOL": "0"}


def prepared(threats: int, say: Callable[[str], object]) -> str:
    """The name of a database with that many threats, made now if it is not there."""
    return _made(f"bench_{threats}", ("manage.py", "seed_bulk", f"--threats={threats}"), f"{threats} menaces", say)


def prepared_terms(grants: int, say: Callable[[str], object]) -> str:
    """The name of a new database with that many live terms: the sweep that is measured writes in it."""
    return _made(f"benchterms_{grants}", ("-m", "bench.terms", f"--grants={grants}"), f"{grants} protections", say,
                 again=True)  # fmt: skip


def prepared_alarm(registrations: int, say: Callable[[str], object]) -> str:
    """The name of a database with that many people registered in « Alarme élu », made now if it is not there."""
    fill = ("-m", "bench.alarm_fill", f"--registrations={registrations}")
    return _made(f"benchalarm_{registrations}", fill, f"{registrations} inscriptions", say)


@contextmanager
def copied(name: str) -> Iterator[str]:
    """The name of a copy of that database, for a measure that changes it: dropped afterwards."""
    copy = sql.Identifier(f"copy_of_{name}")
    with psycopg.connect(environment_of("postgres")["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(copy))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(copy, sql.Identifier(name)))
        try:
            yield f"copy_of_{name}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(copy))


def _made(prefix: str, fill: tuple[str, ...], label: str, say: Callable[[str], object], *, again: bool = False) -> str:
    name = f"{prefix}_{_digest()}"
    environment = environment_of("postgres")
    with psycopg.connect(environment["DATABASE_OWNER_URL"], autocommit=True) as connection:
        names = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        if name in names and not again:
            return name
        for old in names:
            if old.startswith((f"{prefix}_", f"building_{prefix}_")):
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
        building = f"building_{name}"
        identifier = sql.Identifier(building)
        connection.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(identifier))
        for command in (("manage.py", "provision_database", "--verbosity=0"), fill):
            say(f"{label} : {command[-2]}…")
            _run(command, environment_of(building))
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(identifier, sql.Identifier(name)))
    return name


def _run(command: tuple[str, ...], environment: dict[str, str]) -> None:
    accounts = settings.BASE_DIR / "var" / "bench_accounts.json"
    subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=environment | {"DEMO_ACCOUNTS_FILE": str(accounts)},
        check=True,
    )


def _digest() -> str:
    digest = hashlib.sha256()
    root: Path = settings.BASE_DIR
    for file in sorted({file for pattern in SOURCES for file in root.glob(pattern) if file.is_file()}):
        digest.update(str(file.relative_to(root)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:10]
