"""The pages of doubles, links, contacts and imports, under the rules of `test_every_page`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.people import Play
from tests.journeys.places import Places
from tests.journeys.test_every_page import Stop, Visit, faults_of, pressing

pytestmark = pytest.mark.browser
PAIR = (
    "FROM cases_duplicatehint h JOIN cases_case f ON f.id = h.first_id JOIN cases_case s ON s.id = h.second_id"
    " WHERE h.state = 'open' ORDER BY h.created_at LIMIT 1"
)


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


def importing(places: Places) -> Iterator[Stop]:
    yield "/dossiers/import/"
    yield "/dossiers/import/", pressing("Importer les lignes acceptées")


VISITS: list[tuple[Visit, str]] = [(checking, "hier.45"), (importing, "instr.45")]


@pytest.mark.parametrize(("visit", "login"), VISITS, ids=lambda value: getattr(value, "__name__", ""))
def test_pages_of_doubles_are_accessible_contained_and_light(play: Play, visit: Visit, login: str) -> None:
    person = play(login)
    found = []
    for stop in visit(Places(person.portal)):
        path, act = (stop, None) if isinstance(stop, str) else stop
        person.goto(path)
        if act:
            act(person)
            assert person.page.locator("#erreurs").count(), f"{path}: nothing happened"
        found += [f"{path} {act.__name__ if act else ''}: {fault}" for fault in faults_of(person.page)]
    assert found == [], "\n".join(found)
