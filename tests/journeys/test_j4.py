"""J4: asked too late, the renewal is a new request with a gap; asked in time, nothing moves while it waits."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import expect

from tests.journeys.buttons import EXPIRIES, ask, evaluate, grant, log_in_file
from tests.journeys.people import PARIS, Person, Play, log_threat, move_clock, run_job


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(datetime.now(PARIS).year + 1, month, day, hour, tzinfo=PARIS)


@pytest.mark.browser
def test_a_renewal_asked_late_and_one_asked_in_time(play: Play, admin: Person) -> None:
    referent, head, decider = play("ref.olivet"), play("hier.45"), play("dec.45")
    # Another journey of the same portal protects the mayor and his first deputy.
    card = referent.goto("/dossiers/nouveau/?q=olmes").main.locator("article").filter(has_text="2e adjoint")
    name = card.get_by_role("heading").first.inner_text().strip()
    reference = log_threat(referent, name, name)
    move_clock(admin, at(2, 16))
    evaluate(referent, head, reference)
    address = ask(referent, reference)
    grant(decider, address)
    ended(admin, referent, decider, name, reference, address)
    again = late(referent, head, decider, reference, address)
    in_time(admin, referent, head, reference, again)


def ended(admin: Person, referent: Person, decider: Person, name: str, reference: str, address: str) -> None:
    move_clock(admin, at(5, 19))
    run_job(admin, EXPIRIES)
    year = at(5, 19).year
    decider.goto(address).sees(f"La protection a pris fin le 16/05/{year}", "Échu, sans décision")
    for page in ("/boutons-appel/", "/boutons-appel/semaine/"):
        row = decider.goto(page).main.get_by_role("row").filter(has_text=name)
        expect(row).to_contain_text("Échue")
    referent.goto(f"/dossiers/{reference}/").sees(f"échu depuis le 16/05/{year}", "sans décision")
    referent.goto("/taches/").sees("Préparer la suite : la protection a pris fin")


def late(referent: Person, head: Person, decider: Person, reference: str, address: str) -> str:
    year = at(5, 19).year
    referent.goto(address).follow("Faire une nouvelle demande")
    referent.sees("Mesure échue", f"interruption du 17/05/{year} au 18/05/{year}")
    referent.field("Pourquoi un bouton d'appel ?").fill("Le danger dure.")
    referent.press("Faire une nouvelle demande")
    expect(referent.error_beside("Pourquoi la protection s'est-elle interrompue ?")).to_contain_text("obligatoire")
    referent.field("Pourquoi la protection s'est-elle interrompue ?").fill("Le rappel n'a pas été lu.")
    referent.press("Faire une nouvelle demande")
    referent.sees("L'évaluation a plus de 30 jours")
    expect(referent.field("Pourquoi un bouton d'appel ?")).to_have_value("Le danger dure.")
    log_in_file(referent, reference, occurred=at(5, 19, 8), commune="Olmes", nature="menace de mort")
    evaluate(referent, head, reference)
    again = ask(referent, reference, label="Faire une nouvelle demande", gap="Le rappel n'a pas été lu.")
    text = grant(decider, again)
    assert f"du 19 mai au 19 août {year} inclus" in text
    assert f"avait pris fin le 16 mai {year}" in text
    panel = decider.goto(f"/boutons-appel/dossier/{reference}/")
    panel.sees("Après une interruption", f"du 17/05/{year} au 18/05/{year}")
    decider.goto(address).sees(f"du 16/02/{year} au 16/05/{year} inclus")
    decider.goto(f"/barometre/{year}-05/").sees("Protections reprises après une interruption")
    return again


def in_time(admin: Person, referent: Person, head: Person, reference: str, address: str) -> None:
    year = at(8, 9).year
    move_clock(admin, at(8, 9))
    log_in_file(referent, reference, occurred=at(8, 9, 8), commune="Olmes", nature="menace de mort")
    evaluate(referent, head, reference)
    ask(referent, reference, label="Demander le renouvellement")
    referent.goto(address).sees(f"Protégé jusqu'au 19/08/{year}")
