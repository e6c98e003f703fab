"""The grid is kept as it is answered: by who may evaluate, over nobody else's answers, and never once it is sent."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from cases.models import CaseEvent, Evaluation
from cases.services import save_evaluation_draft, submit_evaluation
from core.models import JournalEntry
from tests import build

pytestmark = pytest.mark.django_db
KEPT = "Brouillon enregistré à"


class Page:
    """One tab on the grid: what it read, what is answered on it, and its automatic saves."""

    def __init__(self, evaluation: Evaluation, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.url = reverse("cases:evaluation", args=[evaluation.case.reference, evaluation.pk])
        form = self.client.get(self.url).context["form"]
        self.typed = {name: form[name].value() or "" for name in form.fields}

    def send(self, act: str, **changes: str) -> HttpResponse:
        self.typed |= changes
        return self.client.post(self.url, {**self.typed, "act": act})

    def auto(self, *, heard: bool = True, **changes: str) -> str:
        """What the line says. Unless it was not heard, the page takes the hidden fields that come with it."""
        answer = self.send("auto", **changes)
        assert answer.status_code == 200
        text = answer.content.decode()
        if heard:
            hidden = re.findall(r'name="(\w+)" value="([^"]*)" id="id_\w+" hx-swap-oob', text)
            self.typed |= {name: unescape(value) for name, value in hidden}
        return unescape(text)


@pytest.fixture
def evaluation() -> Evaluation:
    return build.a_threat().evaluations.get()


@pytest.fixture
def page(evaluation: Evaluation) -> Page:
    return Page(evaluation, evaluation.threat.logged_by)


def asks_of(page: HttpResponse) -> str:
    """The form that saves by itself, if the page has one."""
    found = re.search(r'<form[^>]* hx-post="[^>]*>', page.content.decode())
    return found[0] if found else ""


def answered() -> dict[str, str]:
    return Evaluation.objects.get().answers


def test_what_is_answered_is_kept_and_found_again(page: Page, evaluation: Evaluation) -> None:
    assert KEPT in page.auto(q_fear="yes", comment="Il ne sort plus.")
    again = Page(evaluation, evaluation.threat.logged_by)
    assert (again.typed["q_fear"], again.typed["comment"]) == ("yes", "Il ne sort plus.")


def test_each_save_stands_on_the_one_before(page: Page) -> None:
    for number, answer in enumerate(("yes", "no", "unknown"), 2):
        assert KEPT in page.auto(q_fear=answer)
        assert page.typed["version"] == str(number)
    assert answered() == {"fear": "unknown"}


def test_nothing_new_writes_nothing_and_no_save_is_an_act_of_the_file(page: Page) -> None:
    events, entries = CaseEvent.objects.count(), JournalEntry.objects.count()
    assert KEPT in page.auto()
    assert (Evaluation.objects.get().version, Evaluation.objects.get().contributors) == (1, [])
    page.auto(q_fear="yes")
    assert KEPT in page.auto(q_fear="yes")
    assert Evaluation.objects.get().version == 2
    assert (CaseEvent.objects.count(), JournalEntry.objects.count()) == (events, entries)


def test_who_saves_by_itself_is_a_contributor_as_by_the_button(page: Page, evaluation: Evaluation) -> None:
    page.auto(q_fear="yes")
    assert Evaluation.objects.get().contributors == [evaluation.threat.logged_by.pk]


def test_a_second_tab_is_told_and_loses_nothing(page: Page, evaluation: Evaluation) -> None:
    other = Page(evaluation, build.referent(email="collegue@portail.example", first_name="Nora"))
    other.auto(q_fear="no")
    line = page.auto(q_fear="yes")
    assert "Nora Invente a modifié cette évaluation à" in line
    assert "Vos dernières réponses ne sont pas enregistrées" in line
    assert KEPT not in line
    assert answered() == {"fear": "no"}
    compared = page.send("draft")
    assert compared.context["form"].conflict.differences[0].stored == "non"
    assert compared.context["form"]["q_fear"].value() == "yes"
    # Where two persons differ, a button decides: that page no longer saves by itself.
    assert asks_of(compared) == ""


def test_what_the_other_tab_alone_changed_is_taken_and_not_undone(page: Page, evaluation: Evaluation) -> None:
    page.auto(q_fear="yes")
    other = Page(evaluation, build.referent(email="collegue@portail.example"))
    other.auto(q_fear="no")
    form = page.send("draft", q_weapon_access="yes").context["form"]
    # Saved by itself, « yes » is what the page has read: it did not change it since.
    assert [line.stored for line in form.conflict.adopted] == ["non"]
    assert form["q_weapon_access"].value() == "yes"


def test_a_page_does_not_meet_its_own_save_whose_answer_it_has_not_heard(page: Page) -> None:
    page.auto(q_fear="yes", heard=False)
    assert KEPT in page.auto(q_fear="no", heard=False)
    assert page.send("draft", q_fear="unknown").status_code == 302
    assert answered() == {"fear": "unknown"}


def test_a_save_that_comes_late_does_not_undo_what_the_button_kept(page: Page) -> None:
    page.auto(q_fear="yes", heard=False)
    page.send("draft", q_fear="no")
    assert KEPT not in page.auto(q_fear="yes")
    assert answered() == {"fear": "no"}


def test_another_page_with_the_same_name_of_page_is_still_another(page: Page, evaluation: Evaluation) -> None:
    user = evaluation.threat.logged_by
    page.auto(q_fear="yes", heard=False)
    save_evaluation_draft(evaluation=evaluation, version=2, answers={}, user=user, actor=build.actor(user))
    assert KEPT not in page.auto(q_fear="no")
    assert answered() == {}


def test_nothing_is_saved_by_itself_once_it_is_sent(page: Page, evaluation: Evaluation) -> None:
    sent = build.submitted(evaluation.threat)
    for version in (page.typed["version"], str(sent.version)):
        line = page.auto(q_fear="yes", version=version)
        assert "Rien n'est plus enregistré ici." in line
        assert KEPT not in line
    assert Evaluation.objects.get().answers == sent.answers


def test_it_never_sends_even_when_all_is_answered(page: Page, evaluation: Evaluation) -> None:
    every = {f"q_{code}": answer for code, answer in build.answers(evaluation).items()}
    assert KEPT in page.auto(**every)
    assert Evaluation.objects.get().state == "todo"
    assert page.send("").status_code == 302
    assert Evaluation.objects.get().state == "submitted"


def test_what_is_wrong_is_named_and_stays_on_the_page(page: Page) -> None:
    line = page.auto(q_fear="yes", departure_reason="x" * 5_000)
    assert "à corriger : « Pourquoi un autre niveau que celui de la grille »" in line
    assert answered() == {}


@pytest.mark.parametrize("role", [Role.UNIT_HEAD, Role.INSTRUCTOR, Role.DECIDER])
def test_a_role_that_does_not_evaluate_is_refused(page: Page, role: Role) -> None:
    page.client.force_login(build.posted(role))
    assert page.send("auto", q_fear="yes").status_code == 403
    assert answered() == {}


def test_a_referent_of_another_unit_finds_nothing_and_a_colleague_saves(page: Page) -> None:
    page.client.force_login(build.referent(build.a_unit("2", name="Gien"), email="gien@portail.example"))
    assert page.send("auto", q_fear="yes").status_code == 404
    assert answered() == {}
    page.client.force_login(build.referent(email="collegue@portail.example"))
    assert KEPT in page.auto(q_fear="yes")


def test_a_page_that_reads_an_evaluation_saves_nothing_by_itself(evaluation: Evaluation) -> None:
    sent = build.submitted(evaluation.threat)
    client = Client()
    client.force_login(build.unit_head())
    url = reverse("cases:evaluation", args=[sent.case.reference, sent.pk])
    assert asks_of(client.get(url)) == ""


def test_the_form_asks_for_it_and_works_without(page: Page) -> None:
    form = asks_of(page.client.get(page.url))
    assert "input delay:2s, change delay:300ms" in form
    assert json.loads(unescape(re.search(r'hx-vals="([^"]+)"', form)[1])) == {"act": "auto"}
    assert page.send("draft", q_fear="yes", window="").status_code == 302
    assert answered() == {"fear": "yes"}


def test_sending_from_a_page_that_has_just_saved_is_not_a_conflict(page: Page, evaluation: Evaluation) -> None:
    user = evaluation.threat.logged_by
    page.auto(q_fear="yes", heard=False)
    sent = submit_evaluation(
        evaluation=evaluation,
        version=1,
        answers=build.answers(evaluation),
        signed_level=None,
        page=page.typed["window"],
        user=user,
        actor=build.actor(user),
    )
    assert (sent.state, sent.saved_page) == ("submitted", "")
