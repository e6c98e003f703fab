"""Writes the associations of a table: the good rows, and for each of the others its line, its column and the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection, transaction

from core.acts import ActRefused
from core.imports import FileRefused
from core.journal import record_act
from core.locks import IMPORT_ASSOCIATIONS
from support.models import Association
from support.services.association_files import read_associations
from territories.models import Departement

if TYPE_CHECKING:
    from core.journal import Actor
    from support.services.association_files import AssociationRow


@dataclass
class ImportOutcome:
    """What an import did, or would do: lines of the file, by what became of them."""

    is_done: bool = False
    created: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    refusals: list[tuple[int, str, str]] = field(default_factory=list)
    # In service and absent from the file. Kept as they are: closing one is a decision.
    not_named: list[str] = field(default_factory=list)


def import_associations(*, data: bytes, filename: str, actor: Actor, only_check: bool = False) -> ImportOutcome:
    """Enter the associations of a table, found again by their code. The same file again changes nothing.

    An empty e-mail or address keeps the one known; a closed association stays closed. Raises ActRefused when the file
    as a whole cannot be read.
    """
    try:
        rows, problems = read_associations(data)
    except FileRefused as error:
        raise ActRefused(f"Fichier refusé : {' ; '.join(map(str, error.issues))}", field="file") from error
    outcome = ImportOutcome(refusals=sorted(problems))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [IMPORT_ASSOCIATIONS])
        _write(rows, outcome)
        outcome.is_done = not only_check and bool(outcome.created or outcome.updated)
        if outcome.is_done:
            record_act(
                actor=actor,
                object_type="support.association",
                object_label=f"Import d'associations : {filename}"[:200],
                reason="import d'associations d'aide",
                details={
                    "created": len(outcome.created),
                    "updated": len(outcome.updated),
                    "refused": len(outcome.refusals),
                },
            )
        transaction.set_rollback(only_check)
    return outcome


def _write(rows: list[AssociationRow], outcome: ImportOutcome) -> None:
    codes = [row.code for row in rows]
    known = {
        found.code: found
        for found in Association.objects.select_for_update(of=("self",), no_key=True)
        .filter(code__in=codes)
        .prefetch_related("departements")
        .order_by("pk")
    }
    for row in rows:
        found = known.get(row.code)
        if found is None:
            made = Association.objects.create(code=row.code, helps=row.helps, **row.texts)
            made.departements.set(Departement.objects.filter(pk__in=row.departements))
            outcome.created.append(row.line)
        elif _change(found, row):
            outcome.updated.append(row.line)
        else:
            outcome.unchanged.append(row.line)
    if not outcome.refusals:  # a refused line names an association too
        absent = Association.objects.active().exclude(code__in=codes).order_by("name", "pk")
        outcome.not_named = list(absent.values_list("name", flat=True))


def _change(found: Association, row: AssociationRow) -> bool:
    """Write what differs. False when nothing does."""
    texts = {name: text for name, text in row.texts.items() if text and getattr(found, name) != text}
    changed = bool(texts)
    for name, text in texts.items():
        setattr(found, name, text)
    if sorted(found.helps) != sorted(row.helps):
        found.helps, changed = row.helps, True
    if sorted(departement.pk for departement in found.departements.all()) != row.departements:
        found.departements.set(Departement.objects.filter(pk__in=row.departements))
        changed = True
    if changed:
        found.version += 1
        found.save()
    return changed
