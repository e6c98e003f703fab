"""J7, beside the request itself: its psychologist finds the appointment in an agenda, the State reads counts and no
more, and the person alone ties the request to an own referral, then unties it.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from core import clock
from tests.harness.browser import DESKTOP, PHONE, OpenPage
from tests.harness.portal import Portal
from tests.journeys.people import Person, Play
from tests.journeys.test_every_page_support import opening, press, tick, to_the_form

pytestmark = pytest.mark.browser
MINE, DESK, SPACE = "/soutien/ma-demande/", "/soutien/guichet/", "/soutien/espace/"


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1280", "390"])
def test_a_request_meets_an_agenda_and_is_tied_by_the_person_alone(
    play: Play, open_page: OpenPage, seeded_portal: Portal, viewport
) -> None:
    nickname = "Tilleul-gris" if viewport == DESKTOP else "Tilleul-vert"
    code = leaves_a_request(open_page(seeded_portal, viewport=viewport, java_script_enabled=False), nickname)
    psychologist = play("psy1", viewport=viewport)
    answers(psychologist, nickname)
    finds_it_in_the_agenda(psychologist, nickname)
    for login in ("calae1", "dec.45", "admin"):
        finds_nothing(play(login), nickname)
    reads_counts_only(play("calae1", viewport=viewport))
    ties_and_unties(play("elu.olmes", viewport=viewport), code)


def leaves_a_request(page: Page, nickname: str) -> str:
    main = page.locator("main")
    page.goto("/soutien/")
    expect(main).to_contain_text("01 80 52 33 84")
    main.get_by_role("link", name="Faire une demande").click()
    to_the_form(page, "J'ai 18 ans ou plus")
    page.get_by_label("Un surnom").fill(nickname)
    for choice in ("soutien psychologique", "à distance (téléphone ou visio)", "soir"):
        tick(page, choice)
    press(page, "Envoyer ma demande")
    code = page.locator("#code").inner_text()
    expect(main).to_contain_text("Personne ne peut vous redonner ce code")
    page.goto(MINE)
    expect(main).to_contain_text("Faites une nouvelle demande")
    return code


def opens_the_desk(person: Person) -> None:
    person.goto(DESK)
    if person.main.get_by_role("button", name="Ouvrir le guichet").count():
        opening(person)


def answers(person: Person, nickname: str) -> None:
    opens_the_desk(person)
    person.follow(nickname)
    person.does_not_see("2026-45-")
    day = (clock.real_now() + timedelta(days=3)).date()
    person.field("Date et heure").fill(f"{day}T19:00")
    person.press("Confirmer ce rendez-vous")
    person.sees("C'est noté")


def finds_it_in_the_agenda(person: Person, nickname: str) -> None:
    person.goto("/")
    expect(person.page).to_have_url(re.compile(SPACE))
    person.sees("Ce qui attend", nickname, re.compile("19.h.00"), "heure de Paris")
    person.goto(SPACE + "agenda/")
    person.does_not_see("2026-45-")
    # A closed desk: the anonymous appointment is no longer readable, and the page says how to read it.
    person.goto(DESK)
    person.press("Fermer le guichet")
    person.goto(SPACE)
    person.does_not_see(nickname)
    person.sees("guichet")


def finds_nothing(person: Person, nickname: str) -> None:
    for path in ("/", "/elus/", "/dossiers/", "/journal/", "/soutien/associations/", "/soutien/associations/gestion/"):
        response = person.page.request.get(path, params={"q": nickname, "ou": nickname})
        if response.status == 200:
            assert nickname not in re.sub(r'(value|href)="[^"]*"|«[^»]*»', "", response.text()), path
    assert person.page.request.get(DESK).status == 403
    assert person.page.request.get(SPACE).status == 403


def reads_counts_only(person: Person) -> None:
    person.goto("/soutien/chiffres/")
    person.sees("Aides demandées, par mois", "Délai moyen", "Total")
    person.does_not_see("Loiret", "Tilleul")
    figures = person.main.locator("td").all_inner_texts()
    assert all(text == "masqué" or int(re.sub(r"\D", "", text)) in (0, *range(5, 10**6)) for text in figures), figures


def ties_and_unties(person: Person, code: str) -> None:
    person.goto("/mon-soutien/")
    if not person.main.get_by_role("link", name="La relier à cette demande").count():
        asks_for_help(person)
    person.follow("La relier à cette demande")
    person.sees("Ce que vous acceptez")
    person.field("Code de votre fiche anonyme").fill(code)
    person.press("Relier ma fiche")
    expect(person.main).to_contain_text("J'ai lu ce texte")  # without the consent, nothing is tied
    person.field("Code de votre fiche anonyme").fill(code)
    agrees(person)
    person.press("Relier ma fiche")
    person.sees("est reliée à cette demande depuis le")
    person.follow("Défaire le lien")
    person.field("Code de votre fiche").fill(code)
    person.press("Défaire le lien")
    person.goto("/mon-soutien/").does_not_see("est reliée à cette demande")


def agrees(person: Person) -> None:
    # The summary of the errors says the same words.
    person.main.locator("label", has_text="J'ai lu ce texte et je suis d'accord").click()


def asks_for_help(person: Person) -> None:
    person.goto("/mon-soutien/demander/")
    person.main.get_by_text("soutien psychologique", exact=True).click()
    person.main.get_by_text("sans urgence", exact=True).click()
    associations = person.main.get_by_role("radio", name=re.compile("Écoute"))
    if associations.count():
        associations.first.check(force=True)
    person.field("Comment vous joindre sans danger").fill("06 39 98 00 77")
    agrees(person)
    person.press("Envoyer ma demande")
    person.goto("/mon-soutien/").sees("L'association répond sous deux jours ouvrés")
