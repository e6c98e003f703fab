"""From the codes of a row of the RNE to our territories: zeros lost and found, ministry codes, merged communes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from core.imports import BadCell
from officials.enums import MandateKind
from territories.models import Commune, Departement, FormerCommune, Region
from territories.naming import search_key

# The ministry's codes of the overseas territories, before 2021.
MINISTRY_CODES = {
    "ZA": "971",
    "ZB": "972",
    "ZC": "973",
    "ZD": "974",
    "ZM": "976",
    "ZN": "988",
    "ZP": "987",
    "ZS": "975",
    "ZW": "986",
    # Saint-Barthélemy and Saint-Martin together: the préfet délégué of both sits in the second.
    "ZX": "978",
}
ABROAD = "ZZ"
# Collectivities that are not départements, and the département where their préfet is.
COLLECTIVITIES = {"69M": "69", "69D": "69", "6AE": ""}
# As a collectivity; as a département, 94 is the Val-de-Marne.
CORSICA = "94"
ABROAD_NAME = "Français établis hors de France"


class Place(NamedTuple):
    """Where a mandate is held."""

    code: str
    label: str
    commune: str | None = None
    departement: str | None = None
    region: str | None = None


@dataclass(frozen=True)
class Places:
    """The territories, read once for a file."""

    regions: dict[str, str]
    departements: dict[str, str]
    communes: dict[str, tuple[str, str]]
    formers: dict[str, str]

    @classmethod
    def load(cls) -> Places:
        communes = Commune.objects.filter(is_fictitious=False).values_list("code", "name", "departement_id")
        formers = FormerCommune.objects.filter(code_is_free=True).values_list("code", "commune_id")
        return cls(
            dict(Region.objects.values_list("code", "name")),
            dict(Departement.objects.values_list("code", "name")),
            {code: (name, departement) for code, name, departement in communes},
            dict(formers),
        )

    def departement(self, code: str) -> str | None:
        """Our code, None when the cell is empty or names no single département. Raises BadCell when unknown."""
        code = code.strip().upper()
        if code in MINISTRY_CODES:
            return MINISTRY_CODES[code]
        if code in COLLECTIVITIES:
            return COLLECTIVITIES[code] or None
        if not code or code == ABROAD:
            return None
        code = code.zfill(2)
        if code not in self.departements:
            raise BadCell(f"code de département inconnu « {code} »")
        return code

    def commune(self, code: str, departement: str) -> str:
        """The five characters of a commune of today. `departement` is the row's own code, as written."""
        code, written = code.strip().upper(), departement.strip().upper()
        if not code:
            raise BadCell("code de commune absent")
        for candidate in _commune_candidates(code, written):
            if candidate in self.communes:
                return candidate
            if candidate in self.formers:
                return self.formers[candidate]
        raise BadCell(f"code de commune inconnu « {code} »")


def _commune_candidates(code: str, departement: str) -> list[str]:
    if len(code) >= 4:
        return [code.zfill(5)]
    number = code.zfill(3)
    if departement in MINISTRY_CODES:
        ours = MINISTRY_CODES[departement]
        # The ministry writes Mayotte 501 to 517 as when it was a collectivity.
        return [ours[:2] + number, "98" + number, ours + number[1:]]
    if len(departement) == 3:
        return [departement[:2] + number, departement + number[1:]]
    return [departement.zfill(2) + number] if departement else []


def place_of(kind: MandateKind, row: dict[str, str], places: Places) -> Place:
    """Where the mandate of `row` is held. Raises BadCell when a code is unknown or contradicts another."""
    return READERS[kind](row, places)


def _written(row: dict[str, str]) -> str:
    """The département's code as written; where it is empty overseas, the collectivity's."""
    collectivity = row["collectivity"].strip()
    return row["departement"] or ("" if collectivity == CORSICA else collectivity)


def _municipal(row: dict[str, str], places: Places) -> Place:
    written = _written(row)
    departement = places.departement(written)
    code = places.commune(row["commune"], written)
    name, own = places.communes[code]
    if departement and own != departement and row["commune"].zfill(5) == code and written not in MINISTRY_CODES:
        raise BadCell(f"la commune {code} n'est pas dans le département {departement}")
    return Place(code, name, code, own)


def _district(row: dict[str, str], places: Places) -> Place:
    whole = _municipal(row, places)
    if not row["sector"]:
        raise BadCell("secteur absent")
    sector = search_key(row["sector"]).strip().replace(" ", "-")
    return whole._replace(code=f"{whole.code}-{sector}"[:40], label=row["sector"])


