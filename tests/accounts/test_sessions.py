"""A session: new at each sign-in, ended by rest, by age, by a new password, and by the person alone."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as current
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from core import clock
from core.models import JournalEntry
from tests import build

EMAIL = "claire.martin@portail.example"
NEW = "une autre phrase de passe assez longue"
COOKIE = current.SESSION_COOKIE_NAME


@pytest.fixture
def claire(db):
    return build.posted(Role.DECIDER, email=EMAIL)


def enter(client: Client, password: str = build.PASSWORD) -> Client:
    client.post(reverse("accounts:sign_in"), {"email": EMAIL, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("accounts:postings")).status_code == 200


def change(client: Client, old: str = build.PASSWORD, new: str = NEW):
    data = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(reverse("accounts:password_change"), data)


def test_signing_in_changes_the_key_that_somebody_may_have_planted(claire) -> None:
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies[COOKIE] = planted
    assert is_in(enter(client))
    assert client.cookies[COOKIE].value != planted
    thief = Client()
    thief.cookies[COOKIE] = planted
    assert not is_in(thief)


def test_an_unknown_key_opens_nothing_and_is_not_adopted(claire) -> None:
    client = Client()
    client.cookies[COOKIE] = "a" * 32
    assert not is_in(client)
    assert is_in(enter(client))
    assert client.cookies[COOKIE].value != "a" * 32


def test_the_cookie_is_out_of_reach_of_scripts_and_ends_with_the_browser(claire) -> None:
    cookie = enter(Client()).cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")


def test_an_hour_of_rest_ends_a_session_and_fifty_minutes_do_not(claire) -> None:
    now = clock.real_now()
    client = enter(Client())
    with time_machine.travel(now + timedelta(minutes=50)):
        assert is_in(client)
    with time_machine.travel(now + timedelta(minutes=105)):  # 55 after the last page
        assert is_in(client)
    with time_machine.travel(now + timedelta(minutes=166)):
        assert not is_in(client)


def test_a_short_rest_is_measured_from_the_last_page(claire, settings) -> None:
    settings.SESSION_IDLE_SECONDS = 120
    client = enter(Client())
    now = clock.real_now()
    for seconds in (80, 160, 240):
        with time_machine.travel(now + timedelta(seconds=seconds)):
            assert is_in(client)
    with time_machine.travel(now + timedelta(seconds=400)):
        assert not is_in(client)


def test_twelve_hours_end_a_session_however_busy_counted_from_the_sign_in(claire) -> None:
    now = clock.real_now()
    client = enter(Client())
    for half_hours in range(1, 24):
        with time_machine.travel(now + timedelta(minutes=30 * half_hours)):
            assert is_in(client), half_hours
    with time_machine.travel(now + timedelta(hours=12, minutes=1)):
        assert not is_in(client)


def test_a_session_without_its_clocks_is_not_trusted(claire) -> None:
    client = enter(Client())
    session = client.session
    del session["session_started"]
    session.save()
    assert not is_in(client)


def test_the_demonstration_date_signs_nobody_out(claire, settings) -> None:
    settings.DEMO = True
    client = enter(Client())
    with clock.replayed_at(clock.real_now() + timedelta(days=3)):
        assert is_in(client)


def test_leaving_takes_a_click_on_a_button_and_is_journaled(claire) -> None:
    client = enter(Client())
    key = client.cookies[COOKIE].value
    assert client.get(reverse("accounts:sign_out")).status_code == 405
    assert is_in(client)
    assert client.post(reverse("accounts:sign_out")).status_code == 302
    client.cookies[COOKIE] = key
    assert not is_in(client)
    assert JournalEntry.objects.get(action="sign_out").actor_id == claire.pk


def test_leaving_from_another_site_is_refused(claire) -> None:
    client = enter(Client(enforce_csrf_checks=False))
    client.handler.enforce_csrf_checks = True
    assert client.post(reverse("accounts:sign_out")).status_code == 403
    assert is_in(client)


def test_a_new_password_closes_the_other_sessions_and_keeps_this_one(claire) -> None:
    here, elsewhere = enter(Client()), enter(Client())
    assert change(here).status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)
    assert not is_in(enter(Client()))
    assert is_in(enter(Client(), NEW))
    act = JournalEntry.objects.get(action="act", reason="mot de passe changé")
    assert (act.actor_id, act.object_id) == (claire.pk, str(claire.pk))


def test_an_open_session_is_no_place_to_guess_the_password(claire) -> None:
    client = enter(Client())
    for _ in range(9):
        assert change(client, old="au hasard").status_code == 200
    assert change(client, old="au hasard").status_code == 200
    assert change(client).status_code == 429
    refused = JournalEntry.objects.filter(action="sign_in", outcome="refused")
    assert {entry.actor_id for entry in refused} == {claire.pk}
    claire.refresh_from_db()
    assert claire.check_password(build.PASSWORD)


def test_nine_wrong_guesses_leave_the_change_possible(claire) -> None:
    client = enter(Client())
    for _ in range(9):
        change(client, old="au hasard")
    assert change(client).status_code == 302


@pytest.mark.parametrize("weak", ["court", "123456789012345", EMAIL])
def test_a_weak_password_is_refused(claire, weak) -> None:
    assert change(enter(Client()), new=weak).status_code == 200
    claire.refresh_from_db()
    assert claire.check_password(build.PASSWORD)


def test_a_closed_account_is_out_at_its_next_page(claire) -> None:
    client = enter(Client())
    build.User.objects.update(is_active=False)
    assert not is_in(client)
