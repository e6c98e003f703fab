"""The prepared end: five answers within the thirty days, of which a decision-maker takes note."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from call_buttons.models import (
    CallButtonAcknowledgement,
    CallButtonEndAcceptance,
    CallButtonEndPlan,
    CallButtonExpiry,
    CallButtonGrant,
)
from call_buttons.selectors import ends_of_week, grants_to_renew
from call_buttons.services import (
    ActRefused,
    EndAnswers,
    EndChanged,
    accept_end,
    save_end_plan,
    send_due_reminders,
    tell_expired_grants,
)
from cases.models import CaseTask
from core.models import OutboxMessage
from tests import build
from tests.call_buttons.test_database_rules import refused

pytestmark = pytest.mark.django_db
# To Thursday 14 May 2026, Ascension: prepared from 14 April, decided by the 13th.
OPENS, WEEK, LAST, AFTER = (4, 14), (5, 11), (5, 14), (5, 15)
TEXTS = {
    "danger": "L'auteur est en détention.",
    "replacement": "Passages de patrouille.",
    "comeback": "Sa libération.",
    "device_return": "Le 15 au matin, à la brigade.",
}


def on(*day: int, hour: int = 12):
    return time_machine.travel(build.at(2026, *day, hour), tick=False)


@pytest.fixture
def grant() -> CallButtonGrant:
    with on(2, 14):
        return build.granted()


def requester(grant: CallButtonGrant) -> User:
    return User.objects.get(pk=grant.request.requested_by_id)


def answers(grant: CallButtonGrant) -> EndAnswers:
    return EndAnswers(caller=requester(grant), person_told=True, **TEXTS)


def prepared(
    grant: CallButtonGrant, *day: int, version: int = 0, by: User | None = None, **changes
) -> CallButtonEndPlan:
    by = by or requester(grant)
    given = replace(answers(grant), **changes)
    with on(*(day or WEEK)):
        return save_end_plan(grant=grant, version=version, answers=given, user=by, actor=build.actor(by))


def accepted(grant: CallButtonGrant, *day: int, version: int = 1, by: User | None = None) -> CallButtonEndAcceptance:
    by = by or User.objects.get(email="decider.45@portail.example")
    with on(*(day or WEEK)):
        return accept_end(grant=grant, version=version, user=by, actor=build.actor(by))


def url(name: str, grant: CallButtonGrant) -> str:
    return reverse(f"call_buttons:{name}", args=[grant.request_id])


def ask(user: User, address: str, data: dict | None = None, day: tuple[int, int] = WEEK):
    with on(*day):
        client = Client()
        client.force_login(User.objects.get(pk=user.pk))
        return client.get(address) if data is None else client.post(address, data)


def test_the_end_opens_thirty_days_before_for_the_referent_and_the_instructor(grant) -> None:
    with pytest.raises(ActRefused, match="à partir du 14/04/2026"):
        prepared(grant, 4, 13)
    assert prepared(grant, *OPENS).version == 1
    instructor = build.posted(Role.INSTRUCTOR)
    assert prepared(grant, *OPENS, version=1, by=instructor).version == 2


def test_a_draft_is_kept_as_typed_and_the_page_says_what_is_missing(grant) -> None:
    page, form = url("request", grant), url("prepare_end", grant)
    referent = requester(grant)
    assert "Fin non préparée" in ask(referent, page).content.decode()
    assert ask(referent, form, {"version": "0", "danger": "Moins fort."}).status_code == 302
    shown = ask(referent, page).content.decode()
    assert "Moins fort." in shown
    assert "Des réponses manquent" in shown
    assert "Moins fort." in ask(referent, form).content.decode()
    full = TEXTS | {"version": "1", "caller": referent.pk, "person_told": "no"}
    assert ask(referent, form, full).status_code == 302
    assert "Un décideur doit encore en prendre acte" in ask(referent, page).content.decode()
    assert list(CallButtonEndPlan.objects.order_by("version").values_list("version", flat=True)) == [1, 2]


def test_two_who_write_at_once_see_what_the_other_wrote_and_lose_nothing(grant) -> None:
    instructor = build.posted(Role.INSTRUCTOR)
    prepared(grant, by=instructor, danger="Vu par la préfecture.")
    with pytest.raises(EndChanged):
        prepared(grant)
    page = ask(requester(grant), url("prepare_end", grant), {"version": "0", "danger": "Vu par l'unité."})
    assert page.status_code == 422
    assert "Vu par la préfecture." in page.content.decode()
    assert "Vu par l&#x27;unité." in page.content.decode()


def test_the_decider_takes_note_on_the_page_and_the_end_is_decided(grant) -> None:
    prepared(grant)
    decider = User.objects.get(postings__role=Role.DECIDER)
    assert "Prendre acte de la fin" in ask(decider, url("request", grant)).content.decode()
    assert ask(decider, url("take_note", grant), {"version": "1"}).status_code == 302
    with on(*WEEK):
        assert list(grants_to_renew(user=decider)) == ends_of_week(user=decider, limit=9)[0] == []
    with on(*AFTER):
        assert tell_expired_grants() == send_due_reminders() == 0
        assert (
            "sans décision"
            not in ask(decider, reverse("cases:detail", args=[grant.case.reference]), day=AFTER).content.decode()
        )
    task = CaseTask.objects.get(dedupe_key=f"end_call:{grant.pk}")
    assert (task.assignee, task.due_at, task.kind) == (requester(grant), build.at(2026, 6, 13, 23, 59), "exit_call")


def test_once_taken_note_of_no_reminder_waits_for_an_answer(grant) -> None:
    with on(*OPENS):
        send_due_reminders()
    prepared(grant)
    page, act = url("request", grant), url("acknowledge", grant)
    assert act in ask(requester(grant), page).content.decode()
    accepted(grant)
    assert act not in ask(requester(grant), page).content.decode()
    assert ask(requester(grant), act, {}).status_code == 302
    assert not CallButtonAcknowledgement.objects.exists()


def test_the_referents_and_the_elu_are_told_without_a_fact(grant) -> None:
    build.official_account(grant.official)
    prepared(grant)
    acceptance = accepted(grant)
    messages = OutboxMessage.objects.filter(dedupe_key__startswith=f"end:{acceptance.pk}")
    assert messages.count() == 2
    for message in messages:
        assert not any(word in f"{message.subject} {message.body}".lower() for word in ("inventée", "bouton", "2026"))


def test_a_renewal_may_still_be_asked_for_and_then_nothing_is_taken_note_of(grant) -> None:
    prepared(grant)
    accepted(grant)
    with on(5, 12):
        threat = grant.case.threats.get()
        build.start_again(threat)
        request = build.a_request(threat=build.validated(threat).threat)
        assert request.renews_id == grant.pk
        renewal = build.granted(request)
    assert renewal.first_day == build.date(2026, 5, 15)


def test_a_pending_renewal_is_decided_first(grant) -> None:
    prepared(grant)
    with on(*WEEK):
        threat = grant.case.threats.get()
        build.start_again(threat)
        request = build.a_request(threat=build.validated(threat).threat)
    with pytest.raises(ActRefused, match="décidez-en d'abord"):
        accepted(grant)
    with on(*WEEK):
        build.granted(request)
    with pytest.raises(ActRefused, match="renouvelée"):
        accepted(grant)
    assert "Fin non préparée" not in ask(requester(grant), url("request", grant)).content.decode()


def test_what_its_button_hides_is_refused(grant) -> None:
    decider = User.objects.get(postings__role=Role.DECIDER)
    with pytest.raises(ActRefused, match="cinq réponses"):
        accepted(grant, version=0)
    prepared(grant, comeback="")
    with pytest.raises(ActRefused, match="cinq réponses"):
        accepted(grant)
    prepared(grant, version=1)
    with pytest.raises(ActRefused, match="a changé"):
        accepted(grant, version=1)
    assert "Prendre acte de la fin" not in ask(requester(grant), url("request", grant)).content.decode()
    assert ask(requester(grant), url("take_note", grant), {"version": "2"}).status_code == 403
    assert ask(build.decider(departement_code="974"), url("take_note", grant), {"version": "2"}).status_code == 404
    assert ask(decider, url("prepare_end", grant), TEXTS | {"version": "2"}).status_code == 403
    assert not CallButtonEndAcceptance.objects.exists()


def test_who_wrote_a_version_does_not_take_note_of_the_end(grant) -> None:
    author = build.posted(Role.INSTRUCTOR)
    prepared(grant, by=author)
    prepared(grant, version=1)
    build.add_posting(author, Role.DECIDER)
    author = User.objects.get(pk=author.pk)
    with pytest.raises(ActRefused, match="une autre personne"):
        accepted(grant, version=2, by=author)
    assert "une autre personne en prend acte" in ask(author, url("request", grant)).content.decode()
    assert accepted(grant, version=2)


def test_the_caller_is_a_referent_of_the_unit(grant) -> None:
    stranger = build.referent(build.a_unit("2", name="Brigade de Gien"))
    with pytest.raises(ActRefused, match="référente de l'unité"):
        prepared(grant, caller=stranger)


def test_the_week_says_whether_the_end_is_prepared(grant) -> None:
    decider = User.objects.get(postings__role=Role.DECIDER)
    week = reverse("call_buttons:week")
    assert "Fin non préparée" in ask(decider, week).content.decode()
    prepared(grant)
    assert "Fin préparée, à acter" in ask(decider, week).content.decode()


def test_taking_note_after_the_end_clears_what_was_expired(grant) -> None:
    with on(*AFTER):
        assert tell_expired_grants() == 1
    prepared(grant, *AFTER)
    accepted(grant, *AFTER)
    with on(*AFTER):
        assert not grants_to_renew(user=requester(grant)).exists()


def written(grant: CallButtonGrant, **changes) -> CallButtonEndPlan:
    """Past the service: what the database itself says."""
    usual = TEXTS | {"version": 1, "caller": requester(grant), "person_told": True, "written_by": requester(grant)}
    usual["written_at"] = build.at(2026, *WEEK)
    with transaction.atomic():
        return CallButtonEndPlan.objects.create(id=uuid4(), grant=grant, **(usual | changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"written_at": build.at(2026, 4, 13)}, "trente jours"),
        ({"version": 2}, "se suivent"),
        ({"written_by": "decider"}, "préparée par"),
        ({"caller": "decider"}, "référent de l'unité"),
    ],
)
def test_the_database_refuses_an_end_prepared_out_of_time_of_order_or_by_others(grant, changes, said) -> None:
    people = {name: User.objects.get(postings__role=value) for name, value in changes.items() if value == "decider"}
    with pytest.raises(IntegrityError, match=said):
        written(grant, **(changes | people))


def note_of(plan: CallButtonEndPlan, by: User, day: tuple[int, int] = WEEK) -> None:
    with transaction.atomic():
        CallButtonEndAcceptance.objects.create(grant_id=plan.grant_id, plan=plan, by=by, at=build.at(2026, *day))


def test_the_database_takes_note_of_a_complete_end_only_once_and_by_a_decider_of_the_place(grant) -> None:
    decider = User.objects.get(postings__role=Role.DECIDER)
    half = written(grant, comeback="")
    with pytest.raises(IntegrityError, match="cinq réponses"):
        note_of(half, decider)
    whole = written(grant, version=2)
    for plan, by, said in (
        (half, decider, "dernière version"),
        (whole, requester(grant), "n'en prend pas acte"),
        (whole, build.decider(departement_code="974"), "Seul un décideur"),
        (whole, build.decider(email="parti@portail.example", end=build.date(2026, 5, 1)), "Seul un décideur"),
    ):
        with pytest.raises(IntegrityError, match=said):
            note_of(plan, by)
    note_of(whole, decider)
    with pytest.raises(IntegrityError):
        note_of(whole, decider)


def test_the_database_freezes_an_end_taken_note_of_and_lets_nothing_be_called_expired(grant) -> None:
    prepared(grant)
    accepted(grant)
    with pytest.raises(IntegrityError, match="ne change plus"):
        written(grant, version=2)
    with pytest.raises(IntegrityError, match="n'est pas échue"), transaction.atomic():
        CallButtonExpiry.objects.create(grant=grant, at=build.at(2026, *AFTER))
    for table in ("endplan", "endacceptance"):
        for act in ("UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
            refused(act.format(f"call_buttons_callbutton{table}"))


def test_once_extended_the_end_that_is_prepared_is_that_of_the_extension(grant) -> None:
    with on(*WEEK):
        extension = build.extended(grant, to=date(2026, 5, 18))
    with pytest.raises(ActRefused, match="renouvelée ou prolongée"):
        prepared(grant)
    answer = ask(requester(grant), url("prepare_end", grant), {"version": 0, **TEXTS, "person_told": "yes"})
    assert answer.status_code == 302
    assert CallButtonEndPlan.objects.get().grant == extension


def test_a_renewal_asked_before_the_extension_is_decided_before_its_end_is_taken_note_of(grant) -> None:
    with on(*WEEK):
        build.a_request(threat=build.a_threat(user=requester(grant), case=grant.case))
        extension = build.extended(grant, to=date(2026, 5, 18))
    prepared(extension)
    with pytest.raises(ActRefused, match="Un renouvellement est demandé"):
        accepted(extension)
    assert "renouvellement" in refused(
        "INSERT INTO call_buttons_callbuttonendacceptance (id, grant_id, plan_id, by_id, at)"
        " SELECT gen_random_uuid(), p.grant_id, p.id, %s, '2026-05-11 12:00+02' FROM call_buttons_callbuttonendplan p",
        User.objects.get(email="decider.45@portail.example").pk,
    )
