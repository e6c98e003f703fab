"""What waits for a référent, what the portal told him, and the timeline on paper, at a desk and on a telephone."""

import re

import pytest
from playwright.sync_api import expect

from tests.harness.browser import DESKTOP, PHONE
from tests.journeys.people import Play
from tests.journeys.places import Places


@pytest.mark.browser
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "telephone"])
def test_a_task_taken_and_done_a_notification_read_and_the_timeline_printed(play: Play, size) -> None:
    referent = play("ref.olivet")
    referent.page.set_viewport_size(size)
    places = Places(referent.portal)
    task = places.task()
    referent.goto("/taches/")
    referent.sees("Mes tâches", "En retard")
    referent.main.get_by_role("button", name="Je m'en charge").first.click()
    referent.sees("La tâche est confiée.")
    referent.goto(task)
    referent.field("Ce qui a été fait").fill("Appelée, tout va bien.")
    referent.press("C'est fait")
    referent.sees("La tâche est faite.")
    referent.goto("/notifications/").sees("Non lue")
    referent.main.get_by_role("button", name="Ouvrir").first.click()
    expect(referent.page).not_to_have_url(re.compile("notifications"))
    referent.goto(places.case("todo")).sees("L'essentiel", "Dans ce dossier")
    referent.follow("Tout l'historique")
    referent.follow("Version à imprimer")
    referent.page.emulate_media(media="print")
    referent.sees("imprimé par")
    expect(referent.main.get_by_role("link", name="Revenir aux pages")).not_to_be_visible()
    expect(referent.page.locator("header nav")).not_to_be_visible()
