"""The pages of devices, under the rules of `test_every_page`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.people import Play
from tests.journeys.places import Places
from tests.journeys.test_every_page import Stop, Visit, faults_at, pressing

pytestmark = pytest.mark.browser
# In the hands of somebody whom the brigade of Olivet follows.
HANDED_OVER = (
    "SELECT '/boutons-appel/remises/' || h.id || '/' FROM call_buttons_callbuttonhandover h"
    " JOIN call_buttons_callbuttongrant g ON g.id = h.grant_id JOIN accounts_unit u ON u.id = g.unit_id"
    " WHERE u.name LIKE '%%Olivet' AND h.ended_at IS NULL ORDER BY h.handed_at LIMIT 1"
)
WITHOUT_DEVICE = (
    "SELECT '/boutons-appel/demandes/' || d.request_id || '/' FROM call_buttons_callbuttongrant g"
    " JOIN call_buttons_callbuttondecision d ON d.id = g.decision_id JOIN accounts_unit u ON u.id = g.unit_id"
    " WHERE u.name LIKE '%%Olivet' AND g.period @> now()::date AND NOT EXISTS ("
    "SELECT FROM call_buttons_callbuttonhandover h WHERE h.official_id = g.official_id AND h.ended_at IS NULL) LIMIT 1"
)


def at_the_counter(places: Places) -> Iterator[Stop]:
    request, handover = places.one(WITHOUT_DEVICE), places.one(HANDED_OVER)
    yield from (request, request + "remise/", request + "remise/?appareil=zzz", request + "remise/?appareil=3")
    yield request + "remise/?appareil=3", pressing("Remettre l'appareil")
    yield handover
    for page, button in (
        ("essai", "Enregistrer l'essai"),
        ("declenchement", "Noter le déclenchement"),
        ("retour", "Noter le retour"),
        ("perte", "Déclarer la perte"),
    ):
        yield f"{handover}{page}/", pressing(button)
    yield handover + "destinataires/"


def keeping_the_stock(places: Places) -> Iterator[Stop]:
    park = "/boutons-appel/appareils/"
    device = places.one(
        f"SELECT '{park}' || id || '/' FROM call_buttons_callbuttondevice WHERE owner_id = '45' LIMIT 1"
    )
    yield from ("/", park, park + "?numero=zzz", park + "?etat=retired", park + "recensement/", device)
    yield park + "ajouter/", pressing("Ajouter l'appareil")


def counting(places: Places) -> Iterator[Stop]:
    yield from ("/", "/boutons-appel/appareils/")


VISITS: list[tuple[Visit, str]] = [
    (at_the_counter, "ref.olivet"),
    (keeping_the_stock, "instr.45"),
    (counting, "calae1"),
]


def test_pages_of_devices_are_accessible_contained_and_light(play: Play) -> None:
    found = []
    for visit, login in VISITS:
        person = play(login)
        for stop in visit(Places(person.portal, play)):
            found += faults_at(person, stop)
    assert found == [], "\n".join(found)
