"""What surrounds every page: brand, menu, notices, and the pages shown when something is refused or broken."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse

from accounts.enums import Role
from accounts.gate import Refused
from calae_portal import context_processors, errors
from calae_portal.navigation import entries_for


class HeldPosting(SimpleNamespace):
    def __str__(self) -> str:
        return "un rôle — un lieu"


def person(*roles: Role) -> SimpleNamespace:
    return SimpleNamespace(
        is_authenticated=True,
        active_postings=[HeldPosting(role=role) for role in roles],
        get_full_name=lambda: "Camille Exemple",
    )


def request_of(user, path: str = "/"):
    request = RequestFactory().get(path)
    request.user = user
    return request


@pytest.fixture(autouse=True)
def real_time(settings, monkeypatch):
    settings.DEMO = False
    monkeypatch.setattr(context_processors, "waiting_counts", lambda user: (0, 0))


@pytest.fixture
def silence(monkeypatch):
    asked = []
    monkeypatch.setattr(context_processors, "silent_processes_lately", lambda: asked.append(1) or ["planificateur"])
    return asked


def labels(user, path: str = "/") -> list[str]:
    return [entry.label for entry in entries_for(user, path)]


def test_the_menu_shows_what_the_postings_open():
    assert "Dossiers" in labels(person(Role.REFERENT))
    assert "Journal" not in labels(person(Role.REFERENT))
    assert "Dossiers" not in labels(person(Role.ADMINISTRATOR))
    assert labels(person()) == ["Accueil"]


def test_the_demonstration_pages_are_in_the_menu_of_a_demonstration_only(settings):
    assert "Date de démonstration" not in labels(person(Role.ADMINISTRATOR))
    settings.DEMO = True
    assert "Date de démonstration" in labels(person(Role.ADMINISTRATOR))
    assert "Date de démonstration" not in labels(person(Role.DECIDER))


def test_one_entry_of_the_menu_is_the_current_one():
    entries = entries_for(person(Role.REFERENT), reverse("cases:list") + "2026-45-00012/")
    assert [entry.label for entry in entries if entry.is_current] == ["Dossiers"]


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.DECIDER, Role.ADMINISTRATOR])
def test_silent_processes_are_announced_to_those_who_act_on_them(role, silence):
    page = errors.not_found(request_of(person(role)), Http404()).content.decode()
    assert "Les rappels peuvent être en retard." in page
    assert len(silence) == 1


@pytest.mark.parametrize("user", [person(Role.REFERENT), person(), AnonymousUser()])
def test_others_are_not_told_and_nothing_is_asked_for_them(user, silence):
    page = errors.not_found(request_of(user), Http404()).content.decode()
    assert "Les rappels" not in page
    assert silence == []


def test_without_official_status_nothing_looks_like_the_state(settings):
    settings.PORTAL_OFFICIAL = False
    page = errors.not_found(request_of(AnonymousUser()), Http404()).content.decode()
    assert "fr-logo" not in page
    assert "unofficial" in page
    assert "Démonstration" in page


def test_with_official_status_the_header_is_the_states(settings):
    settings.PORTAL_OFFICIAL = True
    page = errors.not_found(request_of(AnonymousUser()), Http404()).content.decode()
    assert "fr-logo" in page
    assert "unofficial" not in page
    assert "Démonstration" not in page


def test_a_refusal_says_why_and_what_to_do():
    refusal = Refused("Vos habilitations ne permettent pas de consulter ce dossier.")
    response = errors.permission_denied(request_of(person(Role.OPERATOR_17)), refusal)
    page = response.content.decode()
    assert response.status_code == 403
    assert "ne permettent pas de consulter ce dossier." in page
    assert "Que faire ?" in page


def test_a_refusal_that_is_not_ours_does_not_repeat_its_words():
    response = errors.permission_denied(request_of(person()), PermissionDenied("secret interne"))
    assert "secret interne" not in response.content.decode()


def test_a_missing_page_gives_no_clue():
    one = errors.not_found(request_of(AnonymousUser(), "/dossiers/2026-45-00012/"), Http404("dossier clos"))
    other = errors.not_found(request_of(AnonymousUser(), "/dossiers/2026-45-99999/"), Http404())
    assert one.status_code == 404
    assert one.content == other.content


def test_the_page_of_a_failure_asks_nothing_of_the_database_or_the_session():
    response = errors.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "appelez le" in response.content.decode()


def test_an_expired_form_says_that_nothing_was_saved():
    response = errors.csrf_failure(request_of(person()))
    assert response.status_code == 403
    assert "Rien n'a été enregistré." in response.content.decode()
