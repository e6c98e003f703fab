"""The key of the desk: a passphrase opens it, a colleague shares it, nobody else has it."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from core import clock
from core.acts import ActRefused
from core.boxes import BoxClosed
from core.journal import SYSTEM
from support.models import DeskKey, DeskSeat, Slip
from support.selectors.contents import content_at_desk
from support.services.desk import ask_for_seat, create_desk, let_in, open_desk, remove_seat
from support.services.errors import DeskClosed
from support.services.slips import open_by_code
from tests import build
from tests.support.slipping import PASSPHRASE, a_desk, a_psychologist, a_slip, opened_at_desk

pytestmark = pytest.mark.django_db
DESK = reverse("support:desk")
OTHER = "quatre autres mots ici"


def test_a_passphrase_opens_the_desk_and_another_does_not() -> None:
    user = a_psychologist()
    desk = a_desk(user)
    assert open_desk(user=user, passphrase=f" {PASSPHRASE} ", actor=SYSTEM) == desk
    for wrong in (PASSPHRASE.upper(), PASSPHRASE[:-1], ""):
        with pytest.raises(DeskClosed):
            open_desk(user=user, passphrase=wrong, actor=SYSTEM)


def test_a_colleague_enters_once_let_in_and_leaves_when_the_seat_is_taken() -> None:
    first, second = a_psychologist(), a_psychologist("autre@association.example")
    desk = a_desk(first)
    ask_for_seat(user=second, passphrase=OTHER, actor=SYSTEM)
    with pytest.raises(DeskClosed):
        open_desk(user=second, passphrase=OTHER, actor=SYSTEM)
    seat = DeskSeat.objects.get(user=second)
    let_in(desk=desk, seat_id=seat.pk, by=first, actor=SYSTEM)
    assert open_desk(user=second, passphrase=OTHER, actor=SYSTEM).private == desk.private
    with pytest.raises(DeskClosed):
        open_desk(user=second, passphrase=PASSPHRASE, actor=SYSTEM)
    remove_seat(desk=desk, seat_id=seat.pk, actor=SYSTEM)
    with pytest.raises(DeskClosed):
        open_desk(user=second, passphrase=OTHER, actor=SYSTEM)


def test_a_second_desk_is_made_only_when_the_first_is_lost() -> None:
    user = a_psychologist()
    lost = a_desk(user)
    code = a_slip()
    with pytest.raises(ActRefused):
        create_desk(user=user, passphrase=OTHER, actor=SYSTEM)
    desk = create_desk(user=user, passphrase=OTHER, actor=SYSTEM, replaces=True)
    assert DeskKey.objects.get(is_current=True).pk == desk.desk
    slip = Slip.objects.get()
    with pytest.raises(BoxClosed):
        content_at_desk(slip, desk.private)
    assert content_at_desk(slip, lost.private)[1].nickname == open_by_code(code).content.nickname


def test_in_a_browser_it_opens_shows_slips_and_closes_after_thirty_minutes() -> None:
    user = a_psychologist()
    a_desk(user)
    code = a_slip()
    client = Client()
    opened_at_desk(client, user)
    cookie = client.cookies["portail_guichet"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", reverse("support:talk"))
    page = reverse("support:slip", args=[open_by_code(code).id])
    assert "Tilleul" in client.get(DESK).content.decode()
    assert "Tilleul" in client.get(page).content.decode()
    with time_machine.travel(clock.real_now() + timedelta(minutes=31)):
        assert "Tilleul" not in client.get(DESK).content.decode()


def test_neither_the_session_nor_the_cookie_opens_it_alone() -> None:
    user = a_psychologist()
    desk = a_desk(user)
    a_slip()
    client = Client()
    opened_at_desk(client, user)
    stored = "".join(Session.objects.values_list("session_data", flat=True)) + str(client.session.items())
    assert desk.private.hex() not in stored
    half = client.cookies.pop("portail_guichet")
    assert "Tilleul" not in client.get(DESK).content.decode()
    other = Client()
    other.force_login(user)
    other.cookies["portail_guichet"] = half.value
    assert "Tilleul" not in other.get(DESK).content.decode()


def test_answering_from_the_page_of_a_slip() -> None:
    user = a_psychologist()
    a_desk(user)
    code = a_slip(modes=("remote",), departement="974")
    client = Client()
    opened_at_desk(client, user)
    page = reverse("support:slip", args=[open_by_code(code).id])
    day = (clock.now() + timedelta(days=3)).date()
    answer = {"at": f"{day}T18:00", "minutes": "45", "mode": "remote", "words": "Rendez-vous confirmé."}
    assert client.post(page, answer | {"mode": "in_person"}).status_code == 422
    assert client.post(page, answer | {"at": "2020-01-01T18:00"}).status_code == 422
    assert client.post(page, answer).status_code == 302
    moment = open_by_code(code).content.meeting
    assert moment is not None
    # 18 h in Réunion.
    assert moment.starts_at.hour == 14
    assert client.post(page, {"act": "close", "outcome": "seen"}).status_code == 422


def test_nobody_but_a_psychologist_in_office_who_was_let_in_reads_a_slip() -> None:
    user = a_psychologist()
    a_desk(user)
    page = reverse("support:slip", args=[open_by_code(a_slip()).id])
    for role in (Role.ADMINISTRATOR, Role.CALAE_ANALYST, Role.DECIDER, Role.REFERENT, Role.OFFICIAL):
        client = Client()
        client.force_login(build.posted(role, email=f"{role}@portail.example"))
        for url in (DESK, page):
            assert client.get(url).status_code == 403
    past = build.posted(Role.PSYCHOLOGIST, email="ancien@a.example", end=clock.today(clock.PARIS))
    client = Client()
    client.force_login(past)
    assert client.get(page).status_code == 403
    # Near miss: the role, and no seat.
    client.force_login(a_psychologist("sans.place@association.example"))
    assert client.get(page).status_code == 302
    assert client.post(reverse("support:desk_open"), {"passphrase": PASSPHRASE}).status_code == 422
