"""Gestures of somebody who never touches a mouse."""

from __future__ import annotations

import re
from datetime import datetime

from playwright.sync_api import Page, expect

from tests.journeys.people import NARRATIVE, PARIS, Person


def tab_to(page: Page, role: str, name: str, *, at_most: int = 60) -> None:
    """Presses Tab until that control has the focus, which must be visible."""
    wanted = page.get_by_role(role, name=re.compile(rf"^{re.escape(name)}")).first
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            assert (
                wanted.evaluate("e => getComputedStyle(e).outlineStyle + getComputedStyle(e).boxShadow") != "nonenone"
            )
            return
    raise AssertionError(f"Tab never reaches « {name} »")


def enter_goes_to(page: Page, address: str) -> None:
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(address))


def find_by_keyboard(referent: Person, typed: str) -> None:
    page = referent.page
    page.goto("/")
    tab_to(page, "link", "Nouveau signalement")
    enter_goes_to(page, "/dossiers/nouveau/")
    tab_to(page, "searchbox", "Nom de l'élu")
    page.keyboard.type(typed)
    enter_goes_to(page, r"\?q=")
    referent.sees("0 dossier ouvert")
    tab_to(page, "link", "Créer un dossier")
    enter_goes_to(page, "/dossiers/nouveau/.+-")


def log_by_keyboard(referent: Person, *, occurred: datetime) -> None:
    """The five steps, Enter going on from the last field typed."""
    page, local = referent.page, occurred.astimezone(PARIS)
    tab_to(page, "textbox", "Chercher un autre élu")
    enter_goes_to(page, "/faits/")
    tab_to(page, "combobox", "Nature des faits")
    page.keyboard.type("menace de mort")
    tab_to(page, "combobox", "Moyen utilisé")
    page.keyboard.type("courrier")
    tab_to(page, "textbox", "Date des faits")
    # The pickers of this Chromium are American whatever the language of the page.
    page.keyboard.type(f"{local:%m%d%Y}")
    tab_to(page, "textbox", "Heure des faits")
    page.keyboard.type(f"{local:%I%M%p}")
    tab_to(page, "textbox", "Commune des faits")
    page.keyboard.type("Olmes")
    enter_goes_to(page, "/recit/")
    tab_to(page, "textbox", "Récit des faits")
    page.keyboard.type(NARRATIVE)
    referent.sees("L'infraction suppose la qualité d'élu")
    tab_to(page, "checkbox", "Menace ou intimidation envers une personne")
    page.keyboard.press("Space")
    enter_goes_to(page, "/auteur/")
    tab_to(page, "radio", "inconnu")
    page.keyboard.press("Space")
    enter_goes_to(page, "/suites/")
    tab_to(page, "radio", "plainte déposée")
    page.keyboard.press("Space")
    tab_to(page, "radio", "danger possible dans les heures")
    page.keyboard.press("Space")
    referent.sees("Territoire des faits", "Territoire du mandat", "Territoire de l'enregistrement")
    page.keyboard.press("Enter")
