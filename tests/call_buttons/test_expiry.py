"""At local midnight, a protection without decision is told to those who must know: once, whatever is run."""

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification, User
from call_buttons.models import CallButtonExpiry, CallButtonGrant
from call_buttons.services import expiry, tell_expired_grants
from call_buttons.tasks import expire
from cases.models import CaseTask
from cases.services import merge_cases
from core.jobs import JobFailed
from core.models import OutboxMessage
from tests import build

pytestmark = pytest.mark.django_db
KEY = "expiry:"


def a_grant(name: str = "Inventée", *, account: bool = False) -> CallButtonGrant:
    """To 14 April 2026."""
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        user = User.objects.filter(postings__role=Role.REFERENT).first() or build.referent()
        official = build.an_official(name)
        if account:
            build.official_account(official)
        return build.granted(build.a_request(threat=build.a_threat(user=user, official=official)))


def run_on(*moment: int, zone: str = "Europe/Paris") -> int:
    with time_machine.travel(build.at(*moment, zone=zone), tick=False):
        return tell_expired_grants()


def told() -> set[str]:
    return {notice.user.email.partition("@")[0] for notice in Notification.objects.filter(dedupe_key__startswith=KEY)}


def test_at_midnight_and_not_before_each_of_those_who_must_know_is_told_once() -> None:
    grant = a_grant(account=True)
    assert run_on(2026, 4, 14, 23, 59) == 0
    assert run_on(2026, 4, 15, 0, 0) == 1
    assert run_on(2026, 4, 15, 0, 1) == run_on(2026, 6, 1) == 0
    assert told() == {"referent.45-1", "unit_head.45", "elue"}
    assert OutboxMessage.objects.filter(dedupe_key__startswith=KEY).count() == 3
    task = CaseTask.objects.get(dedupe_key=f"expiry:{grant.pk}")
    assert (task.role, task.title) == ("referent", "Préparer la suite : la protection a pris fin")
    assert task.due_at == build.at(2026, 4, 15, 23, 59)
    assert grant.case.events.filter(sentence__contains="échu le 14/04/2026").count() == 1


def test_the_midnight_is_that_of_the_place() -> None:
    unit = build.a_unit(departement_code="988", name="Brigade de Nouméa")
    with time_machine.travel(build.at(2026, 2, 16, zone="Pacific/Noumea"), tick=False):
        threat = build.a_threat(user=build.referent(unit))
        build.validated(threat, head=build.unit_head(departement_code="988"))
        build.granted(build.a_request(threat=threat), by=build.decider(departement_code="988"))
    assert run_on(2026, 5, 16, 23, 59, zone="Pacific/Noumea") == 0
    assert run_on(2026, 5, 17, 0, 0, zone="Pacific/Noumea") == 1


def test_a_decision_about_the_end_leaves_nothing_to_tell_and_a_pending_request_does_not() -> None:
    grant = a_grant()
    with time_machine.travel(build.at(2026, 4, 10), tick=False):
        threat = grant.case.threats.get()
        build.start_again(threat)
        request = build.a_request(threat=build.validated(threat).threat)
    with transaction.atomic():
        assert run_on(2026, 4, 15) == 1
        transaction.set_rollback(True)
    with time_machine.travel(build.at(2026, 4, 14), tick=False):
        build.granted(request)
    assert run_on(2026, 4, 15) == 0


def test_messages_carry_no_fact() -> None:
    a_grant(account=True)
    run_on(2026, 4, 15)
    for message in OutboxMessage.objects.filter(dedupe_key__startswith=KEY):
        words = f"{message.subject} {message.body}".lower()
        assert not {"bouton", "inventée", "menace", "2026"} & set(words.replace(",", " ").split())


def test_the_one_whom_the_file_concerns_is_not_told_of_it() -> None:
    grant = a_grant()
    other = build.referent(email="concerne@portail.example")
    with time_machine.travel(build.at(2026, 2, 1), tick=False):
        build.declared(grant.case, other)
    run_on(2026, 4, 15)
    assert told() == {"referent.45-1", "unit_head.45"}


def test_one_that_fails_does_not_deprive_the_others(monkeypatch) -> None:
    first, second = a_grant("Première"), a_grant("Seconde")
    real = expiry.emails_of

    def emails_of(officials):
        people = list(officials)
        if any(one.last_name == "Première" for one in people):
            raise ValueError("unreadable")
        return real(people)

    monkeypatch.setattr(expiry, "emails_of", emails_of)
    with time_machine.travel(build.at(2026, 4, 15), tick=False), pytest.raises(JobFailed, match="Impossible pour 1"):
        expire()
    assert [row.grant_id for row in CallButtonExpiry.objects.all()] == [second.pk]
    monkeypatch.undo()
    assert run_on(2026, 4, 15) == 1
    assert CallButtonExpiry.objects.filter(grant=first).exists()


def test_a_batch_costs_the_same_queries_for_one_end_or_three() -> None:
    a_grant("Seule")

    def cost(number: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert run_on(2026, 4, 15) == number
        return len(captured)

    alone = cost(1)
    for name in ("Une", "Deux", "Trois"):
        a_grant(name)
    assert cost(3) == alone


def test_the_database_refuses_an_end_before_its_time_and_a_second_one() -> None:
    grant = a_grant()
    with pytest.raises(IntegrityError, match="a pris fin sans décision"), transaction.atomic():
        CallButtonExpiry.objects.create(grant=grant, at=build.at(2026, 4, 14, 23, 59))
    CallButtonExpiry.objects.create(grant=grant, at=build.at(2026, 4, 15, 0, 0))
    with pytest.raises(IntegrityError, match="grant_id"), transaction.atomic():
        CallButtonExpiry.objects.create(grant=grant, at=build.at(2026, 4, 15, 0, 0))


def test_the_file_is_red_on_its_page_in_the_list_and_on_the_home_page() -> None:
    grant = a_grant()
    client = Client()
    pages = [reverse("cases:detail", args=[grant.case.reference]), reverse("call_buttons:queue"), reverse("home")]
    signs = ["échu depuis le 14/04/2026, sans décision", "Échue", "Protection échue"]
    for day, red in ((14, False), (15, True)):
        with time_machine.travel(build.at(2026, 4, day), tick=False):
            client.force_login(User.objects.get(pk=grant.decision.request.requested_by_id))
            found = [sign in client.get(page).content.decode() for page, sign in zip(pages, signs, strict=True)]
        assert found == [red] * 3


def test_an_end_in_a_file_merged_twice_is_told_in_the_file_that_holds_its_facts() -> None:
    grant = a_grant()
    with time_machine.travel(build.at(2026, 4, 15, 0, 0), tick=False):
        head = User.objects.get(postings__role=Role.UNIT_HEAD)
        kept, absorbed = grant.case, grant.case
        for _ in range(2):
            threat = build.a_threat(user=User.objects.get(postings__role=Role.REFERENT), official=grant.official)
            absorbed, kept = kept, threat.case
            merge_cases(
                absorbed=absorbed,
                survivor=kept,
                doubles=dict.fromkeys(absorbed.threats.values_list("pk", flat=True)),
                reason="Mêmes faits.",
                user=head,
                actor=build.actor(head),
            )
    assert run_on(2026, 4, 15, 0, 1) == 1
    assert kept.events.filter(sentence__contains="échu le 14/04/2026").count() == 1
    assert CaseTask.objects.get(dedupe_key=f"expiry:{grant.pk}").case == kept
