"""Recours gracieux: dated, acknowledged, answered within two months by another person than the first."""

from datetime import date
from html import unescape

import pytest
import time_machine
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Notification, User
from call_buttons.enums import Outcome, RefusalMotive
from call_buttons.models import CallButtonDecision, CallButtonRequest
from call_buttons.services import ActRefused, GrantAct, answer_by, contest_decision, withdraw_request
from core.models import OutboxMessage
from tests import build

pytestmark = pytest.mark.django_db


def refused() -> CallButtonDecision:
    """A refusal of 10 March 2026, of an élue who has an account."""
    with time_machine.travel(build.at(2026, 3, 10), tick=False):
        official = build.an_official()
        build.official_account(official)
        return build.refused(build.a_request(official=official))


def elected(decision: CallButtonDecision) -> User:
    return User.objects.get(pk=decision.official.user_id)


def contested(decision: CallButtonDecision, statement: str = "La menace est revenue.") -> CallButtonRequest:
    user = elected(decision)
    return contest_decision(decision=decision, statement=statement, user=user, actor=build.actor(user))


def test_it_waits_in_the_queue_for_another_decision_maker_and_has_two_months() -> None:
    decision = refused()
    other = build.decider(email="autre@portail.example")
    with time_machine.travel(build.at(2026, 3, 31), tick=False):
        request = contested(decision)
    assert (request.is_pending, request.contests, request.assigned_to) == (True, decision, other)
    assert answer_by(request) == date(2026, 5, 31)
    assert Notification.objects.filter(user=other, dedupe_key=f"remedy:{request.pk}").exists()
    assert OutboxMessage.objects.filter(dedupe_key__startswith=f"remedy:{request.pk}").count() == 3


def test_who_decided_first_does_not_decide_the_recours_and_another_does() -> None:
    decision = refused()
    other = build.decider(email="autre@portail.example")
    with time_machine.travel(build.at(2026, 3, 20), tick=False):
        request = contested(decision)
        with pytest.raises(ActRefused, match="une autre personne doit décider du recours"):
            build.granted(request, by=decision.decided_by)
        grant = build.granted(request, by=other)
    assert f"recours formé contre la décision n° {decision.number}" in build.text_of(grant.decision)


def test_raw_sql_does_not_let_the_first_decision_maker_answer() -> None:
    decision = refused()
    with time_machine.travel(build.at(2026, 3, 20), tick=False):
        request = contested(decision)
    columns = [field.column for field in CallButtonDecision._meta.concrete_fields]
    changes = {"id": "gen_random_uuid()", "number": "'45-2026-BA-99999'", "request_id": f"'{request.pk}'"}
    values = ", ".join(changes.get(column, column) for column in columns)
    table = "call_buttons_callbuttondecision"
    with pytest.raises(Error, match="autre personne"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}")


@pytest.mark.parametrize(("month", "day", "accepted"), [(5, 10, True), (5, 11, False)])
def test_two_months_are_left_to_contest(month: int, day: int, accepted: bool) -> None:
    decision = refused()
    with time_machine.travel(build.at(2026, month, day, 23, 30), tick=False):
        if accepted:
            assert contested(decision)
            return
        with pytest.raises(ActRefused, match="a pris fin le 10/05/2026"):
            contested(decision)


def test_a_decision_is_contested_once_and_only_when_unfavourable() -> None:
    decision = refused()
    with time_machine.travel(build.at(2026, 3, 20), tick=False):
        contested(decision)
        with pytest.raises(ActRefused, match="déjà demandé"):
            contested(decision)
        threat = build.a_threat(user=decision.request.requested_by, official=build.an_official("Autre"))
        granting = build.granted(build.a_request(threat=threat)).decision
        user = elected(decision)
        with pytest.raises(ActRefused, match="favorable"):
            contest_decision(decision=granting, statement="Non.", user=user, actor=build.actor(user))


def test_a_suspension_is_not_contested_here_and_a_withdrawal_is() -> None:
    with time_machine.travel(build.at(2026, 3, 10), tick=False):
        official = build.an_official()
        build.official_account(official)
        grant = build.granted(build.a_request(official=official))
        suspended = build.acted(grant, GrantAct(Outcome.SUSPENDED, date(2026, 3, 11), "Voyage."))
        with pytest.raises(ActRefused, match="par courrier"):
            contested(suspended)
        end = GrantAct(Outcome.WITHDRAWN, date(2026, 3, 20), "Fin.", coded_motive=RefusalMotive.DANGER_ENDED)
        assert contested(build.acted(grant, end)).is_pending


def test_a_recours_does_not_keep_the_referent_from_a_new_request() -> None:
    decision = refused()
    build.decider(email="autre@portail.example")
    with time_machine.travel(build.at(2026, 3, 20), tick=False):
        contested(decision)
        threat = build.a_threat(user=decision.request.requested_by, case=decision.case)
        assert build.a_request(threat=threat).is_pending


def test_an_old_evaluation_is_refreshed_before_the_recours_is_granted() -> None:
    decision = refused()
    other = build.decider(email="autre@portail.example")
    with time_machine.travel(build.at(2026, 4, 20), tick=False):
        request = contested(decision)
        with pytest.raises(ActRefused, match="plus de 30 jours"):
            build.granted(request, by=other)
        build.validated(build.a_threat(user=decision.request.requested_by, case=decision.case))
        client = Client()
        client.force_login(decision.request.requested_by)
        assert client.post(reverse("call_buttons:update_ground", args=[request.pk])).status_code == 302
        assert build.granted(request, by=other)


def test_the_elue_asks_from_her_space_and_reads_when_she_is_answered() -> None:
    decision = refused()
    client = Client()
    client.force_login(elected(decision))
    url = reverse("call_buttons:contest", args=[decision.pk])
    with time_machine.travel(build.at(2026, 3, 20), tick=False):
        empty = client.post(url, {"statement": " "})
        assert (empty.status_code, "obligatoire" in empty.content.decode()) == (422, True)
        assert client.post(url, {"statement": "La menace est revenue."}).status_code == 302
        page = unescape(client.get(url).content.decode())
    assert "Reçue le 20/03/2026" in page
    assert "au plus tard le <strong>20/05/2026</strong>" in page


def test_another_elue_finds_nothing_at_that_address() -> None:
    decision = refused()
    client = Client()
    client.force_login(build.official_account(build.an_official("Voisine"), "voisine@portail.example"))
    url = reverse("call_buttons:contest", args=[decision.pk])
    assert [client.get(url).status_code, client.post(url, {"statement": "Non."}).status_code] == [404, 404]


def test_the_prefecture_reads_the_time_left_and_an_implicit_rejection_once_it_is_over() -> None:
    decision = refused()
    other = build.decider(email="autre@portail.example")
    with time_machine.travel(build.at(2026, 3, 20), tick=False):
        request = contested(decision)
    client = Client()
    client.force_login(other)
    url = reverse("call_buttons:request", args=[request.pk])
    for day, said in ((20, False), (21, True)):
        with time_machine.travel(build.at(2026, 5, day), tick=False):
            assert ("rejet implicite" in client.get(url).content.decode()) is said


def test_a_referent_does_not_withdraw_the_recours_of_the_elue() -> None:
    decision = refused()
    with time_machine.travel(build.at(2026, 3, 20), tick=False):
        request = contested(decision)
        user = decision.request.requested_by
        with pytest.raises(ActRefused, match="celui de l'élu"):
            withdraw_request(request=request, reason="Non.", user=user, actor=build.actor(user))
