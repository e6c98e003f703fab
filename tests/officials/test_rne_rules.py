"""Who is who, what changes, and what is refused."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from core.models import JournalEntry
from officials.enums import MandateKind
from officials.models import Mandate, Official
from officials.services import create_official, import_rne
from tests.officials.rne_files import COMMUNE, JOB, LAYOUTS, PEOPLE, PLACE, STATUS, Layout, Person

pytestmark = pytest.mark.django_db
MAYORS = LAYOUTS["2026"]
COUNCIL = Layout(
    f"{PLACE}|{STATUS}|{COMMUNE}|{PEOPLE}|{JOB}|Date de début du mandat|Libellé de la fonction|"
    "Date de début de la fonction|Code nationalité",
    ";",
    dates=str,
)
CANTONS = Layout(f"{PLACE}|Code du canton|Libellé du canton|{PEOPLE}|{JOB}|Date de début du mandat", ";", dates=str)
EPCI = Layout(
    f"{PLACE}|N° SIREN|Libellé de l'EPCI|Code de la commune de rattachement|Libellé de la commune de rattachement|"
    f"{PEOPLE}|{JOB}|Date de début du mandat|Libellé de la fonction|Date de début de la fonction",
    ";",
    dates=str,
)


def held(function: str, **more) -> Person:
    return Person(more={"Libellé de la fonction": function}, **more)


def run(path, layout: Layout, *people: Person, **options):
    return import_rne(path=layout.write(path / "rne.csv", *people), **options)


# --- Who is who ----------------------------------------------------------------------------------
def test_a_person_of_several_files_has_several_mandates(tmp_path):
    canton = {"Code du canton": "101", "Libellé du canton": "Canton"}
    epci = {"N° SIREN": "200000001", "Libellé de l'EPCI": "CC", "Code de la commune de rattachement": "1004"}
    run(tmp_path, MAYORS, Person())
    run(tmp_path, CANTONS, Person(departement="1", more=canton))
    run(tmp_path, EPCI, Person(more=epci))
    official = Official.objects.get()
    assert {(mandate.kind, mandate.territory_code) for mandate in official.mandates.all()} == {
        (MandateKind.MAYOR, "01004"),
        (MandateKind.DEPARTEMENTAL, "0101"),
        (MandateKind.COMMUNITY, "200000001"),
    }


def test_homonyms_born_on_different_days_stay_apart(tmp_path):
    run(tmp_path, MAYORS, Person(), Person(born=date(1970, 2, 4), commune="01005"))
    assert Official.objects.count() == 2


@pytest.mark.parametrize(
    ("last", "first"), [("Zéphyrin", "ELEONORE"), ("ZEPHYRIN", "Éléonore"), ("ZÉPHYRIN", " Éléonore ")]
)
def test_accents_and_capitals_do_not_make_another_person(tmp_path, last, first):
    run(tmp_path, MAYORS, Person())
    run(tmp_path, MAYORS, Person(last=last, first=first, commune="01005"))
    assert Official.objects.get().mandates.count() == 2


def test_a_comma_between_first_names_does_not_make_another_person(tmp_path):
    run(tmp_path, MAYORS, Person(first="Éléonore, Marie"), Person(first="Éléonore Marie", commune="01005"))
    assert Official.objects.get().first_name == "Éléonore Marie"


def test_the_same_key_with_another_sex_is_left_to_a_person(tmp_path):
    report = run(tmp_path, MAYORS, Person(), Person(sex="M", commune="01005"), Person(last="AUTRE", commune="01005"))
    assert (report.created, report.set_aside, report.is_refused) == (2, 1, False)
    assert report.issues[0].line == 3
    again = run(tmp_path, MAYORS, Person(sex="M"))
    assert (again.created, again.set_aside) == (0, 1)
    assert "un autre sexe" in again.issues[0].reason


def test_an_invented_person_is_never_taken_for_a_real_one(tmp_path):
    invented = create_official(
        last_name="Zéphyrin", first_name="Éléonore", birth_date=date(1970, 2, 3), is_fictitious=True
    )
    run(tmp_path, MAYORS, Person())
    assert Official.objects.count() == 2
    assert not invented.mandates.exists()


# --- What changes --------------------------------------------------------------------------------
def test_two_functions_in_one_mandate_are_two_rows(tmp_path):
    people = [held("1er adjoint au maire"), held("Conseiller municipal délégué")]
    report = run(tmp_path, COUNCIL, *people)
    assert (report.created, Official.objects.count()) == (2, 1)
    assert run(tmp_path, COUNCIL, *people).unchanged == 2


def test_a_function_that_changed_is_one_update(tmp_path):
    run(tmp_path, COUNCIL, held("3ème adjoint au maire"))
    report = run(tmp_path, COUNCIL, held("2ème adjoint au maire"))
    assert (report.created, report.updated) == (0, 1)
    assert Mandate.objects.get().function_label == "2ème adjoint au maire"


def test_a_file_of_one_function_leaves_the_other_alone(tmp_path):
    run(tmp_path, COUNCIL, held("1er adjoint au maire"), held("Conseiller municipal délégué"))
    report = run(tmp_path, COUNCIL, held("1er adjoint au maire"))
    assert (report.updated, report.unchanged, Mandate.objects.count()) == (0, 1, 2)


def test_a_new_mandate_hides_the_one_before_without_closing_it(tmp_path):
    run(tmp_path, MAYORS, Person())
    run(tmp_path, MAYORS, Person(started=date(2026, 3, 22)))
    assert Mandate.objects.filter(ended_on__isnull=True).count() == 2
    assert [m.started_on for m in Mandate.objects.current(date(2026, 6, 1))] == [date(2026, 3, 22)]
    assert [m.started_on for m in Mandate.objects.current(date(2026, 3, 21))] == [date(2020, 5, 18)]


def test_an_absent_person_keeps_the_mandate(tmp_path):
    run(tmp_path, MAYORS, Person(), Person(last="AUTRE", commune="01005"))
    run(tmp_path, MAYORS, Person())
    assert Mandate.objects.current(date(2024, 1, 1)).count() == 2


def test_the_same_row_twice_is_counted_once(tmp_path):
    report = run(tmp_path, MAYORS, Person(), Person())
    assert (report.read, report.created, report.unchanged) == (2, 1, 1)


def test_a_trial_run_counts_and_writes_nothing(tmp_path):
    report = run(tmp_path, MAYORS, Person(), dry_run=True)
    assert (report.created, Official.objects.count(), JournalEntry.objects.count()) == (1, 0, 0)


def test_an_import_is_in_the_journal(tmp_path):
    run(tmp_path, MAYORS, Person())
    assert JournalEntry.objects.get().details["created"] == 1


# --- What is refused -----------------------------------------------------------------------------
GOOD = MAYORS.text(Person(last="BON"))
HEADER, ROW = GOOD.splitlines()
BAD_FILES = {
    "empty": (b"", 0, "vide"),
    "blank": (b"\n\n  \n", 0, "vide"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00", 0, "texte"),
    "workbook": (b"PK\x03\x04feuille", 0, "classeur"),
    "utf-16": (GOOD.encode("utf-16"), 0, "UTF-16"),
    "another list": (b"code;libelle\n1;x\n", 0, "Répertoire national"),
    "prose": (b"Bonjour,\nvoici le fichier.\n", 0, "Répertoire national"),
    "header only": (f"{HEADER}\n".encode(), 2, "tronqué"),
    "header twice": (f"{HEADER};Code sexe\n{ROW};F\n".encode(), 1, "deux fois"),
    "two encodings": (f"{GOOD}{ROW}\n".encode() + ROW.encode("latin-1").replace(b"BON", b"B\xc9N"), 4, "encodages"),
    "utf-8 read as latin-1": (GOOD.replace("BON", "BÃ©ON").encode(), 2, "encodages"),
    "cut in a row": (f"{GOOD}{ROW[:40]}".encode(), 3, "tronquée"),
    "cut in a date": (f"{GOOD}{ROW[:-3]}".encode(), 3, "date"),
    "cut in quotes": (f'{GOOD}"{ROW}'.encode(), 3, "guillemet"),
    "one column too many": (f"{GOOD}{ROW};x\n".encode(), 3, "colonnes"),
    "30 February": (f"{GOOD}{ROW.replace('1970-02-03', '1970-02-30')}\n".encode(), 3, "impossible"),
    "unknown commune": (f"{GOOD}{ROW.replace('01004', '01999')}\n".encode(), 3, "commune inconnu"),
    "unknown departement": (f"{GOOD}{ROW.replace('01;', '96;', 1)}\n".encode(), 3, "département inconnu"),
    "commune of another departement": (f"{GOOD}{ROW.replace('01;', '45;', 1)}\n".encode(), 3, "n'est pas dans"),
    "no birth date": (f"{GOOD}{ROW.replace('1970-02-03', '')}\n".encode(), 3, "naissance absente"),
    "no name": (f"{GOOD}{ROW.replace('BON', '')}\n".encode(), 3, "nom ou prénom"),
    "unknown sex": (f"{GOOD}{ROW.replace(';F;', ';X;')}\n".encode(), 3, "sexe inconnu"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_named_by_line_and_changes_nothing(tmp_path, case):
    content, line, words = BAD_FILES[case]
    path = tmp_path / "mauvais.csv"
    path.write_bytes(content)
    report = import_rne(path=path)
    assert report.is_refused
    assert (report.created, Official.objects.count(), Mandate.objects.count()) == (0, 0, 0)
    assert [issue for issue in report.issues if issue.line == line and words in issue.reason], report.issues


def test_a_missing_file_is_said_so(tmp_path):
    report = import_rne(path=tmp_path / "absent.csv")
    assert report.is_refused
    assert "ne peut pas être lu" in report.issues[0].reason


def test_the_other_rows_are_taken_when_asked(tmp_path):
    path = tmp_path / "rne.csv"
    path.write_bytes(BAD_FILES["30 February"][0])
    report = import_rne(path=path, skip_rejected=True)
    assert (report.read, report.created, report.rejected, report.is_refused) == (2, 1, 1, False)


def test_the_command_fails_on_a_bad_file_and_keeps_the_good_one(tmp_path, capsys):
    good = MAYORS.write(tmp_path / "bon.csv", Person())
    bad = tmp_path / "mauvais.csv"
    bad.write_bytes(b"")
    with pytest.raises(CommandError):
        call_command("import_rne", str(good), str(bad))
    printed = capsys.readouterr().out
    assert "créées : 1" in printed
    assert "le fichier est vide" in printed
    assert Official.objects.count() == 1


def test_the_kind_can_be_told(tmp_path):
    run(tmp_path, COUNCIL, Person(), kind=MandateKind.MAYOR)
    assert Mandate.objects.get().kind == MandateKind.MAYOR
