"""The pages of a centre in a real Chromium, at a desk and on a telephone: accessible, and contained in the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.enums import Role
from alarm_registry.services import make_due_extracts
from tests import build, centring
from tests.harness.browser import DESKTOP, PHONE, Watcher, axe
from tests.harness.listening import listening

pytestmark = pytest.mark.browser


@pytest.fixture
def url(committed_db: None, settings) -> Iterator[str]:
    with listening(settings) as address:
        yield address


def sign_in(browser: Browser, url: str, email: str, watched: list[Watcher]) -> Page:
    context = browser.new_context(base_url=url, locale="fr-FR", timezone_id="Europe/Paris")
    context.set_default_timeout(30_000)
    watched.append(Watcher(context, url))
    page = context.new_page()
    page.goto("/connexion/")
    page.get_by_label("Adresse").fill(email)
    page.get_by_label("Mot de passe").fill(build.PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(re.compile(r"/$"))
    return page


def look(page: Page, name: str) -> None:
    """Nothing that axe finds, nothing wider than the screen. No image: that breaks the policy of the page."""
    for size, viewport in (("bureau", DESKTOP), ("telephone", PHONE)):
        page.set_viewport_size(viewport)
        assert axe(page) == [], f"{name}, {size}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name}, {size}"


def gives_a_token(admin: Page) -> None:
    admin.goto("/17/centres/")
    look(admin, "jetons-aucun")
    admin.get_by_role("button", name="Créer le jeton").click()
    look(admin, "jetons-erreurs")
    admin.get_by_role("combobox", name="Centre").select_option("45")
    admin.get_by_label("Logiciel").fill("Logiciel d'appel")
    admin.get_by_label("Dernier jour").fill("2027-01-31")
    admin.get_by_role("button", name="Créer le jeton").click()
    expect(admin.locator("#jeton")).to_contain_text("alarme17_")
    look(admin, "jetons-cree")


def allows_an_extract(admin: Page) -> None:
    admin.goto("/17/centres/extraits/")
    admin.get_by_role("combobox", name="Centre").select_option("45")
    admin.get_by_label("Destinataire").fill("Chef de salle Inventé")
    admin.get_by_role("button", name="Permettre l'extrait").click()
    look(admin, "extraits-permis")


def chooses_the_passphrase(keeper: Page) -> None:
    keeper.goto("/17/extrait/")
    look(keeper, "extrait-a-regler")
    keeper.get_by_role("link", name="Choisir la phrase de passe").click()
    keeper.get_by_role("button", name="Choisir cette phrase de passe").click()
    look(keeper, "phrase-erreurs")
    for label in ("Phrase de passe", "La même, une seconde fois"):
        keeper.get_by_role("textbox", name=label).fill(centring.PASSPHRASE)
    keeper.get_by_role("button", name="Choisir cette phrase de passe").click()
    look(keeper, "extrait-se-prepare")


def test_a_centre_gets_its_token_and_its_extract(browser: Browser, url: str) -> None:
    watched: list[Watcher] = []
    administrator, supervisor = build.posted(Role.ADMINISTRATOR), build.posted(Role.SUPERVISOR_17)
    admin = sign_in(browser, url, administrator.email, watched)
    gives_a_token(admin)
    allows_an_extract(admin)
    keeper = sign_in(browser, url, supervisor.email, watched)
    chooses_the_passphrase(keeper)
    make_due_extracts()
    keeper.reload()
    look(keeper, "extrait-pret")
    with keeper.expect_download() as download:
        keeper.get_by_role("button", name="Télécharger l'extrait").click()
    assert download.value.suggested_filename.endswith(".alarme17")
    assert [fault for watcher in watched for fault in watcher.faults] == []
    for page in (admin, keeper):
        page.context.close()
