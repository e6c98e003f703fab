"""The public pages of slips: what they show, and what they refuse to keep."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.gate import access_of
from accounts.permissions import PUBLIC
from support.models import Slip
from support.services.slips import open_by_code
from tests import build
from tests.house.test_urls import views
from tests.support.slipping import a_desk, a_slip, left, typed

pytestmark = pytest.mark.django_db
TALK, NEW, MINE = (reverse(f"support:{name}") for name in ("talk", "new_slip", "my_slip"))


def test_a_slip_is_left_read_again_and_erased_without_a_cookie() -> None:
    a_desk()
    client = Client(enforce_csrf_checks=True)
    code = left(client, departement="974", day_1="", part_1="")
    assert open_by_code(code).content.words == "J'ai besoin d'en parler."
    page = Client().post(MINE, {"act": "open", "code": code}).content.decode()
    assert "Tilleul" in page
    assert "heure de La Réunion" in page
    client.post(MINE, {"act": "cancel", "code": code})
    assert not Slip.objects.exists()
    assert not client.cookies


def test_the_number_is_always_there_and_the_seventeen() -> None:
    a_desk()
    client = Client()
    pages = [client.get(url) for url in (TALK, NEW, MINE)]
    pages += [client.post(NEW, {"step": "age", "age": age}) for age in ("", "minor", "adult")]
    pages += [client.post(MINE, {"act": "open", "code": "0"}), client.post(MINE, {"act": "open", "code": a_slip()})]
    for page in pages:
        for words in ("01 80 52 33 84", "tel:17", "data-quick-exit", "heure de Paris"):
            assert words in page.content.decode()
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert not page.cookies
        assert "csrfmiddlewaretoken" not in page.content.decode()
        assert "portal-emergency" not in page.content.decode()


def test_a_minor_gets_the_number_and_no_form() -> None:
    a_desk()
    page = Client().post(NEW, {"step": "age", "age": "minor"}).content.decode()
    assert "Tu peux appeler" in page
    assert "<form" not in page


def test_a_form_needs_a_nickname_that_is_none_of_theirs_a_help_and_a_mode() -> None:
    a_desk()
    client = Client()
    for wrong in (
        {"nickname": "Ti"},
        {"nickname": "T" * 31},
        {"nickname": "moi@mairie.example"},
        {"nickname": "06 39 98 00 01"},
        {"helps": []},
        {"modes": []},
        {"submission": "court"},
        {"day_1": "2020-01-01", "part_1": "morning"},
        {"day_1": "2020-01-01"},
        {"part_1": "morning"},
        {"words": "x" * 501},
    ):
        assert client.post(NEW, typed(**wrong)).status_code == 422, wrong
    assert not Slip.objects.exists()
    # Near misses.
    for right in ({"nickname": "Til"}, {"nickname": "T" * 30}, {"nickname": "Hibou 45"}, {"words": "x" * 500}):
        assert client.post(NEW, typed(**right)).status_code == 200, right


def test_sent_twice_it_shows_the_same_code() -> None:
    a_desk()
    client, form = Client(), typed()
    assert left(client, **form) == left(client, **form)
    assert Slip.objects.count() == 1


def test_longest_of_all_the_slip_still_has_the_size_of_the_others() -> None:
    a_desk()
    code = left(Client(), nickname="𓀀" * 30, words="\U00013000" * 500, helps=["legal", "social", "psychological"])
    client = Client()
    answer = client.post(MINE, {"act": "words", "code": code, "words": '"' * 500})
    assert answer.status_code == 200
    assert open_by_code(code).content.words == '"' * 500


def test_who_is_signed_in_is_nobody_here() -> None:
    a_desk()
    client = Client()
    client.force_login(build.posted(build.Role.OFFICIAL) if hasattr(build, "Role") else build.a_user("e@e.example"))
    page = client.get(TALK).content.decode()
    assert "Se déconnecter" not in page
    assert "Se déconnecter" in client.get(reverse("accessibility")).content.decode()


def test_every_page_without_trace_is_public_and_under_its_prefix() -> None:
    quiet = {route for route, view in views() if getattr(view, "without_trace", False)}
    assert quiet == {"soutien/", "soutien/demande/", "soutien/ma-demande/"}
    assert all(access_of(get_resolver().resolve(f"/{route}").func) is PUBLIC for route in quiet)


def test_a_page_elsewhere_does_not_fill_ours() -> None:
    a_desk()
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200)):
        assert Client(headers={"Sec-Fetch-Site": site}).post(NEW, typed()).status_code == status
    assert Slip.objects.count() == 1


def test_a_page_that_breaks_says_so_and_logs_nothing_of_what_was_typed(monkeypatch, caplog) -> None:
    a_desk()
    monkeypatch.setattr("support.views.public.create_slip", lambda **_: int("Tilleul"))
    response = Client().post(NEW, typed())
    assert response.status_code == 500
    assert "Tilleul" not in caplog.text
    assert "soutien" not in caplog.text


def test_the_sign_in_page_and_every_footer_lead_there() -> None:
    page = Client().get(reverse("accounts:sign_in")).content.decode()
    assert page.count(f'href="{TALK}"') == 2
