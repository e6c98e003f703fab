"""The columns of the Répertoire national des élus, under the names each year gave them."""

from __future__ import annotations

from core.imports import Table
from officials.enums import MandateKind

# What we read, under every header ever seen (normalised by core.imports.header_name). Birthplace, occupation,
# nationality and above all « nuance » are not here: they are never read.
HEADERS: dict[str, tuple[str, ...]] = {
    "last_name": ("nom_elu", "nompsn", "nom"),
    "first_name": ("prenom_elu", "prepsn", "prenom"),
    "sex": ("code_sexe", "sexe_elu", "sexe", "civpsn"),
    "birth_date": ("date_naissance", "date_naissance_elu", "date_naissancee", "naissance"),
    "started_on": ("date_debut_mandat",),
    "function": ("libelle_fonction",),
    "function_started_on": ("date_debut_fonction",),
    "departement": ("code_departement", "code_departement_maire", "code_departement_epci"),
    "departement_name": ("libelle_departement", "libelle_departement_maires", "libdpt", "libelle_departement_epci"),
    "collectivity": ("code_collectivite_statut_particulier",),
    "collectivity_name": ("libelle_collectivite_statut_particulier",),
    "commune": (
        "code_commune",
        "code_insee_commune",
        "codeinsee",
        "code_commune_rattachement",
        "code_commune_rattachee",
    ),
    "commune_name": (
        "libelle_commune",
        "libsubcom",
        "libelle_commune_rattachement",
        "libelle_commune_rattachee",
    ),
    "commune_departement": ("code_departement_commune_rattachee", "code_departement_commune_rattachement"),
    "sector": ("libelle_secteur",),
    "canton": ("code_canton",),
    "canton_name": ("libelle_canton",),
    "region": ("code_region",),
    "region_name": ("libelle_region",),
    "section": ("code_section_departementale",),
    "section_name": ("libelle_section_departementale",),
    "constituency": ("code_circonscription_legislative", "code_cir_legislative", "code_circ_legislative"),
    "constituency_name": (
        "libelle_circonscription_legislative",
        "libelle_cir_legislative",
        "libelle_circ_legislative",
    ),
    "metropolitan": ("code_circonscription_metropolitaine",),
    "metropolitan_name": ("libelle_circonscription_metropolitaine",),
    "assembly_section": ("code_section", "code_section_collectivite_statut_particulier"),
    "assembly_section_name": ("libelle_section", "libelle_section_collectivite_statut_particulier"),
    "consular": ("code_circonscription_consulaire", "code_circ_consulaire"),
    "consular_name": ("libelle_circonscription_consulaire", "libelle_circ_consulaire"),
    "afe": ("code_circonscription_afe", "code_circ_afe"),
    "afe_name": ("libelle_circonscription_afe", "libelle_circ_afe"),
    "european": ("codecirer", "code_circonscription_europeenne"),
    "european_name": ("libellecirer", "libelle_circonscription_europeenne"),
    "epci": ("n_siren", "siren", "siren_epci", "code_siren", "code_siren_epci", "n_siren_epci", "code_epci"),
    "epci_name": ("libelle_epci", "nom_epci"),
}
PERSON = ("last_name", "first_name", "birth_date")
# « code_sexe » or « civpsn » is asked of every layout: without it a list of anything with names would pass.
NEEDED = (*PERSON, "sex")


def find_columns(names: set[str]) -> dict[str, str]:
    """For each thing we read, the header that holds it in this file."""
    return {
        wanted: header for wanted, known in HEADERS.items() if (header := next(filter(names.__contains__, known), ""))
    }


def is_rne(names: set[str]) -> bool:
    return set(NEEDED) <= set(find_columns(names))


def columns_of(table: Table) -> dict[str, int]:
    return {wanted: table.columns[header] for wanted, header in find_columns(set(table.columns)).items()}


def detect_kind(columns: dict[str, int]) -> MandateKind:
    """The mandate that a file lists, from the territory its columns name."""
    by_territory = (
        ("sector", MandateKind.DISTRICT),
        ("epci", MandateKind.COMMUNITY),
        ("commune", MandateKind.MUNICIPAL if "function" in columns else MandateKind.MAYOR),
        ("canton", MandateKind.DEPARTEMENTAL),
        ("consular", MandateKind.ABROAD),
        ("afe", MandateKind.ABROAD),
        ("metropolitan", MandateKind.ASSEMBLY),
        ("assembly_section", MandateKind.ASSEMBLY),
        ("constituency", MandateKind.DEPUTY),
        ("section", MandateKind.REGIONAL),
        ("region", MandateKind.REGIONAL),
        ("european", MandateKind.EUROPEAN),
        ("departement", MandateKind.SENATOR),
    )
    for name, kind in by_territory:
        if name in columns:
            return kind
    # No territory at all: the Assembly of Corsica has functions, the European Parliament has not.
    return MandateKind.ASSEMBLY if "function" in columns else MandateKind.EUROPEAN
