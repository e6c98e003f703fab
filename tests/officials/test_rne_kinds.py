"""The mandate that a file lists is read from its columns, in every vocabulary."""

from datetime import date

import pytest

from core.imports import header_name
from officials.enums import MandateKind
from officials.models import Mandate
from officials.services import import_rne
from officials.services.rne_layouts import detect_kind, find_columns, is_rne
from tests.officials.rne_files import COMMUNE, JOB, LAYOUTS, PEOPLE, PLACE, SNAKE, STATUS, Layout, Person

pytestmark = pytest.mark.django_db
START = "Date de début du mandat"
FUNCTION = "Libellé de la fonction|Date de début de la fonction"
SNAKE_PEOPLE = "nom_elu|prenom_elu|sexe_elu|date_naissance_elu|date_debut_mandat"
REGION = "Code de la région|Libellé de la région"
HEADERS = [
    (LAYOUTS["2014"].header, MandateKind.MAYOR),
    (LAYOUTS["2020"].header, MandateKind.MAYOR),
    (SNAKE, MandateKind.MAYOR),
    (f"{PLACE}|{STATUS}|{COMMUNE}|{PEOPLE}|{JOB}|{START}|{FUNCTION}|Code nationalité", MandateKind.MUNICIPAL),
    (f"{PLACE}|{COMMUNE}|Libellé du secteur|{PEOPLE}|{START}|{FUNCTION}", MandateKind.DISTRICT),
    (f"{PLACE}|N° SIREN|Libellé de l'EPCI|{PEOPLE}|{START}|{FUNCTION}", MandateKind.COMMUNITY),
    (
        f"Code département EPCI|N° SIREN|Libellé de l'EPCI|Code de la commune|{PEOPLE}|{START}|Libellé de fonction",
        MandateKind.COMMUNITY,
    ),
    (f"{PLACE}|Code du canton|Libellé du canton|{PEOPLE}|{START}|{FUNCTION}", MandateKind.DEPARTEMENTAL),
    (f"{REGION}|Code de la section départementale|{PEOPLE}|{START}|{FUNCTION}", MandateKind.REGIONAL),
    (f"Code région|Libellé de la région|{PLACE}|{PEOPLE}|{START}|Libellé de fonction", MandateKind.REGIONAL),
    (f"code_region|code_section_departementale|{SNAKE_PEOPLE}|libelle_fonction", MandateKind.REGIONAL),
    (
        f"{REGION}|{PLACE}|{STATUS}|Code de la section - collectivité à statut particulier|"
        f"Code de la circonscription métropolitaine|{PEOPLE}|{START}|{FUNCTION}",
        MandateKind.ASSEMBLY,
    ),
    (
        "code_region|code_departement|code_collectivite_statut_particulier|code_section|"
        f"code_circonscription_metropolitaine|{SNAKE_PEOPLE}|libelle_fonction",
        MandateKind.ASSEMBLY,
    ),
    (f"{PEOPLE}|{START}|Libellé de fonction|Date de début de la fonction", MandateKind.ASSEMBLY),
    (f"{PLACE}|{STATUS}|Code de la circonscription législative|{PEOPLE}|{START}", MandateKind.DEPUTY),
    (f"code_departement|code_circonscription_legislative|{SNAKE_PEOPLE}", MandateKind.DEPUTY),
    (f"{PLACE}|{PEOPLE}|Code profession|{START}", MandateKind.SENATOR),
    (f"{PLACE}|{STATUS}|{PEOPLE}|{START}", MandateKind.SENATOR),
    (f"{PEOPLE}|{START}", MandateKind.EUROPEAN),
    (f"{SNAKE_PEOPLE}|code_nuance_mandat", MandateKind.EUROPEAN),
    (f"Code la circonscription AFE|Libellé de la circonscription AFE|{PEOPLE}|{START}", MandateKind.ABROAD),
    (f"code_circonscription_consulaire|{SNAKE_PEOPLE}|libelle_fonction", MandateKind.ABROAD),
]


