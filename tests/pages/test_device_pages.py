"""The pages of devices: the counter, the park, what each reads, and what is refused by its address alone."""

from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification, User
from call_buttons.models import CallButtonDevice, CallButtonHandover, CallButtonStockAlert
from call_buttons.services import receive_loan
from cases.models import CaseTask
from core.models import JournalEntry
from tests import build, handing
from tests.harness.queries import assert_constant_queries
from tests.pages.reading import assert_kept, assert_refused_beside

pytestmark = pytest.mark.django_db
TYPED = {
    "name_1": "Jeanne Inventée",
    "telephone_1": "06 39 98 00 21",
    "role_1": "relative",
    "picks_up_1": "on",
    "safe_contact": "Portable après 18 h.",
    "outcome": "ok",
    "delay_seconds": "18",
}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def text(response) -> str:
    return unescape(response.content.decode()).replace("\u00a0", " ")


@pytest.fixture
def grant(db: None):
    return build.granted()


@pytest.fixture
def counter(grant) -> tuple[Client, str]:
    """The référent of the file, and the page where a device is handed over."""
    url = reverse("call_buttons:hand_over", args=[grant.request_id])
    return client_of(grant.case.threats.get().logged_by), url


def test_the_third_device_is_handed_over_with_a_test_of_18_seconds(counter) -> None:
    client, url = counter
    handing.devices(5)
    page = text(client.get(url))
    assert "5 appareils en stock à la préfecture du Loiret" in page
    chosen = client.get(url, {"appareil": "3"})
    device = chosen.context["form"].initial["device"]
    assert device.label == "45-003"
    response = client.post(url, TYPED | {"device": str(device.pk)}, follow=True)
    page = text(response)
    assert "L'appareil 45-003 est remis" in page
    assert "18 s" in page
    assert CallButtonDevice.objects.in_stock().count() == 4
    tasks = text(client.get(reverse("tasks:list")))
    assert "Faire l'essai mensuel de l'appareil" in tasks
    assert "dans 30 jours" in tasks


def test_a_scan_finds_a_device_whatever_its_spaces_and_an_unknown_one_is_said(counter) -> None:
    client, url = counter
    device = handing.a_device(serial="BX-20 417")
    assert client.get(url, {"appareil": "bx 20417"}).context["form"].initial["device"] == device
    assert "Aucun appareil en stock ne porte le numéro « ZZ9 »" in text(client.get(url, {"appareil": "ZZ9"}))


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"name_1": ""}, "name_1", "obligatoire"),
        ({"telephone_1": "néant"}, "telephone_1", "numéro de téléphone"),
        ({"name_2": "Paul"}, "telephone_2", "Complétez ce champ"),
        ({"delay_seconds": ""}, "delay_seconds", "délai"),
        ({"delay_seconds": "601"}, "delay_seconds", "De 0 à 600"),
        ({"outcome": "failed", "delay_seconds": ""}, "test_note", "ce qui s'est passé"),
    ],
)
def test_what_is_wrong_at_the_counter_is_said_beside_its_field_and_nothing_is_lost(
    counter, change, field, message
) -> None:
    client, url = counter
    typed = TYPED | change | {"device": str(handing.a_device().pk)}
    response = client.post(url, typed)
    assert response.status_code == 422
    assert_refused_beside(response, field, message)
    assert_kept(response, {name: value for name, value in typed.items() if name != "picks_up_1"})
    assert not CallButtonHandover.objects.exists()


def test_a_device_that_left_meanwhile_is_replaced_without_typing_again(counter) -> None:
    client, url = counter
    device, _ = handing.devices(2)
    handing.lent(device)
    response = client.post(url, TYPED | {"device": str(device.pk)})
    assert_refused_beside(response, "device", "n'est plus en stock")
    assert_kept(response, {"name_1": "Jeanne Inventée"})


