"""Slips written: every change writes all rows anew, shuffled, by the database's own function (migration 0003)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import connection

from core import clock
from core.locks import SLIPS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from support.models import Slip


def wait_for_slips() -> None:
    """Until the end of the transaction nobody else changes a slip: read, decide and write under it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [SLIPS])


def write_slips(
    *,
    put: Slip | None = None,
    gone: UUID | None = None,
    counted: Sequence[dict[str, object]] = (),
    delayed: Sequence[dict[str, object]] = (),
) -> None:
    """Write every live slip anew, with `put` as it is now and without `gone`; and the figures, with what is added."""
    row: list[Any] = [None] * 7
    if put is not None:
        row = [put.pk, put.locator, put.code_box, put.desk_box, put.desk, put.content, put.expires_on]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT support_write_slips(%s::date, %s::uuid, %s::uuid, %s::bytea, %s::bytea, %s::bytea, %s::uuid,"
            " %s::bytea, %s::date, %s::jsonb, %s::jsonb)",
            [clock.today(clock.PARIS), gone, *row, json.dumps(list(counted)), json.dumps(list(delayed))],
        )
