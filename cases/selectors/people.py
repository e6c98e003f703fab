"""Whom an evaluation covers: the élu, the other victims of the threat, the household."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases.enums import EvaluationState
from cases.models import EvaluatedPerson, Victim
from cases.selectors.victims import name_of_person
from officials.models import ProtectedPerson

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from cases.models import Evaluation
    from officials.models import Official


@dataclass(frozen=True)
class Covered:
    """One person; `key` names him in a form. The élu of the file has no note: the whole evaluation is his."""

    key: str
    label: str
    official_id: UUID | None = None
    protected_person_id: UUID | None = None
    note: str = ""
    is_main: bool = False


def covered_people(evaluation: Evaluation, *, full: bool) -> list[Covered]:
    """Persons covered, with their notes: as they stand while it is being written, as they were sent afterwards.

    `full` gives the names of relatives to the unit; others read initials of minors only.
    """
    stored = list(evaluation.people.select_related("official", "protected_person"))
    notes = {key_of(row): row.note or "" for row in stored}
    officials: dict[UUID, Official] = {}
    relatives: dict[UUID, ProtectedPerson] = {}
    if evaluation.state == EvaluationState.TODO:
        officials[evaluation.case.official_id] = evaluation.case.official
        victims = Victim.objects.filter(threat_id=evaluation.threat_id).select_related("official", "protected_person")
        _collect(victims, officials, relatives)
        for person in ProtectedPerson.objects.filter(official_id=evaluation.case.official_id):
            relatives[person.pk] = person
    _collect(stored, officials, relatives)
    main = evaluation.case.official_id
    found = [
        Covered(f"o{pk.hex}", str(official), official_id=pk, note=notes.get(f"o{pk.hex}", ""), is_main=pk == main)
        for pk, official in officials.items()
    ]
    found += [
        Covered(f"p{pk.hex}", _label(person, full=full), protected_person_id=pk, note=notes.get(f"p{pk.hex}", ""))
        for pk, person in relatives.items()
    ]
    return sorted(found, key=lambda one: (not one.is_main, one.label))


def _collect(
    rows: Iterable[Victim | EvaluatedPerson],
    officials: dict[UUID, Official],
    relatives: dict[UUID, ProtectedPerson],
) -> None:
    for row in rows:
        if row.official_id and row.official:
            officials[row.official_id] = row.official
        elif row.protected_person_id and row.protected_person:
            relatives[row.protected_person_id] = row.protected_person


def key_of(row: EvaluatedPerson) -> str:
    """Names the person of a row in a form."""
    person = row.official_id or row.protected_person_id
    return f"{'o' if row.official_id else 'p'}{person.hex if person else ''}"


def _label(person: ProtectedPerson, *, full: bool) -> str:
    return f"{name_of_person(person, whole=full)} ({person.get_kinship_display()})"
