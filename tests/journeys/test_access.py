"""A restricted file: closed to the others at once, opened in an emergency, and the hierarchy is told."""

from __future__ import annotations

import pytest
from playwright.sync_api import Response

from tests.journeys.people import Person, Play
from tests.journeys.places import Places

pytestmark = pytest.mark.browser


def visit(person: Person, path: str) -> int:
    response = person.page.goto(path)
    assert isinstance(response, Response)
    return response.status


def give_a_reason(person: Person) -> None:
    """Asked when nothing waits for the person in the file."""
    if "/motif/" in person.page.url:
        person.choose("Pourquoi ouvrez-vous ce dossier ?", "contrôle hiérarchique")
        person.press("Ouvrir le dossier")


def test_a_restricted_file_is_opened_in_an_emergency_and_the_hierarchy_is_told(play: Play) -> None:
    head, instructor = play("hier.45"), play("instr.45")
    file = Places(head.portal).quiet_file()
    reference = file.strip("/").rpartition("/")[2]
    head.goto(file)
    give_a_reason(head)
    head.follow("Voir et changer qui ouvre ce dossier")
    head.follow("Restreindre l'accès")
    head.press("Restreindre l'accès")
    assert "obligatoire" in head.error_beside("Pourquoi restreindre l'accès ?").inner_text()
    head.field("Pourquoi restreindre l'accès ?").fill("Affaire signalée au parquet.")
    head.press("Restreindre l'accès")
    head.sees("L'accès au dossier est restreint.", "Gilles Hautecombre")
    assert visit(instructor, file) == 404
    instructor.goto("/dossiers/").follow("Ouvrir par sa référence, en cas d'urgence")
    instructor.field("Référence du dossier").fill(reference)
    instructor.press("Continuer")
    instructor.field("Pourquoi devez-vous ouvrir ce dossier maintenant ?").fill("Appel du 17 : l'élu est menacé.")
    instructor.press("Ouvrir le dossier pour 24 heures")
    instructor.sees("Accès d'urgence", "Vous êtes dans ce dossier jusqu'au")
    head.goto("/dossiers/acces-urgence/").follow("À contrôler")
    head.sees("Lucie Pontaubrac", "Appel du 17 : l'élu est menacé.")
    head.choose("Cet accès d'urgence était-il justifié ?", "oui")
    head.press("Enregistrer le contrôle")
    head.sees("Justifié")
