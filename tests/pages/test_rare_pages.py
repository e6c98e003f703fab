"""Pages that few people open, on a bad day: they say what is, what follows, and offer nothing that would be refused."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from cases.models import Case
from cases.services import merge_cases, review_access
from core import clock
from tests import build
from tests.cases.attached import EICAR_PDF, a_scanned_attachment, an_attachment

pytestmark = pytest.mark.django_db


def page(user: User, name: str, *arguments: object, **data: str) -> str:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    url = reverse(f"cases:{name}", args=arguments)
    answer = client.post(url, data, follow=True) if data else client.get(url, follow=True)
    return unescape(answer.content.decode())


@pytest.fixture
def restricted() -> Case:
    return build.restricted(build.a_threat().case)


@pytest.mark.parametrize(("days", "possible"), [(29, True), (31, False)])
def test_a_merge_too_old_to_be_undone_says_so_instead_of_asking_why(days: int, possible: bool) -> None:
    kept = build.a_threat()
    gone = build.a_threat(user=kept.logged_by, official=kept.case.official)
    head = build.unit_head()
    merge_cases(
        absorbed=gone.case,
        survivor=kept.case,
        doubles={gone.pk: None},
        reason="Même fait.",
        user=head,
        actor=build.actor(head),
    )
    build.consulted(gone.case, head)
    with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
        build.consulted(gone.case, head)
        text = page(head, "undo_merge", gone.case.reference)
    assert "Même fait." in text
    assert ("Pourquoi annuler cette fusion" in text) == possible
    assert ("Il est trop tard pour annuler cette fusion" in text) != possible


def test_who_keeps_the_list_is_asked_before_somebody_is_taken_off(restricted: Case) -> None:
    text = page(restricted.restricted_by, "access", restricted.reference)
    assert text.count("C'est vous : vous n'ouvrirez plus ce dossier.") == 1
    assert text.count("Cette personne n'ouvrira plus ce dossier.") == 1
    assert '<th scope="col">Acte</th>' in text


def test_who_does_not_keep_the_list_is_offered_nothing(restricted: Case) -> None:
    inside = build.unit_head(email="h2@portail.example")
    build.glass_broken(restricted, inside)
    for reader in (inside, restricted.threats.get().logged_by):
        text = page(reader, "access", restricted.reference)
        assert "Accès restreint depuis le" in text
        assert "Retirer" not in text
        assert '<th scope="col">Acte</th>' not in text


def test_lifting_says_what_follows_and_titles_an_error_once(restricted: Case) -> None:
    head = restricted.restricted_by
    assert "La liste actuelle prend fin" in page(head, "lift_restriction", restricted.reference)
    assert page(head, "lift_restriction", restricted.reference, reason=" ").count("Erreur : ") == 1


def test_the_banner_says_whether_the_access_was_reviewed(restricted: Case) -> None:
    agent, head = build.posted(Role.INSTRUCTOR), restricted.restricted_by
    access = build.glass_broken(restricted, agent)
    assert "contrôlera cet accès" in page(agent, "detail", restricted.reference)
    review_access(access=access, justified=True, note="", user=head, actor=build.actor(head))
    text = page(agent, "detail", restricted.reference)
    assert "a contrôlé cet accès" in text
    assert "contrôlera" not in text


def test_a_review_can_be_read_again_and_says_when_the_access_ended(restricted: Case) -> None:
    head = restricted.restricted_by
    access = build.glass_broken(restricted, build.posted(Role.INSTRUCTOR))
    text = page(head, "review_access", access.pk, justified="no", note="Curiosité.")
    assert "Lire le contrôle" in text
    text = page(head, "review_access", access.pk)
    assert "Cet accès a pris fin le" in text
    assert "Curiosité." in text


def test_a_file_that_does_not_leave_is_named_and_tried_again_only_while_it_waits() -> None:
    case = build.a_threat().case
    waiting, infected = an_attachment(case), a_scanned_attachment(case, EICAR_PDF, "suspecte.pdf")
    reader = build.referent(email="collegue@portail.example")
    text = page(reader, "download", case.reference, waiting.pk)
    assert waiting.name in text
    assert "Réessayer" in text
    text = page(reader, "download", case.reference, infected.pk)
    assert "suspecte.pdf" in text
    assert "Réessayer" not in text


def test_nothing_shut_is_said_as_such(restricted: Case) -> None:
    assert "aucun dossier à accès restreint ne vous est fermé" in page(restricted.restricted_by, "find_restricted")
    outside = page(build.posted(Role.INSTRUCTOR), "find_restricted")
    assert "1 dossier à accès restreint que vous n'ouvrez pas" in outside
