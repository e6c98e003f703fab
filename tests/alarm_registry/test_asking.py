"""What the portal asks by itself: once, whenever the job runs, and nobody is removed for want of an answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connections

from accounts.models import Notification
from alarm_registry.enums import AskingKind
from alarm_registry.models import Registration, RegistrationAsking
from alarm_registry.services import AskingsIncomplete, ask_what_is_due, confirm_registration, look_up_number
from alarm_registry.tasks import ask, end
from core import clock
from core.models import OutboxMessage
from officials.models import Mandate
from tests import alarming, build


@pytest.fixture
def registration(db: None) -> Registration:
    with time_machine.travel(build.at(2026, 1, 10), tick=False):
        registration = alarming.a_registration()
        build.official_account(registration.official)
    return registration


def run(year: int, month: int, day: int, hour: int = 12) -> int:
    with time_machine.travel(build.at(year, month, day, hour), tick=False):
        return ask_what_is_due()


@pytest.mark.django_db
def test_a_confirmation_is_asked_a_fortnight_before_and_once(registration: Registration) -> None:
    assert [run(2026, 6, 25), run(2026, 6, 26), run(2026, 6, 26), run(2026, 6, 30)] == [0, 1, 0, 0]
    message = OutboxMessage.objects.get()
    assert message.recipient == registration.official.user.email
    assert registration.official.last_name not in message.body
    assert "Alarme" not in message.subject + message.body
    assert Notification.objects.get().user_id == registration.official.user_id


@pytest.mark.django_db
def test_a_late_job_asks_what_is_due_now_and_tells_the_unit_when_it_is_not_reconfirmed(registration) -> None:
    assert [run(2026, 7, 11), run(2026, 7, 12)] == [1, 0]
    told = Notification.objects.filter(user=registration.registered_by)
    assert [one.text for one in told] == ["Alarme élu : une inscription n'est pas reconfirmée. Appelez la personne."]
    with time_machine.travel(build.at(2027, 7, 10), tick=False):
        assert look_up_number(alarming.MOBILE, caller=alarming.caller(alarming.operator())).matches


@pytest.mark.django_db
def test_who_confirms_is_asked_again_six_months_later(registration: Registration) -> None:
    run(2026, 6, 26)
    with time_machine.travel(build.at(2026, 6, 27), tick=False):
        confirm_registration(registration=registration, actor=build.actor(registration.registered_by))
    assert [run(2026, 7, 20), run(2026, 12, 14)] == [0, 1]


@pytest.mark.django_db
def test_nobody_with_a_mandate_is_asked_and_the_end_of_one_is_asked_about(registration: Registration) -> None:
    assert run(2026, 2, 1) == 0
    Mandate.objects.filter(official=registration.official).update(ended_on=build.at(2026, 3, 20).date())
    assert [run(2026, 3, 19), run(2026, 3, 20), run(2026, 3, 21)] == [0, 1, 0]
    asked = RegistrationAsking.objects.get()
    assert asked.kind == AskingKind.MANDATE
    assert Notification.objects.filter(user=registration.registered_by, text__contains="mandat est terminé").exists()
    assert Registration.objects.active().count() == 1


@pytest.mark.django_db
def test_one_that_cannot_be_told_does_not_deprive_the_others(registration: Registration, monkeypatch) -> None:
    with time_machine.travel(build.at(2026, 1, 10), tick=False):
        other = alarming.a_registration("06 39 98 00 05", official=build.an_official("Voisine"))
    from alarm_registry.services import asking

    def tell(rows, **more):
        if any(row.pk == registration.pk for row in rows):
            raise ValueError("illisible")

    monkeypatch.setattr(asking, "tell_people", tell)
    with time_machine.travel(build.at(2026, 6, 26), tick=False), pytest.raises(AskingsIncomplete) as incomplete:
        ask_what_is_due()
    assert (incomplete.value.asked, incomplete.value.failed) == (1, 1)
    assert RegistrationAsking.objects.get().registration_id == other.pk


def test_jobs_in_parallel_ask_once(committed_db: None) -> None:
    for rank in range(4):
        registration = alarming.a_registration(official=build.an_official(f"Personne {rank}"))
        build.official_account(registration.official, f"elue{rank}@portail.example")
    later = clock.real_now() + timedelta(days=170)

    def one(_: int) -> None:
        try:
            ask_what_is_due()
        finally:
            connections.close_all()

    with time_machine.travel(later, tick=False), ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))
    assert RegistrationAsking.objects.count() == 4
    assert OutboxMessage.objects.count() == 4


@pytest.mark.django_db
def test_jobs_say_in_french_what_they_did(registration: Registration) -> None:
    with time_machine.travel(build.at(2026, 6, 26), tick=False):
        assert (ask(), end()) == ("1 demande faite.", "Aucune inscription à terme.")
        assert ask() == "Rien à demander."
    with time_machine.travel(build.at(2036, 1, 10), tick=False):
        assert end() == "1 inscription effacée."
