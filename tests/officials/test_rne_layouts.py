"""Every layout that the RNE ever had says the same thing once read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.imports import BadCell, header_name, parse_date
from officials.enums import MandateKind
from officials.models import Mandate, Official
from officials.services import import_rne
from officials.services.rne_layouts import find_columns
from officials.services.rne_places import Places, _commune_candidates
from tests.officials.rne_files import LAYOUTS, Person
from tests.shared_data import SHARED_DATA, needs_shared_data

pytestmark = pytest.mark.django_db
ZEPHYRIN = Person()
UNDATED = {"2014"}


@pytest.mark.parametrize("year", LAYOUTS)
def test_the_same_mayor_is_read_in_every_layout(tmp_path, year):
    report = import_rne(path=LAYOUTS[year].write(tmp_path / "rne.csv", ZEPHYRIN))
    assert (report.is_refused, report.read, report.created) == (False, 1, 1), report.issues
    mandate = Mandate.objects.select_related("official").get()
    assert (mandate.kind, mandate.commune_id, mandate.departement_id) == (MandateKind.MAYOR, "01004", "01")
    person = mandate.official
    assert (person.last_name, person.first_name, person.sex) == ("ZÉPHYRIN", "Éléonore", "F")
    assert person.birth_date == date(1970, 2, 3)
    assert mandate.started_on == (None if year in UNDATED else date(2020, 5, 18))


@pytest.mark.parametrize("first", LAYOUTS)
@pytest.mark.parametrize("second", ["2021", "2026"])
def test_a_person_read_in_two_layouts_is_one_person(tmp_path, first, second):
    import_rne(path=LAYOUTS[first].write(tmp_path / "a.csv", ZEPHYRIN))
    report = import_rne(path=LAYOUTS[second].write(tmp_path / "b.csv", ZEPHYRIN))
    assert Official.objects.count() == 1
    # 2014 does not date the mandate: it may be another one.
    assert report.unchanged == (0 if first in UNDATED else 1)


@pytest.mark.parametrize("year", LAYOUTS)
def test_a_second_run_writes_nothing(tmp_path, year):
    path = LAYOUTS[year].write(tmp_path / "rne.csv", ZEPHYRIN, Person(last="AUTRE", commune="01005"))
    import_rne(path=path)
    report = import_rne(path=path)
    assert (report.read, report.created, report.updated, report.unchanged) == (2, 0, 0, 2)


@pytest.mark.parametrize(
    ("departement", "commune"),
    [("974", "97411"), ("971", "97101"), ("987", "98735"), ("988", "98818"), ("976", "97611"), ("975", "97502")],
)
@pytest.mark.parametrize("year", ["2020", "2021", "2024", "2026"])
def test_overseas_codes_are_understood(tmp_path, year, departement, commune):
    person = Person(departement=departement, commune=commune)
    report = import_rne(path=LAYOUTS[year].write(tmp_path / "rne.csv", person))
    assert not report.is_refused, report.issues
    mandate = Mandate.objects.get()
    assert (mandate.commune_id, mandate.departement_id) == (commune, departement)


def test_mayotte_is_understood_with_the_numbers_it_had_as_a_collectivity(tmp_path):
    person = Person(departement="976", commune="97511")  # written ZM, 511
    import_rne(path=LAYOUTS["2020"].write(tmp_path / "rne.csv", person))
    assert Mandate.objects.get().commune_id == "97611"


def test_a_collectivity_may_stand_in_the_place_of_the_departement(tmp_path):
    status = {"Code de la collectivité à statut particulier": "987"}
    person = Person(departement="", commune="98735", more=status)
    import_rne(path=LAYOUTS["2026"].write(tmp_path / "rne.csv", person))
    assert Mandate.objects.get().departement_id == "987"


def test_a_merged_commune_leads_to_the_one_of_today(tmp_path):
    person = Person(departement="50", commune="50649")
    import_rne(path=LAYOUTS["2021"].write(tmp_path / "rne.csv", person))
    mandate = Mandate.objects.get()
    assert (mandate.commune_id, mandate.label) == ("50592", "Tessy-Bocage")


def test_no_party_label_is_read(tmp_path):
    person = Person(more={"code_nuance_mandat": "XYZ", "libelle_nuance_mandat": "Nuance imaginaire"})
    import_rne(path=LAYOUTS["2023-06"].write(tmp_path / "rne.csv", person))
    stored = {**Official.objects.values().get(), **Mandate.objects.values().get()}
    assert not [value for value in stored.values() if "imaginaire" in str(value) or value == "XYZ"]
    assert not [
        header
        for header in find_columns({"nuance_mandat", "code_nuance_mandat", "nom_elu"}).values()
        if "nuance" in header
    ]


@needs_shared_data
@pytest.mark.parametrize(
    ("name", "kind", "rows"),
    [
        ("elus-senateurs_2024-07.csv", MandateKind.SENATOR, 348),
        ("rne-cd_2022-12.csv", MandateKind.DEPARTEMENTAL, 4_054),
        ("rne-maires_dep08_2021-12.csv", MandateKind.MAYOR, 448),
        ("elus-conseillers-arrondissement_2023-11.csv", MandateKind.DISTRICT, 1_026),
    ],
)
def test_a_published_file_is_imported_whole_then_changes_nothing(name, kind, rows):
    path = SHARED_DATA / "rne" / name
    first = import_rne(path=path)
    assert (first.kind, first.read, first.created) == (kind.label, rows, rows)
    assert (first.rejected, first.set_aside, first.issues) == (0, 0, [])
    again = import_rne(path=path)
    assert (again.created, again.updated, again.unchanged) == (0, 0, rows)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_date_is_the_same_however_it_is_written(day):
    for written in (f"{day}", f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day.year}", f"{day} 00:00:00+00"):
        assert parse_date(written) == day


@pytest.mark.parametrize(
    "text", ["30/02/1960", "31/04/2020", "1960-02-30", "18/05/20", "0/1/2000", "2020", "hier", "1/1/0202"]
)
def test_a_date_that_cannot_be_is_refused(text):
    with pytest.raises(BadCell):
        parse_date(text)


@pytest.fixture(scope="module")
def places(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        yield Places.load()


@given(data=st.data())
def test_a_commune_code_survives_the_loss_of_its_zeros(places, data):
    code = data.draw(st.sampled_from(sorted(places.communes)))
    departement = places.communes[code][1]
    for written in (code, code.lstrip("0")):
        assert places.commune(written, departement) == code
    if code[:2] < "96" and departement == code[:2]:
        assert places.commune(code[2:], departement) == code
        assert places.commune(code[2:].lstrip("0") or "0", departement.lstrip("0")) == code


@pytest.mark.parametrize(
    ("code", "departement", "expected"),
    [("1", "1", "01001"), ("101", "01", "01101"), ("1001", "1", "01001"), ("4", "2A", "2A004")],
)
def test_zeros_are_restored(code, departement, expected):
    assert expected in _commune_candidates(code, departement)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Nom de l’élu", "nom_elu"),
        ("Code sexe ", "code_sexe"),
        ("Libellé de la catégorie socio-professionnelle", "libelle_categorie_socio_professionnelle"),
        ("Libellé catégorie socio-professionnelle", "libelle_categorie_socio_professionnelle"),
        ("N° SIREN", "n_siren"),
    ],
)
def test_a_header_has_one_name(written, name):
    assert header_name(written) == name
