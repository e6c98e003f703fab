"""Advisory locks of the database, numbered in one place so that no two uses collide."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

# First key of two-key advisory locks. The journal's triggers (migration 0002) carry JOURNAL_WRITERS as a literal.
JOURNAL_WRITERS = 7_401
JOURNAL_SEALER = 7_402
JOBS = 7_403
SIGN_IN = 7_404
# Writers of slips (support's migration 0003 carries it as a literal): one at a time, from reading to writing.
SLIPS = 7_405
# One import of a kind at a time.
IMPORT_RNE = 7_510
IMPORT_UNITS = 7_511
IMPORT_ASSOCIATIONS = 7_621


@contextmanager
def try_session_lock(family: int, name: str) -> Iterator[bool]:
    """Hold the lock `name` of `family` for the block, or yield False at once when another process has it.

    The lock belongs to the database session: it outlives transactions, and ends with the process, even killed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [family, name])
        (taken,) = cursor.fetchone()
    try:
        yield taken
    finally:
        if taken:
            _unlock(family, name)


@contextmanager
def session_lock(family: int, name: str) -> Iterator[None]:
    """Hold the lock `name` of `family` for the block, after whoever has it. Never around something slow."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [family, name])
    try:
        yield
    finally:
        _unlock(family, name)


def _unlock(family: int, name: str) -> None:
    # A connection closed meanwhile has already given the lock back.
    if connection.connection is not None and not connection.connection.closed:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [family, name])
