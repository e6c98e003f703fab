"""The page that opens an extract, from the disk, in a real Chromium without network."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from alarm_registry.services import file_of
from dev.places import ROOT
from tests import alarming, build, centring
from tests.alarm_registry.test_opening import CENTRES, OPENER, WRITINGS
from tests.harness.browser import PHONE, axe

PAGE = (ROOT / "docs" / "extrait-17" / "ouvrir.html").as_uri()


@pytest.fixture
def extract(db: None, tmp_path: Path) -> Path:
    alarming.a_registration()
    alarming.a_registration("06 39 98 00 03", alarming.TOWN_HALL, official=build.an_official("Voisine", "Paule"))
    setting = centring.a_setting()
    path = tmp_path / "extrait.alarme17"
    path.write_bytes(file_of(centring.an_extract(setting), setting))
    return path


def open_with(page: Page, path: Path, passphrase: str) -> None:
    page.get_by_label("Fichier de l'extrait").set_input_files(path)
    page.get_by_label("Phrase de passe").fill(passphrase)
    page.get_by_role("button", name="Ouvrir").click()


def search(page: Page, text: str) -> None:
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def refuses_what_it_must(page: Page, extract: Path, altered: Path) -> None:
    open_with(page, extract, "une autre phrase de passe")
    expect(page.get_by_role("alert")).to_contain_text("pas la phrase de passe")
    altered.write_bytes(extract.read_bytes().replace("Inventé".encode(), "Imposté".encode(), 1))
    open_with(page, altered, centring.PASSPHRASE)
    expect(page.get_by_role("alert")).to_contain_text("modifié ou abîmé")


def answers_on_three_screens(page: Page) -> None:
    mark = page.locator("#mark")
    expect(mark).to_contain_text("remis à Chef de salle Inventé — centre Loiret")
    search(page, "+33 6.39.98.00.01")
    expect(page.get_by_role("heading", name="Inventée")).to_be_visible()
    expect(page.get_by_text("Consigne : Se garer derrière la grange")).to_be_visible()
    assert axe(page) == []
    search(page, alarming.TOWN_HALL)
    expect(page.get_by_text("Qui parle ? D'où ?")).to_be_visible()
    expect(page.get_by_text("Lilas-Blancs")).to_have_count(0)
    assert axe(page) == []
    search(page, "personne")
    expect(page.get_by_text("Traitez l'appel normalement")).to_be_visible()
    expect(mark).to_be_visible()


def reads_numbers_as_the_program_does(page: Page) -> None:
    for centre in CENTRES:
        read = page.evaluate(
            "([texts, centre]) => texts.map(text => [...keysOf(text, centre)].sort())", [WRITINGS, centre]
        )
        assert dict(zip(WRITINGS, read, strict=True)) == {
            text: sorted(OPENER.keys_of(text, centre)) for text in WRITINGS
        }


def closes_at_its_hour(page: Page, extract: Path) -> None:
    """What was open is wiped, and nothing opens any more."""
    search(page, "0639980001")
    expect(page.get_by_text("Consigne")).to_be_visible()
    header, _ = OPENER.read_header(extract.read_bytes())
    page.evaluate("end => { Date.now = () => Date.parse(end) }", header["expire_le"])
    search(page, "0639980001")
    expect(page.get_by_role("alert")).to_contain_text("a expiré")
    expect(page.get_by_text("Consigne")).to_have_count(0)
    open_with(page, extract, centring.PASSPHRASE)
    expect(page.get_by_role("alert")).to_contain_text("a expiré")


@pytest.mark.browser
def test_the_page_opens_an_extract_without_network_for_36_hours(
    browser: Browser, extract: Path, tmp_path: Path
) -> None:
    context = browser.new_context(locale="fr-FR", timezone_id="Europe/Paris", offline=True, viewport=PHONE)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: asked.append(str(error)))
    page.goto(PAGE)
    assert axe(page) == []
    refuses_what_it_must(page, extract, tmp_path / "altere.alarme17")
    open_with(page, extract, centring.PASSPHRASE)
    answers_on_three_screens(page)
    reads_numbers_as_the_program_does(page)
    closes_at_its_hour(page, extract)
    assert [what for what in asked if what != PAGE] == []
    context.close()