def _community(row: dict[str, str], places: Places) -> Place:
    siren = row["epci"].replace(" ", "")
    if not (siren.isdigit() and len(siren) == 9):
        raise BadCell(f"numéro SIREN de l'EPCI illisible « {siren[:20]} »")
    departement = places.departement(row["departement"])
    commune = None
    if row["commune"]:
        commune = places.commune(row["commune"], row["commune_departement"] or row["departement"])
    own = places.communes[commune][1] if commune else departement
    return Place(siren, row["epci_name"], commune, own)


def _numbered(code: str, departement: str) -> str:
    """A canton or constituency, département first: 0101 for « 101 », « 01 » or « 1 » of the Ain."""
    code = code.strip().upper()
    if not code:
        raise BadCell("code du canton ou de la circonscription absent")
    return departement + code.zfill(2) if len(code) <= 2 else code.zfill(len(departement) + 2)


def _departemental(row: dict[str, str], places: Places) -> Place:
    departement = places.departement(_written(row))
    if departement is None:  # the Collectivité européenne d'Alsace: the canton says Bas-Rhin or Haut-Rhin
        departement = places.departement(row["canton"].strip()[:2])
    if departement is None:
        raise BadCell("département absent")
    return Place(_numbered(row["canton"], departement), row["canton_name"], departement=departement)


def _deputy(row: dict[str, str], places: Places) -> Place:
    written = _written(row)
    if written.strip().upper() == ABROAD:
        return Place(_numbered(row["constituency"], ABROAD), f"{ABROAD_NAME}, {row['constituency_name']}")
    departement = places.departement(written)
    if departement is None:
        raise BadCell("département absent")
    label = f"{places.departements[departement]}, {row['constituency_name'].lower()}".rstrip(", ")
    return Place(_numbered(row["constituency"], departement), label, departement=departement)


def _senator(row: dict[str, str], places: Places) -> Place:
    written = _written(row)
    if written.strip().upper() == ABROAD:
        return Place(ABROAD, ABROAD_NAME)
    departement = places.departement(written)
    if departement is None:
        raise BadCell("département absent")
    return Place(departement, places.departements[departement], departement=departement)


def _region_code(row: dict[str, str], places: Places) -> str:
    code = row["region"].strip().zfill(2)
    if code not in places.regions:
        raise BadCell(f"code de région inconnu « {row['region'].strip()} »")
    return code


def _regional(row: dict[str, str], places: Places) -> Place:
    region = _region_code(row, places)
    section = places.departement(row["section"] or row["departement"])
    return Place(region, places.regions[region], departement=section, region=region)


def _assembly(row: dict[str, str], places: Places) -> Place:
    # The first files of the Assembly of Corsica name no territory.
    collectivity = row["collectivity"].strip().upper() or row["departement"].strip().upper() or CORSICA
    departement = places.departement(row["departement"])
    region: str | None = CORSICA
    name = "Corse"
    if collectivity != CORSICA:
        departement = departement or places.departement(collectivity)
        region = _region_code(row, places) if row["region"] else None
        name = row["collectivity_name"] or (places.departements[departement] if departement else "")
    part = row["metropolitan"].strip() or row["assembly_section"].strip()
    label = ", ".join(filter(None, (name, row["metropolitan_name"] or row["assembly_section_name"])))
    return Place(f"{collectivity}-{part}" if part else collectivity, label, departement=departement, region=region)


def _european(row: dict[str, str], places: Places) -> Place:
    return Place(row["european"].strip(), row["european_name"])


def _abroad(row: dict[str, str], places: Places) -> Place:
    consular, afe = row["consular"].strip(), row["afe"].strip()
    if not consular and not afe:
        raise BadCell("code de circonscription absent")
    # The same person may sit in the consular council and in the AFE: two mandates.
    if consular:
        return Place(consular.zfill(4), row["consular_name"])
    return Place(f"AFE-{afe.zfill(2)}", f"Assemblée des Français de l'étranger, {row['afe_name']}".rstrip(", "))


READERS = {
    MandateKind.MAYOR: _municipal,
    MandateKind.DEPUTY_MAYOR: _municipal,
    MandateKind.MUNICIPAL: _municipal,
    MandateKind.DISTRICT: _district,
    MandateKind.COMMUNITY: _community,
    MandateKind.DEPARTEMENTAL: _departemental,
    MandateKind.REGIONAL: _regional,
    MandateKind.ASSEMBLY: _assembly,
    MandateKind.SENATOR: _senator,
    MandateKind.DEPUTY: _deputy,
    MandateKind.EUROPEAN: _european,
    MandateKind.ABROAD: _abroad,
}
