"""The same author, found by a keyed hash: what the product does, and the least that the database can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from cases.selectors.same_author import files_with_keys

if TYPE_CHECKING:
    from collections.abc import Callable

RAW = "SELECT id, threat_id FROM cases_authoridentifier WHERE key = %s"


def _a_key() -> bytes:
    """One that comes back, as an author does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM cases_authoridentifier GROUP BY key HAVING count(*) > 2 ORDER BY key LIMIT 1")
        row = cursor.fetchone()
    return bytes(row[0]) if row else b""


def author_lookup() -> Callable[[], Any]:
    """The read behind a hint of a same author, as the product does it: the identifier, and the file that has it."""
    key = _a_key()
    return lambda: files_with_keys([key])


def raw_author_lookup() -> Callable[[], Any]:
    key = _a_key()

    def look_up() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(RAW, [key])
            return cursor.fetchall()

    return look_up
