"""Reads a file of the RNE, whatever its year, into rows ready to be staged. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from core.imports import BadCell, Issue, Row, parse_date, read_table
from officials.enums import MandateKind, Sex
from officials.models import name_keys
from officials.services.rne_layouts import HEADERS, columns_of, detect_kind, is_rne
from officials.services.rne_places import Places, place_of

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

SEXES = {"M": Sex.MAN, "F": Sex.WOMAN, "MME": Sex.WOMAN, "MLLE": Sex.WOMAN, "MR": Sex.MAN, "M.": Sex.MAN, "": ""}
LABELS = {"birth_date": "date de naissance", "started_on": "date de début du mandat"}
LABELS["function_started_on"] = "date de début de la fonction"


class StagedRow(NamedTuple):
    """A line of the file, in the order of the staging table's columns."""

    line: int
    last_name: str
    first_name: str
    sex: str
    birth_date: date
    last_key: str
    first_key: str
    search_name: str
    sort_name: str
    kind: str
    commune_id: str | None
    departement_id: str | None
    region_id: str | None
    territory_code: str
    label: str
    function_label: str
    started_on: date | None
    function_started_on: date | None

    @property
    def person(self) -> tuple[str, str, date]:
        return self.last_key, self.first_key, self.birth_date

    @property
    def mandate(self) -> tuple[object, ...]:
        return (*self.person, self.kind, self.territory_code, self.started_on, self.function_label)


@dataclass
class RneFile:
    """What was read. `doubtful` rows contradict another and wait for a person; `repeats` say nothing new."""

    kind: MandateKind
    read: int = 0
    repeats: int = 0
    rows: list[StagedRow] = field(default_factory=list)
    rejected: list[Issue] = field(default_factory=list)
    doubtful: list[Issue] = field(default_factory=list)


def read_rne(path: Path, *, kind: MandateKind | None = None) -> RneFile:
    """Raises FileRefused when the file is no file of the RNE or cannot be trusted as a whole."""
    table = read_table(path, recognise=is_rne, expected="un fichier du Répertoire national des élus")
    columns = columns_of(table)
    found = RneFile(kind or detect_kind(columns))
    places = Places.load()
    blank = dict.fromkeys(HEADERS, "")
    sexes: dict[tuple[str, str, date], tuple[str, int]] = {}
    mandates: dict[tuple[object, ...], StagedRow] = {}
    for item in table.rows:
        found.read += 1
        if not isinstance(item, Row):
            found.rejected.append(item)
            continue
        cells = blank | {name: item.cells[index].strip() for name, index in columns.items()}
        try:
            row = _staged(item.line, cells, found.kind, places)
        except BadCell as error:
            found.rejected.append(Issue(item.line, f"{error}."))
            continue
        _keep(row, found, sexes, mandates)
    if not found.read:
        found.rejected.append(Issue(table.header_line + 1, "aucune ligne après l'en-tête : fichier tronqué."))
    return found


def _keep(
    row: StagedRow,
    found: RneFile,
    sexes: dict[tuple[str, str, date], tuple[str, int]],
    mandates: dict[tuple[object, ...], StagedRow],
) -> None:
    sex, first_line = sexes.setdefault(row.person, (row.sex, row.line))
    if sex and row.sex and sex != row.sex:
        reason = f"même nom, même prénom, même date de naissance que la ligne {first_line}, mais un autre sexe."
        found.doubtful.append(Issue(row.line, reason))
        return
    known = mandates.setdefault(row.mandate, row)
    if known is row:
        found.rows.append(row)
    elif known.function_started_on != row.function_started_on:
        reason = f"même mandat et même fonction que la ligne {known.line}, mais une autre date de fonction."
        found.doubtful.append(Issue(row.line, reason))
    else:
        found.repeats += 1


def _staged(line: int, cells: dict[str, str], kind: MandateKind, places: Places) -> StagedRow:
    last_name, first_name = _name(cells["last_name"]), _name(cells["first_name"])
    keys = name_keys(last_name, first_name)
    if not keys[0] or not keys[1]:
        raise BadCell("nom ou prénom absent")
    birth_date = _date(cells, "birth_date")
    if birth_date is None:
        raise BadCell("date de naissance absente : elle distingue les homonymes")
    sex = SEXES.get(cells["sex"].upper())
    if sex is None:
        raise BadCell(f"code de sexe inconnu « {cells['sex'][:10]} »")
    place = place_of(kind, cells, places)
    return StagedRow(
        line,
        last_name[:150],
        first_name[:150],
        str(sex),
        birth_date,
        *keys,
        kind.value,
        place.commune,
        place.departement,
        place.region,
        place.code[:40],
        place.label[:200],
        cells["function"][:200],
        _date(cells, "started_on"),
        _date(cells, "function_started_on"),
    )


def _name(text: str) -> str:
    """« Betty, Véronique » and « Betty  Véronique » are one first name."""
    return " ".join(text.replace(",", " ").split())


def _date(cells: dict[str, str], name: str) -> date | None:
    try:
        return parse_date(cells[name])
    except BadCell as error:
        raise BadCell(f"{LABELS[name]} : {error}") from error