def test_an_empty_stock_is_said_and_the_handover_is_refused_by_post(counter, grant) -> None:
    client, url = counter
    CallButtonStockAlert.objects.open().update(closed_at=grant.decision.decided_at)
    build.posted(Role.INSTRUCTOR)
    page = text(client.get(url))
    assert "n'a plus d'appareil à remettre" in page
    assert "Remettre l'appareil" not in page
    assert not CallButtonStockAlert.objects.open().exists()
    response = client.post(url, TYPED)
    assert response.status_code == 409
    assert "La protection reste accordée" in text(response)
    assert CallButtonStockAlert.objects.open().count() == 1
    assert Notification.objects.filter(dedupe_key__startswith="stock:").exists()


def test_a_protection_that_ended_hands_nothing_over_by_post() -> None:
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        grant = build.granted()
        device = handing.a_device()
    with time_machine.travel(build.at(2026, 4, 15), tick=False):
        client = client_of(grant.case.threats.get().logged_by)
        url = reverse("call_buttons:hand_over", args=[grant.request_id])
        response = client.post(url, TYPED | {"device": str(device.pk)})
        assert response.status_code == 409
    assert not CallButtonHandover.objects.exists()


def test_a_pending_request_leads_to_its_page_and_hands_nothing_over() -> None:
    request = build.a_request()
    url = reverse("call_buttons:hand_over", args=[request.pk])
    response = client_of(request.requested_by).post(url, TYPED, follow=True)
    assert "Aucune protection n'a été accordée" in text(response)


def test_former_recipients_are_proposed_again(counter, grant) -> None:
    client, url = counter
    handing.devices(2)
    handing.returned(handing.handed_over(grant), works=False, note="Cassé.")
    form = client.get(url, {"appareil": "2"}).context["form"]
    assert (form.initial["name_1"], form.initial["role_2"]) == ("Jeanne Inventée", "unit")


def test_reading_a_handover_is_journaled_and_writes_nothing_else() -> None:
    handover = handing.handed_over()
    client = client_of(handover.handed_by)
    before = CaseTask.objects.count()
    page = text(client.get(reverse("call_buttons:handover", args=[handover.pk])))
    assert "06 39 98 00 21" in page
    assert "Sous-sol de la mairie." in page
    assert JournalEntry.objects.filter(action="consultation").count() == 1
    assert CaseTask.objects.count() == before


def test_the_receipt_is_a_document_that_names_no_recipient(grant) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    handover = handing.signed_receipt(handing.handed_over(grant))
    response = client_of(handover.handed_by).get(reverse("call_buttons:receipt", args=[handover.pk]))
    words = " ".join("\n".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages).split())
    for said in ("45-001", "Vos droits", "appelez le 17", "Signé le", "réponse en 18 secondes"):
        assert said in words
    assert "06 39 98" not in words
    assert "Jeanne" not in words


ACTS = {
    "test_call": ({"outcome": "ok"}, "delay_seconds", "délai"),
    "activation": ({"at": "2030-01-01T10:00", "truth": "real", "account": "Vu."}, "at", "pas encore venu"),
    "take_back": ({"works": "no"}, "note", "ce qui ne va pas"),
    "lose_device": ({"lost_on": "2020-01-01", "circumstances": "Vu."}, "lost_on", "avant la remise"),
    "sign_receipt": ({"signer_name": "", "signer_quality": "official"}, "signer_name", "obligatoire"),
}


@pytest.mark.parametrize("name", sorted(ACTS))
def test_what_an_act_refuses_is_said_beside_its_field(name: str) -> None:
    typed, field, message = ACTS[name]
    handover = handing.handed_over()
    response = client_of(handover.handed_by).post(reverse(f"call_buttons:{name}", args=[handover.pk]), typed)
    assert_refused_beside(response, field, message)
    assert_kept(response, typed)


DONE = {
    "test_call": ({"outcome": "ok", "delay_seconds": "0"}, "L'essai est noté"),
    "activation": ({"truth": "false", "account": "Geste."}, "Le déclenchement est noté"),
    "take_back": ({"works": "yes"}, "Le retour est noté"),
    "lose_device": ({"circumstances": "Dans la Loire."}, "La perte est notée"),
    "sign_receipt": ({"signer_name": "Anne", "signer_quality": "official"}, "La signature du reçu est notée"),
    "contacts": ({"name_1": "Paul", "telephone_1": "0639980022", "role_1": "neighbour"}, "sont enregistrés"),
}


