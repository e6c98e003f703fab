"""CALAE changes the grid: a draft, a weight, a replay, a publication; the next evaluation is made on it."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.people import DEPUTY_OF_OLMES, Person, Play, log_threat, run_job

QUESTION = "La menace est-elle directe"


@pytest.mark.browser
def test_an_analyst_changes_the_grid_and_the_next_evaluation_uses_it(play: Play, admin: Person) -> None:
    analyst = play("calae1")
    analyst.goto("/dossiers/grille/").follow("Reprendre le brouillon")
    analyst.main.locator("summary", has_text="Abandonner le brouillon").click()
    analyst.press("Confirmer : Abandonner le brouillon")
    analyst.press("Créer un brouillon")
    analyst.sees("Le brouillon est créé", "Grille de travail, non officielle")
    address = analyst.page.url
    changes_a_weight(analyst)
    replays(analyst, admin)
    analyst.goto(address).follow("Publier…")
    analyst.press("Publier cette version")
    analyst.sees("2 erreurs à corriger")
    analyst.field("Ce qui change et pourquoi").fill("La menace directe pèse davantage.")
    analyst.main.locator("label", has_text="J'ai relu les questions").click()
    analyst.press("Publier cette version")
    analyst.sees("est publiée", "La menace directe pèse davantage.")
    version = address.rstrip("/").rpartition("/")[2]
    referent = play("ref.olivet")
    log_threat(referent, "prevaudel antoine", DEPUTY_OF_OLMES)
    referent.follow("Évaluation n° 1")
    referent.sees(f"version {version}", QUESTION)


def changes_a_weight(analyst: Person) -> None:
    analyst.follow(re.compile(QUESTION))
    analyst.field("Points si la réponse").fill("999")
    analyst.press("Enregistrer la question")
    expect(analyst.error_beside("Points si la réponse")).to_be_visible()
    analyst.field("Points si la réponse").fill("7")
    analyst.press("Enregistrer la question")
    analyst.sees("La question est enregistrée dans le brouillon.")


def replays(analyst: Person, admin: Person) -> None:
    analyst.press("Rejouer le brouillon")
    analyst.sees("Le rejeu est en cours")
    run_job(admin, "Rejeux de la grille")
    analyst.sees("évaluations validées rejouées", "Niveau calculé par le brouillon")
