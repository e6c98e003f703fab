"""The API of the 17: the same answers as the page, the same journal, nothing more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from alarm_registry.models import Lookup, LookupAlert, LookupLimits
from alarm_registry.services import withdraw_registration
from core import clock
from core.models import JournalEntry
from tests import alarming, build, centring

pytestmark = pytest.mark.django_db


def test_one_person_gives_the_card_and_nothing_more() -> None:
    registration = alarming.a_registration()
    answer = centring.ask(centring.a_token(), "recherche", numero="+33 6 39 98 00 01").json()
    assert (answer["resultat"], answer["fiche"]["inscription"]) == ("une", str(registration.pk))
    assert answer["fiche"]["consigne"] == "Se garer derrière la grange"
    assert [number["appelle"] for number in answer["fiche"]["numeros"]] == [True, False]
    assert set(answer["fiche"]) == {
        "inscription", "nom", "qualite", "danger", "non_reconfirmee", "heure_locale", "consigne", "rappeler", "numeros",
        "adresses", "foyer", "mesures", "absences", "referents", "unite",
    }  # fmt: skip


def test_nobody_is_said_in_words() -> None:
    answer = centring.ask(centring.a_token(), "recherche", numero="01 99 00 00 09")
    assert answer.status_code == 200
    assert answer.json()["resultat"] == "aucune"
    assert "traitez l'appel normalement" in answer.json()["message"]


def test_several_people_are_named_and_none_is_opened() -> None:
    alarming.a_registration()
    alarming.a_registration("06 39 98 00 03", alarming.TOWN_HALL, official=build.an_official("Voisine", "Paule"))
    token = centring.a_token()
    answer = centring.ask(token, "recherche", numero=alarming.TOWN_HALL)
    assert answer.json()["resultat"] == "plusieurs"
    assert answer.json()["fiche"] is None
    assert "Lilas-Blancs" not in answer.content.decode()
    chosen = answer.json()["personnes"][1]["inscription"]
    assert centring.ask(token, "fiche", inscription=chosen).json()["fiche"]["inscription"] == chosen


def test_a_hidden_number_is_found_by_name_and_commune() -> None:
    alarming.a_registration()
    token = centring.a_token()
    assert centring.ask(token, "recherche-par-nom", nom="inventee", commune="45234").json()["resultat"] == "une"
    assert centring.ask(token, "recherche-par-nom", nom="inventee", commune="45001").json()["resultat"] == "aucune"
    assert centring.ask(token, "recherche-par-nom", nom="inventee", commune="99999").status_code == 422


def test_the_token_of_another_centre_needs_a_reason_and_is_not_told_who() -> None:
    registration = alarming.a_registration()
    far = centring.a_token("974")
    answer = centring.ask(far, "recherche", numero=alarming.MOBILE).json()
    assert (answer["resultat"], answer["fiche"], answer["personnes"][0]["nom"]) == ("hors_ressort", None, "")
    refused = centring.ask(far, "fiche", inscription=str(registration.pk))
    assert (refused.status_code, refused.json()["code"]) == (403, "hors_ressort")
    opened = centring.ask(far, "fiche", inscription=str(registration.pk), motif="appel dérouté")
    assert opened.json()["fiche"]["nom"] == str(registration.official)
    assert Lookup.objects.latest("id").reason == "appel dérouté"


def test_a_neighbouring_centre_needs_no_reason() -> None:
    alarming.a_registration()
    assert centring.ask(centring.a_token("41"), "recherche", numero=alarming.MOBILE).json()["resultat"] == "une"


def test_each_search_is_journaled_with_the_software_and_its_agent() -> None:
    alarming.a_registration()
    centring.ask(centring.a_token(), "recherche", numero=alarming.MOBILE)
    lookup = Lookup.objects.get()
    assert (lookup.through_api, lookup.operator, lookup.last_digits) == (True, None, "01")
    assert lookup.asked_by == "Logiciel d'appel — Matricule 1234"
    entry = JournalEntry.objects.get(object_label__startswith="Alarme élu")
    assert entry.actor_label == lookup.asked_by
    assert "3998" not in f"{entry.details}{entry.reason}{entry.object_label}"


def test_a_person_who_withdraws_is_gone_from_the_next_request() -> None:
    registration = alarming.a_registration()
    token = centring.a_token()
    withdraw_registration(registration=registration, actor=build.actor(registration.registered_by))
    assert centring.ask(token, "recherche", numero=alarming.MOBILE).json()["resultat"] == "aucune"
    gone = centring.ask(token, "fiche", inscription=str(registration.pk))
    assert (gone.status_code, gone.json()["code"]) == (404, "fiche_retiree")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "numero"),
        ({"numero": ""}, "numero"),
        ({"numero": "bonjour"}, "numero"),
        ({"numero": "06\x0039980001"}, "numero"),
        ({"numero": 639980001}, "numero"),
        ({"numero": "0639980001", "urgent": True}, "urgent"),
        ({"numero": "0639980001", "appel_urgent": "peut-être"}, "appel_urgent"),
        ({"numero": "0639980001", "agent": ""}, "agent"),
        ({"numero": "0639980001", "agent": "06 39 98 00 01"}, "agent"),
        ({"numero": "0639980001", "agent": "a\nb"}, "agent"),
    ],
)
def test_a_wrong_request_says_which_field_in_french_and_searches_nothing(body: dict, field: str) -> None:
    answer = centring.ask(centring.a_token(), "recherche", **body)
    assert answer.status_code == 422
    assert list(answer.json()["champs"]) == [field]
    assert "3998" not in answer.content.decode()
    assert not Lookup.objects.exists()


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"numero=0639980001"])
def test_what_is_not_json_is_said_unreadable(body: bytes) -> None:
    token = centring.a_token()
    answer = Client().post(
        "/api/17/v1/recherche",
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "demande_illisible")


def tight_limits() -> None:
    LookupLimits.objects.create(
        in_force_from=clock.today("Europe/Paris"),
        in_five_minutes=5,
        in_an_hour=120,
        misses_in_an_hour=100,
        sequence=50,
        same_commune=100,
        pause_seconds=20,
    )


def test_too_fast_asks_for_a_pause_that_an_urgent_call_passes() -> None:
    tight_limits()
    centring.supervisor()
    token = centring.a_token()
    for _ in range(6):
        assert centring.ask(token, "recherche", numero="01 99 00 00 09").status_code == 200
    slow = centring.ask(token, "recherche", numero="01 99 00 00 09")
    assert (slow.status_code, slow.json()["code"]) == (429, "trop_rapide")
    assert 1 <= int(slow.headers["Retry-After"]) <= 20
    assert centring.ask(token, "recherche", numero="01 99 00 00 09", appel_urgent=True).status_code == 200
    assert {alert.kind for alert in LookupAlert.objects.all()} == {"volume", "forced"}


def test_a_name_for_each_search_does_not_get_round_the_limit_of_the_centre() -> None:
    tight_limits()
    centring.supervisor()
    token = centring.a_token()
    statuses = [
        centring.ask(token, "recherche", numero="01 99 00 00 09", agent=f"Agent {number}").status_code
        for number in range(52)
    ]
    assert statuses == [200] * 51 + [429]
    assert LookupAlert.objects.get().asked_by == "Logiciel d'appel"


def test_a_reason_given_five_times_by_one_centre_alerts_for_that_centre_alone() -> None:
    registration = alarming.a_registration()
    centring.supervisor("974")
    far, other = centring.a_token("974"), centring.a_token("971")
    for number in range(4):
        centring.ask(far, "fiche", inscription=str(registration.pk), motif=f"appel {number}")
    centring.ask(other, "fiche", inscription=str(registration.pk), motif="appel dérouté")
    assert not LookupAlert.objects.exists()
    centring.ask(far, "fiche", inscription=str(registration.pk), motif="appel dérouté")
    assert LookupAlert.objects.get().departement_id == "974"


def test_the_contract_is_openapi_3_1_and_says_nothing_in_english() -> None:
    document = Client().get("/api/17/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {f"/api/17/v1/{name}" for name in ("recherche", "recherche-par-nom", "fiche")}
    for operations in document["paths"].values():
        assert list(operations) == ["post"]
        assert {"200", "400", "401", "403", "422", "429"} <= set(operations["post"]["responses"])
        assert not operations["post"]["parameters"], "nothing of a caller in an address"
        assert operations["post"]["security"]
    assert "Bad Request" not in str(document)


def test_an_answer_is_kept_by_no_cache() -> None:
    answer = centring.ask(centring.a_token(), "recherche", numero="01 99 00 00 09")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"].startswith("application/json")


def test_a_registration_that_ends_is_not_given_past_its_term(time_machine) -> None:
    registration = alarming.a_registration(ends_on=clock.today("Europe/Paris") + timedelta(days=2))
    token = centring.a_token(days=90)
    time_machine.move_to(clock.real_now() + timedelta(days=3))
    assert centring.ask(token, "recherche", numero=alarming.MOBILE).json()["resultat"] == "aucune"
    assert centring.ask(token, "fiche", inscription=str(registration.pk)).status_code == 404
