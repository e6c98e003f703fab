"""The counter of « Alarme élu »: rows without a script, nothing typed lost, both values of a conflict, refusals."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from io import BytesIO
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from accounts.enums import Role
from accounts.models import User
from alarm_registry.models import Correction, Registration
from alarm_registry.services import change_registration, look_up_number
from core import clock
from core.models import JournalEntry
from officials.models import Mandate
from tests import alarming, build
from tests.pages.reading import assert_kept, assert_refused_beside

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def text(response) -> str:
    return unescape(response.content.decode()).replace("\u00a0", " ")


def typed(**changes: str) -> dict[str, Any]:
    values = {
        "number_rows": "2", "address_rows": "1", "unit": str(build.a_unit().pk), "identity_document": "passport",
        "consent_version": "1", "consents": "on", "consented_on": f"{clock.today('Europe/Paris'):%Y-%m-%d}",
        "number_1_number": "06 39 98 00 01", "number_1_role": "private",
        "number_2_number": "02 61 91 00 10", "number_2_role": "town_hall", "number_2_silent": "on",
        "address_1_kind": "home", "address_1_address": "3 rue des Lilas", "address_1_town": "Olmes",
        "address_1_departement": "45", "address_1_days_1": ["0", "4"], "address_1_from_1": "18:30",
        "address_1_to_1": "07:30", "dogs": "un chien",
    }  # fmt: skip
    return values | changes


def texts(sent: dict[str, Any]) -> dict[str, str]:
    """What was typed, but the boxes that were ticked and the number of rows."""
    boxes = ("consents", "number_2_silent", "number_rows", "address_rows", "act")
    return {name: value for name, value in sent.items() if isinstance(value, str) and name not in boxes}


@pytest.fixture
def counter(db: None) -> tuple[Client, str]:
    url = reverse("alarm_registry:register", args=[build.an_official("Inscrite").pk])
    return client_of(build.referent()), url


def test_a_person_is_found_registered_and_recognised_at_once(counter) -> None:
    client, url = counter
    assert url in text(client.get(reverse("alarm_registry:new"), {"q": "inscrite"}))
    assert "J'ai demandé, en personne" in text(client.get(url))
    page = text(client.post(url, typed(), follow=True))
    assert "La personne est inscrite" in page
    assert "lundi, vendredi, de 18 h 30 à 7 h 30" in page
    assert "Ne pas rappeler" in page
    found = look_up_number("0261910010", caller=alarming.caller(alarming.operator())).matches
    assert [match.registration.official.last_name for match in found] == ["Inscrite"]


def test_a_double_click_makes_one_registration(counter) -> None:
    client, url = counter
    first, second = client.post(url, typed()), client.post(url, typed())
    assert first["Location"] == second["Location"]
    assert Registration.objects.count() == 1


def test_rows_are_added_without_a_script_and_nothing_typed_is_lost(counter) -> None:
    client, url = counter
    more = typed(act="add_number", identity_document="", number_1_note="Après 18 h")
    response = client.post(url, more)
    assert response.status_code == 200
    assert "number_3_number" in response.context["form"].fields
    assert not response.context["form"].errors
    assert_kept(response, texts(more))
    response = client.post(url, typed(act="add_address", number_rows="3"))
    assert response.context["form"]["address_2_departement"].value() == "45"
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"consents": ""}, "consents", "Sans l'accord"),
        ({"identity_document": ""}, "identity_document", "obligatoire"),
        (
            {"number_1_number": "", "number_2_number": "", "number_2_silent": ""},
            "number_1_number",
            "videz toute la ligne",
        ),
        ({"number_1_role": ""}, "number_1_role", "à qui est ce numéro"),
        ({"address_1_town": ""}, "address_1_town", "commune"),
        ({"address_1_to_1": ""}, "address_1_to_1", "jusqu'à quelle heure"),
        ({"consented_on": "2999-01-01"}, "consented_on", "à venir"),
        ({"ends_on": "2999-01-01"}, "ends_on", "dix ans"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(counter, change, field, message) -> None:
    client, url = counter
    sent = typed(**change)
    response = client.post(url, sent)
    assert response.status_code == 422
    assert_refused_beside(response, field, message)
    assert_kept(response, texts(sent))
    assert not Registration.objects.exists()


def test_an_unknown_number_is_kept_with_a_warning_and_never_refused(counter) -> None:
    client, url = counter
    page = text(client.post(url, typed(number_1_number="poste 12 chez le voisin"), follow=True))
    assert "Un numéro n'est pas reconnu" in page
    assert "Non reconnu" in page


def test_an_empty_line_is_a_number_that_is_not_there(counter) -> None:
    client, url = counter
    client.post(url, typed(number_2_number="", number_2_role="", number_2_silent=""))
    assert Registration.objects.get().numbers.count() == 1


def test_a_text_that_changed_meanwhile_is_read_again(counter) -> None:
    client, url = counter
    response = client.post(url, typed(consent_version="0"))
    assert response.status_code == 422
    assert "Le texte à accepter a changé" in text(response)


def test_a_colleague_who_comes_second_loses_nothing_and_another_unit_learns_no_place(counter) -> None:
    client, url = counter
    client.post(url, typed())
    colleague = client_of(build.referent(email="collegue@portail.example"))
    response = colleague.post(url, typed(dogs="deux chiens"))
    assert response.status_code == 422
    assert_kept(response, {"dogs": "deux chiens"})
    elsewhere = client_of(build.referent(build.a_unit("2", name="Brigade de Gien")))
    page = text(elsewhere.get(url, follow=True))
    assert "déjà inscrite par une autre unité" in page
    assert "Olivet" not in page


def changing(registration: Registration) -> tuple[Client, str, dict[str, Any]]:
    """The page of a change, and what its form would send untouched."""
    client = client_of(registration.registered_by)
    url = reverse("alarm_registry:change", args=[registration.pk])
    form = client.get(url).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return client, url, {name: value for name, value in sent.items() if value not in (None, False, [])}


def test_two_agents_see_both_values_and_what_the_other_alone_changed_is_taken() -> None:
    registration = alarming.a_registration()
    client, url, sent = changing(registration)
    other = alarming.facts(alarming.MOBILE, "06 39 98 00 08", "06 39 98 00 09", dogs="deux chiens")
    change_registration(
        registration=registration, version=1, facts=other, actor=build.actor(registration.registered_by)
    )
    response = client.post(url, sent | {"dogs": "aucun chien"})
    assert response.status_code == 409
    conflict = response.context["form"].conflict
    assert [(line.stored, line.typed) for line in conflict.differences] == [("deux chiens", "aucun chien")]
    adopted = {line.label: line.stored for line in conflict.adopted}
    assert adopted["Le numéro 2"] == "06 39 98 00 08"
    assert adopted["Le numéro 3"] == "06 39 98 00 09"
    form = response.context["form"]
    again = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False, [], "")}
    assert client.post(url, again).status_code == 302
    assert [number.number for number in registration.numbers.order_by("rank")][2] == "06 39 98 00 09"
    assert Registration.objects.get(pk=registration.pk).dogs == "aucun chien"


def test_an_untouched_change_keeps_everything_and_its_absence() -> None:
    registration = alarming.a_registration()
    absence = alarming.an_absence(registration)
    client, url, sent = changing(registration)
    assert client.post(url, sent).status_code == 302
    page = text(client.get(reverse("alarm_registry:registration", args=[registration.pk])))
    assert f"Du {absence.first_day:%d/%m/%Y}" in page
    assert "Se garer derrière la grange" in page


def test_reading_is_journaled_and_shows_calls_and_consultations() -> None:
    registration = alarming.a_registration()
    operator = client_of(alarming.operator())
    operator.post("/17/", {"number": alarming.MOBILE})
    line = {"registration": registration.pk, "line": "Patrouille sur place.", "submission": alarming.new_submission()}
    operator.post("/17/appel-traite/", line)
    page = text(
        client_of(registration.registered_by).get(reverse("alarm_registry:registration", args=[registration.pk]))
    )
    assert "Patrouille sur place." in page
    assert "45 — Loiret" in page or "Loiret" in page
    entry = JournalEntry.objects.filter(action="consultation", actor_id=registration.registered_by_id).get()
    assert entry.object_id == str(registration.pk)
    assert "Lilas" not in str(entry.__dict__)


def test_a_correction_is_answered_once_and_an_empty_answer_is_refused_beside_its_field() -> None:
    registration = alarming.a_registration()
    correction = alarming.a_correction(registration, "Mon portable a changé.")
    client = client_of(registration.registered_by)
    url = reverse("alarm_registry:answer", args=[registration.pk, correction.pk])
    assert_refused_beside(client.post(url, {"answer": ""}), "answer", "obligatoire", form="answer_form")
    for _ in range(2):
        assert client.post(url, {"answer": "Le nouveau numéro est noté."}).status_code == 302
    assert Correction.objects.get().answer == "Le nouveau numéro est noté."
    other = alarming.a_correction(alarming.a_registration(official=build.an_official("Autre")))
    assert client.post(reverse("alarm_registry:answer", args=[registration.pk, other.pk])).status_code == 404


def test_a_withdrawal_needs_the_person_s_word_and_its_page_then_shows_nothing() -> None:
    registration = alarming.a_registration()
    client = client_of(registration.registered_by)
    url = reverse("alarm_registry:withdraw", args=[registration.pk])
    assert_refused_beside(client.post(url, {}), "asked", "à la demande")
    page = text(client.post(url, {"asked": "on"}, follow=True))
    assert "Inscription « Alarme élu » terminée" in page
    assert "Lilas" not in page
    assert "Cette inscription est terminée" in text(client.post(url, {"asked": "on"}, follow=True))
    assert client.get(reverse("alarm_registry:receipt", args=[registration.pk])).status_code == 404


def test_the_receipt_is_a_pdf_with_rights_and_neither_number_nor_address() -> None:
    registration = alarming.a_registration()
    response = client_of(registration.registered_by).get(reverse("alarm_registry:receipt", args=[registration.pk]))
    assert response["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(response.content)).pages
    said = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "Retirer votre inscription à tout moment" in said
    assert "2 numéros de téléphone" in said
    assert "39 98" not in said
    assert "Lilas" not in said


@pytest.mark.parametrize("who", ["elsewhere", "expired", "instructor", "operator", "person"])
def test_nobody_else_changes_or_reads_a_registration_by_its_address(who: str) -> None:
    registration = alarming.a_registration()
    user, status = {
        "elsewhere": lambda: (build.referent(build.a_unit("2", name="Brigade de Gien")), 404),
        "expired": lambda: (build.referent(email="parti@portail.example", end=build.at(2021, 1, 1).date()), 403),
        "instructor": lambda: (build.posted(Role.INSTRUCTOR), 403),
        "operator": lambda: (alarming.operator(), 403),
        "person": lambda: (build.official_account(registration.official), 403),
    }[who]()
    client = client_of(user)
    for name in ("registration", "receipt", "change", "withdraw", "declare"):
        assert client.get(reverse(f"alarm_registry:{name}", args=[registration.pk])).status_code == status, name
    for name in ("change", "confirm", "keep", "withdraw", "declare"):
        assert (
            client.post(reverse(f"alarm_registry:{name}", args=[registration.pk]), {"asked": "on"}).status_code
            == status
        )
    assert Registration.objects.active().count() == 1


def test_the_list_is_that_of_the_unit_and_its_filters_say_what_waits(time_machine) -> None:
    old = alarming.a_registration(official=build.an_official("Ancienne"))
    time_machine.move_to(clock.real_now() + timedelta(days=200))
    recent = alarming.a_registration("06 39 98 00 02", official=build.an_official("Récente"))
    ended = alarming.a_registration("06 39 98 00 03", official=build.an_official("Battue"))
    Mandate.objects.filter(official=ended.official).update(ended_on=clock.today("Europe/Paris"))
    alarming.a_correction(recent)
    client, url = client_of(old.registered_by), reverse("alarm_registry:registrations")

    def names(**query: str) -> list[str]:
        return [row.official.last_name for row in client.get(url, query).context["page"].items]

    assert names() == ["Ancienne", "Battue", "Récente"]
    assert names(voir="a-reconfirmer") == ["Ancienne"]
    assert names(voir="corrections") == ["Récente"]
    assert names(voir="fin-de-mandat") == ["Battue"]
    assert names(q="recen") == ["Récente"]
    assert client_of(build.referent(build.a_unit("2", name="Brigade de Gien"))).get(url).context["page"].items == []


def test_a_list_and_a_page_cost_the_same_whatever_they_hold() -> None:
    user, numbers = build.referent(), count(10)
    first = alarming.a_registration(official=build.an_official("Première"), by=user)
    urls = [reverse("alarm_registry:registrations"), reverse("alarm_registry:registration", args=[first.pk])]
    client, costs = client_of(user), []
    for added in (0, 2, 9):
        for _ in range(added):
            alarming.a_registration(
                f"06 39 98 00 {next(numbers)}", official=build.an_official(f"Voisine {next(numbers)}")
            )
        costs.append([queries(client, url) for url in urls])
    assert costs[0] == costs[1] == costs[2]
    assert max(max(cost) for cost in costs) <= 17, costs


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries)
