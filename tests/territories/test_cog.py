"""The COG as shipped, read, searched."""

import shutil
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DataError, IntegrityError, transaction

from territories.enums import CommuneKind, DepartementKind
from territories.models import Commune, Departement, FormerCommune, Region
from territories.selectors import commune_by_code, search_communes
from territories.services import create_fictitious_commune, import_cog
from territories.services.cog import read_cog
from territories.services.pack import PACKED, read_pack, write_pack
from tests.shared_data import SHARED_DATA, needs_shared_data

pytestmark = pytest.mark.django_db
COG = SHARED_DATA / "cog2024"


def test_a_new_database_holds_the_whole_cog():
    assert Region.objects.count() == 18
    assert Departement.objects.filter(kind=DepartementKind.DEPARTEMENT).count() == 101
    assert Commune.objects.filter(kind=CommuneKind.COMMUNE, is_fictitious=False).count() == 34_935
    assert Commune.objects.filter(kind=CommuneKind.ARRONDISSEMENT).count() == 45
    assert {"975", "977", "978", "984", "986", "987", "988"} <= set(
        Departement.objects.filter(kind=DepartementKind.COLLECTIVITY).values_list("pk", flat=True)
    )
    assert Commune.objects.get(pk="98735").departement_id == "987"


def test_the_shipped_file_is_compact():
    assert PACKED.stat().st_size < 1_000_000


@pytest.mark.parametrize(
    ("code", "zone", "name_of"),
    [
        ("45", "Europe/Paris", "du Loiret"),
        ("974", "Indian/Reunion", "de La Réunion"),
        ("976", "Indian/Mayotte", "de Mayotte"),
        ("971", "America/Guadeloupe", "de la Guadeloupe"),
        ("987", "Pacific/Tahiti", "de la Polynésie française"),
        ("84", "Europe/Paris", "de Vaucluse"),
        ("08", "Europe/Paris", "des Ardennes"),
    ],
)
def test_a_departement_has_its_clock_and_its_preposition(code, zone, name_of):
    found = Departement.objects.get(pk=code)
    assert (found.zone, found.name_of) == (ZoneInfo(zone), name_of)


@pytest.mark.parametrize(
    ("code", "today"),
    [
        ("45232", "45232"),
        ("50649", "50592"),  # delegated, then merged again
        ("20004", "2A004"),  # Corsica before 1976
        ("97127", "97801"),  # Saint-Martin when it was of the Guadeloupe
        ("98511", "97611"),  # Mayotte as a collectivity
        ("2a004", "2A004"),
        ("75111", "75111"),
    ],
)
def test_an_old_code_leads_to_the_commune_of_today(code, today):
    assert commune_by_code(code).pk == today


def test_an_unknown_code_leads_nowhere():
    assert commune_by_code("99999") is None


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("olivet", "45232"),
        ("Olivt", "45232"),
        ("evreux", "27229"),
        ("ÉVREUX", "27229"),
        ("st denis en val", "45274"),
        ("Saint Denis-en-Val", "45274"),
        ("45232", "45232"),
        ("la ferte st aubin", "45146"),
        ("le mans", "72181"),
        ("mans", "72181"),
        ("olivet 53", "53169"),
        ("Olivet (53)", "53169"),
        ("ajaccio 2a", "2A004"),
        ("bellegarde sur valserine", "01033"),
    ],
)
def test_a_commune_is_found_as_people_type_it(typed, first):
    assert search_communes(typed)[0].pk == first


def test_a_commune_found_by_its_old_name_says_so():
    assert search_communes("Châtillon-en-Michaille")[0].former_name == "Châtillon-en-Michaille"
    assert search_communes("Olivet")[0].former_name == ""


@pytest.mark.parametrize("typed", ["", "   ", "%", "'; --", "99999", "zzzzzzzz"])
def test_a_search_that_means_nothing_finds_nothing(typed):
    assert search_communes(typed) == []


def test_accents_do_not_change_the_order():
    names = list(Commune.objects.filter(departement_id="27").values_list("name", flat=True))
    assert names.index("Évreux") < names.index("Vernon")
    assert names.index("Le Neubourg") < names.index("Pacy-sur-Eure")


