"""Reads the published lists of units and of their competence, by header name. Writes nothing."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from accounts.enums import Force
from core.imports import BadCell, Issue, Row, read_table
from territories.models import Commune, Departement, FormerCommune
from territories.naming import search_key

if TYPE_CHECKING:
    from pathlib import Path

    from core.imports import Table


class FileKind(Enum):
    GENDARMERIE = "unités de gendarmerie"
    POLICE = "commissariats de police"
    UNITS = "unités de gendarmerie et de police"
    COMPETENCE = "compétence des unités sur les communes"


# The columns by which each file is known.
SIGNATURES: dict[FileKind, frozenset[str]] = {
    FileKind.COMPETENCE: frozenset({"code_commune", "institution", "id_service", "service"}),
    FileKind.GENDARMERIE: frozenset({"identifiant_public_unite", "service", "telephone", "departement"}),
    FileKind.UNITS: frozenset({"public_id", "name", "phone", "institution"}),
    FileKind.POLICE: frozenset({"service", "adresse_geographique", "telephone", "departement"}),
}
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "jours_feries")
DAY_NAMES = re.compile(r"\s*(Lundi|Mardi|Mercredi|Jeudi|Vendredi|Samedi|Dimanche|Jours [Ff]ériés)\s*:\s*")
# Not where an élu is received: recruiting, motorised and seasonal units.
NOT_FOR_US = re.compile(
    r"recrutement|\bcir\b|motorise|\b[bp]mo\b|autorout|\bedsr\b|provisoire|saisonnier|estival|\bete\b|\bdetachement\b"
)
PARIS = "75"
POSTCODE = re.compile(r"\b(\d{5})\b(?!.*\b\d{5}\b)")
CORSICA_SOUTH = ("200", "201")


class UnitRow(NamedTuple):
    line: int
    code: str
    name: str
    force: str
    departement: str
    commune: str | None
    address: str
    telephone: str
    opening_hours: str


class CompetenceRow(NamedTuple):
    line: int
    commune: str
    force: str
    unit_code: str
    unit_name: str


@dataclass
class UnitFile:
    kind: FileKind
    read: int = 0
    ignored: int = 0
    repeats: int = 0
    units: list[UnitRow] = field(default_factory=list)
    competences: list[CompetenceRow] = field(default_factory=list)
    rejected: list[Issue] = field(default_factory=list)
    doubtful: list[Issue] = field(default_factory=list)


@dataclass(frozen=True)
class Places:
    departements: frozenset[str]
    communes: dict[str, str]
    formers: dict[str, str]

    @classmethod
    def load(cls) -> Places:
        return cls(
            frozenset(Departement.objects.values_list("code", flat=True)),
            dict(Commune.objects.values_list("code", "departement_id")),
            dict(FormerCommune.objects.filter(code_is_free=True).values_list("code", "commune_id")),
        )

    def commune(self, written: str) -> str:
        code = written.strip().upper().zfill(5)
        code = self.formers.get(code, code)
        if code not in self.communes:
            raise BadCell(f"code de commune inconnu « {written.strip()} »")
        return code

    def departement(self, written: str) -> str:
        code = written.strip().upper().zfill(2)
        if code not in self.departements:
            raise BadCell(f"code de département inconnu « {written.strip()} »")
        return code


def recognised(names: set[str]) -> FileKind | None:
    return next((kind for kind, signature in SIGNATURES.items() if signature <= names), None)


def read_units(path: Path) -> UnitFile:
    """Raises FileRefused when the file is none of the known lists, or cannot be trusted as a whole."""
    expected = "une liste d'unités de gendarmerie, de commissariats ou de compétences"
    table = read_table(path, recognise=lambda names: recognised(names) is not None, expected=expected)
    kind = recognised(set(table.columns))
    assert kind is not None  # noqa: S101 - read_table has just recognised it
    found = UnitFile(kind)
    places = Places.load()
    for item in table.rows:
        found.read += 1
        if not isinstance(item, Row):
            found.rejected.append(item)
            continue
        try:
            _read(found, item, table, places)
        except BadCell as error:
            found.rejected.append(Issue(item.line, f"{error}."))
    if not found.read:
        found.rejected.append(Issue(table.header_line + 1, "aucune ligne après l'en-tête : fichier tronqué."))
    _check_repeats(found)
    return found


def _read(found: UnitFile, item: Row, table: Table, places: Places) -> None:
    cells = {name: item.cells[index].strip() for name, index in table.columns.items()}
    if found.kind is FileKind.COMPETENCE:
        found.competences.append(_competence(item.line, cells, places))
        return
    name = cells.get("service") or cells.get("name", "")
    if not name:
        raise BadCell("nom de l'unité absent")
    if NOT_FOR_US.search(search_key(name)):
        found.ignored += 1
        return
    found.units.append(_unit(item.line, name, cells, found.kind, places))


def _unit(line: int, name: str, cells: dict[str, str], kind: FileKind, places: Places) -> UnitRow:
    address = cells.get("adresse_geographique") or cells.get("address", "")
    commune = places.commune(cells["code_commune_insee"]) if cells.get("code_commune_insee") else None
    if commune:
        departement = places.communes[commune]
    else:
        departement = places.departement(cells.get("departement") or _departement_of(address))
    force = {FileKind.GENDARMERIE: Force.GN, FileKind.POLICE: Force.PN}.get(kind) or _force(cells["institution"])
    if force == Force.PN and departement == PARIS:
        force = Force.PP
    code = cells.get("identifiant_public_unite") or cells.get("public_id", "")
    if not code.strip("0"):
        # No id in the file: the same unit must still be the same tomorrow.
        digest = hashlib.sha256(f"{search_key(name)}|{commune or departement}".encode()).hexdigest()
        code = f"{force}-{digest[:12]}"
    return UnitRow(
        line,
        code[:20],
        name[:200],
        force,
        departement,
        commune,
        address[:300],
        _telephone(cells.get("telephone") or cells.get("phone", "")),
        _hours(cells),
    )


def _competence(line: int, cells: dict[str, str], places: Places) -> CompetenceRow:
    commune, force, code = places.commune(cells["code_commune"]), _force(cells["institution"]), cells["id_service"]
    if not code.strip("0"):
        raise BadCell("identifiant du service absent")
    return CompetenceRow(line, commune, force, code[:20], cells["service"][:200])


def _force(written: str) -> Force:
    try:
        return Force(written.upper())
    except ValueError:
        raise BadCell(f"institution inconnue « {written[:20]} » (attendu : GN, PN ou PP)") from None


def _departement_of(address: str) -> str:
    """The département of the last postcode of an address."""
    if not (found := POSTCODE.search(address)):
        raise BadCell("département absent")
    postcode = found[1]
    if postcode.startswith("20"):
        return "2A" if postcode.startswith(CORSICA_SOUTH) else "2B"
    return postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]


def _telephone(written: str) -> str:
    """The French way: « 04 50 40 59 30 » for « +33 4 50 40 59 30 ». Anything else stays as it is."""
    return re.sub(r"^(\+|00)\s*33\s*(\(0\))?\s*", "0", written)[:30]


def _hours(cells: dict[str, str]) -> str:
    """One line a day."""
    if text := cells.get("horaires_accueil") or cells.get("opening_hours", ""):
        parts = DAY_NAMES.split(text.replace("$", " "))
        named = [f"{day} : {hours.strip()}" for day, hours in zip(parts[1::2], parts[2::2], strict=True)]
        return "\n".join(filter(None, [parts[0].strip(), *named]))
    lines = []
    for day in DAYS:
        slots = [(cells.get(f"{day}_plage{n}_debut", ""), cells.get(f"{day}_plage{n}_fin", "")) for n in (1, 2, 3)]
        if open_slots := [f"{start}-{end}" for start, end in slots if start and end]:
            label = "Jours fériés" if day == "jours_feries" else day.capitalize()
            lines.append(f"{label} : {' '.join(open_slots)}")
    return "\n".join(lines)


def _check_repeats(found: UnitFile) -> None:
    """A unit twice in the file: the same, it says nothing new; another under the same id, neither can be believed."""
    kept: dict[str, UnitRow] = {}
    for row in found.units:
        known = kept.setdefault(row.code, row)
        if known is row:
            continue
        if known._replace(line=0) == row._replace(line=0):
            found.repeats += 1
        else:
            found.doubtful.append(Issue(row.line, f"même identifiant que la ligne {known.line}, autre unité."))
    found.units = list(kept.values())
    pairs: dict[tuple[str, str], CompetenceRow] = {}
    for pair in found.competences:
        if pairs.setdefault((pair.commune, pair.unit_code), pair) is not pair:
            found.repeats += 1
    found.competences = list(pairs.values())
