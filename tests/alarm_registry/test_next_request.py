"""What a right or a record has lost is lost at the very next request of a session that stays open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import Posting, User
from accounts.services import end_posting
from alarm_registry.models import Lookup, Registration
from alarm_registry.services import withdraw_registration
from core import clock
from core.journal import SYSTEM
from tests import alarming, build

pytestmark = pytest.mark.django_db
CARD, NOBODY = "Se garer derrière la grange", "Traitez l'appel normalement"


def at_work(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def searched(client: Client, number: str = alarming.MOBILE) -> str:
    return client.post("/17/", {"number": number}).content.decode()


def withdrawn(registration: Registration) -> None:
    withdraw_registration(registration=registration, actor=build.actor(registration.registered_by))


def test_a_withdrawal_is_seen_by_the_next_search() -> None:
    registration, client = alarming.a_registration(), at_work(alarming.operator())
    assert CARD in searched(client)
    withdrawn(registration)
    after = searched(client)
    assert NOBODY in after
    assert CARD not in after


def test_a_withdrawal_is_seen_by_who_has_the_list_before_him() -> None:
    registration, client = alarming.a_registration(), at_work(alarming.operator())
    alarming.a_registration("06 39 98 00 03", alarming.TOWN_HALL, official=build.an_official("Voisine", "Paule"))
    assert "Anne Inventée" in searched(client, alarming.TOWN_HALL)
    withdrawn(registration)
    answer = client.post("/17/fiche/", {"registration": registration.pk})
    assert answer.status_code == 410
    assert "n'existe plus" in answer.content.decode()


def test_a_withdrawal_is_seen_by_who_closes_the_call() -> None:
    registration, client = alarming.a_registration(), at_work(alarming.operator())
    searched(client)
    withdrawn(registration)
    sent = {"registration": registration.pk, "line": "Rappelée.", "submission": alarming.new_submission()}
    assert client.post("/17/appel-traite/", sent).status_code == 404


def test_the_withdrawal_of_one_leaves_the_other_found() -> None:
    registration, client = alarming.a_registration(), at_work(alarming.operator())
    alarming.a_registration("06 39 98 00 03", alarming.TOWN_HALL, official=build.an_official("Voisine", "Paule"))
    withdrawn(registration)
    assert CARD in searched(client, "06 39 98 00 03")


def test_a_posting_that_ends_closes_the_page_at_local_midnight(time_machine) -> None:
    alarming.a_registration()
    time_machine.move_to(build.at(2026, 12, 1, 23, 59), tick=False)
    client = at_work(alarming.operator(end=build.at(2026, 12, 2).date()))
    other = at_work(alarming.operator(email="reste@portail.example"))
    assert CARD in searched(client)
    time_machine.move_to(build.at(2026, 12, 2, 0, 0), tick=False)
    refused = client.post("/17/", {"number": alarming.MOBILE})
    assert refused.status_code == 403
    assert CARD not in refused.content.decode()
    assert CARD in searched(other)


def test_the_midnight_of_the_island_is_that_of_its_posting(time_machine) -> None:
    time_machine.move_to(build.at(2026, 12, 1, 21, 30), tick=False)
    here = at_work(alarming.operator(end=build.at(2026, 12, 2).date()))
    there = at_work(alarming.operator("974", end=build.at(2026, 12, 2).date()))
    assert here.get("/17/").status_code == 200
    # In Saint-Denis it is already the 2nd.
    assert there.get("/17/").status_code == 403


def test_a_posting_ended_by_an_administrator_closes_the_page() -> None:
    alarming.a_registration()
    operator = alarming.operator()
    client = at_work(operator)
    assert CARD in searched(client)
    today = clock.today("Europe/Paris")
    end_posting(posting=Posting.objects.get(user=operator), end=today, actor=SYSTEM)
    assert client.post("/17/", {"number": alarming.MOBILE}).status_code == 403
    assert client.get("/17/supervision/").status_code == 403


def test_a_closed_account_searches_nothing_more() -> None:
    alarming.a_registration()
    operator = alarming.operator()
    client = at_work(operator)
    User.objects.filter(pk=operator.pk).update(is_active=False)
    answer = client.post("/17/", {"number": alarming.MOBILE})
    assert answer.status_code in (302, 403)
    assert CARD not in answer.content.decode()
    assert not Lookup.objects.exists()


def test_a_change_of_centre_changes_what_is_in_reach() -> None:
    alarming.a_registration()
    operator = alarming.operator()
    client = at_work(operator)
    assert CARD in searched(client)
    today = clock.today("Europe/Paris")
    end_posting(posting=Posting.objects.get(user=operator), end=today, actor=SYSTEM)
    build.add_posting(operator, Role.OPERATOR_17, departement_code="974", start=today - timedelta(days=1))
    after = searched(client)
    assert CARD not in after
    assert "hors de votre ressort" in after
    assert list(Lookup.objects.order_by("pk").values_list("departement_id", "shown_id")) == [
        ("45", Registration.objects.get().pk),
        ("974", None),
    ]


def test_a_neighbouring_centre_still_reaches_the_record() -> None:
    alarming.a_registration()
    operator = alarming.operator()
    client = at_work(operator)
    today = clock.today("Europe/Paris")
    end_posting(posting=Posting.objects.get(user=operator), end=today, actor=SYSTEM)
    build.add_posting(operator, Role.OPERATOR_17, departement_code="41", start=today - timedelta(days=1))
    assert CARD in searched(client)


def test_a_supervisor_who_changes_centre_reads_the_new_one_alone() -> None:
    alarming.searched(alarming.operator(), 3)
    supervisor = alarming.supervisor()
    client = at_work(supervisor)
    assert len(client.get("/17/supervision/").context["page"].items) == 3
    today = clock.today("Europe/Paris")
    end_posting(posting=Posting.objects.get(user=supervisor), end=today, actor=SYSTEM)
    build.add_posting(supervisor, Role.SUPERVISOR_17, departement_code="41", start=today - timedelta(days=1))
    assert client.get("/17/supervision/?centre=45").context["page"].items == []
