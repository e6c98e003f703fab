"""The search of the 17: who is found, who is not, what is written of it."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.test import Client

from alarm_registry.models import HandledCall, Lookup, NumberIndex, Registration
from alarm_registry.selectors.presence import Slot
from alarm_registry.services import ReasonNeeded, handle_call, look_up_number, open_record, withdraw_registration
from core import clock
from core.acts import ActRefused
from core.models import JournalEntry
from tests import alarming, build

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "typed", ["0639980001", "+33 6 39 98 00 01", "00 33 (0)6.39.98.00.01", "06-39-98-00-01 poste 4"]
)
def test_one_record_is_found_however_its_number_is_written(typed: str) -> None:
    registration = alarming.a_registration()
    found = look_up_number(typed, caller=alarming.caller(alarming.operator()))
    assert [match.registration.pk for match in found.matches] == [registration.pk]


def test_a_neighbouring_number_finds_nobody() -> None:
    alarming.a_registration()
    assert not look_up_number("06 39 98 00 02", caller=alarming.caller(alarming.operator())).matches


def test_a_withdrawal_acts_on_the_very_next_search_and_destroys_the_key() -> None:
    registration = alarming.a_registration()
    caller = alarming.caller(alarming.operator())
    withdraw_registration(registration=registration, actor=build.actor(registration.registered_by))
    assert not look_up_number(alarming.MOBILE, caller=caller).matches
    assert open_record(registration.pk, caller=caller) is None
    registration = Registration.objects.get(pk=registration.pk)
    assert not hasattr(registration, "key")
    assert not NumberIndex.objects.filter(registration=registration).exists()


def test_a_record_out_of_reach_opens_with_a_reason_only() -> None:
    registration = alarming.a_registration()
    near, far = alarming.operator("41"), alarming.operator("974")
    assert look_up_number(alarming.MOBILE, caller=alarming.caller(near)).matches[0].in_reach
    assert not look_up_number(alarming.MOBILE, caller=alarming.caller(far)).matches[0].in_reach
    with pytest.raises(ReasonNeeded):
        open_record(registration.pk, caller=alarming.caller(far))
    assert open_record(registration.pk, caller=alarming.caller(far), reason="appel dérouté") is not None


def test_a_search_is_in_the_journal_with_its_last_two_digits_alone() -> None:
    alarming.a_registration()
    look_up_number("06 39 98 00 01", caller=alarming.caller(alarming.operator()))
    lookup = Lookup.objects.get()
    assert (lookup.last_digits, lookup.found, lookup.shown_id) == ("01", 1, Registration.objects.get().pk)
    entry = JournalEntry.objects.get(object_type="alarm_registry.registration", object_label__startswith="Alarme")
    assert entry.details["fin"] == "01"
    assert "3998" not in str(entry.details)


def test_the_page_answers_on_three_screens(client: Client) -> None:
    alarming.a_registration()
    alarming.a_registration("06 39 98 00 03", alarming.TOWN_HALL, official=build.an_official("Voisine", "Paule"))
    client.force_login(alarming.operator())
    one = client.post("/17/", {"number": "06 39 98 00 01"}).content.decode()
    assert "Se garer derrière la grange" in one
    several = client.post("/17/", {"number": alarming.TOWN_HALL}).content.decode()
    assert "Qui parle ? D&#x27;où ?" in several or "Qui parle ? D'où ?" in several
    assert "rue des Lilas-Blancs" not in several
    none = client.post("/17/", {"number": "01 99 00 00 09"}).content.decode()
    assert "Traitez l'appel normalement" in none
    wrong = client.post("/17/", {"number": "bonjour"})
    assert wrong.status_code == 422
    assert "bonjour" in wrong.content.decode()


def test_a_handled_call_is_noted_once(client: Client) -> None:
    registration = alarming.a_registration()
    client.force_login(alarming.operator())
    client.post("/17/", {"number": alarming.MOBILE})
    sent = {"registration": registration.pk, "line": "Patrouille sur place.", "submission": alarming.new_submission()}
    for _ in range(2):
        assert client.post("/17/appel-traite/", sent).status_code == 302
    assert HandledCall.objects.get().line == "Patrouille sur place."


def test_a_call_is_closed_by_who_read_the_record_in_the_last_day(client: Client, time_machine) -> None:
    registration = alarming.a_registration()
    mine, other = alarming.operator(), alarming.operator(email="autre@portail.example")
    client.force_login(mine)
    client.post("/17/", {"number": alarming.MOBILE})
    sent = {"registration": registration.pk, "line": "Fait.", "submission": alarming.new_submission()}
    client.force_login(other)
    assert client.post("/17/appel-traite/", sent).status_code == 404
    time_machine.move_to(clock.real_now() + timedelta(hours=25))
    client.force_login(mine)
    assert client.post("/17/appel-traite/", sent).status_code == 404
    assert not HandledCall.objects.exists()


def test_the_service_itself_refuses_who_has_not_read_the_record() -> None:
    registration, stranger = alarming.a_registration(), alarming.operator(email="autre@portail.example")
    with pytest.raises(ActRefused, match="pas lu cette fiche"):
        handle_call(
            registration=registration, line="Fait.", submission=alarming.new_submission(), user=stranger,
            actor=build.actor(stranger),
        )  # fmt: skip


def test_a_card_shown_again_with_its_error_leaves_an_entry(client: Client) -> None:
    registration = alarming.a_registration()
    client.force_login(alarming.operator())
    client.post("/17/", {"number": alarming.MOBILE})
    before = JournalEntry.objects.count()
    sent = {"registration": registration.pk, "line": "", "submission": alarming.new_submission()}
    assert client.post("/17/appel-traite/", sent).status_code == 422
    assert JournalEntry.objects.count() == before + 1


def test_a_term_hides_the_record_before_any_job(time_machine) -> None:
    alarming.a_registration(ends_on=clock.today("Europe/Paris") + timedelta(days=30))
    caller = alarming.caller(alarming.operator())
    time_machine.move_to(clock.real_now() + timedelta(days=29))
    assert look_up_number(alarming.MOBILE, caller=caller).matches
    time_machine.move_to(clock.real_now() + timedelta(days=2))
    assert not look_up_number(alarming.MOBILE, caller=caller).matches


@pytest.mark.parametrize(
    ("days", "start", "end", "words"),
    [
        ((0, 1, 2, 3, 4), time(9), time(17, 30), "du lundi au vendredi, de 9 h à 17 h 30"),
        ((5, 6), time(18, 30), time(7), "samedi, dimanche, de 18 h 30 à 7 h"),
        ((0, 2, 4), time(8), time(12), "lundi, mercredi, vendredi, de 8 h à 12 h"),
    ],
)
def test_hours_read_as_people_say_them(days: tuple[int, ...], start: time, end: time, words: str) -> None:
    assert str(Slot(days, start, end)) == words
