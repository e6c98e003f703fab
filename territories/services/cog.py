"""Reads the Code officiel géographique as INSEE publishes it, by header name, whatever the year."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from core.imports import FileRefused, Issue, Row, read_table
from territories.enums import CommuneKind, DepartementKind
from territories.zones import COLLECTIVITIES, NAMES_OF, PREPOSITIONS, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Codes that left the COG, or were given before it knew them, and that old files still carry.
RENUMBERED = {
    "97123": ("Saint-Barthélemy", "97701"),
    "97127": ("Saint-Martin", "97801"),
    **{f"985{number:02}": ("", f"976{number:02}") for number in range(1, 18)},
}
# Movements after which the code of a commune no longer stands alone: suppression, merger, change of code.
ENDING = frozenset({"30", "31", "32", "33", "34", "35", "41", "50"})


class RegionRow(NamedTuple):
    code: str
    name: str


class DepartementRow(NamedTuple):
    code: str
    name: str
    name_of: str
    kind: str
    region: str
    time_zone: str
    holiday_zone: str


class CommuneRow(NamedTuple):
    code: str
    name: str
    departement: str
    kind: str
    parent: str


class FormerRow(NamedTuple):
    code: str
    name: str
    commune: str
    code_is_free: str


@dataclass
class Cog:
    """A year of the COG, with the collectivities and the codes of the past."""

    regions: list[RegionRow] = field(default_factory=list)
    departements: list[DepartementRow] = field(default_factory=list)
    communes: list[CommuneRow] = field(default_factory=list)
    formers: list[FormerRow] = field(default_factory=list)


# The columns that make each file what it is.
REGION = {"reg", "cheflieu", "libelle"}
DEPARTEMENT = {"dep", "reg", "cheflieu", "libelle"}
COMMUNE = {"typecom", "com", "dep", "libelle", "comparent"}
MOVEMENT = {"mod", "date_eff", "typecom_av", "com_av", "libelle_av", "typecom_ap", "com_ap"}
OVERSEAS_INSEE = {"com_comer", "comer", "libelle"}
OVERSEAS_ETALAB = {"code_commune", "nom_commune", "code_collectivite"}


def read_cog(folder: Path) -> Cog:
    """Read the folder. Raises FileRefused when a file is missing, twice there, or wrong."""
    cog = Cog()
    for row in _records(_find(folder, "v_region_*"), REGION, "la liste des régions de l'INSEE"):
        cog.regions.append(RegionRow(row["reg"].zfill(2), row["libelle"]))
    for row in _records(_find(folder, "v_departement_*"), DEPARTEMENT, "la liste des départements de l'INSEE"):
        cog.departements.append(_departement(row))
    delegated = []
    for row in _records(_find(folder, "v_commune_2*"), COMMUNE, "la liste des communes de l'INSEE"):
        if row["typecom"] in ("COM", "ARM"):
            cog.communes.append(_commune(row))
        else:
            delegated.append(row)
    # An arrondissement has no département of its own in the file.
    departement_of = {commune.code: commune.departement for commune in cog.communes}
    cog.communes = [
        commune if commune.departement else commune._replace(departement=departement_of[commune.parent])
        for commune in cog.communes
    ]
    _add_overseas(cog, folder)
    movements = list(_records(_find(folder, "v_mvt_commune_*"), MOVEMENT, "la liste des mouvements de l'INSEE"))
    cog.formers = _formers(cog, delegated, movements)
    return cog


def _find(folder: Path, pattern: str, *, needed: bool = True) -> Path | None:
    found = sorted(folder.glob(f"{pattern}.csv"))
    if len(found) > 1:
        raise FileRefused(Issue(0, f"plusieurs fichiers {pattern}.csv dans le dossier : n'en laisser qu'un."))
    if not found and needed:
        raise FileRefused(Issue(0, f"fichier {pattern}.csv introuvable dans le dossier."))
    return found[0] if found else None


def _records(path: Path | None, columns: set[str], expected: str) -> Iterator[dict[str, str]]:
    if path is None:
        return
    table = read_table(path, recognise=columns.issubset, expected=expected)
    for row in table.rows:
        if not isinstance(row, Row):
            raise FileRefused(row._replace(reason=f"{path.name} : {row.reason}"))
        yield {name: row.cells[index].strip() for name, index in table.columns.items()}


def _departement(row: dict[str, str]) -> DepartementRow:
    zone = zone_of(row["dep"])
    name_of = NAMES_OF.get(row["dep"]) or PREPOSITIONS.get(row["tncc"], "de ") + row["libelle"]
    return DepartementRow(
        row["dep"],
        row["libelle"],
        name_of,
        DepartementKind.DEPARTEMENT,
        row["reg"].zfill(2),
        zone.time_zone,
        zone.holidays,
    )


def _commune(row: dict[str, str]) -> CommuneRow:
    kind = CommuneKind.ARRONDISSEMENT if row["typecom"] == "ARM" else CommuneKind.COMMUNE
    return CommuneRow(row["com"], row["libelle"], row["dep"], kind, row["comparent"])


def _add_overseas(cog: Cog, folder: Path) -> None:
    for code, (name, name_of) in COLLECTIVITIES.items():
        zone = zone_of(code)
        kind = DepartementKind.COLLECTIVITY
        cog.departements.append(DepartementRow(code, name, name_of, kind, "", zone.time_zone, zone.holidays))
    expected = "la liste des communes des collectivités d'outre-mer"
    known = {commune.code for commune in cog.communes}
    if (path := _find(folder, "v_commune_comer*", needed=False)) is not None:
        found = [(row["com_comer"], row["libelle"], row["comer"]) for row in _records(path, OVERSEAS_INSEE, expected)]
    else:
        path = _find(folder, "collectivites-outremer")
        rows = _records(path, OVERSEAS_ETALAB, expected)
        found = [(row["code_commune"], row["nom_commune"], row["code_collectivite"]) for row in rows]
    for code, name, collectivity in found:
        if collectivity not in COLLECTIVITIES:
            raise FileRefused(Issue(0, f"collectivité d'outre-mer inconnue : {collectivity}."))
        if code not in known:
            cog.communes.append(CommuneRow(code, name, collectivity, CommuneKind.OVERSEAS, ""))


def _formers(cog: Cog, delegated: list[dict[str, str]], movements: list[dict[str, str]]) -> list[FormerRow]:
    """Codes and names of the past, each leading to a living commune."""
    by_date = sorted(movements, key=lambda row: row["date_eff"])
    past = _Past(cog)
    for move in by_date:  # the latest movement of a code wins: INSEE reuses codes
        if move["mod"] in ENDING and move["typecom_ap"] == "COM":
            past.follow(move["com_av"], move["com_ap"])
    for row in delegated:
        past.follow(row["com"], row["comparent"])
    for code, (_name, target) in RENUMBERED.items():
        past.follow(code, target)
    for row in delegated:
        past.add(row["com"], row["libelle"])
    for move in reversed(by_date):
        if move["typecom_av"] in ("COM", "COMD", "COMA"):
            past.add(move["com_av"], move["libelle_av"])
    for code, (name, target) in RENUMBERED.items():
        past.add(code, name or past.names[target])
    return sorted(past.found.values())


class _Past:
    """What became of each code. The first name added for a vanished code is the one that leads from it."""

    def __init__(self, cog: Cog) -> None:
        self.names = {commune.code: commune.name for commune in cog.communes}
        self.successor: dict[str, str] = {}
        self.found: dict[tuple[str, str], FormerRow] = {}
        self.leading: set[str] = set()

    def follow(self, code: str, target: str) -> None:
        if code not in self.names and code != target:
            self.successor[code] = target

    def add(self, code: str, name: str) -> None:
        target = self.living(code)
        if target is None or not name or (code, name) in self.found or self.names.get(code) == name:
            return
        leads = code not in self.names and code not in self.leading
        if leads:
            self.leading.add(code)
        self.found[code, name] = FormerRow(code, name, target, "1" if leads else "0")

    def living(self, code: str) -> str | None:
        seen: set[str] = set()
        while code not in self.names:
            if code in seen or code not in self.successor:
                return None
            seen.add(code)
            code = self.successor[code]
        return code