@pytest.mark.parametrize("name", sorted(DONE))
def test_each_act_is_done_from_its_page_and_refused_once_the_device_is_back(name: str) -> None:
    with time_machine.travel(build.at(2026, 1, 14, 12), tick=False):
        handover = handing.handed_over()
        typed, said = DONE[name]
        handover.refresh_from_db()
        usual = {"at": "2026-01-14T12:00", "lost_on": "2026-01-14", "version": str(handover.version)}
        client, url = client_of(handover.handed_by), reverse(f"call_buttons:{name}", args=[handover.pk])
        assert said in text(client.post(url, usual | typed, follow=True))
        if name not in ("take_back", "lose_device"):
            handing.returned(CallButtonHandover.objects.get(pk=handover.pk))
        with time_machine.travel(build.at(2026, 1, 15), tick=False):
            after = client_of(handover.handed_by).post(url, usual | typed | {"at": "2026-01-14T13:00"})
    assert after.status_code == 422


def test_the_hour_of_an_activation_is_that_of_the_place() -> None:
    unit = build.a_unit(departement_code="974", name="Brigade de Saint-Denis")
    with time_machine.travel(build.at(2026, 2, 16, 8, zone="Indian/Reunion"), tick=False):
        referent = build.referent(unit)
        request = build.a_request(threat=build.a_threat(user=referent))
        handover = handing.handed_over(build.granted(request, by=build.decider(departement_code="974")), by=referent)
    with time_machine.travel(build.at(2026, 2, 16, 12, zone="Indian/Reunion"), tick=False):
        url = reverse("call_buttons:activation", args=[handover.pk])
        client_of(referent).post(url, {"at": "2026-02-16T11:30", "truth": "real", "account": "Vu."})
    assert handover.activations.get().at == build.at(2026, 2, 16, 11, 30, zone="Indian/Reunion")


def test_an_unknown_activation_is_settled_from_its_page_and_another_is_not_found() -> None:
    handover = handing.handed_over()
    one = handing.pressed(handover)
    client = client_of(handover.handed_by)
    url = reverse("call_buttons:settle_activation", args=[handover.pk, one.pk])
    page = text(client.post(url, {"truth": "false", "account": "Son enfant jouait."}, follow=True))
    assert "1 fausse alerte" in page
    assert "Son enfant jouait." in page
    settled = handover.activations.get(settles=one)
    assert client.get(reverse("call_buttons:settle_activation", args=[handover.pk, settled.pk])).status_code == 404


def test_calae_reads_counts_and_nothing_of_who_holds_what() -> None:
    handover = handing.handed_over()
    analyst = build.posted(Role.CALAE_ANALYST)
    client = client_of(analyst)
    page = text(client.get(reverse("call_buttons:devices")))
    assert "Loiret" in page
    assert handover.device.serial not in page
    assert handover.grant.case.reference not in page
    build.consulted(handover.grant.case, analyst)
    request = text(client.get(reverse("call_buttons:request", args=[handover.grant.request_id])))
    assert handover.device.label not in request


def test_a_scan_on_the_list_opens_the_device_and_filters_keep_the_rest() -> None:
    device = handing.a_device(serial="BX-9999")
    handing.handed_over()
    client = client_of(User.objects.get(postings__role=Role.INSTRUCTOR))
    url = reverse("call_buttons:devices")
    assert client.get(url, {"numero": "bx9999"}).url == reverse("call_buttons:device", args=[device.pk])
    assert "Aucun appareil ne porte le numéro « inconnu »" in text(client.get(url, {"numero": "inconnu"}))
    assert list(client.get(url, {"etat": "lost"}).context["page"].items) == []
    assert len(client.get(url, {"etat": "nimporte"}).context["page"].items) == 1


