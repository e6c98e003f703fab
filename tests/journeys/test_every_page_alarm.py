"""The pages of the counter of « Alarme élu » and of the person, under the rules of `test_every_page`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.people import Person, Play
from tests.journeys.places import Places
from tests.journeys.test_every_page import Stop, Visit, faults_at, pressing

pytestmark = pytest.mark.browser
LIST = "/alarme-elu/"
REGISTERED = (
    f"SELECT '{LIST}' || r.id || '/' FROM alarm_registry_registration r JOIN accounts_unit u ON u.id = r.unit_id"
    " WHERE u.name LIKE '%%Olivet' AND r.state = 'active' ORDER BY r.registered_at LIMIT 1"
)
# In the whole of the Loiret, for the head of the units.
TO_CORRECT = (
    f"SELECT '{LIST}' || registration_id || '/' FROM alarm_registry_correction WHERE answered_at IS NULL LIMIT 1"
)
MANDATE_OVER = (
    f"SELECT '{LIST}' || r.id || '/' FROM alarm_registry_registration r JOIN officials_mandate m USING (official_id)"
    " WHERE m.ended_on <= now()::date AND r.departement_id = '45' LIMIT 1"
)


def adding_rows(person: Person) -> None:
    person.press("Ajouter un numéro")
    person.press("Ajouter une adresse")
    person.press("Inscrire la personne")


def at_the_counter(places: Places) -> Iterator[Stop]:
    yield from (LIST, LIST + "?voir=corrections", LIST + "?q=zzzzzz", LIST + "nouvelle/")
    yield from (LIST + "nouvelle/?q=montclarl", LIST + "nouvelle/?q=zzzzzz")
    newcomer = places.one(
        f"SELECT '{LIST}nouvelle/' || o.id || '/' FROM officials_official o WHERE NOT EXISTS ("
        "SELECT FROM alarm_registry_registration r WHERE r.official_id = o.id) ORDER BY o.sort_name LIMIT 1"
    )
    yield newcomer
    yield newcomer, pressing("Inscrire la personne")
    yield newcomer, adding_rows
    found = places.one(REGISTERED)
    yield from (found, found + "modifier/", found + "retirer/", found + "absences/nouvelle/")
    yield found + "retirer/", pressing("Retirer et tout effacer")
    yield found + "absences/nouvelle/", pressing("Déclarer l'absence")


def answering(places: Places) -> Iterator[Stop]:
    yield from (LIST, LIST + "?voir=a-reconfirmer", LIST + "?voir=fin-de-mandat")
    yield from (places.one(TO_CORRECT), places.one(MANDATE_OVER))
    yield places.one(TO_CORRECT), pressing("Répondre")


def my_own(places: Places) -> Iterator[Stop]:
    mine = "/mon-alarme/"
    yield from ("/", mine, mine + "retirer/", mine + "absences/nouvelle/")
    yield mine, pressing("Demander la correction")
    yield mine + "absences/nouvelle/", pressing("Déclarer l'absence")


VISITS: list[tuple[Visit, str]] = [
    (at_the_counter, "ref.olivet"),
    (answering, "hier.45"),
    (my_own, "elu.974"),
]


def test_pages_of_the_counter_are_accessible_contained_and_light(play: Play) -> None:
    found = []
    for visit, login in VISITS:
        person = play(login)
        for stop in visit(Places(person.portal, play)):
            found += faults_at(person, stop)
    assert found == [], "\n".join(found)
