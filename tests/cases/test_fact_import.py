"""A prefecture gives a table of facts: good rows enter with their source, the others come back with the reason."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.enums import Force, Role
from accounts.models import User
from cases.models import Case, DuplicateHint, FactImport, FactImportRow, Threat
from cases.selectors import probable_duplicates
from cases.services import ActRefused, ImportOutcome, import_facts
from cases.services.fact_table import COLUMNS
from cases.views.doubles.importing import EXAMPLE
from core import clock
from referents.models import Competence
from tests import build

pytestmark = pytest.mark.django_db
HEADER = ";".join(COLUMNS.values())


@pytest.fixture
def instructor() -> User:
    Competence.objects.create(unit=build.a_unit(), commune=build.a_commune(), force=Force.GN)
    build.an_official("Nouvelle", "Zoé")
    return build.posted(Role.INSTRUCTOR)


def line(**changes: str) -> str:
    usual = {
        "nom": "Nouvelle", "prenom": "Zoé", "commune_mandat": "45234", "date": "12/01/2026", "heure": "21:40",
        "commune_faits": "Orléans", "nature": "menace", "moyen": "courrier", "recit": "Une lettre.",
        "source": "Main courante", "date_source": "13/01/2026",
    }  # fmt: skip
    cells = usual | changes
    return ";".join(cells.get(name, "") for name in COLUMNS)


def give(user: User, *lines: str, data: bytes | None = None, **more: bool) -> ImportOutcome:
    content = data if data is not None else "\r\n".join([HEADER, *lines]).encode()
    return import_facts(data=content, filename="faits.csv", user=user, actor=build.actor(user), **more)


def test_a_good_row_becomes_a_threat_with_its_source_and_date(instructor) -> None:
    outcome = give(instructor, line())
    threat = Threat.objects.get()
    assert (threat.case.unit.name, threat.case.official.last_name) == ("Brigade d'Olivet", "Nouvelle")
    assert f"{threat.local_occurred_at:%d/%m/%Y %H:%M}" == "12/01/2026 21:40"
    row = FactImportRow.objects.get()
    assert (row.source, f"{row.source_date:%d/%m/%Y}") == ("Main courante", "13/01/2026")
    assert threat.evaluations.get().state == "todo"
    assert outcome.done.accepted == 1


def test_the_same_file_again_changes_nothing(instructor) -> None:
    give(instructor, line())
    before = (Case.objects.count(), Threat.objects.count(), FactImport.objects.count())
    outcome = give(instructor, line())
    assert (outcome.done, outcome.known) == (None, [2])
    assert (Case.objects.count(), Threat.objects.count(), FactImport.objects.count()) == before


def test_checking_writes_nothing(instructor) -> None:
    outcome = give(instructor, line(), line(nom="Personne"), only_check=True)
    assert (outcome.accepted, [refusal[0] for refusal in outcome.refusals]) == ([2], [3])
    assert not Threat.objects.exists()


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"nom": "Personne"}, "nom", "Aucun élu"),
        ({"recit": ""}, "récit", "vide"),
        ({"commune_faits": "Nullepart"}, "commune des faits", "Aucune commune"),
        ({"commune_faits": "Saint-Denis"}, "commune des faits", "Plusieurs communes"),
        ({"commune_faits": "45147"}, "unité", "Aucune unité"),
        ({"date": "30/02/2026"}, "date", "impossible"),
        ({"date": "demain"}, "date", "illisible"),
        ({"date": "12/01/2999"}, "date", "invraisemblable"),
        ({"date": "12/01/1975"}, "date", "01/01/1990"),
        ({"heure": "25:00"}, "heure", "illisible"),
        ({"heure": "le soir"}, "heure", "illisible"),
        ({"nature": "bagarre"}, "nature", "« menace de mort »"),
        ({"moyen": "pigeon"}, "moyen", "« courrier »"),
        ({"unite": "Brigade de Gien"}, "unité", "Aucune unité"),
        ({"recit": "x" * 20_001}, "récit", "20000"),
    ],
)
def test_a_bad_row_names_its_column_and_the_good_ones_enter(instructor, changes, column, reason) -> None:
    outcome = give(instructor, line(**changes), line(recit="Une bonne ligne."))
    ((number, where, why),) = outcome.refusals
    assert (number, where) == (2, column)
    assert reason in why
    assert Threat.objects.get().description == "Une bonne ligne."


def test_tomorrow_is_refused_and_yesterday_enters(instructor) -> None:
    days = [clock.today("Europe/Paris") + timedelta(days=shift) for shift in (1, -1)]
    outcome = give(instructor, *[line(date=f"{day:%d/%m/%Y}") for day in days])
    assert "futur" in outcome.refusals[0][2]
    assert Threat.objects.count() == 1


def test_a_row_written_twice_enters_once(instructor) -> None:
    outcome = give(instructor, line(), line())
    assert outcome.refusals == [(3, "", "Cette ligne répète la ligne 2.")]
    assert Threat.objects.count() == 1


def test_another_prefecture_cannot_write_here(instructor) -> None:
    outcome = give(build.posted(Role.INSTRUCTOR, departement_code="974"), line())
    assert "pas dans votre département" in outcome.refusals[0][2]
    assert give(build.posted(Role.CALAE_ANALYST), line()).done is not None


def test_a_fact_that_resembles_a_known_one_waits_apart_for_the_hierarchy(instructor) -> None:
    give(instructor, line(), line(date="13/01/2026", recit="Racontée autrement."), line(date="20/01/2026"))
    hint = DuplicateHint.objects.get()
    assert hint.reasons == ["même élu", "à un jour près", "même commune", "même nature"]
    assert Case.objects.count() == 2, "the third fact joins an open file"


def test_what_resembles_is_proposed_within_the_scope_only() -> None:
    threat = build.a_threat(user=build.referent())
    far = build.referent(build.a_unit("2", name="Brigade de Gien"))
    asked = {
        "officials": [threat.case.official],
        "occurred_at": threat.occurred_at + timedelta(hours=20),
        "commune": threat.commune,
        "nature": threat.nature,
    }
    near = probable_duplicates(**asked, user=threat.logged_by)
    assert near.candidates[0].reasons[0] == "même élu"
    for occurred_at in (threat.occurred_at, threat.occurred_at - timedelta(days=300)):
        found = probable_duplicates(**asked | {"occurred_at": occurred_at}, user=far)
        assert (found.candidates, found.units) == ([], [threat.case.unit]), "the date changes nothing elsewhere"
    late = probable_duplicates(**asked | {"occurred_at": threat.occurred_at - timedelta(days=3)}, user=threat.logged_by)
    assert late.candidates == []


def workbook(cell: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(
            "xl/worksheets/sheet1.xml", b'<worksheet><row><c r="B3" t="n">' + cell + b"</c></row></worksheet>"
        )
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "vide"),
        (b"   \n", "vide"),
        (HEADER.encode(), "aucune ligne"),
        (b"nom;prenom;recit\nA;B;C", "il manque des colonnes : commune du mandat"),
        (b"un;deux\n1;2", "n'est pas un tableau de faits"),
        (b"\x89PNG\r\n\x1a\n\x01\x02\x03", "pas un fichier de texte"),
        (b"PK\x03\x04 tronque", "ne s'ouvre pas"),
        (b"\xd0\xcf\x11\xe0 vieux", ".xlsx"),
        (workbook(b"<f>1+1</f><v>2</v>"), "formule (cellule B3)"),
        (workbook(b"<v>2</v>"), "ne s'ouvre pas"),
        ("\n".join([HEADER, line(recit="=CMD()")]).encode(), "formule (ligne 2, colonne « récit »)"),
        ("\n".join([HEADER, *[line(recit=str(n)) for n in range(1001)]]).encode(), "1000 au plus"),
        (b"x" * (10 * 1024 * 1024 + 1), "10 Mo"),
    ],
)
def test_a_bad_file_is_refused_with_a_clear_sentence(instructor, data, reason) -> None:
    with pytest.raises(ActRefused, match=r"^Fichier refusé") as refusal:
        give(instructor, data=data)
    assert reason in str(refusal.value)
    assert not FactImport.objects.exists()


def test_the_page_gives_the_report_and_the_example_can_be_read(instructor) -> None:
    client = Client()
    client.force_login(instructor)
    file = SimpleUploadedFile("faits.csv", "\r\n".join([HEADER, line(), line(nom="Personne")]).encode())
    report = client.post("/dossiers/import/", {"file": file}, follow=True).content.decode()
    assert "1 fait enregistré" in report
    assert "Aucun élu d&#x27;Orléans" in report
    assert 'href="/dossiers/import/">importez-le à nouveau' in report
    example = client.get("/dossiers/import/exemple.csv").content
    outcome = give(instructor, data=example, only_check=True)
    assert [refusal[1] for refusal in outcome.refusals] in (["nom"], ["commune du mandat"])
    assert EXAMPLE.split(";")[0] in example.decode()


def test_the_report_does_not_name_a_file_restricted_since(instructor) -> None:
    outcome = give(instructor, line())
    case = Case.objects.get()
    client = Client()
    client.force_login(instructor)
    url = f"/dossiers/import/{outcome.done.pk}/"
    assert case.reference in client.get(url).content.decode()
    build.restricted(case)
    page = client.get(url).content.decode()
    assert case.reference not in page
    assert "1 ligne est dans un dossier à accès restreint" in page


@pytest.mark.parametrize("file", [None, SimpleUploadedFile("vide.csv", b"")])
def test_no_file_or_an_empty_one_is_told_beside_the_field(instructor, file) -> None:
    client = Client()
    client.force_login(instructor)
    answer = client.post("/dossiers/import/", {"file": file} if file else {})
    assert answer.status_code == 422
    assert "id_file_error" in answer.content.decode()
