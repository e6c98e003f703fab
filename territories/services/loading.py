"""Brings the tables to a COG, writing only what differs. Migration 0002 runs it on empty tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from psycopg import sql

from core.imports import FileRefused, ImportReport
from territories.naming import search_key, sort_key
from territories.services.cog import read_cog

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from django.db.backends.utils import CursorWrapper

    from territories.services.cog import Cog, CommuneRow, DepartementRow

# Table, its key, its other columns. A literal list: migration 0002 must not follow the models as they change.
REGIONS = ("territories_region", ("code",), ("name", "sort_name"))
DEPARTEMENTS = (
    "territories_departement",
    ("code",),
    ("name", "name_of", "kind", "region_id", "time_zone", "holiday_zone", "sort_name"),
)
COMMUNES = (
    "territories_commune",
    ("code",),
    ("name", "departement_id", "kind", "parent_id", "search_name", "sort_name", "is_fictitious"),
)
FORMERS = ("territories_formercommune", ("code", "name"), ("commune_id", "code_is_free", "search_name"))


def import_cog(*, folder: Path, dry_run: bool = False) -> ImportReport:
    """Bring the database to the COG of `folder`. All or nothing."""
    report = ImportReport(file=folder.name, kind="Code officiel géographique")
    try:
        cog = read_cog(folder)
    except FileRefused as refusal:
        return report.refuse(*refusal.issues)
    with transaction.atomic(), connection.cursor() as cursor:
        load_cog(cursor, cog, report)
        transaction.set_rollback(dry_run)
    return report


def load_cog(cursor: CursorWrapper, cog: Cog, report: ImportReport) -> None:
    """Write `cog` in the caller's transaction, and count in `report`. A commune that disappeared is kept: files
    point to it; it stays, and its name still leads to the new one."""
    _upsert(cursor, report, REGIONS, [(row.code, row.name, sort_key(row.name)) for row in cog.regions])
    _upsert(cursor, report, DEPARTEMENTS, map(_departement_values, cog.departements))
    # Whole communes before their arrondissements, which point to them.
    for wants_parent in (False, True):
        rows = [_commune_values(row) for row in cog.communes if bool(row.parent) == wants_parent]
        _upsert(cursor, report, COMMUNES, rows)
    formers = [(row.code, row.name, row.commune, row.code_is_free == "1", search_key(row.name)) for row in cog.formers]
    _upsert(cursor, report, FORMERS, formers)


def _departement_values(row: DepartementRow) -> tuple[Any, ...]:
    return (*row._replace(region=row.region or None), sort_key(row.name))  # type: ignore[arg-type]


def _commune_values(row: CommuneRow) -> tuple[Any, ...]:
    parent = row.parent or None
    keys = (search_key(row.name), sort_key(row.name))
    return (row.code, row.name, row.departement, row.kind, parent, *keys, False)


def _upsert(
    cursor: CursorWrapper,
    report: ImportReport,
    target: tuple[str, tuple[str, ...], tuple[str, ...]],
    rows: Iterable[tuple[Any, ...]],
) -> None:
    table, key, columns = target
    names = {
        "table": sql.Identifier(table),
        "stage": sql.Identifier(f"stage_{table}"),
        "key": _listed(key),
        "columns": _listed((*key, *columns)),
        "assigned": sql.SQL(", ").join(sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(name)) for name in columns),
        "held": _listed(columns, table),
        "offered": _listed(columns, "excluded"),
    }

    def run(statement: str) -> None:
        cursor.execute(sql.SQL(statement).format(**names))

    run("CREATE TEMP TABLE {stage} ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA")
    count = 0
    with cursor.copy(sql.SQL("COPY {stage} ({columns}) FROM STDIN").format(**names)) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    run(
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM {stage} ON CONFLICT ({key}) DO UPDATE SET {assigned} "
        "WHERE ({held}) IS DISTINCT FROM ({offered}) RETURNING (xmax = 0)"
    )
    written = [is_new for (is_new,) in cursor.fetchall()]
    run("DROP TABLE {stage}")
    created = sum(written)
    report.read += count
    report.created += created
    report.updated += len(written) - created
    report.unchanged += count - len(written)


def _listed(columns: tuple[str, ...], table: str = "") -> sql.Composed:
    prefix = (table,) if table else ()
    return sql.SQL(", ").join(sql.Identifier(*prefix, name) for name in columns)
