"""Writes what was read of the RNE: COPY to a temporary table, then only the rows that differ.

Never closes a mandate: the RNE lags, and a file may hold a part of the country only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from core.imports import FileRefused, ImportReport, Issue
from core.journal import SYSTEM, record_act
from core.locks import IMPORT_RNE
from officials.enums import MandateKind
from officials.services.rne_reading import RneFile, StagedRow, read_rne

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.backends.utils import CursorWrapper

    from core.journal import Actor

# Two imports at once would each see the other's people as missing.
COLUMNS = ", ".join(StagedRow._fields)

STAGE = """
CREATE TEMP TABLE rne (
    line int, last_name text, first_name text, sex text, birth_date date, last_key text, first_key text,
    search_name text, sort_name text, kind text, commune_id text, departement_id text, region_id text,
    territory_code text, label text, function_label text, started_on date, function_started_on date,
    official_id uuid
) ON COMMIT DROP
"""
SET_ASIDE = """
DELETE FROM rne r USING officials_official o
WHERE NOT o.is_fictitious AND (o.last_key, o.first_key, o.birth_date) = (r.last_key, r.first_key, r.birth_date)
    AND r.sex <> '' AND o.sex <> '' AND r.sex <> o.sex
RETURNING r.line
"""
PEOPLE = """
INSERT INTO officials_official (id, last_name, first_name, sex, birth_date, last_key, first_key, search_name,
    sort_name, search_places, email, telephone, is_fictitious)
SELECT DISTINCT ON (last_key, first_key, birth_date) gen_random_uuid(), last_name, first_name, sex, birth_date,
    last_key, first_key, search_name, sort_name, coalesce(names, ''), '', '', false
FROM rne LEFT JOIN (
    SELECT last_key, first_key, birth_date, string_agg(DISTINCT c.search_name, '' ORDER BY c.search_name) AS names
    FROM rne JOIN territories_commune c ON c.code = rne.commune_id
    GROUP BY last_key, first_key, birth_date
) places USING (last_key, first_key, birth_date)
ORDER BY last_key, first_key, birth_date, sex DESC, line
ON CONFLICT (last_key, first_key, birth_date) WHERE NOT is_fictitious
DO UPDATE SET sex = EXCLUDED.sex WHERE officials_official.sex = '' AND EXCLUDED.sex <> ''
RETURNING (xmax = 0)
"""
IDENTIFY = """
UPDATE rne r SET official_id = o.id FROM officials_official o
WHERE NOT o.is_fictitious AND (o.last_key, o.first_key, o.birth_date) = (r.last_key, r.first_key, r.birth_date)
"""
# The function held in a mandate changed: the row of the mandate follows, it does not become two. Rows that name a
# function already known are left alone: a mandate may hold several functions.
FUNCTIONS = """
WITH gone AS (
    SELECT m.*, row_number() OVER (
        PARTITION BY official_id, kind, territory_code, started_on ORDER BY function_label) AS rank
    FROM officials_mandate m
    WHERE m.ended_on IS NULL
    AND EXISTS (
        SELECT FROM rne r
        WHERE (r.official_id, r.kind, r.territory_code) = (m.official_id, m.kind, m.territory_code)
        AND r.started_on IS NOT DISTINCT FROM m.started_on)
    AND NOT EXISTS (
        SELECT FROM rne r
        WHERE (r.official_id, r.kind, r.territory_code, r.function_label)
            = (m.official_id, m.kind, m.territory_code, m.function_label)
        AND r.started_on IS NOT DISTINCT FROM m.started_on)
), come AS (
    SELECT r.*, row_number() OVER (
        PARTITION BY official_id, kind, territory_code, started_on ORDER BY function_label) AS rank
    FROM rne r
    WHERE NOT EXISTS (
        SELECT FROM officials_mandate m
        WHERE (m.official_id, m.kind, m.territory_code, m.function_label)
            = (r.official_id, r.kind, r.territory_code, r.function_label)
        AND m.started_on IS NOT DISTINCT FROM r.started_on)
)
UPDATE officials_mandate m
SET function_label = come.function_label, function_started_on = come.function_started_on, label = come.label,
    commune_id = come.commune_id, departement_id = come.departement_id, region_id = come.region_id
FROM gone JOIN come
    ON (gone.official_id, gone.kind, gone.territory_code, gone.rank)
        = (come.official_id, come.kind, come.territory_code, come.rank)
    AND gone.started_on IS NOT DISTINCT FROM come.started_on
