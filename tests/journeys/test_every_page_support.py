"""The pages of support, under the rules of `test_every_page`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.people import Play
from tests.journeys.places import Places
from tests.journeys.test_every_page import Stop, Visit, faults_at, pressing

pytestmark = pytest.mark.browser
LIST = "/soutien/orientations/"
# Of the association where psy1 works.
ONE = (
    "SELECT '" + LIST + "' || r.id || '/' FROM support_referral r JOIN support_association a ON a.id = r.association_id"
    " WHERE a.code = 'demo-val' AND r.state = '{}' ORDER BY r.proposed_at LIMIT 1"
)
FILE = (
    "SELECT c.reference FROM support_referral r JOIN cases_case c ON c.id = r.case_id JOIN accounts_unit u ON"
    " u.id = c.unit_id WHERE u.name LIKE '%%Olivet' AND r.state = 'proposed' ORDER BY r.proposed_at LIMIT 1"
)


def at_the_desk(places: Places) -> Iterator[Stop]:
    yield from (LIST, LIST + "?voir=en-cours", LIST + "?voir=closes")
    waiting, running = places.one(ONE.format("proposed")), places.one(ONE.format("accepted"))
    yield from (waiting, waiting + "refuser/", running, running + "rendez-vous/nouveau/", running + "terminer/")
    yield waiting + "refuser/", pressing("Ne pas prendre en charge")
    yield running + "rendez-vous/nouveau/", pressing("Enregistrer le rendez-vous")
    yield running + "terminer/", pressing("Terminer")
    yield running, pressing("Confier")
    yield from (places.one(ONE.format(state)) for state in ("refused", "withdrawn", "ended"))


def in_a_file(places: Places) -> Iterator[Stop]:
    reference = places.one(FILE)
    yield f"/soutien/dossier/{reference}/"
    yield f"{LIST}nouvelle/{reference}/"
    yield f"{LIST}nouvelle/{reference}/elu/"
    yield f"{LIST}nouvelle/{reference}/elu/", pressing("Envoyer à l'association")
    waiting = (
        "SELECT '" + LIST + "' || r.id || '/retirer/' FROM support_referral r JOIN cases_case c ON c.id = r.case_id"
    )
    yield places.one(f"{waiting} WHERE c.reference = '{reference}' AND r.state = 'proposed' LIMIT 1")


def my_own(places: Places) -> Iterator[Stop]:
    mine = "/mon-soutien/"
    yield from (mine, mine + "demander/")
    yield mine + "demander/", pressing("Envoyer ma demande")
    own = "SELECT '" + mine + "' || id || '/' FROM support_referral WHERE origin = 'own' AND state = 'proposed' LIMIT 1"
    asked = places.one(own)
    yield from (asked + "relier/", asked + "delier/", asked + "retirer/")
    yield asked + "relier/", pressing("Relier ma fiche")


VISITS: list[tuple[Visit, str]] = [
    (at_the_desk, "psy1"),
    (in_a_file, "ref.olivet"),
    (my_own, "elu.974"),
]


def test_pages_of_support_are_accessible_contained_and_light(play: Play) -> None:
    found = []
    for visit, login in VISITS:
        person = play(login)
        for stop in visit(Places(person.portal, play)):
            found += faults_at(person, stop)
    assert found == [], "\n".join(found)
