"""Writes units and competences read from a file, only where they differ. All or nothing per file."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import connection, transaction

from accounts.models import Unit
from core.imports import FileRefused, ImportReport, Issue
from core.journal import SYSTEM, record_act
from core.locks import IMPORT_UNITS
from referents.models import Competence
from referents.services.unit_files import FileKind, UnitFile, UnitRow, read_units
from territories.models import Commune

if TYPE_CHECKING:
    from pathlib import Path

    from core.journal import Actor

BATCH = 5_000
FIELDS = ("name", "force", "departement_id", "commune_id", "address", "telephone", "opening_hours")


def import_units(
    *, path: Path, skip_rejected: bool = False, dry_run: bool = False, actor: Actor = SYSTEM
) -> ImportReport:
    """Import a list of units or of competences: all of it or nothing.

    A line that cannot be read refuses the file, unless `skip_rejected` asks for the others.
    """
    report = ImportReport(file=path.name)
    try:
        found = read_units(path)
    except FileRefused as refusal:
        return report.refuse(*refusal.issues)
    report.kind = found.kind.value
    report.read, report.rejected, report.ignored = found.read, len(found.rejected), found.ignored
    report.set_aside = len(found.doubtful)
    issues = sorted([*found.rejected, *found.doubtful])
    if found.rejected and not (skip_rejected and (found.units or found.competences)):
        return report.refuse(*issues)
    report.issues.extend(issues)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [IMPORT_UNITS])
        if found.kind is FileKind.COMPETENCE:
            _write_competences(found, report)
        else:
            _write_units(found.units, report)
        report.unchanged += found.repeats
        record_act(
            actor=actor,
            object_type="accounts.unit",
            object_label=f"Import d'unités : {path.name}"[:200],
            details={name: getattr(report, name) for name in ("read", "created", "updated", "set_aside", "rejected")},
        )
        transaction.set_rollback(dry_run)
    if dry_run:
        report.notes.append("Essai : rien n'a été enregistré.")
    return report


def _write_units(rows: list[UnitRow], report: ImportReport) -> None:
    known = {unit.code: unit for unit in Unit.objects.filter(code__in=[row.code for row in rows])}
    created, updated = [], []
    for row in rows:
        values = {
            "name": row.name,
            "force": row.force,
            "departement_id": row.departement,
            "commune_id": row.commune,
            "address": row.address,
            "telephone": row.telephone,
            "opening_hours": row.opening_hours,
        }
        unit = known.get(row.code)
        if unit is None:
            created.append(Unit(code=row.code, **values))
            continue
        # A list that says nothing of a thing does not erase what another said.
        differing = {name: value for name, value in values.items() if value and getattr(unit, name) != value}
        if differing:
            for name, value in differing.items():
                setattr(unit, name, value)
            updated.append(unit)
    Unit.objects.bulk_create(created, batch_size=BATCH)
    Unit.objects.bulk_update(updated, FIELDS, batch_size=500)
    report.created, report.updated = len(created), len(updated)
    report.unchanged = len(rows) - len(created) - len(updated)


def _write_competences(found: UnitFile, report: ImportReport) -> None:
    units = _units_of(found, report)
    wanted = {(row.commune, units[row.unit_code]): row.force for row in found.competences if row.unit_code in units}
    communes = {row.commune for row in found.competences}
    forces = defaultdict(set)
    for row in found.competences:
        forces[row.commune].add(row.force)
    held = {
        (competence.commune_id, competence.unit_id): competence
        for competence in Competence.objects.filter(commune_id__in=communes)
    }
    new = [
        Competence(commune_id=commune, unit_id=unit, force=force)
        for (commune, unit), force in wanted.items()
        if (commune, unit) not in held
    ]
    changed = []
    for pair, force in wanted.items():
        if pair in held and held[pair].force != force:
            held[pair].force = force
            changed.append(held[pair])
    # The file says who is competent for a commune and a force: units that it no longer names are not.
    gone = [
        competence.pk
        for pair, competence in held.items()
        if pair not in wanted and competence.force in forces[competence.commune_id]
    ]
    Competence.objects.bulk_create(new, batch_size=BATCH)
    Competence.objects.bulk_update(changed, ["force"], batch_size=500)
    Competence.objects.filter(pk__in=gone).delete()
    report.created, report.updated = len(new), len(changed)
    report.unchanged = len(wanted) - len(new) - len(changed)
    if gone:
        report.notes.append(f"compétences retirées : {len(gone)}")


def _units_of(found: UnitFile, report: ImportReport) -> dict[str, int]:
    """Unit ids by code. A unit that no list gave yet is created with what the file says: its name and its force."""
    known = dict(Unit.objects.filter(code__in={row.unit_code for row in found.competences}).values_list("code", "pk"))
    departements = dict(
        Commune.objects.filter(pk__in={row.commune for row in found.competences}).values_list("pk", "departement_id")
    )
    missing: dict[str, Unit] = {}
    for row in found.competences:
        if row.unit_code in known or row.unit_code in missing:
            continue
        if not row.unit_name:
            issue = Issue(row.line, f"unité inconnue « {row.unit_code} », et sans nom.")
            report.issues.append(issue)
            report.set_aside += 1
            continue
        missing[row.unit_code] = Unit(
            code=row.unit_code, name=row.unit_name, force=row.force, departement_id=departements[row.commune]
        )
    created = Unit.objects.bulk_create(missing.values(), batch_size=BATCH)
    if created:
        report.notes.append(f"unités créées sans adresse ni téléphone : {len(created)}")
    return known | {unit.code: unit.pk for unit in created}
