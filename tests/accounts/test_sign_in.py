"""Signing in: what is said, what it costs, how often, and what the journal keeps of it."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.enums import Role
from accounts.services import TooManyAttempts, sign_in
from calae_portal import settings as product
from core import clock
from core.models import JournalEntry
from tests import build
from tests.harness.hashers import CheapArgon2

WRONG = "ce n'est pas la bonne phrase"
EMAIL = "claire.martin@portail.example"
DIFFERENT = "ne correspond pas"
LIMITED = "Trop d&#x27;essais ont échoué"


@pytest.fixture
def claire(db):
    return build.posted(Role.DECIDER, email=EMAIL)


def knock(password: str = WRONG, email: str = EMAIL, address: str = "192.0.2.1", path: str = ""):
    data = {"email": email, "password": password}
    return Client().post(reverse("accounts:sign_in") + path, data, REMOTE_ADDR=address)


def fail(times: int, **more) -> None:
    """The last one by the page; those before straight by the service, which renders nothing."""
    for _ in range(times - 1):
        refuse(more.get("email", EMAIL), more.get("address", "192.0.2.1"))
    assert DIFFERENT in knock(**more).content.decode()


def refuse(email: str, address: str) -> None:
    assert sign_in(request=HttpRequest(), email=email, password=WRONG, address=address).user is None


def entries():
    return JournalEntry.objects.filter(action="sign_in").order_by("pk")


def test_the_right_password_opens_whatever_the_case_of_the_address(claire) -> None:
    assert knock(build.PASSWORD).status_code == 302
    assert knock(build.PASSWORD, email="Claire.MARTIN@portail.example ").status_code == 302
    assert knock(build.PASSWORD.upper()).status_code == 200


@pytest.fixture
def work(monkeypatch):
    """Counts what costs: each password hashed, to write it or to compare it."""
    done = []
    encode = CheapArgon2.encode
    verify = CheapArgon2.verify
    monkeypatch.setattr(CheapArgon2, "encode", lambda *given: done.append("hash") or encode(*given))
    monkeypatch.setattr(CheapArgon2, "verify", lambda *given: done.append("hash") or verify(*given))
    return done


def answer_and_work(work: list[str], **more) -> tuple[int, str, int]:
    work.clear()
    response = knock(**more)
    page = response.content.decode()
    return response.status_code, page[page.index("<main") :].replace(more.get("email", EMAIL), ""), len(work)


def test_unknown_wrong_and_closed_accounts_get_one_answer_for_the_same_work(claire, work) -> None:
    build.User.objects.create_user(email="ferme@portail.example", password=build.PASSWORD, is_active=False)
    build.User.objects.create_user(email="sans@portail.example", password=None)
    wrong = answer_and_work(work)
    assert wrong[0] == 200
    assert wrong[2] == 1
    for email in ("inconnue@portail.example", "ferme@portail.example", "sans@portail.example"):
        given = answer_and_work(work, email=email, password=build.PASSWORD)
        assert without_token(given[1]) == without_token(wrong[1]), email
        assert given[2] == 1, email


def without_token(page: str) -> str:
    before, _, after = page.partition('name="csrfmiddlewaretoken" value="')
    return before + after.partition('"')[2]


def test_nine_refusals_leave_the_door_open_and_ten_close_it(claire) -> None:
    fail(9)
    assert knock(build.PASSWORD).status_code == 302
    fail(1)
    response = knock(build.PASSWORD)
    assert response.status_code == 429
    assert LIMITED in response.content.decode()
    assert "_auth_user_id" not in response.client.session


def test_the_limit_of_one_address_does_not_touch_another_and_the_machine_does_not_matter(claire) -> None:
    build.posted(Role.INSTRUCTOR, email="autre@portail.example")
    for number in range(10):
        fail(1, address=f"198.51.100.{number}")
    assert knock(build.PASSWORD, address="203.0.113.9").status_code == 429
    assert knock(build.PASSWORD, email=EMAIL.upper()).status_code == 429
    assert knock(build.PASSWORD, email="autre@portail.example").status_code == 302


def test_an_unknown_address_is_limited_as_a_known_one(db) -> None:
    fail(10, email="inconnue@portail.example")
    assert knock(email="inconnue@portail.example").status_code == 429


def test_fifty_refusals_from_one_machine_close_it_and_forty_nine_do_not(claire) -> None:
    for number in range(49):
        refuse(f"personne{number}@portail.example", "192.0.2.1")
    assert knock(build.PASSWORD).status_code == 302
    fail(1, email="encore@portail.example")
    assert knock(build.PASSWORD).status_code == 429
    assert knock(build.PASSWORD, address="192.0.2.2").status_code == 302


def test_the_window_passes(claire) -> None:
    fail(10)
    now = clock.real_now()
    with time_machine.travel(now + timedelta(minutes=14)):
        assert knock(build.PASSWORD).status_code == 429
    with time_machine.travel(now + timedelta(minutes=16)):
        assert knock(build.PASSWORD).status_code == 302


def test_the_demonstration_date_does_not_open_a_limited_door(claire, settings) -> None:
    settings.DEMO = True
    fail(10)
    with clock.replayed_at(clock.real_now() + timedelta(days=2)):
        assert knock(build.PASSWORD).status_code == 429


def test_the_journal_keeps_who_came_in_and_never_what_a_stranger_typed(claire) -> None:
    typed = "mon-mot-de-passe@portail.example"
    fail(1, email=typed)
    knock(build.PASSWORD)
    refused, done = entries()
    assert (refused.outcome, refused.actor_id, refused.address) == ("refused", None, "192.0.2.1")
    assert (done.outcome, done.actor_id, done.posting_id) == ("done", claire.pk, claire.active_postings[0].pk)
    for entry in (refused, done):
        words = str({field.name: getattr(entry, field.name) for field in entry._meta.fields})
        assert not [secret for secret in (typed, EMAIL, WRONG, build.PASSWORD) if secret in words]
    assert refused.object_id != done.object_id


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_door_leads_to_no_other_site(claire, evil) -> None:
    assert knock(build.PASSWORD, path=f"?next={evil}").url == reverse("home")
    response = Client().post(reverse("accounts:sign_in"), {"email": EMAIL, "password": build.PASSWORD, "next": evil})
    assert response.url == reverse("home")


def test_the_door_leads_to_the_page_that_was_asked_for(claire) -> None:
    wanted = Client().get(reverse("cases:list") + "?q=a")
    answer = Client().post(wanted.url, {"email": EMAIL, "password": build.PASSWORD})
    assert answer.url == reverse("cases:list") + "?q=a"


def test_production_hashes_with_argon2() -> None:
    assert product.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_thirty_attempts_at_once_are_no_more_than_ten(committed_db, monkeypatch) -> None:
    build.a_user(EMAIL)
    checked, limited = [], []
    real = services.authenticate
    monkeypatch.setattr(services, "authenticate", lambda *given, **more: checked.append(1) or real(*given, **more))
    barrier = threading.Barrier(30)

    def attempt(number: int) -> None:
        barrier.wait()
        try:
            sign_in(request=HttpRequest(), email=EMAIL, password=WRONG, address=f"198.51.100.{number}")
        except TooManyAttempts:
            limited.append(1)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt, args=[number]) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(checked), len(limited)) == (10, 20)
