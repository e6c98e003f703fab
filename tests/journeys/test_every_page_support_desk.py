"""The pages of support, under the rules of `test_every_page`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.people import Play
from tests.journeys.places import Places
from tests.journeys.test_every_page import Stop, Visit, faults_at, pressing

pytestmark = pytest.mark.browser
SPACE, DIRECTORY = "/soutien/espace/", "/soutien/associations/"
OF_THE_45 = f"SELECT '{DIRECTORY}' || id || '/' FROM support_association WHERE code = 'demo-45'"
MEMBER = (
    f"SELECT '{DIRECTORY}membres/' || m.id || '/terminer/' FROM support_associationmember m"
    " JOIN support_association a ON a.id = m.association_id WHERE a.code = 'demo-974' LIMIT 1"
)


def of_those_who_help(places: Places) -> Iterator[Stop]:
    yield from ("/", SPACE + "agenda/", SPACE + "aide/", SPACE + "visio/")
    for name, button in (
        ("disponibilites/", "Ajouter ces heures"),
        ("absences/", "Noter l'absence"),
        ("lieux/", "Ajouter ce lieu"),
        ("remplacements/", "Noter le remplacement"),
    ):
        yield SPACE + name
        yield SPACE + name, pressing(button)


def of_the_directory(places: Places) -> Iterator[Stop]:
    yield from (
        DIRECTORY,
        DIRECTORY + "?ou=45",
        DIRECTORY + "?ou=saint",
        DIRECTORY + "?ou=zzzzzz",
        DIRECTORY + "?ou=23",
    )


def of_its_keeper(places: Places) -> Iterator[Stop]:
    association = places.one(OF_THE_45)
    yield from (DIRECTORY + "gestion/", DIRECTORY + "couverture/", DIRECTORY + "import/", association)
    yield DIRECTORY + "nouvelle/", pressing("Inscrire l'association")
    yield association, pressing("Ajouter cette personne")
    yield association + "modifier/"
    yield places.one(MEMBER)


def of_the_state(places: Places) -> Iterator[Stop]:
    yield from ("/soutien/chiffres/", DIRECTORY + "couverture/")


VISITS: list[tuple[Visit, str]] = [
    (of_those_who_help, "psy1"),
    (of_those_who_help, "psy3"),
    (of_the_directory, "elu.974"),
    (of_its_keeper, "admin"),
    (of_the_state, "calae1"),
]


def test_pages_of_support_are_accessible_contained_and_light(play: Play) -> None:
    found = []
    for visit, login in VISITS:
        person = play(login)
        for stop in visit(Places(person.portal, play)):
            found += faults_at(person, stop)
    assert found == [], "\n".join(found)
