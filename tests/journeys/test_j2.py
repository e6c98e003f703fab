"""J2: a button refused, then new facts, and an élu who asks to look at it again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.buttons import ask, evaluate, log_in_file, preview_letter
from tests.journeys.people import DEPUTY_OF_OLMES, PARIS, Person, Play, log_threat, move_clock

INTERNAL = "Stock réservé aux niveaux élevés."
COMMUNICABLE = "Le niveau de danger ne justifie pas cette mesure à ce jour."


@pytest.mark.browser
def test_a_refusal_then_new_facts_then_a_recours(play: Play, admin: Person) -> None:
    referent, head, decider = play("ref.gien"), play("hier.45"), play("dec.45")
    reference = log_threat(referent, "prevaudel antoine", DEPUTY_OF_OLMES, nature="outrage")
    evaluate(referent, head, reference)
    address = ask(referent, reference)
    refuses(decider, address)
    what_follows(referent, reference, address)
    move_clock(admin, datetime.now(PARIS) + timedelta(days=10))
    referent.goto("/")
    again(referent, head, decider, reference)
    move_clock(admin, datetime.now(PARIS) + timedelta(days=11))
    contests(play, decider)


def refuses(decider: Person, address: str) -> None:
    decider.goto(address).follow("Refuser")
    decider.press("Voir l'aperçu du refus")
    expect(decider.error_beside("Motif codé")).to_contain_text("obligatoire")
    decider.field("Motif codé").select_option(value="level_too_low")
    decider.field("Motif interne").fill(INTERNAL)
    decider.field("Motif communicable").fill(COMMUNICABLE)
    for label in ("inscription au dispositif « Alarme élu »", "diagnostic du référent sûreté"):
        decider.main.get_by_text(label, exact=True).click()
    decider.press("Voir l'aperçu du refus")
    letter = preview_letter(decider)
    assert COMMUNICABLE in letter
    assert INTERNAL not in letter
    assert "par délégation spéciale" in letter
    assert "recours gracieux" in letter
    decider.press("Signer et refuser")
    decider.sees("est signée.", "Refusée")


def what_follows(referent: Person, reference: str, address: str) -> None:
    referent.goto(f"/dossiers/{reference}/").sees("Dossier ouvert")
    referent.goto("/taches/").sees("Inscrire la personne au dispositif", "Demander un diagnostic au référent sûreté")
    answer = referent.page.request.get(f"{address}renouveler/")
    assert answer.status == 403
    assert "pas de bouton d&#x27;appel à renouveler" in answer.text()


def again(referent: Person, head: Person, decider: Person, reference: str) -> None:
    occurred = datetime.now(PARIS) + timedelta(days=9)
    log_in_file(referent, reference, occurred=occurred, commune="Olmes", nature="menace de mort")
    evaluate(referent, head, reference)
    address = ask(referent, reference, label="Faire une nouvelle demande")
    decider.goto(address)
    past = decider.main.locator("section").filter(has_text="Refus précédent, et ce qui est nouveau")
    expect(past).to_contain_text(INTERNAL)
    expect(past).to_contain_text("Nouveau fait enregistré")


def contests(play: Play, decider: Person) -> None:
    official = play("adjoint.olmes")
    official.goto("/").follow("Demander de revoir cette décision")
    official.field("Pourquoi demandez-vous").fill("Les menaces ont repris.")
    official.press("Envoyer ma demande")
    official.sees("Votre demande est enregistrée", "La préfecture vous répond au plus tard le")
    first = decider.goto("/boutons-appel/").main.get_by_role("row").filter(has_text=DEPUTY_OF_OLMES)
    first.filter(has_text="Recours").get_by_role("link").first.click()
    decider.sees("une autre personne décide du recours", "Rémi Vauquelance")
    expect(decider.main.get_by_role("link", name="Prévisualiser et accorder")).to_have_count(0)
    address = decider.page.url
    other = play("sg.45")
    other.goto(address).sees("Les menaces ont repris.", "Réponse attendue")
    expect(other.main.get_by_role("link", name="Prévisualiser et accorder")).to_be_visible()
