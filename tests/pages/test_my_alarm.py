"""« Mon alarme »: the person reads all of it, corrects, confirms, leaves, declares an absence; nobody else does."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notification, User
from alarm_registry.models import Absence, Correction, Registration
from alarm_registry.services import answer_correction, look_up_number
from core import clock
from core.models import JournalEntry, OutboxMessage
from officials.models import Mandate
from tests import alarming, build
from tests.pages.reading import assert_kept, assert_refused_beside

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return unescape(response.content.decode()).replace("\u00a0", " ")


@pytest.fixture
def registration(db: None) -> Registration:
    return alarming.a_registration()


@pytest.fixture
def person(registration: Registration) -> Client:
    client = Client()
    client.force_login(build.official_account(registration.official))
    return client


def my(name: str, *arguments: object) -> str:
    return reverse(f"alarm_registry:{name}", args=arguments)


def test_the_person_reads_everything_and_when_the_17_did_but_not_who(person: Client, registration) -> None:
    operator = alarming.operator(first_name="Opérateur", last_name="Discret")
    look_up_number(alarming.MOBILE, caller=alarming.caller(operator))
    page = text(person.get(my("mine")))
    for said in (alarming.MOBILE, alarming.TOWN_HALL, "1 rue des Lilas-Blancs", "Se garer derrière la grange", "6 ans"):
        assert said in page
    assert "centre du Loiret" in page
    assert "Discret" not in page
    entry = JournalEntry.objects.get(reason__startswith="lecture de sa propre inscription")
    assert entry.object_id == str(registration.pk)


def test_my_situation_leads_there(person: Client) -> None:
    assert f'href="{my("mine")}"' in text(person.get(reverse("situation")))


def test_a_correction_is_asked_once_told_to_the_unit_and_its_answer_is_read(person: Client, registration) -> None:
    assert_refused_beside(person.post(my("ask"), {"text": ""}), "text", "obligatoire")
    for _ in range(2):
        person.post(my("ask"), {"text": "Mon portable a changé."})
    correction = Correction.objects.get()
    told = Notification.objects.get(user=registration.registered_by)
    assert "portable" not in told.text
    refused = person.post(my("ask"), {"text": "Et ma maison aussi."})
    assert refused.status_code == 422
    agent = registration.registered_by
    answer_correction(correction=correction, answer="C'est noté.", user=agent, actor=build.actor(agent))
    assert "C'est noté." in text(person.get(my("mine")))
    assert registration.official.user.email in [message.recipient for message in OutboxMessage.objects.all()]


def test_what_was_typed_comes_back_when_another_request_waits(person: Client, registration) -> None:
    alarming.a_correction(registration)
    response = person.post(my("ask"), {"text": "Et ma maison aussi."})
    assert "attend déjà une réponse" in text(response)
    assert "Et ma maison aussi." in text(response)


def test_the_person_confirms_in_one_click(person: Client, registration, time_machine) -> None:
    time_machine.move_to(clock.real_now() + timedelta(days=200))
    person.force_login(registration.official.user)
    assert "Vous n'avez pas confirmé" in text(person.get(my("mine")))
    assert "confirmée pour six mois" in text(person.post(my("confirm_mine"), follow=True))
    assert not Registration.objects.get().is_unconfirmed


def test_leaving_says_first_what_is_destroyed_then_destroys_it_at_once(person: Client, registration) -> None:
    assert "personne, pas même l'administration" in text(person.get(my("withdraw_mine")))
    assert Registration.objects.active().exists()
    page = text(person.post(my("withdraw_mine"), follow=True))
    assert "Votre inscription est retirée" in page
    assert "venez à la brigade ou au commissariat" in page
    assert not look_up_number(alarming.MOBILE, caller=alarming.caller(alarming.operator())).matches
    assert "pas inscrit" in text(person.post(my("withdraw_mine"), follow=True))


def test_after_the_mandate_the_person_decides_to_stay(person: Client, registration) -> None:
    assert "rien à décider" in text(person.post(my("keep_mine"), follow=True))
    Mandate.objects.filter(official=registration.official).update(ended_on=clock.today("Europe/Paris"))
    assert "Votre mandat est terminé" in text(person.get(my("mine")))
    assert "vous gardez votre inscription" in text(person.post(my("keep_mine"), follow=True))
    assert "Votre mandat est terminé" not in text(person.get(my("mine")))


def absence(registration: Registration, starts_in: int = 10, days: int = 7) -> dict[str, str]:
    first = clock.today("Europe/Paris") + timedelta(days=starts_in)
    return {
        "address": str(registration.addresses.get(rank=1).pk),
        "first_day": f"{first:%Y-%m-%d}",
        "last_day": f"{first + timedelta(days=days - 1):%Y-%m-%d}",
        "key_holder": "La voisine",
        "note": "Lampe du garage",
    }


def test_an_absence_is_declared_read_and_cancelled(person: Client, registration) -> None:
    for _ in range(2):
        page = text(person.post(my("declare_mine"), absence(registration), follow=True))
    assert "L'absence est déclarée" in page
    assert "Clés : La voisine" in page
    found = Absence.objects.get()
    assert "L'absence est annulée" in text(person.post(my("cancel_mine", found.pk), follow=True))
    assert not Absence.objects.standing().exists()


@pytest.mark.parametrize(
    ("starts_in", "days", "field", "said"),
    [(0, 7, "first_day", "trop tard"), (10, 400, "last_day", "trop long"), (10, 0, "last_day", "après le premier")],
)
def test_what_the_rule_refuses_is_beside_its_field_with_what_was_typed(
    person: Client, registration, starts_in, days, field, said
) -> None:
    sent = absence(registration, starts_in, days)
    response = person.post(my("declare_mine"), sent)
    assert_refused_beside(response, field, said)
    assert_kept(response, {name: sent[name] for name in ("first_day", "last_day", "key_holder", "note")})


def test_an_address_of_another_registration_is_not_one_of_mine(person: Client, registration) -> None:
    other = alarming.a_registration("06 39 98 00 05", official=build.an_official("Voisine"))
    response = person.post(my("declare_mine"), absence(other))
    assert_refused_beside(response, "address", "n'est plus inscrite")
    theirs = alarming.an_absence(other)
    assert person.post(my("cancel_mine", theirs.pk)).status_code == 404
    assert Absence.objects.standing().count() == 1


def test_another_elu_and_an_agent_reach_nothing_of_it(registration) -> None:
    other = Client()
    other.force_login(build.official_account(build.an_official("Voisine"), "voisine@portail.example"))
    page = text(other.get(my("mine")))
    assert "Vous n'êtes pas inscrit" in page
    assert "Lilas" not in page
    agent = Client()
    agent.force_login(User.objects.get(pk=registration.registered_by_id))
    for name in ("mine", "withdraw_mine", "declare_mine"):
        assert agent.get(my(name)).status_code == 403
    for name in ("withdraw_mine", "confirm_mine", "ask"):
        assert agent.post(my(name)).status_code == 403
        assert other.post(my(name)).status_code == 302
    assert Registration.objects.active().count() == 1
