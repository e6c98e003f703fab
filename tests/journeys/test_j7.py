"""J7: somebody asks for help under a nickname; nobody but the psychologist reads it, and no page ties it to anybody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from core import clock
from tests.harness.browser import OpenPage
from tests.harness.portal import Portal
from tests.journeys.people import Person, Play
from tests.journeys.test_every_page_support import DESK, MINE, TALK, enter, opening, press, tick, to_the_form

pytestmark = pytest.mark.browser
NICKNAME = "Roitelet"


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_help_without_a_name(play: Play, open_page: OpenPage, seeded_portal: Portal, script: bool) -> None:
    code = a_slip_is_left(open_page(seeded_portal, java_script_enabled=script))
    psychologist = play("psy1")
    the_psychologist_answers(psychologist)
    elsewhere = open_page(seeded_portal, java_script_enabled=script)
    the_answer_is_read_and_moved(elsewhere, code)
    psychologist.goto(DESK).sees(NICKNAME, "un autre moment est demandé")
    for login in ("calae1", "dec.45", "admin"):
        searched(play(login))
    wrong_codes_slow_down(elsewhere)
    enter(elsewhere, code)
    elsewhere.locator("summary", has_text="Annuler le rendez-vous").or_(
        elsewhere.locator("summary", has_text="Effacer ma demande")
    ).click()
    press(elsewhere, "Oui, annuler")
    expect(elsewhere.locator("h1")).to_have_text("C'est annulé")


def a_slip_is_left(page: Page) -> str:
    page.goto("/connexion/")
    page.get_by_role("main").get_by_role("link", name="parler à quelqu'un").click()
    # The form of the sign-in page needs one; from here on nothing does.
    page.context.clear_cookies()
    main = page.locator("main")
    expect(main).to_contain_text("01 80 52 33 84")
    expect(main).to_contain_text(re.compile("Ouvert jusqu'à|Fermé, rouvre à"))
    expect(main).to_contain_text("La Réunion")
    main.get_by_role("link", name="Faire une demande").click()
    to_the_form(page, "J'ai 18 ans ou plus")
    page.get_by_label("Un surnom").fill(NICKNAME)
    for choice in ("soutien psychologique", "à distance (téléphone ou visio)", "soir"):
        tick(page, choice)
    press(page, "Envoyer ma demande")
    code = page.locator("#code").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", code)
    assert code not in page.url
    assert page.context.cookies() == []
    return code


def the_psychologist_answers(person: Person) -> None:
    person.goto(DESK)
    if person.main.get_by_role("button", name="Ouvrir le guichet").count():
        opening(person)
    person.follow(NICKNAME)
    person.does_not_see("2026-45-", "198.51.100")
    day = (clock.real_now() + timedelta(days=3)).date()
    person.field("Date et heure").fill(f"{day}T19:00")
    person.press("Confirmer ce rendez-vous")
    person.sees("C'est noté")


def the_answer_is_read_and_moved(page: Page, code: str) -> None:
    enter(page, code.lower().replace("-", " "))
    expect(page.locator("main")).to_contain_text("Rendez-vous confirmé.")
    page.locator("summary", has_text="Demander un autre moment").click()
    tick(page, "matin")
    press(page, "Demander un autre moment")
    expect(page.locator("main")).to_contain_text("Un autre moment est demandé")


def wrong_codes_slow_down(page: Page) -> None:
    took = []
    for _ in range(5):
        started = clock.real_now()
        enter(page, "0000-0000-0000-0000")
        expect(page.locator("main")).to_contain_text("Ce code n'ouvre aucune demande")
        took.append((clock.real_now() - started).total_seconds())
    assert max(took) > 2


def searched(person: Person) -> None:
    for path in ("/", "/elus/", "/dossiers/", "/journal/", "/boite-d-envoi/"):
        response = person.page.request.get(path, params={"q": NICKNAME})
        if response.status == 200:
            # What was typed comes back in the field, the links of the pages and the sentence that found nothing.
            text = re.sub(r'(value|href)="[^"]*"|«[^»]*»', "", response.text())
            assert NICKNAME not in text
    assert person.page.request.get(DESK).status == 403


def test_leaving_fast_clears_the_form_and_the_history(open_page: OpenPage, seeded_portal: Portal) -> None:
    page = open_page(seeded_portal)
    # The true address is another site's: no test leaves the portal.
    elsewhere = seeded_portal.url + "/accessibilite/"
    page.goto("/mentions-legales/")
    page.goto(TALK)
    page.locator("main").get_by_role("link", name="J'ai déjà un code").click()
    expect(page).to_have_url(re.compile(MINE))
    page.get_by_label("Votre code").fill("ABCD")
    page.evaluate("url => { document.querySelector('[data-quick-exit]').href = url }", elsewhere)
    page.get_by_role("link", name="Quitter vite cette page").click()
    expect(page).to_have_url(elsewhere)
    page.go_back()
    expect(page).to_have_url(re.compile("mentions-legales"))