def test_the_lender_reads_what_he_lent_and_does_not_change_it() -> None:
    loan = handing.lent()
    elsewhere = build.posted(Role.INSTRUCTOR, departement_code="974")
    receive_loan(loan=loan, **handing.signed(elsewhere))
    client = client_of(User.objects.get(postings__role=Role.INSTRUCTOR, postings__departement="45"))
    page = text(client.get(reverse("call_buttons:device", args=[loan.device_id])))
    assert "Détenu par" in page
    assert "Changer son état" not in page
    url = reverse("call_buttons:declare_device", args=[loan.device_id])
    assert client.post(url, {"to": "lost", "why": "x"}).status_code == 404
    step = reverse("call_buttons:loan_step", args=[loan.pk])
    assert client.post(step, {"act": "sent_back"}).status_code == 404
    assert "encore à la préfecture" in text(client.post(step, {"act": "back"}, follow=True))


def test_what_was_seen_at_the_return_is_hidden_with_the_file() -> None:
    handover = handing.returned(handing.handed_over(), works=False, note="Écrasé par son voisin.")
    instructor = User.objects.get(postings__role=Role.INSTRUCTOR)
    url = reverse("call_buttons:device", args=[handover.device_id])
    reference = handover.grant.case.reference
    assert reference in text(client_of(instructor).get(url))
    build.declared(handover.grant.case, instructor)
    page = text(client_of(instructor).get(url))
    assert "Rendu en panne ou abîmé." in page
    assert reference not in page
    assert "voisin" not in page
    assert client_of(instructor).get(reverse("call_buttons:handover", args=[handover.pk])).status_code == 404


def test_the_elected_person_reads_his_device_and_whom_it_calls_stays_hidden() -> None:
    official = build.an_official()
    build.official_account(official)
    handing.handed_over(build.granted(build.a_request(official=official)))
    page = text(client_of(official.user).get(reverse("situation")))
    assert "Vous avez une montre d'appel n° 45-001" in page
    assert "Prochain essai avec votre référent le" in page
    assert "Jeanne" not in page
    assert "Portable après 18 h" not in page


@pytest.mark.parametrize("role", [Role.DECIDER, Role.INSTRUCTOR, Role.CALAE_ANALYST])
def test_both_home_pages_say_that_the_stock_is_empty(grant, role: str) -> None:
    user = User.objects.filter(postings__role=role).first() or build.posted(role)
    assert "plus aucun appareil à remettre" in text(client_of(user).get("/"))
    handing.a_device()
    assert "plus aucun appareil à remettre" not in text(client_of(user).get("/"))


def test_what_must_come_back_is_on_the_page_of_the_request_and_in_the_panel() -> None:
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        handover = handing.handed_over()
    with time_machine.travel(build.at(2026, 5, 1), tick=False):
        client = client_of(handover.handed_by)
        for url in (
            reverse("call_buttons:request", args=[handover.grant.request_id]),
            reverse("call_buttons:case_panel", args=[handover.grant.case.reference]),
        ):
            page = text(client.get(url))
            assert "À restituer" in page
            assert "Noter le retour" in page


def test_the_list_costs_the_same_whatever_it_holds(monkeypatch) -> None:
    # Asked once in ten seconds, whatever the page: here once.
    monkeypatch.setattr("core.heartbeat.BELIEVED", 3600.0)
    user = build.granted().case.threats.get().logged_by

    def rows(number: int) -> None:
        threat = build.a_threat(user=user, official=build.an_official(f"Voisine {CallButtonDevice.objects.count()}"))
        handing.handed_over(build.granted(build.a_request(threat=threat)), handing.a_device())
        for device in handing.devices(number):
            handing.lent(device)

    rows(1)
    client = client_of(User.objects.filter(postings__role=Role.INSTRUCTOR).first())
    for url in (reverse("call_buttons:devices"), reverse("call_buttons:device_census")):
        assert_constant_queries(client, url, rows, at_most=16)
