"""Replacement of encryption keys, online and by small batches."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

from core import encryption
from core.fields import EncryptedTextField

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.db.models import Model


@dataclass
class RotationReport:
    """Values re-encrypted by "table.column", and those that could not be opened, by place."""

    rotated: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)


class Rotation(Protocol):
    """What an app makes again under a current key, by batches: gives how much it did, and reports what it could not."""

    def __call__(self, *, batch: int = ..., report: RotationReport | None = ...) -> int: ...


# Of what hangs on keys of its own, such as the indexes of telephone numbers. Apps add theirs when they start.
rotations: list[Rotation] = []


def encrypted_columns() -> Iterator[tuple[type[Model], EncryptedTextField]]:
    for model in apps.get_models(include_auto_created=True):
        for column in model._meta.local_concrete_fields:
            if isinstance(column, EncryptedTextField) and column.under_the_ring:
                yield model, column


def rotate_all_keys(*, batch: int = 500) -> RotationReport:
    """Every encrypted column, then what the apps keep under other keys. See `rotate_encryption_keys`."""
    report = rotate_encryption_keys(batch=batch)
    for rotation in rotations:
        rotation(batch=batch, report=report)
    return report


def rotate_encryption_keys(*, batch: int = 500) -> RotationReport:
    """Re-encrypt with the current key everything that another key still holds.

    Rows are locked a batch at a time, and a value changed meanwhile is left to its writer. Run again after an
    interruption, it goes on where it stopped. Frozen rows only accept it from the owner (core.triggers), hence the
    command `rotate_keys`.
    """
    report = RotationReport()
    for model, column in encrypted_columns():
        after: UUID | None = None
        while True:
            last = _rotate_batch(model, column, after, batch, report)
            if last is None:
                break
            after = last
    return report


@transaction.atomic
def _rotate_batch(
    model: type[Model], column: EncryptedTextField, after: UUID | None, batch: int, report: RotationReport
) -> UUID | None:
    """Rotate the next rows after the key `after`. Returns the last key seen, None when there is nothing left."""
    names = {
        "table": sql.Identifier(model._meta.db_table),
        "pk": sql.Identifier(str(model._meta.pk.column)),
        "column": sql.Identifier(str(column.column)),
    }
    old = sql.SQL("{column} <> '' AND NOT starts_with({column}, %s)").format(**names)
    query = sql.SQL("SELECT {pk}, {column} FROM {table} WHERE {old} {after} ORDER BY {pk} LIMIT %s FOR UPDATE").format(
        **names, old=old, after=sql.SQL("AND {pk} > %s" if after else "").format(**names)
    )
    update = sql.SQL("UPDATE {table} SET {column} = %s WHERE {pk} = %s").format(**names)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.key_rotation', 'on', true)")
        cursor.execute(query, [encryption.current_prefix(), *([after] if after else []), batch])
        rows = cursor.fetchall()
        changed = []
        for pk, token in rows:
            place = column.place(pk)
            try:
                plaintext = encryption.decrypt(token, place=place)
            except (encryption.DecryptionRefused, encryption.KeyMissing) as error:
                report.refused.append(str(error))
            else:
                changed.append((encryption.encrypt(plaintext, place=place), pk))
        cursor.executemany(update, changed)
    report.rotated[f"{model._meta.db_table}.{column.column}"] += len(changed)
    return rows[-1][0] if rows else None