@pytest.mark.parametrize(("header", "kind"), HEADERS)
def test_the_kind_is_read_from_the_columns(header, kind):
    names = {header_name(cell) for cell in header.split("|")}
    assert is_rne(names)
    assert detect_kind(dict.fromkeys(find_columns(names), 0)) == kind


@pytest.mark.parametrize(
    "header", ["code|libelle", "nom|prenom", "Nom de l'élu|Prénom de l'élu|Code sexe", f"{PLACE}|{COMMUNE}"]
)
def test_a_list_of_something_else_is_not_taken_for_it(header):
    assert not is_rne({header_name(cell) for cell in header.split("|")})


def one(tmp_path, header: str, **cells: str) -> Mandate:
    named = {name: value for name, value in zip(header.split("|"), cells.pop("row").split("|"), strict=True) if value}
    layout = Layout(header, ";", dates=str)
    person = Person(departement="", commune="", more=named)
    report = import_rne(path=layout.write(tmp_path / "rne.csv", person))
    assert not report.is_refused, report.issues
    return Mandate.objects.get()


WHO = "ZÉPHYRIN|Éléonore|F|1970-02-03|2021-07-01"


@pytest.mark.parametrize(
    ("header", "row", "code", "departement", "region"),
    [
        (f"{PLACE}|Code du canton|Libellé du canton", "1|Ain|101|Attignat", "0101", "01", None),
        (f"{PLACE}|Code du canton|Libellé du canton", "ZD|REUNION|05|Canton", "97405", "974", None),
        (f"{PLACE}|Code du canton|Libellé du canton", "6AE|Alsace|6801|Canton", "6801", "68", None),
        (f"{PLACE}|Code du canton|Libellé du canton", "94|Val-De-Marne|9404|Canton", "9404", "94", None),
        (f"{REGION}|Code de la section départementale", "4|La Réunion|974", "04", "974", "04"),
        (f"{REGION}|Code de la section départementale", "24|Centre|69M", "24", "69", "24"),
        (f"{PLACE}|{STATUS}", "2A|Corse-Du-Sud|94|Corse", "2A", "2A", None),
        (f"{PLACE}|{STATUS}", "||987|Polynésie Française", "987", "987", None),
        (f"{PLACE}|{STATUS}", "ZZ|Français Établis Hors De France||", "ZZ", None, None),
        (f"{PLACE}|{STATUS}|Code de la circonscription législative", "1|Ain|||103", "0103", "01", None),
        (f"{PLACE}|{STATUS}|Code de la circonscription législative", "||988|Calédonie|98802", "98802", "988", None),
        (f"{PLACE}|{STATUS}|Code de la circonscription législative", "ZX|Îles|||01", "97801", "978", None),
        (f"{PLACE}|{STATUS}|Code de la circonscription législative", "ZZ|Étranger|||05", "ZZ05", None, None),
        (f"{REGION}|{STATUS}|Code de la circonscription métropolitaine", "84|A|69M|Lyon|M-01", "69M-M-01", "69", "84"),
        ("Code de la circonscription consulaire", "101", "0101", None, None),
        ("Code la circonscription AFE|Libellé de la circonscription AFE", "1|Canada", "AFE-01", None, None),
    ],
)  # fmt: skip
def test_the_territory_is_read_whatever_its_writing(tmp_path, header, row, code, departement, region):
    mandate = one(tmp_path, f"{header}|{PEOPLE}|{START}", row=f"{row}|{WHO}")
    assert (mandate.territory_code, mandate.departement_id, mandate.region_id) == (code, departement, region)
    assert mandate.started_on == date(2021, 7, 1)


def test_the_first_files_of_corsica_name_no_territory(tmp_path):
    header = f"{PEOPLE}|{START}|Libellé de fonction|Date de début de la fonction"
    mandate = one(tmp_path, header, row=f"{WHO}|Président de Assemblée|2021-07-01")
    assert (mandate.kind, mandate.label, mandate.region_id) == (MandateKind.ASSEMBLY, "Corse", "94")
    assert mandate.function_label == "Président de Assemblée"
