"""The pages of support, under the rules of `test_every_page`: those of anybody, and those of the desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.harness.browser import OpenPage
from tests.harness.portal import Portal
from tests.journeys.people import Person, Play
from tests.journeys.places import Places
from tests.journeys.test_every_page import Stop, Visit, faults_at, faults_of, pressing

pytestmark = pytest.mark.browser
TALK, NEW, MINE, DESK = "/soutien/", "/soutien/demande/", "/soutien/ma-demande/", "/soutien/guichet/"


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name).click()


def tick(page: Page, choice: str) -> None:
    """Options of a list say « soir » too."""
    page.locator(f'main label:text-is("{choice}")').click()


def to_the_form(page: Page, age: str) -> None:
    page.goto(NEW)
    tick(page, age)
    press(page, "Continuer")


def enter(page: Page, code: str) -> None:
    page.goto(MINE)
    page.get_by_label("Votre code").fill(code)
    press(page, "Ouvrir ma demande")


def pages_of_anybody(page: Page, codes: list[str]) -> Iterator[str]:
    for path in (TALK, NEW, MINE):
        page.goto(path)
        yield path
    press(page, "Ouvrir ma demande")
    yield "no code"
    page.goto(NEW)
    press(page, "Continuer")
    yield "no age"
    to_the_form(page, "J'ai moins de 18 ans")
    yield "a minor"
    to_the_form(page, "J'ai 18 ans ou plus")
    yield "the form"
    press(page, "Envoyer ma demande")
    yield "an empty form"
    page.get_by_label("Un surnom").fill("Roseau")
    for choice in ("soutien psychologique", "à distance (téléphone ou visio)", "soir"):
        tick(page, choice)
    press(page, "Envoyer ma demande")
    page.locator("#code").wait_for()
    yield "the code"
    for code in codes:
        enter(page, code)
        yield "a slip"
    page.get_by_text("Demander un autre moment", exact=True).first.click()
    # As it was wished for: taken off, nothing is left to ask.
    tick(page, "matin")
    press(page, "Demander un autre moment")
    yield "no other moment"


def test_pages_of_anybody_are_accessible_contained_and_light(open_page: OpenPage, seeded_portal: Portal) -> None:
    page, found = open_page(seeded_portal), []
    for what in pages_of_anybody(page, seeded_portal.account("psy1")["slip_codes"].split()):
        found += [f"{what}: {fault}" for fault in faults_of(page)]
    assert found == [], "\n".join(found)


def opening(person: Person) -> None:
    person.field("Votre phrase secrète").first.fill(person.portal.account("psy1")["desk_passphrase"])
    person.press("Ouvrir le guichet")
    person.sees("Demandes sans nom")


def at_the_desk(places: Places, person: Person) -> Iterator[Stop]:
    yield DESK
    yield DESK, pressing("Ouvrir le guichet")
    opening(person.goto(DESK))
    yield person
    yield from (DESK + "?voir=suivies", DESK + "?voir=finies", DESK + "collegues/")
    person.goto(DESK).follow("Tilleul")
    yield person
    person.press("Confirmer ce rendez-vous")
    person.goto(DESK + "?voir=suivies").follow("Hirondelle")
    yield person


LIST = "/soutien/orientations/"
# Of the association where psy1 works.
ONE = (
    "SELECT '" + LIST + "' || r.id || '/' FROM support_referral r JOIN support_association a ON a.id = r.association_id"
    " WHERE a.code = 'demo-45' AND r.state = '{}' ORDER BY r.proposed_at LIMIT 1"
)
FILE = (
    "SELECT c.reference FROM support_referral r JOIN cases_case c ON c.id = r.case_id JOIN accounts_unit u ON"
    " u.id = c.unit_id WHERE u.name LIKE '%%Olivet' AND r.state = 'proposed' ORDER BY r.proposed_at LIMIT 1"
)


def answering_referrals(places: Places) -> Iterator[Stop]:
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


# Others add theirs: a visit, and who makes it.
VISITS: list[tuple[Visit, str]] = [
    (answering_referrals, "psy1"),
    (in_a_file, "ref.olivet"),
    (my_own, "elu.974"),
]


def test_pages_of_the_desk_are_accessible_contained_and_light(play: Play) -> None:
    person = play("psy1")
    found = [fault for stop in at_the_desk(Places(person.portal, play), person) for fault in faults_at(person, stop)]
    for visit, login in VISITS:
        person = play(login)
        for stop in visit(Places(person.portal, play)):
            found += faults_at(person, stop)
    assert found == [], "\n".join(found)
