from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests import build

pytestmark = pytest.mark.django_db


def page_on(official, *moment: int, zone: str = "Europe/Paris") -> str:
    with time_machine.travel(build.at(*moment, zone=zone), tick=False):
        client = Client()
        client.force_login(build.User.objects.get(pk=official.user_id))
        return unescape(client.get(reverse("situation")).content.decode()).replace("\u00a0", " ")


def protected(*day: int):
    with time_machine.travel(build.at(*day), tick=False):
        official = build.an_official()
        build.official_account(official)
        return official, build.granted(build.a_request(official=official))


def test_the_four_sentences_of_a_person_who_is_protected() -> None:
    official, _ = protected(2026, 1, 14)
    page = page_on(official, 2026, 1, 20)
    assert "un fait du 14/01/2026 à 11 h 00 ; le danger est évalué" in page
    assert "Vous êtes protégée par un bouton d'appel jusqu'au 14/04/2026 à 23 h 59." in page
    assert "Votre référent est Camille Invente, Brigade d'Olivet." in page
    assert "Signalez tout fait nouveau" in page


def test_a_renewal_already_granted_prolongs_what_the_person_reads() -> None:
    official, grant = protected(2026, 1, 14)
    with time_machine.travel(build.at(2026, 4, 2), tick=False):
        threat = grant.case.threats.get()
        build.start_again(threat)
        build.validated(threat)
        build.granted(build.a_request(threat=threat))
    assert "Vous êtes protégée par un bouton d'appel jusqu'au 15/07/2026 à 23 h 59." in page_on(official, 2026, 4, 3)


def test_the_last_minute_is_protected_and_the_next_is_not() -> None:
    official, _ = protected(2026, 1, 14)
    assert "Vous êtes protégée" in page_on(official, 2026, 4, 14, 23, 59)
    ended = page_on(official, 2026, 4, 15, 0, 0)
    assert "a pris fin le 14/04/2026 : il ne vous protège plus" in ended
    assert "Appelez votre référent" in ended


def test_a_person_reads_neither_the_author_nor_an_internal_reason() -> None:
    official, grant = protected(2026, 1, 14)
    grant.case.threats.get()
    with time_machine.travel(build.at(2026, 5, 1), tick=False):
        threat = build.a_threat(
            user=grant.case.threats.get().logged_by, case=grant.case, author_description="Un voisin, Paul Secret"
        )
        build.validated(threat, comment="Observation interne")
        build.refused(build.a_request(threat=threat))
    page = page_on(official, 2026, 5, 2)
    for hidden in ("Secret", "lettre anonyme", "Observation", "stock réservé", "Danger sérieux"):
        assert hidden not in page


def test_two_open_files_are_told_together() -> None:
    official, _ = protected(2026, 1, 14)
    with time_machine.travel(build.at(2026, 1, 20), tick=False):
        elsewhere = build.referent(build.a_unit("2", name="Brigade de Gien"))
        build.a_threat(user=elsewhere, official=official)
    page = page_on(official, 2026, 1, 21)
    assert "2 faits, le dernier du 20/01/2026" in page
    assert "l'évaluation du danger est en cours" in page


def test_a_person_without_a_file_knows_whom_to_call() -> None:
    official = build.an_official()
    build.official_account(official)
    page = page_on(official, 2026, 1, 20)
    assert "Aucun dossier n'est ouvert à votre nom." in page
    assert "Vous n'avez pas de bouton d'appel." in page
    assert "17" in page