WHERE m.id = gone.id
RETURNING m.official_id
"""
MANDATES = """
INSERT INTO officials_mandate (official_id, kind, territory_code, started_on, function_label,
    label, commune_id, departement_id, region_id, function_started_on)
SELECT official_id, kind, territory_code, started_on, function_label,
    label, commune_id, departement_id, region_id, function_started_on
FROM rne
ON CONFLICT ON CONSTRAINT mandate_once DO UPDATE
SET label = EXCLUDED.label, commune_id = EXCLUDED.commune_id, departement_id = EXCLUDED.departement_id,
    region_id = EXCLUDED.region_id, function_started_on = EXCLUDED.function_started_on
WHERE (officials_mandate.label, officials_mandate.commune_id, officials_mandate.departement_id,
        officials_mandate.region_id, officials_mandate.function_started_on)
    IS DISTINCT FROM (EXCLUDED.label, EXCLUDED.commune_id, EXCLUDED.departement_id,
        EXCLUDED.region_id, EXCLUDED.function_started_on)
RETURNING (xmax = 0), official_id
"""
SEARCH_PLACES = """
UPDATE officials_official o SET search_places = found.names
FROM (
    SELECT m.official_id, string_agg(DISTINCT c.search_name, '' ORDER BY c.search_name) AS names
    FROM officials_mandate m JOIN territories_commune c ON c.code = m.commune_id
    WHERE m.official_id = ANY(%s) GROUP BY m.official_id
) found
WHERE o.id = found.official_id AND o.search_places IS DISTINCT FROM found.names
"""


def import_rne(
    *,
    path: Path,
    kind: MandateKind | None = None,
    skip_rejected: bool = False,
    dry_run: bool = False,
    actor: Actor = SYSTEM,
) -> ImportReport:
    """Import one file: all of it or nothing.

    A line that cannot be read refuses the file, unless `skip_rejected` asks for the others. A line that contradicts
    another is set aside for a person to look at, and does not hold the rest back.
    """
    report = ImportReport(file=path.name)
    try:
        found = read_rne(path, kind=kind)
    except FileRefused as refusal:
        return report.refuse(*refusal.issues)
    report.kind = found.kind.label
    report.read, report.rejected, report.set_aside = found.read, len(found.rejected), len(found.doubtful)
    if found.rejected and not (skip_rejected and found.rows):
        return report.refuse(*sorted([*found.rejected, *found.doubtful]))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [IMPORT_RNE])
        _write(cursor, found, report)
        report.issues.extend(sorted([*found.rejected, *found.doubtful]))
        record_act(
            actor=actor,
            object_type="officials.official",
            object_label=f"Import du RNE : {path.name}"[:200],
            details={name: getattr(report, name) for name in ("read", "created", "updated", "set_aside", "rejected")},
        )
        transaction.set_rollback(dry_run)
    if dry_run:
        report.notes.append("Essai : rien n'a été enregistré.")
    return report


def _write(cursor: CursorWrapper, found: RneFile, report: ImportReport) -> None:
    cursor.execute(STAGE)
    with cursor.copy(f"COPY rne ({COLUMNS}) FROM STDIN") as copy:
        for row in found.rows:
            copy.write_row(row)
    cursor.execute("ANALYZE rne")
    cursor.execute(SET_ASIDE)
    reason = "même nom, même prénom, même date de naissance qu'un élu du répertoire, mais un autre sexe."
    doubtful = [Issue(line, reason) for (line,) in cursor.fetchall()]
    found.doubtful.extend(doubtful)
    report.set_aside += len(doubtful)
    cursor.execute(PEOPLE)
    people = [is_new for (is_new,) in cursor.fetchall()]
    cursor.execute(IDENTIFY)
    cursor.execute("ANALYZE rne")
    cursor.execute(FUNCTIONS)
    changed = [official for (official,) in cursor.fetchall()]
    cursor.execute(MANDATES)
    written = cursor.fetchall()
    report.created = sum(is_new for is_new, _official in written)
    report.updated = len(written) - report.created + len(changed)
    report.unchanged = report.read - report.rejected - report.set_aside - report.created - report.updated
    touched = list({*changed, *(official for _is_new, official in written)})
    if touched:
        cursor.execute(SEARCH_PLACES, [touched])
    created = sum(people)
    report.notes.append(f"élus créés : {created} ; élus complétés : {len(people) - created}")
    cursor.execute("DROP TABLE rne")
