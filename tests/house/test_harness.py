"""The harness refuses what it says it refuses."""

import socket

import pytest
from django.db import connection
from django.template import Context, Template
from django.template.base import Origin
from django.test import Client

from dev.places import ROOT
from tests.harness import html
from tests.harness.network import RealNetworkError
from tests.harness.templates import UndefinedVariableError


def template(source: str, folder: str = "templates") -> Template:
    return Template(source, origin=Origin(name=str(ROOT / folder / "page.html")))


@pytest.mark.parametrize(
    "source", ["{{ missing }}", "{% with a=missing %}{{ a }}{% endwith %}", "{{ user.name|lower }}"]
)
def test_an_undefined_variable_of_ours_fails(source):
    with pytest.raises(UndefinedVariableError):
        template(source).render(Context({"user": {}}))


def test_a_variable_said_to_be_optional_may_be_missing():
    assert template('{{ missing|default:"rien" }}{% if missing %}x{% endif %}').render(Context()) == "rien"


def test_other_people_s_templates_keep_their_silence():
    assert template("{{ missing|default_if_none:'' }}{{ missing }}", folder="elsewhere").render(Context()) == ""


def test_unrendered_markup_in_a_page_fails(monkeypatch):
    def answer(self, **request):
        from django.http import HttpResponse

        return HttpResponse("<p>{{ nom }}</p>")

    monkeypatch.setattr(html, "real_request", answer)
    with pytest.raises(html.UnrenderedMarkupError):
        Client().get("/")


def test_the_network_stops_at_this_machine():
    with socket.socket() as outside, pytest.raises(RealNetworkError):
        outside.connect(("192.0.2.1", 80))


def test_the_suite_is_the_plain_application_role(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False,)
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("order", ["first", "second"])
def test_what_a_test_commits_is_gone_for_the_next(committed_db, owner_cursor, order):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)
        cursor.execute("INSERT INTO django_session VALUES (%s, '', now())", [order])
    owner_cursor.execute("SELECT session_key FROM django_session")
    assert owner_cursor.fetchall() == [(order,)]
