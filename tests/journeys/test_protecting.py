"""From an evaluation to a vigilance that another unit acknowledges, passes by, and that ends by itself."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.harness.browser import PHONE
from tests.journeys.people import PARIS, Person, Play, move_clock
from tests.journeys.places import Places

pytestmark = pytest.mark.browser
ADDRESS = "9, impasse du Lavoir"


def propose_vigilance(referent: Person) -> str:
    referent.goto(Places(referent.portal).proposing())
    for box in referent.main.get_by_role("checkbox").all():
        box.uncheck(force=True)
    referent.main.get_by_label("Vigilance renforcée").check(force=True)
    referent.press("Proposer ces mesures")
    referent.sees("La mesure est proposée.", "En attente d'une décision")
    section = referent.page.locator("#mesures")
    section.get_by_role("link", name="Vigilance renforcée").last.click()
    referent.sees("Une autre personne que celle qui propose")
    return referent.page.url


def give_instruction(referent: Person, url: str, now: datetime) -> None:
    referent.goto(url).follow("Donner la consigne aux unités")
    referent.field("Commune").fill("Olmes")
    referent.field("Adresse ou lieu").fill(ADDRESS)
    referent.main.locator("[name=start_date]").fill(f"{now:%Y-%m-%d}")
    referent.field("Heure de début").fill("00:00")
    referent.main.locator("[name=end_date]").fill(f"{now + timedelta(days=2):%Y-%m-%d}")
    referent.field("Heure de fin").fill("20:00")
    referent.field("Consigne").fill("Passer devant la maison matin et soir.")
    referent.main.get_by_label(re.compile("Gien")).check(force=True)
    referent.press("Donner la consigne")
    referent.sees("La consigne est donnée", ADDRESS, "Pas d'accusé de réception")


def test_a_vigilance_is_carried_out_by_another_unit_and_ends_alone(play: Play, admin: Person) -> None:
    now = datetime.now(PARIS)
    referent = play("ref.olivet")
    url = propose_vigilance(referent)
    head = play("hier.45")
    head.goto(url).follow("Décider cette mesure")
    head.press("Décider cette mesure")
    head.sees("La mesure est décidée.")
    give_instruction(referent, url, now)
    patrol = play("ref.gien", viewport=PHONE, java_script_enabled=False)
    patrol.goto("/vigilance/")
    card = patrol.main.locator("article").filter(has_text=ADDRESS)
    card.get_by_role("button", name="Accuser réception").click()
    patrol.sees("L'accusé de réception est enregistré.")
    card.get_by_role("button", name="Passage effectué").click()
    patrol.sees("Passage enregistré", "Rien à signaler")
    assert patrol.page.request.get(url).status == 404
    move_clock(admin, now + timedelta(days=3))
    patrol.goto("/vigilance/")
    expect(patrol.main.locator("article").filter(has_text=ADDRESS)).to_have_count(0)
    referent.goto(url).sees("La consigne est terminée.", "1 passage", "Terminée, bilan à écrire")
    referent.follow("Terminer (bilan de sortie)")
    referent.choose("Pourquoi elle se termine", "la fin prévue est atteinte")
    referent.field("Ce qui la remplace").fill("Rien.")
    referent.field("Ce qui la ferait revenir").fill("Un nouveau passage devant la maison.")
    referent.press("Terminer la mesure")
    referent.sees("La mesure est terminée.")
