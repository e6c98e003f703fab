"""How people really use a browser: twice, backwards, in two tabs, by keyboard, without scripts."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.harness.browser import PHONE, OpenPage
from tests.harness.portal import Portal
from tests.journeys.keyboard import tab_to
from tests.journeys.people import (
    DEPUTY_OF_OLMES,
    NARRATIVE,
    PARIS,
    Person,
    Play,
    answer_grid,
    fill_threat,
    find_official,
    log_threat,
    reference_of,
)
from tests.journeys.places import Places

pytestmark = pytest.mark.browser


def number_of_threats(portal: Portal) -> int:
    return portal.rows("SELECT count(*) FROM cases_threat")[0][0]


def test_a_double_click_and_the_back_button_log_one_threat(play: Play) -> None:
    referent = play("ref.olivet")
    before = number_of_threats(referent.portal)
    find_official(referent, "prevaudel", DEPUTY_OF_OLMES)
    fill_threat(referent, occurred=datetime.now(PARIS) - timedelta(hours=3))
    referent.main.get_by_role("button", name="Enregistrer la menace").dblclick()
    reference = reference_of(referent)
    assert number_of_threats(referent.portal) == before + 1
    referent.page.go_back()
    expect(referent.page).to_have_url(re.compile(reference))
    referent.sees("Cette menace est déjà enregistrée")


def test_two_tabs_on_one_threat_lose_nothing(play: Play) -> None:
    referent = play("ref.gien")
    log_threat(referent, "prevodel antoine", DEPUTY_OF_OLMES)
    referent.follow("Corriger cette menace")
    other = Person(referent.page.context.new_page(), referent.portal, referent.login)
    other.goto(referent.page.url)
    other.field("Moyen utilisé").select_option(label="téléphone")
    other.press("Enregistrer la correction")
    other.sees("La correction est enregistrée.")
    referent.field("Récit des faits").fill("Ce que l'élu ajoute au second appel.")
    referent.press("Enregistrer la correction")
    conflict = referent.page.locator("#conflit")
    expect(conflict).to_be_focused()
    expect(conflict).to_contain_text("Étienne Vaubrelle a modifié ce dossier")
    for text in ("Moyen utilisé", "téléphone", NARRATIVE, "Ce que l'élu ajoute au second appel."):
        expect(conflict).to_contain_text(text)
    expect(referent.field("Récit des faits")).to_have_value("Ce que l'élu ajoute au second appel.")
    referent.press("Enregistrer la correction")
    # The other tab's change stands: it was taken, not written over.
    referent.sees("La correction est enregistrée.", "Ce que l'élu ajoute au second appel.", "téléphone")


def test_a_keyboard_is_enough_to_sign_in_and_log(open_page: OpenPage, seeded_portal: Portal) -> None:
    page = open_page(seeded_portal)
    account = seeded_portal.account("ref.olivet")
    page.goto("/connexion/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Contenu")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(account["email"])
    page.keyboard.press("Tab")
    page.keyboard.type(account["password"])
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("connexion"))
    tab_to(page, "link", "Nouveau signalement")
    page.keyboard.press("Enter")
    tab_to(page, "searchbox", "Nom de l'élu")
    page.keyboard.type("montclarel claire")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=montclarel"))
    tab_to(page, "link", "Créer un dossier")
    page.keyboard.press("Enter")
    tab_to(page, "combobox", "Mandat visé")
    tab_to(page, "textbox", "Chercher un autre élu")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/faits/"))
    tab_to(page, "textbox", "Lieu précis")
    page.keyboard.press("Enter")
    expect(page.locator("#erreurs")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Nature des faits")).to_be_focused()
    page.keyboard.type("menace de mort")
    page.keyboard.press("Tab")
    page.keyboard.type("courrier")
    expect(page.locator("#brouillon")).to_contain_text("Brouillon enregistré à")


def test_the_main_job_is_done_on_a_telephone_without_scripts(play: Play) -> None:
    referent = play("ref.olivet", viewport=PHONE, java_script_enabled=False)
    log_threat(referent, "PREVAUDEL", DEPUTY_OF_OLMES, nature="outrage")
    referent.follow("Évaluation n° 1")
    answer_grid(referent, yes=("L'auteur connaît-il l'adresse",))
    referent.press("Transmettre à la hiérarchie")
    referent.sees("L'évaluation est transmise")
    menu = referent.page.get_by_role("navigation", name="Menu principal")
    menu.get_by_role("link", name="Boutons d'appel").click()
    referent.sees("Demandes en attente")
    referent.goto(Places(referent.portal).case("validated")).follow("Voir les demandes et les décisions")
    referent.sees("Demandes et décisions")
