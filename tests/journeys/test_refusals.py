"""What is refused, and to whom: a call button, a page, a file of elsewhere."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Response, expect

from tests.journeys.buttons import preview_letter
from tests.journeys.people import NARRATIVE, Person, Play
from tests.journeys.places import Places

pytestmark = pytest.mark.browser
INTERNAL = "Deux appareils seulement restent en stock."
COMMUNICABLE = "Une autre mesure répond mieux à votre situation."
ORIENTATION = "Inscription « Alarme élu » et diagnostic du référent sûreté."


def test_a_refused_button_says_only_what_may_be_said(play: Play) -> None:
    decider = play("dec.45")
    places = Places(decider.portal)
    address = places.request("pending", "r.opinion = 'unfavourable'")
    decider.goto(address).follow("Refuser")
    decider.field("Motif interne").fill(INTERNAL)
    decider.press("Voir l'aperçu du refus")
    for label in ("Motif codé", "Motif communicable", "Ce qui est proposé à la place"):
        expect(decider.error_beside(label)).to_have_text("Ce champ est obligatoire.")
    expect(decider.field("Motif interne")).to_have_value(INTERNAL)
    expect(decider.main.get_by_role("button", name="Signer et refuser")).to_have_count(0)
    decider.field("Motif codé").select_option(label="une autre mesure répond mieux au danger")
    decider.field("Motif communicable").fill(COMMUNICABLE)
    decider.main.get_by_text("diagnostic du référent sûreté", exact=True).click()
    decider.field("Précisions écrites dans la lettre").fill(ORIENTATION)
    decider.press("Voir l'aperçu du refus")
    letter = preview_letter(decider)
    assert COMMUNICABLE in letter
    assert ORIENTATION in letter
    assert "Hélène Clairefonds" in letter
    assert INTERNAL not in letter
    decider.press("Signer et refuser")
    decider.sees("est signée", "Refusée", INTERNAL, COMMUNICABLE)
    decider.follow(re.compile(r"\d{4}-45-\d{5}"))
    decider.sees("Dossier ouvert")


def visit(person: Person, path: str) -> int:
    response = person.page.goto(path)
    assert isinstance(response, Response)
    return response.status


def test_a_file_of_elsewhere_does_not_exist_and_a_role_without_the_right_is_told_why(play: Play) -> None:
    stranger = play("ref.saintdenis")
    places = Places(stranger.portal)
    case, evaluation, request = places.case("todo"), places.evaluation("validated"), places.request("pending")
    for path in (case, evaluation, request, "/dossiers/2020-45-99999/"):
        assert visit(stranger, path) == 404
        stranger.sees("Page introuvable")
        stranger.does_not_see(case.split("/")[2], NARRATIVE)
    for login in ("op17.45", "surete.45", "psy1", "admin", "elu.olmes", "ref.ancien"):
        person = play(login)
        assert visit(person, case) == 403, login
        person.sees("Accès refusé", "Ce refus est inscrit au journal.", "Que faire ?")
        expect(person.page.get_by_role("navigation", name="Menu principal")).not_to_contain_text("Dossiers")
    instructor = play("instr.45")
    assert visit(instructor, "/dossiers/nouveau/") == 403
    instructor.sees("Vos habilitations ne permettent pas d'enregistrer une menace.")
    assert visit(instructor, f"{request}accorder/") == 403
    instructor.goto(case)
    expect(instructor.main.get_by_role("link", name=re.compile("Corriger|Ajouter une menace"))).to_have_count(0)
