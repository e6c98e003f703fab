"""The queue: by age in hours, with the level of danger; what waits beyond a day climbs to the roster, once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Notification, User
from call_buttons.models import CallButtonEscalation, CallButtonRequest, CallButtonRules
from call_buttons.selectors import pending_requests
from call_buttons.services import escalate_waiting_requests, give_opinion, send_due_reminders
from core.models import OutboxMessage
from tests import build
from tests.call_buttons.test_database_rules import refused
from tests.call_buttons.test_withdrawals import withdrawn

QUEUE = "/boutons-appel/"
KEY = "waiting:"


def on(*moment: int):
    return time_machine.travel(build.at(2026, *moment), tick=False)


def asked(*moment: int, name: str = "Inventée", **evaluated) -> CallButtonRequest:
    with on(*moment):
        user = User.objects.filter(postings__role=Role.REFERENT).first() or build.referent()
        threat = build.a_threat(user=user, official=build.an_official(name))
        build.validated(threat, **evaluated)
        return build.a_request(threat=threat)


def page(user: User, url: str, *moment: int) -> str:
    with on(*moment):
        client = Client()
        client.force_login(User.objects.get(pk=user.pk))
        return client.get(url).content.decode()


def swept(*moment: int) -> int:
    with on(*moment):
        return escalate_waiting_requests()


@pytest.mark.django_db
def test_the_queue_and_the_home_pages_say_the_age_in_hours_and_the_level() -> None:
    asked(3, 1, 12)
    asked(3, 3, 11, name="Récente")
    for user in (build.decider(), build.posted(Role.INSTRUCTOR)):
        queue, home = page(user, QUEUE, 3, 3, 16), page(user, "/", 3, 3, 16)
        assert "depuis 52 h" in queue
        assert "depuis 5 h" in queue
        assert queue.index("depuis 52 h") < queue.index("depuis 5 h")
        assert queue.count("fr-badge--error") == home.count("portal-todo__item--late") == 1
        assert "attend depuis 52 h" in home
        assert "danger élevé" in home


@pytest.mark.django_db
def test_the_queue_is_filtered_by_level_and_an_unknown_one_shows_all() -> None:
    asked(3, 1, name="Haute")
    asked(3, 1, name="Basse", signed_level=1, departure_reason="Rien de plus.")
    decider = build.decider()
    with on(3, 1):
        levels = set(pending_requests(user=decider).values_list("evaluation__signed_level", flat=True))
    assert 1 in levels
    low = page(decider, f"{QUEUE}?niveau=1", 3, 2)
    assert "Basse" in low
    assert "Haute" not in low
    assert "Haute" in page(decider, f"{QUEUE}?niveau=x", 3, 2)


@pytest.mark.django_db
def test_i_take_care_of_it_is_answered_from_the_queue() -> None:
    with on(2, 16):
        grant = build.granted()
    with on(4, 16):
        send_due_reminders()
    referent = grant.decision.request.requested_by
    assert "Je m'en occupe" in page(referent, QUEUE, 4, 16)
    assert "Je m'en occupe" not in page(build.posted(Role.CALAE_ANALYST), QUEUE, 4, 16)


@pytest.mark.django_db
def test_the_queue_costs_the_same_queries_whatever_it_holds(monkeypatch) -> None:
    # Asked once in ten seconds, whatever the page: here once.
    monkeypatch.setattr("core.heartbeat.BELIEVED", 3600.0)
    asked(3, 1)
    decider = build.decider()

    def cost() -> int:
        with on(3, 2, 14):
            client = Client()
            client.force_login(User.objects.get(pk=decider.pk))
            with CaptureQueriesContext(connection) as captured:
                client.get(QUEUE)
        return len(captured)

    cost()  # what is cached for the life of the process is not counted
    alone = cost()
    for number in range(2):
        asked(3, 1, name=f"Nom{number}")
    assert cost() == alone
    for number in range(2, 29):
        asked(3, 1, name=f"Nom{number}")
    assert cost() == alone
    swept(3, 2, 13)
    assert cost() == alone


@pytest.mark.django_db
def test_a_day_without_an_answer_is_told_once_to_the_whole_roster() -> None:
    request = asked(3, 1, 12)
    build.decider(), build.posted(Role.INSTRUCTOR), build.decider(departement_code="974")
    assert swept(3, 2, 11, 59) == 0
    assert swept(3, 2, 12) == 1
    assert swept(3, 2, 12, 1) == swept(3, 9) == 0
    told = {one.user.email.split("@")[0] for one in Notification.objects.filter(dedupe_key__startswith=KEY)}
    assert told == {"decider.45", "instructor.45", "unit_head.45"}
    messages = OutboxMessage.objects.filter(dedupe_key__startswith=KEY)
    assert messages.count() == CallButtonEscalation.objects.get().people == 3
    for message in messages:
        assert not any(word in f"{message.subject} {message.body}".lower() for word in ("inventée", "bouton"))
    assert request.case.events.filter(sentence__contains="permanence du département est prévenue").count() == 1
    decider = User.objects.get(email="decider.45@portail.example")
    assert "Permanence prévenue" in page(decider, QUEUE, 3, 3)
    assert "3 personnes" in page(decider, f"/boutons-appel/demandes/{request.pk}/", 3, 3)


@pytest.mark.django_db
def test_an_opinion_starts_the_delay_again_and_opening_the_page_does_not() -> None:
    request = asked(3, 1, 12)
    instructor = build.posted(Role.INSTRUCTOR)
    with on(3, 2, 10):
        signed = {"user": instructor, "actor": build.actor(instructor)}
        give_opinion(request=request, version=1, opinion="favourable", text="Oui.", **signed)
    page(instructor, f"/boutons-appel/demandes/{request.pk}/", 3, 3, 9)
    assert swept(3, 3, 9, 59) == 0
    assert swept(3, 3, 10) == 1


@pytest.mark.django_db
def test_what_is_decided_or_withdrawn_does_not_climb() -> None:
    request, other = asked(3, 1, 12), asked(3, 1, 12, name="Autre")
    with on(3, 1, 18):
        build.refused(request)
        withdrawn(other)
    assert swept(3, 9) == 0


@pytest.mark.django_db
def test_the_delay_is_a_dated_parameter() -> None:
    asked(3, 1, 12)
    build.decider()
    current = CallButtonRules.on(build.date(2026, 3, 1))
    CallButtonRules.objects.create(
        in_force_from=build.date(2026, 3, 1), evaluation_max_age_days=30, remedy=current.remedy, escalation_hours=4
    )
    assert (swept(3, 1, 15, 59), swept(3, 1, 16)) == (0, 1)


@pytest.mark.django_db
def test_nobody_to_tell_is_a_fault_that_the_page_shows() -> None:
    request = asked(3, 1, 12)
    User.objects.filter(postings__role=Role.UNIT_HEAD).update(is_active=False)
    assert swept(3, 2, 12) == 1
    assert "Personne à prévenir" in page(request.requested_by, f"/boutons-appel/demandes/{request.pk}/", 3, 2, 13)


@pytest.mark.django_db
def test_a_batch_costs_the_same_queries_for_one_request_or_three() -> None:
    asked(3, 1, 12)
    build.decider()

    def cost(number: int, *moment: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert swept(*moment) == number
        return len(captured)

    alone = cost(1, 3, 2, 12)
    for name in ("Une", "Deux", "Trois"):
        asked(3, 2, 12, name=name)
    assert cost(3, 3, 3, 12) == alone


@pytest.mark.django_db
def test_the_database_refuses_an_escalation_too_early_after_a_decision_or_twice() -> None:
    request = asked(3, 1, 12)

    def escalate(*moment: int) -> None:
        with transaction.atomic():
            CallButtonEscalation.objects.create(request=request, at=build.at(2026, *moment), people=1)

    with pytest.raises(IntegrityError, match="délai passé"):
        escalate(3, 2, 11, 59)
    escalate(3, 2, 12, 0)
    with pytest.raises(IntegrityError, match="request_id"):
        escalate(3, 2, 12, 0)
    for act in ("UPDATE {} SET people = 0", "DELETE FROM {}", "TRUNCATE {}"):
        refused(act.format("call_buttons_callbuttonescalation"))
    other = asked(3, 1, 12, name="Autre")
    with on(3, 1, 13):
        build.refused(other)
    with pytest.raises(IntegrityError, match="ne monte plus"), transaction.atomic():
        CallButtonEscalation.objects.create(request=other, at=build.at(2026, 3, 3), people=1)


def test_runs_at_once_tell_people_once(committed_db: None) -> None:
    asked(3, 1, 12)
    build.decider()

    def run(_: int) -> int:
        try:
            return escalate_waiting_requests()
        finally:
            connections.close_all()

    with on(3, 2, 12), ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(run, range(6))) == 1
    assert OutboxMessage.objects.filter(dedupe_key__startswith=KEY).count() == 2
