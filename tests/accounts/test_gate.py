"""The gate is closed by default, whatever the method or the way the address is written."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.generic import View

from accounts import services
from accounts.actor import client_address
from accounts.enums import Role
from accounts.gate import access
from accounts.middleware import AccessGateMiddleware
from accounts.permissions import MANAGE_PLATFORM, PUBLIC, SIGNED_IN
from core.models import JournalEntry
from tests import build

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")


@pytest.fixture
def referent(db):
    client = Client()
    client.force_login(build.referent())
    return client


@pytest.mark.parametrize("method", METHODS)
def test_no_method_goes_round_the_gate(referent, method) -> None:
    path = reverse("operations:journal")
    assert Client().generic(method, path).url == f"{reverse('accounts:sign_in')}?next={path}"
    assert referent.generic(method, path).status_code == 403
    assert JournalEntry.objects.filter(action="refusal", object_id=path).count() == 1


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_a_method_written_in_a_header_or_a_field_changes_nothing(referent, method) -> None:
    path = reverse("operations:journal")
    assert referent.post(path, {"_method": method}, HTTP_X_HTTP_METHOD_OVERRIDE=method).status_code == 403


@pytest.mark.parametrize("path", ["/journal", "/journal//", "//journal/", "/./journal/", "/x/../journal/", "/JOURNAL/"])
def test_no_spelling_of_an_address_goes_round_the_gate(referent, path) -> None:
    response = referent.get("/", PATH_INFO=path)
    if response.status_code == 301:
        assert response.url == "/journal/"
    else:
        assert response.status_code in (403, 404)


def test_an_unknown_address_tells_a_visitor_nothing_of_what_exists(db) -> None:
    assert Client().get("/n-existe-pas/").status_code == 404
    assert Client().get(reverse("cases:detail", args=["2026-45-00001"])).status_code == 302


def gate(view, user):
    request = RequestFactory().get("/quelque-part/")
    request.user = user
    return AccessGateMiddleware(HttpResponse).process_view(request, view, (), {})


def bare():
    return lambda request: HttpResponse("ouvert")


class BareView(View):
    pass


class AdministratorView(View):
    access = MANAGE_PLATFORM


class InheritedView(AdministratorView):
    pass


@pytest.mark.parametrize("view", [bare(), BareView.as_view(), access(None)(bare())])
def test_a_view_that_declares_nothing_is_refused_to_everybody(db, view) -> None:
    assert gate(view, AnonymousUser()).status_code == 302
    for role in (Role.ADMINISTRATOR, Role.REFERENT):
        with pytest.raises(PermissionDenied):
            gate(view, build.posted(role))


@pytest.mark.parametrize(
    "view", [AdministratorView.as_view(), InheritedView.as_view(), access(MANAGE_PLATFORM)(bare())]
)
def test_a_permission_opens_to_those_who_hold_it(db, view) -> None:
    assert gate(view, build.posted(Role.ADMINISTRATOR)) is None
    with pytest.raises(PermissionDenied):
        gate(view, build.posted(Role.DECIDER))
    assert gate(view, AnonymousUser()).status_code == 302


def test_the_two_doors(db) -> None:
    opened = access(PUBLIC)(bare())
    signed_in = access(SIGNED_IN)(bare())
    nobody = build.a_user()  # an account without posting
    assert gate(opened, AnonymousUser()) is gate(opened, nobody) is gate(signed_in, nobody) is None
    assert gate(signed_in, AnonymousUser()).status_code == 302


# --- Where a request comes from: the rate limit and the journal believe this ----------------------


def address(proxies: int, settings, **headers: str) -> str | None:
    settings.TRUSTED_PROXIES = proxies
    return client_address(RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", **headers))


FORGED = {"HTTP_X_FORWARDED_FOR": "1.2.3.4, 5.6.7.8, 192.0.2.7"}


def test_without_proxy_the_header_is_a_lie(settings) -> None:
    assert address(0, settings, **FORGED) == "10.0.0.9"
    assert address(0, settings) == "10.0.0.9"


def test_behind_proxies_only_what_they_wrote_counts(settings) -> None:
    assert address(1, settings, **FORGED) == "192.0.2.7"
    assert address(2, settings, **FORGED) == "5.6.7.8"


def test_a_request_that_did_not_pass_the_proxies_is_where_its_socket_is(settings) -> None:
    assert address(1, settings) == "10.0.0.9"
    assert address(2, settings, HTTP_X_FORWARDED_FOR="192.0.2.7") == "10.0.0.9"
    assert address(1, settings, HTTP_X_FORWARDED_FOR=" , ") == "10.0.0.9"


def test_a_new_forged_address_each_time_does_not_open_a_limited_door(db, settings, monkeypatch) -> None:
    settings.TRUSTED_PROXIES = 1
    monkeypatch.setattr(services, "REFUSALS_PER_ADDRESS", 5)
    path, wrong = reverse("accounts:sign_in"), {"password": "au hasard"}
    for number in range(6):
        data = wrong | {"email": f"personne{number}@portail.example"}
        last = Client().post(path, data, HTTP_X_FORWARDED_FOR=f"1.2.3.{number}, 192.0.2.7")
    assert last.status_code == 429
    other = Client().post(path, wrong | {"email": "autre@portail.example"}, HTTP_X_FORWARDED_FOR="192.0.2.8")
    assert other.status_code == 200


def test_the_journal_keeps_an_address_that_is_one(db, settings) -> None:
    settings.TRUSTED_PROXIES = 1
    client = Client()
    client.force_login(build.referent())
    for written in ("<script>", "192.0.2.7"):
        client.get(reverse("operations:journal"), HTTP_X_FORWARDED_FOR=written)
    assert list(JournalEntry.objects.order_by("pk").filter(action="refusal").values_list("address", flat=True)) == [
        None,
        "192.0.2.7",
    ]
