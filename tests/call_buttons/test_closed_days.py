"""Closed days: who declares them, where, and what they move."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from call_buttons.models import CallButtonGrant
from call_buttons.services import reminder_dates, send_due_reminders
from core.acts import ActRefused
from core.journal import SYSTEM
from core.models import JournalEntry
from territories.models import ClosedDay
from territories.services import remove_closed_day
from tests import build
from tests.harness.queries import assert_constant_queries
from tests.pages.reading import assert_refused_beside

pytestmark = pytest.mark.django_db
BRIDGE = date(2026, 5, 15)
URL = "/boutons-appel/jours-de-fermeture/"


@pytest.fixture(autouse=True)
def in_april():
    with time_machine.travel(build.at(2026, 4, 16), tick=False):
        yield


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_grant_to_16_may() -> CallButtonGrant:
    with time_machine.travel(build.at(2026, 2, 16), tick=False):
        return build.granted()


def found(grant: CallButtonGrant) -> CallButtonGrant:
    return CallButtonGrant.objects.with_closed_days().get(pk=grant.pk)


def test_a_bridge_declared_afterwards_moves_the_last_useful_day_and_its_reminder_follows() -> None:
    grant = a_grant_to_16_may()
    assert found(grant).last_useful_day == BRIDGE
    build.a_closed_day(BRIDGE)
    # Ascension is on Thursday 14; the four other moments are counted from the last protected day.
    assert [due.due_on.day for due in reminder_dates(found(grant))] == [16, 1, 9, 13, 13]
    with time_machine.travel(build.at(2026, 5, 12, 23, 59), tick=False):
        send_due_reminders()
        assert not grant.reminders.filter(kind="last_working_day").exists()
    with time_machine.travel(build.at(2026, 5, 13), tick=False):
        send_due_reminders()
        assert set(grant.reminders.filter(kind="last_working_day").values_list("due_on", flat=True)) == {
            date(2026, 5, 13)
        }


def test_a_bridge_elsewhere_moves_nothing_here() -> None:
    build.a_closed_day(BRIDGE, departement_code="974")
    assert found(a_grant_to_16_may()).last_useful_day == BRIDGE


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 4, 15), "passé"),
        (date(2026, 5, 16), "fin de semaine"),
        (date(2026, 5, 14), "Ascension"),
        (date(2206, 5, 15), "lointain"),
    ],
)
def test_what_is_no_useful_day_to_come_is_refused(day, words) -> None:
    with pytest.raises(ActRefused, match=words):
        build.a_closed_day(day)
    build.a_closed_day(date(2026, 4, 16))  # the near miss: today


def test_a_closure_that_lasts_too_long_is_refused() -> None:
    # From Saturday 6 to Thursday 18 June: thirteen days, then the fourteenth, and Saturday would be the fifteenth.
    for number in (8, 9, 10, 11, 12, 15, 16, 17, 18):
        build.a_closed_day(date(2026, 6, number))
    with pytest.raises(ActRefused, match="sans jour utile"):
        build.a_closed_day(date(2026, 6, 19))


def test_the_same_day_is_declared_once_by_the_service_and_by_the_database() -> None:
    closed = build.a_closed_day(BRIDGE)
    with pytest.raises(ActRefused, match="déjà déclaré"):
        build.a_closed_day(BRIDGE)
    twin = ClosedDay(departement=closed.departement, day=BRIDGE, reason="Encore.", declared_at=closed.declared_at)
    with pytest.raises(IntegrityError, match="closed_day_once"), transaction.atomic():
        twin.save(force_insert=True)


def test_the_database_refuses_a_saturday_and_a_rewriting() -> None:
    closed = build.a_closed_day(BRIDGE)
    saturday = ClosedDay(
        departement=closed.departement, day=date(2026, 5, 16), reason="x", declared_at=closed.declared_at
    )
    with pytest.raises(IntegrityError, match="weekday"), transaction.atomic():
        saturday.save(force_insert=True)
    with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic():
        ClosedDay.objects.filter(pk=closed.pk).update(day=date(2026, 5, 18))


def test_only_a_day_to_come_is_removed_and_both_acts_are_journaled() -> None:
    closed = build.a_closed_day(BRIDGE)
    with time_machine.travel(build.at(2026, 5, 15, 0, 1), tick=False), pytest.raises(ActRefused, match="reste déclaré"):
        remove_closed_day(closed=closed, actor=SYSTEM)
    with time_machine.travel(build.at(2026, 5, 14, 23, 59), tick=False):
        remove_closed_day(closed=closed, actor=SYSTEM)
    assert not ClosedDay.objects.exists()
    with pytest.raises(ActRefused, match="vient d'être retiré"):
        remove_closed_day(closed=closed, actor=SYSTEM)
    reasons = JournalEntry.objects.filter(object_type="territories.closedday").order_by("pk")
    assert [entry.reason for entry in reasons] == ["jour de fermeture déclaré", "jour de fermeture retiré"]


def test_the_decider_declares_for_his_departement_and_no_other() -> None:
    client = signed_in(build.decider())
    typed = {"departement": "45", "day": "2026-05-15", "reason": "Pont de l'Ascension"}
    elsewhere = client.post(URL, typed | {"departement": "974"})
    assert_refused_beside(elsewhere, "departement", "Choisissez une réponse dans la liste.")
    assert client.post(URL, typed).status_code == 302
    page = client.get(URL).content.decode()
    assert "vendredi 15/05/2026" in page
    assert "Pont de l&#x27;Ascension" in page
    assert_refused_beside(client.post(URL, typed), "day", "déjà déclaré fermé")


def test_the_administrator_declares_anywhere_and_the_instructor_nowhere() -> None:
    typed = {"departement": "974", "day": "2026-05-15", "reason": "Pont"}
    assert signed_in(build.posted(build.Role.INSTRUCTOR, departement_code="974")).post(URL, typed).status_code == 403
    assert signed_in(build.posted(build.Role.ADMINISTRATOR)).post(URL, typed).status_code == 302
    assert ClosedDay.objects.get().departement_id == "974"


def test_removing_by_post_is_refused_elsewhere_and_on_the_day() -> None:
    closed = build.a_closed_day(BRIDGE)
    url = reverse("call_buttons:remove_closed", args=[closed.pk])
    here, elsewhere = build.decider(), build.decider(departement_code="974")
    assert signed_in(elsewhere).post(url).status_code == 404
    with time_machine.travel(build.at(2026, 5, 15), tick=False):
        assert "Retirer" not in signed_in(here).get(URL).content.decode()
        signed_in(here).post(url)
    assert ClosedDay.objects.exists()
    signed_in(here).post(url)
    assert not ClosedDay.objects.exists()


def test_the_page_costs_the_same_queries_whatever_is_declared() -> None:
    client = signed_in(build.decider())
    tuesdays = (date(2026, 9, 1) + timedelta(days=7 * number) for number in range(99))

    def declare(number: int) -> None:
        for _ in range(number):
            ClosedDay.objects.create(
                departement_id="45", day=next(tuesdays), reason="Pont.", declared_at=build.clock.now()
            )

    assert_constant_queries(client, URL, declare)
