"""« Requête retirée »: by the référents of the unit, before anything is decided, with a reason."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification, User
from call_buttons.enums import Outcome
from call_buttons.models import CallButtonDecision, CallButtonRequest, CallButtonWithdrawal
from call_buttons.services import (
    ActRefused,
    AlreadyDecided,
    grant_call_button,
    preview_decision,
    refuse_call_button,
    withdraw_request,
)
from core.models import OutboxMessage
from tests import build
from tests.call_buttons.test_database_rules import copy_of, refused

REASON = "Elle s'éloigne un mois."


def withdrawn(request: CallButtonRequest, *, by: User | None = None, reason: str = REASON) -> CallButtonWithdrawal:
    by = by or request.requested_by
    return withdraw_request(request=request, reason=reason, user=by, actor=build.actor(by))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


@pytest.mark.django_db
def test_the_page_withdraws_with_a_reason_and_keeps_it_for_those_who_read_the_request() -> None:
    request = build.a_request()
    url, page = (reverse(f"call_buttons:{name}", args=[request.pk]) for name in ("withdraw", "request"))
    client = signed_in(request.requested_by)
    assert url in client.get(page).content.decode()
    empty = client.post(url, {"reason": " "})
    assert empty.status_code == 422
    assert client.post(url, {"reason": REASON}).status_code == 302
    shown = client.get(page).content.decode()
    assert "Elle s&#x27;éloigne un mois." in shown
    assert url not in shown
    assert request.case.events.filter(sentence="Demande de bouton d'appel retirée.").count() == 1


@pytest.mark.django_db
def test_the_prefecture_and_the_requester_are_told_without_a_fact() -> None:
    request = build.a_request()
    build.decider(), build.posted(Role.INSTRUCTOR), build.decider(departement_code="974")
    withdrawn(request, by=build.referent(email="collegue@portail.example"))
    told = {one.user.email.split("@")[0] for one in Notification.objects.filter(dedupe_key__startswith="withdrawal:")}
    assert told == {"decider.45", "instructor.45", "referent.45-1"}
    messages = OutboxMessage.objects.filter(dedupe_key__startswith="withdrawal:")
    assert messages.count() == 3
    for message in messages:
        words = f"{message.subject} {message.body}".lower()
        assert not any(word in words for word in ("inventée", "bouton", "éloigne", request.case.reference))


@pytest.mark.django_db
def test_another_request_is_possible_afterwards() -> None:
    request = build.a_request()
    withdrawn(request)
    assert build.a_request(threat=request.evaluation.threat).is_pending


@pytest.mark.django_db
def test_a_withdrawn_request_is_neither_decided_nor_withdrawn_again() -> None:
    request = build.a_request()
    withdrawn(request)
    for act in (build.granted, build.refused, withdrawn):
        with pytest.raises(AlreadyDecided, match="déjà retirée"):
            act(CallButtonRequest.objects.get(pk=request.pk))


@pytest.mark.django_db
def test_a_decided_request_is_not_withdrawn_by_its_page_either() -> None:
    request = build.a_request()
    build.refused(request)
    url = reverse("call_buttons:withdraw", args=[request.pk])
    client = signed_in(request.requested_by)
    assert client.get(url).status_code == client.post(url, {"reason": REASON}).status_code == 302
    assert not CallButtonWithdrawal.objects.exists()
    with pytest.raises(ActRefused, match="déjà refusée"):
        withdrawn(CallButtonRequest.objects.get(pk=request.pk))


@pytest.mark.django_db
def test_raw_sql_does_not_withdraw_without_who_when_and_why() -> None:
    build.a_request()
    assert "qui retire" in refused("UPDATE call_buttons_callbuttonrequest SET state = 'withdrawn'")


def _insert(request: CallButtonRequest, user: User) -> str:
    return refused(
        "INSERT INTO call_buttons_callbuttonwithdrawal (id, request_id, reason, by_id, at)"
        " VALUES (gen_random_uuid(), %s, 'v1', %s, now())",
        request.pk,
        user.pk,
    )


@pytest.mark.django_db
def test_raw_sql_does_not_write_a_withdrawal_without_its_consequence_or_by_a_stranger() -> None:
    request = build.a_request()
    assert "est retirée" in _insert(request, request.requested_by)
    for stranger in (build.decider(), build.referent(build.a_unit("2", name="Brigade de Gien"))):
        assert "habilité dans l'unité" in _insert(request, stranger)
    build.refused(request)
    assert "en attente" in _insert(request, request.requested_by)


@pytest.mark.django_db
def test_raw_sql_decides_nothing_after_a_withdrawal_nor_changes_it() -> None:
    request, other = (
        build.a_request(),
        build.a_request(
            threat=build.a_threat(
                user=build.User.objects.get(postings__role="referent"), official=build.an_official("Autre")
            )
        ),
    )
    decision = build.refused(other)
    withdrawn(request)
    changes = {"id": "gen_random_uuid()", "number": "'45-2026-BA-99999'", "request_id": f"'{request.pk}'"}
    sql, pk = copy_of("call_buttons_callbuttondecision", type(decision), decision.pk, **changes)
    assert "déjà décidée" in refused(sql, pk)
    refused("UPDATE call_buttons_callbuttonrequest SET state = 'pending' WHERE id = %s", request.pk)
    for act in ("UPDATE {} SET reason = 'x'", "DELETE FROM {}", "TRUNCATE {}"):
        refused(act.format("call_buttons_callbuttonwithdrawal"))


def test_fifty_simultaneous_withdrawals_grants_and_refusals_have_exactly_one_outcome(committed_db: None) -> None:
    request, prefet = build.a_request(), build.decider()
    signed = {"user": prefet, "actor": build.actor(prefet)}
    granting = preview_decision(request=request, outcome=Outcome.GRANTED, user=signed["user"]).sha256
    refusing = preview_decision(
        request=request, outcome=Outcome.REFUSED, refusal=build.REFUSAL, user=signed["user"]
    ).sha256
    acts = [
        lambda: withdrawn(request),
        lambda: grant_call_button(request=request, previewed_sha256=granting, **signed),
        lambda: refuse_call_button(request=request, refusal=build.REFUSAL, previewed_sha256=refusing, **signed),
    ]

    def play(number: int) -> bool:
        try:
            acts[number % 3]()
        except AlreadyDecided:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(play, range(50))) == 1
    rows = CallButtonDecision.objects.count() + CallButtonWithdrawal.objects.count()
    assert (rows, CallButtonRequest.objects.get().is_pending) == (1, False)
