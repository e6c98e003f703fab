import pytest
from django.db import connection

from core.text import fold, search_text

NAMES = [
    "Évreux",
    "L’Haÿ-les-Roses",
    "Œuilly",
    "CÆSAR",
    "Jean-Noël d'Arc",
    "Þórður Straße",
    "Žižek Łódź",
    "« ﬁn »",
    "NAÏVE",
]


@pytest.mark.parametrize(
    ("text", "folded"), [("Évreux", "evreux"), ("Œuilly", "oeuilly"), ("L’Haÿ", "l'hay"), ("Straße", "strasse")]
)
def test_accents_ligatures_and_case_are_folded(text, folded):
    assert fold(text) == folded


def test_search_text_keeps_words_only():
    assert search_text("Jean-Noël", " d’Arc ") == "jean noel d arc"
    assert search_text("", "…") == ""


@pytest.mark.parametrize("text", NAMES)
def test_python_and_the_database_fold_alike(db, text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT f_fold(%s), f_search_text(%s)", [text, text])
        assert cursor.fetchone() == (fold(text), search_text(text))


def test_they_fold_alike_european_letters_and_usual_punctuation(db):
    codes = [*range(0x20, 0x180), *range(0x1E00, 0x1E9A), *range(0x2010, 0x2027), 0x2032, 0x2033, 0x2039, 0x203A]
    letters = [chr(code) for code in codes]
    with connection.cursor() as cursor:
        cursor.execute("SELECT f_fold(c) FROM unnest(%s::text[]) WITH ORDINALITY u(c, n) ORDER BY n", [letters])
        database = [folded for (folded,) in cursor.fetchall()]
    pairs = zip(letters, database, strict=True)
    assert {letter: (fold(letter), seen) for letter, seen in pairs if fold(letter) != seen} == {}
