"""The import of associations: row by row, whatever the encoding and the separator, twice as once."""

from __future__ import annotations

import pytest

from core.acts import ActRefused
from core.journal import SYSTEM
from core.models import JournalEntry
from dev.places import ROOT
from support.models import Association
from support.services import ImportOutcome, import_associations, set_association_active
from tests import receiving

pytestmark = pytest.mark.django_db
HEADER = "code;nom;telephone;email;adresse;horaires;aides;departements"
GOOD = "fv-08;Écoute des Ardennes;03 53 01 00 08;;;le lundi;psychologique;8"


def imported(*rows: str, header: str = HEADER, encoding: str = "utf-8", only_check: bool = False) -> ImportOutcome:
    data = "\n".join([header, *rows]).encode(encoding)
    return import_associations(data=data, filename="essai.csv", actor=SYSTEM, only_check=only_check)


def test_the_documented_sample_is_imported_and_twice_changes_nothing() -> None:
    data = (ROOT / "docs" / "soutien" / "associations.csv").read_bytes()
    first = import_associations(data=data, filename="a.csv", actor=SYSTEM)
    assert (first.created, first.refusals) == ([2, 3, 4], [])
    ardennes = Association.objects.get(code="fv-exemple-ardennes")
    assert sorted(departement.pk for departement in ardennes.departements.all()) == ["08", "51"]
    assert ardennes.helps == ["psychological", "legal"]
    before = JournalEntry.objects.count()
    second = import_associations(data=data, filename="a.csv", actor=SYSTEM)
    assert (second.unchanged, second.created, second.updated, second.is_done) == ([2, 3, 4], [], [], False)
    assert JournalEntry.objects.count() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_encodings_and_separators_are_read(encoding: str, separator: str) -> None:
    outcome = imported(GOOD.replace(";", separator), header=HEADER.replace(";", separator), encoding=encoding)
    assert outcome.created == [2]
    found = Association.objects.get()
    assert found.name == "Écoute des Ardennes"
    assert [departement.pk for departement in found.departements.all()] == ["08"]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (GOOD.replace("Écoute des Ardennes", ""), "nom", "vide"),
        (GOOD.replace("psychologique", "magnétisme"), "aides", "Aide inconnue « magnetisme »"),
        (GOOD.replace("psychologique;8", "psychologique;99"), "departements", "Département inconnu « 99 »"),
        (GOOD.replace("03 53 01 00 08;", "03 53 01 00 08;pas une adresse"), "email", "adresse électronique"),
        (GOOD.replace("03 53 01 00 08", "aucun"), "telephone", "aucun chiffre"),
        (GOOD.replace("fv-08", "fv 08"), "code", "lettres sans accent"),
        (GOOD.replace("Écoute des Ardennes", "=2+2"), "nom", "formule"),
        (GOOD.replace("Écoute des Ardennes", "x" * 121), "nom", "120 caractères"),
        (GOOD.replace(";8", ""), "", "colonnes au lieu de 8"),
    ],
)
def test_a_bad_row_is_given_back_with_its_line_column_and_reason(row: str, column: str, reason: str) -> None:
    good = GOOD.replace("fv-08", "fv-bonne")
    outcome = imported(row, good)
    assert outcome.created == [3]
    [(line, found, said)] = outcome.refusals
    assert (line, found) == (2, column)
    assert reason in said
    assert [one.code for one in Association.objects.all()] == ["fv-bonne"]


def test_a_code_given_twice_is_taken_once() -> None:
    outcome = imported(GOOD, GOOD.replace("le lundi", "le mardi"))
    assert outcome.created == [2]
    assert outcome.refusals == [(3, "code", "Ce code est déjà celui de la ligne 2.")]


def test_checking_writes_nothing_and_says_what_would_be() -> None:
    before = JournalEntry.objects.count()
    assert imported(GOOD, only_check=True).created == [2]
    assert not Association.objects.exists()
    assert JournalEntry.objects.count() == before


def test_an_import_keeps_what_the_file_does_not_say_and_closes_nothing() -> None:
    known = receiving.an_association("fv-08", email="contact@fv.example", departements=["08"])
    receiving.an_association("fv-28", name="Écoute d'Eure-et-Loir", departements=["28"])
    set_association_active(association=known, active=False, actor=SYSTEM)
    outcome = imported(GOOD)
    assert outcome.updated == [2]
    assert outcome.not_named == ["Écoute d'Eure-et-Loir"]
    known.refresh_from_db()
    assert (known.email, known.name, known.is_active) == ("contact@fv.example", "Écoute des Ardennes", False)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04classeur", "nom;âge\nx;3".encode(), HEADER.encode()])
def test_a_file_that_is_no_list_of_associations_is_refused_whole(data: bytes) -> None:
    with pytest.raises(ActRefused) as refused:
        import_associations(data=data, filename="a.csv", actor=SYSTEM)
    assert refused.value.field == "file"
    assert "Fichier refusé" in str(refused.value)
