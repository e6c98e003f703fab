from datetime import datetime

import pytest
from django.template import engines

from core.clock import PARIS
from core.helpline import hours_overseas, opening


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("moment", "is_open", "words"),
    [
        ("2026-07-01T08:59:59", False, "Fermé, rouvre à 9 h (heure de Paris)"),
        ("2026-07-01T09:00:00", True, "Ouvert jusqu'à 21 h (heure de Paris)"),
        ("2026-12-25T20:59:59", True, "Ouvert jusqu'à 21 h (heure de Paris)"),
        ("2026-12-25T21:00:00", False, "Fermé, rouvre à 9 h (heure de Paris)"),
        # The night when clocks go forward.
        ("2026-03-28T23:30:00", False, "Fermé, rouvre à 9 h (heure de Paris)"),
    ],
)
def test_the_line_answers_from_nine_to_nine_in_paris(moment: str, is_open: bool, words: str) -> None:
    told = opening(now=paris(moment))
    assert (told.is_open, told.words.replace("\u00a0", " "), told.local_words) == (is_open, words, "")


def test_a_reader_overseas_reads_the_hour_of_home() -> None:
    told = opening("Indian/Reunion", now=paris("2026-07-01T14:05:00"))
    assert told.local_words.replace("\u00a0", " ") == "soit 23 h (heure de La Réunion). Il est 16 h 05 chez vous"
    winter = opening("Indian/Reunion", now=paris("2026-12-01T22:00:00"))
    assert winter.local_words.replace("\u00a0", " ") == "soit 12 h (heure de La Réunion). Il est 01 h 00 chez vous"
    # The eve in Tahiti, when Paris opens.
    tahiti = opening("Pacific/Tahiti", now=paris("2026-07-01T08:00:00"))
    assert "soit 21 h" in tahiti.local_words.replace("\u00a0", " ")


@pytest.mark.django_db
def test_the_page_that_knows_nothing_of_its_reader_gives_every_hour() -> None:
    rows = {place: hours for place, _, hours in hours_overseas()}
    assert {"La Réunion", "Mayotte", "Guyane", "Nouvelle-Calédonie"} <= set(rows)
    html = engines["django"].from_string("{% helpline %}").render()
    assert "01 80 52 33 84" in html
    assert 'href="tel:17"' in html
