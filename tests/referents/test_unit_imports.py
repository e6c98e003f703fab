"""Lists of units and of their competence, with the traps of the published files."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Unit
from referents.models import Competence
from referents.selectors import units_for_commune
from referents.services import import_units
from territories.models import Commune
from tests.shared_data import SHARED_DATA, needs_shared_data

pytestmark = pytest.mark.django_db
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "jours_feries")
SLOTS = [f"{day}_plage{number}_{edge}" for day in DAYS for number in (1, 2, 3) for edge in ("debut", "fin")]
GENDARMERIE = [
    "identifiant_public_unite", "service", "adresse_geographique", "telephone", "departement", "code_commune_insee",
    "voie", "code_postal", "commune", "geocodage_epsg", "geocodage_x", "geocodage_y", "geocodage_x_GPS",
    "geocodage_y_GPS", *SLOTS, "url",
]  # fmt: skip
POLICE = ["service", "adresse_geographique", "telephone", "departement", "geocodage_x_GPS", "geocodage_y_GPS"]
COMPETENCE = ["code_commune", "libelle_commune", "institution", "id_service", "service", "code_postal", "codes_postaux"]
OLIVET = {
    "identifiant_public_unite": "9000001",
    "service": "Gendarmerie - Brigade d'Olivet",
    "adresse_geographique": "1 Rue Inventée 45160 OLIVET",
    "telephone": "+33 2 61 91 00 01",
    "departement": "45",
    "code_commune_insee": "45232",
    "lundi_plage1_debut": "8h00",
    "lundi_plage1_fin": "12h00",
    "jours_feries_plage1_debut": "9h00",
    "jours_feries_plage1_fin": "12h00",
}


def write(path, columns, *rows, quoted=False, encoding="utf-8"):
    text = io.StringIO()
    writer = csv.DictWriter(
        text, columns, delimiter=";", restval="", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    )
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def gendarmerie(tmp_path, *rows):
    return import_units(path=write(tmp_path / "export-gn2.csv", GENDARMERIE, *rows))


def competence(tmp_path, *rows):
    values = [dict(zip(COMPETENCE, row, strict=False)) for row in rows]
    return import_units(path=write(tmp_path / "competence.csv", COMPETENCE, *values, quoted=True))


def test_a_brigade_is_read(tmp_path):
    assert gendarmerie(tmp_path, OLIVET).created == 1
    unit = Unit.objects.get()
    assert (unit.code, unit.force, unit.departement_id, unit.commune_id) == ("9000001", "GN", "45", "45232")
    assert unit.telephone == "02 61 91 00 01"
    assert unit.opening_hours == "Lundi : 8h00-12h00\nJours fériés : 9h00-12h00"


def test_a_second_run_writes_nothing(tmp_path):
    rows = [OLIVET, OLIVET | {"identifiant_public_unite": "0", "service": "Brigade sans identifiant"}]
    gendarmerie(tmp_path, *rows)
    report = gendarmerie(tmp_path, *rows)
    assert (report.read, report.created, report.updated, report.unchanged) == (2, 0, 0, 2)


def test_a_new_telephone_is_one_update(tmp_path):
    gendarmerie(tmp_path, OLIVET)
    report = gendarmerie(tmp_path, OLIVET | {"telephone": "02 61 91 00 02"})
    assert (report.created, report.updated, Unit.objects.get().telephone) == (0, 1, "02 61 91 00 02")


@pytest.mark.parametrize("empty", ["", "0", "000"])
def test_units_without_id_are_told_apart_and_found_again(tmp_path, empty):
    first = OLIVET | {"identifiant_public_unite": empty}
    second = first | {"service": "Brigade de Saint-Jean", "code_commune_insee": "45285"}
    gendarmerie(tmp_path, first, second)
    assert Unit.objects.values("code").distinct().count() == 2
    assert gendarmerie(tmp_path, second, first).unchanged == 2


@pytest.mark.parametrize(
    "name",
    [
        "Centre d'information et de recrutement de la gendarmerie",
        "Gendarmerie - Brigade motorisée d'Olivet",
        "Peloton motorisé d'Olivet",
        "Poste provisoire estival d'Olivet",
        "Peloton d'autoroute d'Olivet",
    ],
)
def test_units_that_receive_no_official_are_left_out(tmp_path, name):
    report = gendarmerie(tmp_path, OLIVET, OLIVET | {"identifiant_public_unite": "2", "service": name})
    assert (report.read, report.created, report.ignored) == (2, 1, 1)


@pytest.mark.parametrize("name", ["Brigade de Circourt", "Brigade de Bmol", "Brigade de l'Étang"])
def test_a_near_name_is_kept(tmp_path, name):
    assert gendarmerie(tmp_path, OLIVET | {"service": name}).created == 1


def test_swapped_coordinates_do_not_matter(tmp_path):
    swapped = {"geocodage_x_GPS": "47.86", "geocodage_y_GPS": "1.90"}
    gendarmerie(tmp_path, OLIVET)
    assert gendarmerie(tmp_path, OLIVET | swapped).unchanged == 1


def test_the_same_id_for_two_units_is_left_to_a_person(tmp_path):
    report = gendarmerie(tmp_path, OLIVET, OLIVET | {"service": "Brigade d'ailleurs"})
    assert (report.created, report.set_aside, report.issues[0].line) == (1, 1, 3)


@pytest.mark.parametrize(("departement", "force"), [("45", "PN"), ("75", "PP"), ("974", "PN")])
def test_a_police_station_is_read_without_id(tmp_path, departement, force):
    row = {"service": "Commissariat inventé", "telephone": "01 99 00 00 00", "departement": departement}
    path = write(tmp_path / "export-pn.csv", POLICE, row)
    assert import_units(path=path).created == 1
    assert import_units(path=path).unchanged == 1
    assert (Unit.objects.get().force, Unit.objects.get().departement_id) == (force, departement)


def test_several_units_may_be_competent_for_a_commune(tmp_path):
    gendarmerie(tmp_path, OLIVET)
    report = competence(
        tmp_path,
        ("45232", "Olivet", "GN", "9000001", "Brigade"),
        ("45232", "Olivet", "PN", "9000002", "Commissariat"),
        ("45285", "Saint-Jean", "GN", "9000001", "Brigade"),
    )
    assert (report.read, report.created) == (3, 3)
    olivet = Commune.objects.select_related("departement").get(pk="45232")
    assert [unit.code for unit in units_for_commune(olivet)] == ["9000001", "9000002"]


def test_an_old_commune_code_leads_to_the_commune_of_today(tmp_path):
    competence(tmp_path, ("50649", "Pont-Farcy", "GN", "9", "Brigade"))
    assert Competence.objects.get().commune_id == "50592"


def test_the_competence_of_a_commune_follows_the_file_force_by_force(tmp_path):
    competence(tmp_path, ("45232", "", "GN", "1", "Ancienne"), ("45232", "", "PN", "2", "Commissariat"))
    report = competence(tmp_path, ("45232", "", "GN", "3", "Nouvelle"))
    assert set(Competence.objects.values_list("unit__code", flat=True)) == {"2", "3"}
    assert "retirées : 1" in " ".join(report.notes)


def test_a_second_run_of_competence_writes_nothing(tmp_path):
    rows = [("45232", "", "GN", "1", "Brigade"), ("45285", "", "GN", "1", "Brigade")]
    competence(tmp_path, *rows)
    report = competence(tmp_path, *rows)
    assert (report.created, report.updated, report.unchanged, report.notes) == (0, 0, 2, [])


@needs_shared_data
@pytest.mark.parametrize(("name", "rows"), [("export-gn2_sample.csv", 3), ("units_sample_5rows.csv", 5)])
def test_a_published_list_is_imported_whole_then_changes_nothing(name, rows):
    path = SHARED_DATA / "units" / name
    assert import_units(path=path).created == rows
    assert import_units(path=path).unchanged == rows
    assert not Unit.objects.filter(telephone__startswith="+").exists()


@needs_shared_data
def test_the_hours_in_one_text_are_one_line_a_day():
    import_units(path=SHARED_DATA / "units" / "export-gn2_sample.csv")
    hours = Unit.objects.get(code="1008620").opening_hours.splitlines()
    assert (len(hours), hours[0]) == (7, "Lundi : 8h00-12h00 14h00-18h00")


GOOD = ("45232", "Olivet", "GN", "1", "Brigade")
BAD_ROWS = {
    "unknown commune": (("99999", "", "GN", "1", "Brigade"), "commune inconnu"),
    "unknown institution": (("45285", "", "XX", "1", "Brigade"), "institution inconnue"),
    "no service": (("45285", "", "GN", "", "Brigade"), "identifiant du service absent"),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_bad_row_of_competence_refuses_the_file(tmp_path, case):
    row, words = BAD_ROWS[case]
    report = competence(tmp_path, GOOD, row)
    assert report.is_refused
    assert [issue for issue in report.issues if issue.line == 3 and words in issue.reason]
    assert (Competence.objects.count(), Unit.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code_commune_insee": "99999"}, "commune inconnu"),
        ({"code_commune_insee": "", "departement": "96"}, "département inconnu"),
        ({"service": ""}, "nom de l'unité absent"),
    ],
)
def test_a_bad_row_of_units_refuses_the_file(tmp_path, changes, words):
    report = gendarmerie(tmp_path, OLIVET, OLIVET | {"identifiant_public_unite": "2"} | changes)
    assert report.is_refused
    assert [issue for issue in report.issues if issue.line == 3 and words in issue.reason]
    assert not Unit.objects.exists()


@pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", b"\x00\x01", b"PK\x03\x04"])
def test_a_file_of_another_kind_fails_the_command(tmp_path, content):
    path = tmp_path / "autre.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("import_units", str(path))
    assert not Unit.objects.exists()


def test_a_trial_run_writes_nothing(tmp_path):
    path = write(tmp_path / "gn.csv", GENDARMERIE, OLIVET)
    assert import_units(path=path, dry_run=True).created == 1
    assert not Unit.objects.exists()
