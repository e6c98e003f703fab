"""A letter scanned at the counter: joined, read by the antivirus, downloaded as it was given."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.cases.attached import EICAR_PDF, pdf
from tests.harness.browser import PHONE
from tests.journeys.people import Person, Play, run_job
from tests.journeys.places import Places

pytestmark = pytest.mark.browser
SCAN = "Analyse antivirus des pièces jointes"


def join(referent: Person, path: str, *files: tuple[str, bytes]) -> None:
    referent.goto(path)
    referent.main.locator("summary", has_text="Joindre des fichiers").click()
    chosen = [{"name": name, "mimeType": "application/pdf", "buffer": content} for name, content in files]
    referent.field("Fichiers à joindre").set_input_files(chosen)
    referent.press("Ajouter au dossier")


def card(referent: Person, name: str):
    return referent.main.locator(".portal-attachment").filter(has_text=name)


def test_a_letter_is_joined_scanned_and_downloaded_as_it_was(play: Play, admin: Person) -> None:
    referent = play("ref.olivet", viewport=PHONE)
    path, letter = Places(referent.portal).case("todo"), pdf(Title="Lettre")
    join(referent, path, ("lettre reçue le 12 mai.pdf", letter), ("suspecte.pdf", EICAR_PDF))
    referent.sees("2 fichiers joints")
    expect(card(referent, "lettre reçue")).to_contain_text("En attente d'analyse")
    run_job(admin, SCAN)
    referent.goto(path)
    expect(card(referent, "suspecte.pdf")).to_contain_text("Virus trouvé")
    expect(card(referent, "suspecte.pdf").get_by_role("link", name="Télécharger")).to_have_count(0)
    with referent.page.expect_download() as started:
        card(referent, "lettre reçue").get_by_role("link", name="Télécharger").click()
    assert started.value.suggested_filename == "lettre reçue le 12 mai.pdf"
    assert Path(started.value.path()).read_bytes() == letter
    infected = card(referent, "suspecte.pdf").get_attribute("id").removeprefix("piece-")
    assert referent.page.request.get(f"{path}pieces-jointes/{infected}/").status == 403
