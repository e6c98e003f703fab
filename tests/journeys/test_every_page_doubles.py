"""The pages of doubles, links, contacts and imports, under the rules of `test_every_page`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from cases.services.fact_table import COLUMNS
from tests.journeys.people import Person, Play
from tests.journeys.places import Places
from tests.journeys.test_every_page import Stop, Visit, faults_at, pressing
from tests.journeys.test_j9 import SAME_AUTHOR, cells

pytestmark = pytest.mark.browser
PAIR = (
    "FROM cases_duplicatehint h JOIN cases_case f ON f.id = h.first_id JOIN cases_case s ON s.id = h.second_id"
    " WHERE h.state = 'open' AND NOT f.is_restricted AND NOT s.is_restricted ORDER BY h.created_at LIMIT 1"
)
# The last of the alphabet, whatever else was logged about him: the fact given is a year older than any other's.
SOMEBODY = """
SELECT o.last_name, o.first_name, m.commune_id, min(u.name) FROM officials_mandate m
JOIN officials_official o ON o.id = m.official_id
JOIN referents_competence k ON k.commune_id = m.commune_id JOIN accounts_unit u ON u.id = k.unit_id
WHERE m.departement_id = '45' AND NOT EXISTS (SELECT FROM cases_case c WHERE c.official_id = o.id AND c.is_restricted)
    AND o.last_name NOT IN ('Montclarel', 'Prévaudel')
GROUP BY o.id, o.last_name, o.first_name, m.commune_id ORDER BY o.last_name DESC, o.first_name LIMIT 1
"""
MERGED = "FROM cases_casemerge m JOIN cases_case s ON s.id = m.absorbed_id WHERE m.undone_at IS NULL ORDER BY m.at DESC"


def checking(places: Places) -> Iterator[Stop]:
    hint = places.one(f"SELECT '/dossiers/doublons/' || h.id || '/' {PAIR}")
    case = places.one(f"SELECT '/dossiers/' || f.reference || '/' {PAIR}")
    merge = places.one(f"SELECT '/dossiers/' || f.reference || '/fusionner/' || s.reference || '/' {PAIR}")
    yield from ("/dossiers/doublons/", hint, merge, "/dossiers/numeros-partages/")
    yield hint, pressing("Ce sont des faits différents")
    yield merge, pressing("Fusionner les deux dossiers")
    yield from (f"{case}fusionner/", f"{case}fusionner/?autre=2020-45-99999", f"{case}liens/", f"{case}lier/")
    yield f"{case}lier/", pressing("Lier les deux dossiers")
    yield "/dossiers/numeros-partages/", pressing("Ajouter à la liste")
    yield merge, merging
    undo = places.one(f"SELECT '/dossiers/' || s.reference || '/annuler-la-fusion/' {MERGED}")
    yield case
    yield from (undo, (undo, pressing("Annuler la fusion")), (undo, undoing))
    yield from talking(places)


def merging(head: Person) -> None:
    head.main.locator("select").first.select_option(index=1)
    head.field("Pourquoi ces deux dossiers").fill("La secrétaire et l'adjoint racontent la même lettre. " * 5)
    head.press("Fusionner les deux dossiers")
    head.sees("est fusionné dans celui-ci")


def undoing(head: Person) -> None:
    head.field("Pourquoi annuler").fill("Ce sont deux faits.")
    head.press("Annuler la fusion")
    head.sees("La fusion est annulée")


def talking(places: Places) -> Iterator[Stop]:
    """A unit asks another to talk, thinks better of it; nothing of it stays for another journey."""
    olivet, gien = places.with_("ref.olivet"), places.with_("ref.gien")
    links = f"/dossiers/{places.portal.rows(SAME_AUTHOR, '%Olivet')[0][0]}/liens/"
    olivet.goto(links).main.locator("summary", has_text="Demander un contact").click()
    yield olivet
    olivet.press("Confirmer : Demander un contact")
    olivet.sees("La demande est envoyée")
    contact = places.one("SELECT '/dossiers/contacts/' || id || '/' FROM cases_contactrequest ORDER BY asked_at DESC")
    yield gien.goto(contact)
    yield olivet.goto(links)
    olivet.press("Retirer la demande")
    yield olivet
    yield gien.goto(contact)


def importing(places: Places) -> Iterator[Stop]:
    yield "/dossiers/import/"
    yield "/dossiers/import/", pressing("Importer les lignes acceptées")
    last, first, commune, unit = places.portal.rows(SOMEBODY)[0]
    person = (last, first, commune, "12/01/2025", commune)
    rows = [
        cells(*person, "threat", unit),
        cells(*person, "surprise", unit),
        cells("Sans" * 20, *person[1:], "threat", unit),
    ]
    content = "\r\n".join([";".join(COLUMNS.values()), *rows]).encode()
    file = {"name": f"{'releve-' * 12}2026.csv", "mimeType": "text/csv", "buffer": content}

    def giving(button: str, instructor: Person) -> None:
        instructor.main.get_by_label("Tableau de faits").set_input_files(file)
        instructor.press(button)
        instructor.sees("surprise")

    yield "/dossiers/import/", partial(giving, "Vérifier seulement")
    yield "/dossiers/import/", partial(giving, "Importer les lignes acceptées")


VISITS: list[tuple[Visit, str]] = [(checking, "hier.45"), (importing, "instr.45")]


@pytest.mark.parametrize(("visit", "login"), VISITS, ids=lambda value: getattr(value, "__name__", ""))
def test_pages_of_doubles_are_accessible_contained_and_light(play: Play, visit: Visit, login: str) -> None:
    person = play(login)
    found = [fault for stop in visit(Places(person.portal, play)) for fault in faults_at(person, stop)]
    assert found == [], "\n".join(found)