def test_a_demonstration_commune_is_invented_once():
    loiret = Departement.objects.get(pk="45")
    first = create_fictitious_commune(departement=loiret, code="45999", name="Olmes")
    assert create_fictitious_commune(departement=loiret, code="45999", name="Olmes") == first
    assert search_communes("olmes")[0] == first
    assert first.is_fictitious


@pytest.mark.parametrize(("code", "name"), [("45232", "Olmes"), ("45999", "Olivet"), ("459", "Olmes")])
def test_a_demonstration_commune_never_takes_the_place_of_a_real_one(code, name):
    with pytest.raises(ValidationError):
        create_fictitious_commune(departement=Departement.objects.get(pk="45"), code=code, name=name)
    assert Commune.objects.get(pk="45232").name == "Olivet"


@pytest.mark.parametrize(
    "values",
    [{"code": "4523"}, {"code": "4523X"}, {"kind": "arrondissement"}, {"parent_id": "45232"}],
)
def test_the_database_refuses_a_commune_that_cannot_be(values):
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        Commune.objects.create(**{"code": "45998", "name": "X", "departement_id": "45"} | values)


def test_the_database_refuses_two_ways_out_of_an_old_code():
    former = FormerCommune.objects.filter(code_is_free=True).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        FormerCommune.objects.create(code=former.code, name="Autre", commune_id="45232", code_is_free=True)


@needs_shared_data
def test_importing_the_published_files_again_changes_nothing():
    report = import_cog(folder=COG)
    assert (report.created, report.updated, report.is_refused) == (0, 0, False)
    assert report.read == report.unchanged > 40_000


@needs_shared_data
def test_the_pack_is_rebuilt_to_the_byte(tmp_path):
    write_pack(read_cog(COG), tmp_path / "cog.xz")
    assert (tmp_path / "cog.xz").read_bytes() == PACKED.read_bytes()


@needs_shared_data
def test_a_changed_name_is_one_update(tmp_path):
    shutil.copytree(COG, tmp_path / "cog")
    communes = tmp_path / "cog" / "v_commune_2024.csv"
    text = communes.read_text(encoding="utf-8").replace(",Olivet,4512,", ",Olivet-sur-Loiret,4512,")
    communes.chmod(0o644)
    communes.write_text(text, encoding="utf-8")
    report = import_cog(folder=tmp_path / "cog")
    assert (report.created, report.updated) == (0, 1)
    assert Commune.objects.get(pk="45232").search_name == " olivet sur loiret"


@needs_shared_data
@pytest.mark.parametrize(
    "name", ["v_region_2024", "v_departement_2024", "v_commune_2024", "v_mvt_commune_2024", "collectivites-outremer"]
)
def test_a_missing_file_refuses_the_folder(tmp_path, name):
    shutil.copytree(COG, tmp_path / "cog")
    (tmp_path / "cog" / f"{name}.csv").unlink()
    with pytest.raises(CommandError):
        call_command("import_cog", str(tmp_path / "cog"))
    assert Region.objects.count() == 18


@needs_shared_data
def test_the_insee_list_of_overseas_communes_is_read_too(tmp_path):
    shutil.copytree(COG, tmp_path / "cog")
    (tmp_path / "cog" / "collectivites-outremer.csv").unlink()
    (tmp_path / "cog" / "v_commune_comer_2024.csv").write_text(
        "COM_COMER,TNCC,NCC,NCCENR,LIBELLE,NATURE_ZONAGE,COMER,LIBELLE_COMER\n"
        "98735,0,PAPEETE,Papeete,Papeete,COM,987,Polynésie française\n",
        encoding="utf-8",
    )
    overseas = [row for row in read_cog(tmp_path / "cog").communes if row.kind == CommuneKind.OVERSEAS]
    assert [(row.code, row.departement) for row in overseas] == [("98735", "987")]


def test_the_pack_keeps_everything(tmp_path):
    cog = read_pack()
    write_pack(cog, tmp_path / "cog.xz")
    assert read_pack(tmp_path / "cog.xz") == cog
