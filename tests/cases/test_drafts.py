"""A threat being typed: kept, resumed, never seen by another, logged once, forgotten after a month."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cases.models import Case, Threat, ThreatDraft
from cases.services import ActRefused, log_draft, purge_old_drafts, save_draft
from core import clock
from tests import build
from tests.pages.steps import Steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def steps() -> Steps:
    return Steps(build.referent(), build.an_official())


def test_five_steps_log_one_threat_and_leave_no_draft(steps) -> None:
    response = steps.walk()
    threat = Threat.objects.get()
    assert response.url == reverse("cases:detail", args=[threat.case.reference])
    assert threat.pk == steps.draft_id
    assert [victim.official for victim in threat.victims.all()] == [steps.official]
    assert not ThreatDraft.objects.exists()


def test_a_second_click_leads_to_the_file_and_logs_nothing_more(steps) -> None:
    steps.walk()
    again = steps.send("suites")
    assert again.status_code == 302
    assert again.url == reverse("cases:detail", args=[Case.objects.get().reference])
    assert Threat.objects.count() == 1


def test_the_service_called_twice_gives_the_same_threat() -> None:
    user, official = build.referent(), build.an_official()
    draft = build.a_draft(user, official)
    arguments = {"draft": draft, "unit": build.a_unit(), "facts": build.facts(), "user": user}
    first = log_draft(**arguments, actor=build.actor(user))
    assert log_draft(**arguments, actor=build.actor(user)).pk == first.pk


def test_a_draft_is_kept_encrypted_and_resumed_by_its_author_on_another_machine(steps) -> None:
    steps.send("victimes")
    steps.send("faits", place="Devant l'école")
    elsewhere = Client()
    elsewhere.force_login(steps.user)
    page = elsewhere.get(reverse("cases:new"))
    assert "Brouillons à terminer" in page.content.decode()
    step = elsewhere.get(steps.url("faits"))
    assert step.context["form"]["place"].value() == "Devant l'école"
    assert "école" not in str(list(ThreatDraft.objects.values()))


def test_another_person_has_no_such_draft(steps) -> None:
    steps.send("victimes")
    colleague = Client()
    colleague.force_login(build.referent(email="collegue@portail.example"))
    assert colleague.get(steps.url("victimes")).status_code == 404
    assert colleague.post(reverse("cases:draft_abandon", args=[steps.draft_id])).status_code == 404
    assert "Brouillons à terminer" not in colleague.get(reverse("cases:new")).content.decode()
    assert ThreatDraft.objects.count() == 1


def test_what_is_typed_is_saved_as_it_is_typed_even_wrong(steps) -> None:
    saved = steps.send("victimes", act="auto")
    assert "Brouillon enregistré à" in saved.content.decode()
    steps.send("faits", act="auto", occurred_date="30/02/2026")
    assert ThreatDraft.objects.get().typed("faits")["occurred_date"] == ["30/02/2026"]
    shown = steps.client.get(steps.url("faits")).content.decode()
    assert 'value="30/02/2026"' in shown
    assert "erreur" not in shown


def test_going_back_checks_nothing_and_loses_nothing(steps) -> None:
    steps.send("victimes")
    back = steps.send("faits", act="back", nature="", place="Rue Basse")
    assert back.url == steps.url("victimes")
    assert steps.client.get(steps.url("faits")).context["form"]["place"].value() == "Rue Basse"


def test_the_end_leads_back_to_the_step_that_misses_an_answer(steps) -> None:
    for step in ("victimes", "faits", "recit"):
        steps.send(step)
    response = steps.send("suites")
    assert response.url == steps.url("auteur") + "?erreurs=1"
    assert "author_knowledge" in steps.client.get(response.url).context["form"].errors
    assert not Threat.objects.exists()


def test_two_windows_on_one_step_lose_nothing(steps) -> None:
    steps.send("victimes")
    version = str(ThreatDraft.objects.get().version)
    steps.send("faits", version=version, place="Première fenêtre")
    response = steps.send("faits", version=version, place="Seconde fenêtre")
    assert response.status_code == 409
    page = response.content.decode()
    assert "Première fenêtre" in page
    assert "Seconde fenêtre" in page
    steps.send("faits", version=str(response.context["form"]["version"].value()), place="Seconde fenêtre")
    assert ThreatDraft.objects.get().typed("faits")["place"] == ["Seconde fenêtre"]


def test_a_page_does_not_meet_its_own_automatic_save_nor_is_undone_by_a_late_one(steps) -> None:
    steps.send("victimes")
    page = {"version": str(ThreatDraft.objects.get().version), "window": "page"}
    steps.send("faits", act="auto", place="Rue", **page)
    assert steps.send("faits", place="Rue Basse", **page).status_code == 302
    steps.send("faits", act="auto", place="Rue B", **page)
    assert ThreatDraft.objects.get().typed("faits")["place"] == ["Rue Basse"]


def test_two_windows_on_two_steps_do_not_meet(steps) -> None:
    steps.send("victimes")
    version = str(ThreatDraft.objects.get().version)
    assert steps.send("faits", version=version).status_code == 302
    assert steps.send("recit", version=version).status_code == 302


def test_a_late_automatic_save_does_not_bring_a_logged_draft_back(steps) -> None:
    steps.walk()
    late = steps.client.post(
        reverse("cases:new_for", args=[steps.official.pk]),
        {"draft": str(steps.draft_id), "version": "0", "act": "auto", "official_targeted": "on"},
    )
    assert "déjà enregistrée" in late.content.decode()
    assert not ThreatDraft.objects.exists()


def test_a_draft_untouched_for_a_month_is_forgotten_and_a_younger_one_is_not() -> None:
    user, official = build.referent(), build.an_official()
    with time_machine.travel(clock.now() - timedelta(days=31), tick=False):
        build.a_draft(user, official)
    young = build.a_draft(user, official)
    assert purge_old_drafts() == 1
    assert ThreatDraft.objects.get() == young


def test_a_draft_cannot_be_taken_over() -> None:
    user, official = build.referent(), build.an_official()
    draft = build.a_draft(user, official)
    thief = build.referent(email="voleur@portail.example")
    arguments = {"official": official, "case": None, "step": "faits", "number": 2, "typed": {}, "version": 9}
    with pytest.raises(ActRefused):
        save_draft(draft_id=draft.pk, **arguments, user=thief)
    assert save_draft(draft_id=uuid.uuid4(), **arguments, user=thief).stored is None


def test_abandoning_forgets_the_draft(steps) -> None:
    steps.send("victimes")
    assert steps.client.post(reverse("cases:draft_abandon", args=[steps.draft_id])).status_code == 302
    assert not ThreatDraft.objects.exists()
