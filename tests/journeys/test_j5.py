"""J5, the operator of the 17: by keyboard alone, every answer on one screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.harness.browser import DESKTOP, axe
from tests.journeys.people import DEPUTY_OF_OLMES, MAYOR_OF_OLMES, Person, Play

pytestmark = pytest.mark.browser
# A window of 1280 pixels magnified twice.
ZOOMED = {"width": 640, "height": 450}
NARRATIVE = ("la peau", "Récit", "Plainte", "parquet")


def searches(operator: Person, typed: str) -> None:
    """The field has the focus, unless a reason is asked: type, then Enter."""
    field = operator.page.get_by_label("Numéro de l'appelant")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    answered = operator.page.expect_response(re.compile(r"/17/$"))
    with answered:
        operator.page.keyboard.type(typed)
        operator.page.keyboard.press("Enter")


def choose_by_keyboard(operator: Person, name: str) -> None:
    button = operator.main.get_by_role("button", name=f"C'est cette personne : {name}")
    for _ in range(12):
        operator.page.keyboard.press("Tab")
        if button.evaluate("element => element === document.activeElement"):
            break
    with operator.page.expect_response(re.compile(r"/17/fiche/$")):
        operator.page.keyboard.press("Enter")


def test_the_17_knows_who_calls(play: Play) -> None:
    operator = play("op17.45")
    operator.goto("/17/")
    # 1. Two élus on one number: two cards, none opened.
    searches(operator, "02 61 91 00 10")
    operator.sees("2 personnes", "Qui parle ? D'où ?", MAYOR_OF_OLMES, DEPUTY_OF_OLMES)
    operator.does_not_see("Lilas-Blancs", "Ne pas sonner")
    assert axe(operator.page) == []
    # 2. The one who speaks: one screen, nothing of the file.
    choose_by_keyboard(operator, DEPUTY_OF_OLMES)
    operator.sees(DEPUTY_OF_OLMES, "adjoint", "Où", "Rappeler", "Mesures en cours", "Référent", "Entend mal")
    operator.does_not_see(*NARRATIVE, MAYOR_OF_OLMES)
    fits_when_magnified(operator)
    # 7. One line, noted once whatever is pressed.
    operator.field("Ce qui a été fait, en une ligne").fill("Patrouille envoyée, rien vu.")
    operator.page.keyboard.press("Enter")
    operator.sees("C'est noté")
    # 3. Three ways to write one number, in La Réunion.
    for rank, typed in enumerate(("0692 00 00 01", "+262692000001", "00262 692 00 00 01")):
        searches(operator, typed)
        elsewhere(operator, first=rank == 0)
    # 4. A number of two plans.
    searches(operator, "0269 60 00 01")
    operator.sees("+33", "+262 (La Réunion, Mayotte)")
    # A reason is asked, and has the focus; another call comes first.
    expect(operator.field("Pourquoi ouvrir une fiche hors de votre ressort ?")).to_be_focused()
    operator.page.get_by_label("Numéro de l'appelant").focus()
    # 5. Nobody, without a trace of near misses.
    searches(operator, "01 99 00 00 09")
    operator.sees("Non inscrit", "Traitez l'appel normalement", "finissant par 09")
    # 6. A hidden number: the name.
    hidden_number(operator)
    # 9. The files are not his.
    assert operator.page.request.get("/dossiers/").status == 403


def elsewhere(operator: Person, *, first: bool) -> None:
    operator.sees("hors de votre ressort", "La Réunion")
    operator.field("Pourquoi ouvrir une fiche hors de votre ressort ?").fill("Appel dérouté.")
    with operator.page.expect_response(re.compile(r"/17/fiche/$")):
        operator.page.keyboard.press("Enter")
    operator.sees("Entrer par le jardin", "heure de La Réunion")
    if first:
        operator.sees("Absent du")


def hidden_number(operator: Person) -> None:
    operator.goto("/17/nom/")
    operator.page.get_by_label("Nom de l'appelant").fill("prevaudel")
    operator.page.get_by_label("Commune").fill("Olmes")
    with operator.page.expect_response(re.compile(r"/17/nom/$")):
        operator.page.keyboard.press("Enter")
    operator.sees(DEPUTY_OF_OLMES, "Entend mal")


def fits_when_magnified(operator: Person) -> None:
    operator.page.set_viewport_size(ZOOMED)
    assert axe(operator.page) == []
    beyond = operator.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert beyond <= 0, f"{beyond} px beyond the edge"
    operator.page.set_viewport_size(DESKTOP)


def test_forty_searches_in_five_minutes_slow_down_and_are_told(play: Play) -> None:
    operator, supervisor = play("op17.974"), play("sup17.974")
    operator.goto("/17/")
    token = operator.csrf_token
    for rank in range(40):
        operator.page.request.post(
            "/17/",
            form={"csrfmiddlewaretoken": token, "number": f"01 99 00 {rank * 37 % 90 + 10} {rank * 53 % 90 + 10}"},
            headers={"Referer": operator.page.url},
        )
    searches(operator, "01 99 00 12 34")
    operator.sees("Attendez", "Appel urgent : chercher sans attendre")
    # Never locked out: the urgent call passes at once.
    operator.main.get_by_text("Appel urgent : chercher sans attendre").click()
    operator.press("Chercher")
    operator.sees("Non inscrit")
    supervisor.goto("/17/supervision/")
    supervisor.sees("Beaucoup de recherches sans résultat", "Pause passée pour un appel urgent", "Estelle Bourdencelle")
