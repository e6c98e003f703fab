"""Decisions on a protection that runs, through their pages: what a missing button hides, its address refuses too."""

from datetime import date
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from call_buttons.enums import Outcome
from call_buttons.models import CallButtonDecision, CallButtonGrant
from call_buttons.services import GrantAct, preview_act
from tests import build
from tests.call_buttons.test_extension import extensions_open

pytestmark = pytest.mark.django_db

WHY = {"communicable_motive": "Vous êtes à l'étranger.", "act": "sign", "previewed": "0" * 64}
DECEMBER = {"day": "2026-12-31"} | WHY


def granted() -> tuple[CallButtonGrant, Client]:
    """To 14 April 2026, and its decision-maker at his page."""
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        grant = build.granted()
    client = Client()
    client.force_login(grant.decision.decided_by)
    return grant, client


def url(grant: CallButtonGrant, what: str) -> str:
    return reverse("call_buttons:act", args=[grant.pk, what])


@pytest.mark.parametrize(
    ("what", "typed", "said"),
    [
        ("prolonger", {"day": "2026-04-16"} | WHY, "n'est pas ouverte"),
        ("suspendre", DECEMBER, "pendant la protection"),
        ("reprendre", {"day": "2026-02-02"} | WHY, "n'est pas suspendue"),
        ("retirer", {"coded_motive": "other"} | DECEMBER, "va du"),
        ("retirer", {"day": "2026-02-03"} | WHY, "obligatoire"),
    ],
)
def test_what_is_not_possible_is_refused_beside_its_field_and_loses_nothing(what: str, typed: dict, said: str) -> None:
    grant, client = granted()
    with time_machine.travel(build.at(2026, 2, 1), tick=False):
        answer = client.post(url(grant, what), typed)
    page = unescape(answer.content.decode())
    assert (answer.status_code, said in page, WHY["communicable_motive"] in page) == (422, True, True)
    assert CallButtonDecision.objects.count() == 1


def test_what_is_read_is_signed_and_a_second_press_signs_nothing() -> None:
    grant, client = granted()
    act = GrantAct(Outcome.SUSPENDED, date(2026, 2, 10), WHY["communicable_motive"])
    with time_machine.travel(build.at(2026, 2, 1), tick=False):
        read = preview_act(grant=grant, act=act, user=grant.decision.decided_by).sha256
        typed = {"day": "2026-02-10"} | WHY | {"previewed": read}
        first, second = (client.post(url(grant, "suspendre"), typed) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 422)
    assert CallButtonDecision.objects.filter(outcome="suspended").count() == 1


def test_a_letter_that_was_not_read_is_shown_before_it_is_signed() -> None:
    grant, client = granted()
    with time_machine.travel(build.at(2026, 2, 1), tick=False):
        answer = client.post(url(grant, "suspendre"), {"day": "2026-02-10"} | WHY)
        letter = client.post(url(grant, "suspendre") + "apercu.pdf", {"day": "2026-02-10"} | WHY)
    assert "Relisez avant de signer" in answer.content.decode()
    assert letter["Content-Type"] == "application/pdf"
    assert CallButtonDecision.objects.count() == 1


def test_an_extension_after_the_end_is_refused_though_its_address_is_known() -> None:
    grant, client = granted()
    extensions_open()
    with time_machine.travel(build.at(2026, 4, 15, 0, 1), tick=False):
        page = client.get(reverse("call_buttons:request", args=[grant.request_id])).content.decode()
        answer = client.post(url(grant, "prolonger"), {"day": "2026-04-18"} | WHY)
    assert url(grant, "prolonger") not in page
    assert "ne remonte pas le temps" in unescape(answer.content.decode())
    assert CallButtonGrant.objects.count() == 1


def test_an_unknown_act_is_no_page() -> None:
    grant, client = granted()
    assert client.get(url(grant, "annuler")).status_code == 404


def test_a_suspended_protection_says_so_on_its_file_its_list_and_its_page() -> None:
    grant, client = granted()
    act = GrantAct(Outcome.SUSPENDED, date(2026, 2, 1), WHY["communicable_motive"])
    with time_machine.travel(build.at(2026, 2, 1), tick=False):
        read = preview_act(grant=grant, act=act, user=grant.decision.decided_by).sha256
        client.post(url(grant, "suspendre"), {"day": "2026-02-01"} | WHY | {"previewed": read})
        paths = [f"/dossiers/{grant.case.reference}/", "/boutons-appel/en-cours/"]
        paths.append(reverse("call_buttons:request", args=[grant.request_id]))
        paths.append(reverse("call_buttons:case_panel", args=[grant.case.reference]))
        pages = [client.get(path).content.decode().lower() for path in paths]
    assert ["suspendu" in page for page in pages] == [True, True, True, True]
