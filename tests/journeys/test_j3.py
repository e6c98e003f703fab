"""J3: a term on a Saturday, in Réunion, after a bridge: told, climbed, and prolonged in time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys.buttons import EXPIRIES, REMINDERS, ask, grant, preview_letter
from tests.journeys.people import Person, Play, move_clock, run_job

REUNION = ZoneInfo("Indian/Reunion")


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=REUNION)


@pytest.mark.browser
def test_a_term_on_a_saturday_overseas(play: Play, admin: Person) -> None:
    official = play("elu.974")
    name = official.goto("/").main.locator(".portal-page-header__subtitle, h1 + p").first.inner_text().strip()
    move_clock(admin, at(2, 16, 8))
    referent, decider = play("ref.saintdenis"), play("dec.974")
    referent.goto(f"/dossiers/?q={name.split()[-1]}")
    referent.main.get_by_role("row").filter(has_text=name).get_by_role("link").first.click()
    referent.sees(name)
    reference = referent.page.url.rstrip("/").rpartition("/")[2]
    address = ask(referent, reference)
    assert "du 16 février au 16 mai 2026 inclus" in grant(decider, address)
    decider.sees("16/05/2026 à 23 h 59")
    play("calae1").opens(address).sees("16/05/2026 à 23 h 59", "21 h 59 à Paris")
    reminded(admin, decider, address)
    a_bridge_moves_the_last_useful_day(admin, decider, address, name)
    nobody_has_decided(admin, decider, address)
    extends(admin, decider, official, address)


def reminded(admin: Person, decider: Person, address: str) -> None:
    move_clock(admin, at(4, 16))
    run_job(admin, REMINDERS)
    table = decider.goto(address).main.get_by_role("table", name="Rappels")
    for audience in ("référent", "instructeur de la préfecture", "élu"):
        expect(table.get_by_role("row").filter(has_text=audience)).to_have_count(1)


def a_bridge_moves_the_last_useful_day(admin: Person, decider: Person, address: str, name: str) -> None:
    decider.goto(address).sees("Dernier jour utile : vendredi 15/05/2026")
    admin.goto("/boutons-appel/jours-de-fermeture/")
    admin.field("Département").select_option(value="974")
    admin.field("Jour").fill("2026-05-15")
    admin.field("Raison").fill("Pont de l'Ascension.")
    admin.press("Déclarer ce jour fermé")
    decider.goto(address).sees("Dernier jour utile : mercredi 13/05/2026")
    move_clock(admin, at(5, 11))
    row = decider.goto("/boutons-appel/semaine/").main.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("mercredi 13/05/2026")


def nobody_has_decided(admin: Person, decider: Person, address: str) -> None:
    move_clock(admin, at(5, 13))
    run_job(admin, REMINDERS)
    table = decider.goto(address).main.get_by_role("table", name="Rappels")
    for audience in ("décideur", "permanence du département"):
        expect(table.get_by_role("row").filter(has_text=audience).last).to_be_visible()
    expect(decider.goto("/").page.locator("body")).to_contain_text("dernier jour utile")


def extends(admin: Person, decider: Person, official: Person, address: str) -> None:
    decider.goto(address).follow("Prolonger de quelques jours")
    decider.field("Dernier jour protégé").fill("2026-05-25")
    decider.field("Raison").fill("La préfecture est fermée jusqu'à lundi.")
    decider.press("Voir l'aperçu de la lettre")
    expect(decider.error_beside("Dernier jour protégé")).to_contain_text("5 jours au plus")
    expect(decider.field("Raison")).to_have_value("La préfecture est fermée jusqu'à lundi.")
    decider.field("Dernier jour protégé").fill("2026-05-20")
    decider.press("Voir l'aperçu de la lettre")
    assert "du 17 mai au 20 mai 2026 inclus" in preview_letter(decider)
    decider.press("Signer")
    decider.sees("est signée.", "Décisions suivantes", "prolongation conservatoire, dernier jour protégé le 20/05/2026")
    move_clock(admin, at(5, 17, 0, 30))
    run_job(admin, EXPIRIES)
    decider.goto(address).sees("Protégé jusqu'au 20/05/2026")
    official.goto("/").sees("par un bouton d'appel jusqu'au 20/05/2026 à 23 h 59")
    move_clock(admin, at(5, 21, 0, 1))
    run_job(admin, EXPIRIES)
    decider.goto(address).sees("Échu, sans décision")
