"""Whatever is typed in the form of a threat: a sentence beside the field, nothing lost, never a failure."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Case, Threat
from core import clock
from officials.models import Official
from tests import build
from tests.pages.reading import assert_kept, assert_refused_beside

NULL = "Le caractère nul n’est pas autorisé."
EXISTING_DATE = "Saisissez une date qui existe"
HOUR = "Saisissez une heure sur 24 h"


@pytest.fixture
def official(db: None) -> Official:
    return build.an_official()


@pytest.fixture
def client(official: Official) -> Client:
    client = Client()
    client.force_login(build.referent())
    return client


def typed(**changes: str) -> dict[str, str]:
    yesterday = clock.today("Europe/Paris") - timedelta(days=1)
    usual = {
        "nature": "death_threat",
        "channel": "letter",
        "occurred_date": f"{yesterday:%Y-%m-%d}",
        "occurred_time": "21:40",
        "commune": "Orléans",
        "place": "Devant la mairie",
        "description": "Une lettre anonyme.",
        "author_knowledge": "unknown",
        "author_description": "Rien de connu.",
        "complaint": "filed",
        "urgency": "high",
        "submission": str(uuid.uuid4()),
    }
    return usual | changes


def send(client: Client, official: Official, **changes: str):
    return client.post(reverse("cases:new_for", args=[official.pk]), typed(**changes))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("occurred_date", "30/02/2026", EXISTING_DATE),
        ("occurred_date", "2026-02-30", EXISTING_DATE),
        ("occurred_date", "hier", EXISTING_DATE),
        ("occurred_date", "2026-01-01\x00", EXISTING_DATE),
        ("occurred_date", "0001-01-01", "Vérifiez l'année"),
        ("occurred_date", "9999-12-31", "dans le futur"),
        ("occurred_time", "25:00", HOUR),
        ("occurred_time", "midi", HOUR),
        ("commune", "Zzyzxwk", "Aucune commune ne correspond à « Zzyzxwk »"),
        ("commune", "Zzyzx-sur-Mer", "Vouliez-vous dire"),
        ("commune", "Saint-Denis", "Plusieurs communes correspondent"),
        ("commune", "Orl\x00éans", NULL),
        ("commune", "😀", "Aucune commune ne correspond"),
        ("nature", "autre chose", "Choisissez une réponse dans la liste."),
        ("author_knowledge", "peut-être", "Choisissez une réponse dans la liste."),
        ("mandate", "00000000-0000-0000-0000-000000000000", "Choisissez"),
        ("mandate", "n'importe quoi", "Choisissez"),
        ("description", "x" * 20_001, "Le récit dépasse 20000 caractères"),
        ("description", "a\x00b", NULL),
        ("place", "\x00", NULL),
        ("author_description", "y" * 2_001, "2000 caractères"),
    ],
)
def test_bad_input_is_told_beside_its_field(client, official, field: str, value: str, message: str) -> None:
    response = send(client, official, **{field: value})
    assert_refused_beside(response, field, message)
    assert_kept(response, typed(**{field: value}) | {"submission": response.context["form"]["submission"].value()})
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "field",
    ["nature", "channel", "occurred_date", "occurred_time", "commune", "description", "author_knowledge", "urgency"],
)
def test_a_missing_field_is_told_beside_it(client, official, field: str) -> None:
    response = send(client, official, **{field: ""})
    assert_refused_beside(response, field, "obligatoire" if field != "commune" else "Saisissez le nom de la commune.")


def test_everything_missing_makes_one_summary_in_the_order_of_the_fields(client, official) -> None:
    response = client.post(reverse("cases:new_for", args=[official.pk]), {"submission": str(uuid.uuid4())})
    page = response.content.decode()
    assert "9 erreurs à corriger" in page
    assert page.index('href="#id_nature"') < page.index('href="#id_commune"') < page.index('href="#id_urgency_0"')


def test_an_hour_of_today_that_has_not_come_is_told_beside_the_hour(client, official) -> None:
    now = clock.now().astimezone(clock.PARIS)
    soon = now + timedelta(minutes=2)
    if soon.date() != now.date():
        soon = now.replace(hour=23, minute=59)
    response = send(client, official, occurred_date=f"{soon:%d/%m/%Y}", occurred_time=f"{soon:%H:%M}")
    assert_refused_beside(response, "occurred_time", "Les faits seraient dans le futur")


def test_a_forged_page_number_is_told_and_logs_nothing(client, official) -> None:
    response = send(client, official, submission="pas un numéro")
    assert response.status_code == 422
    assert "Une erreur à corriger" in response.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize("text", ["تهديد بالقتل", "😀 « Œuvre » 中文", "<script>alert(1)</script>", "a\x07b\x1b"])
def test_any_writing_is_kept_and_shown_as_typed(client, official, text: str) -> None:
    response = send(client, official, description=text, place=text)
    threat = Threat.objects.get()
    assert response.url == reverse("cases:detail", args=[threat.case.reference])
    assert (threat.description, threat.place) == (text, text)
    page = client.get(response.url)
    assert "<script>alert" not in page.content.decode()


def test_several_communes_of_one_name_are_told_apart_by_the_departement(client, official) -> None:
    send(client, official, commune="Saint-Denis (974)")
    assert Threat.objects.get().commune_id == "97411"


def test_a_correction_keeps_what_was_typed_too(client, official) -> None:
    send(client, official)
    threat = Threat.objects.get()
    url = reverse("cases:correct_threat", args=[threat.case.reference, threat.pk])
    wrong = typed(occurred_date="31/02/2026", description="Nouveau récit.", version="1")
    response = client.post(url, wrong)
    assert_refused_beside(response, "occurred_date", EXISTING_DATE)
    assert_kept(response, wrong)
    forged = client.post(url, typed(version="douze"))
    assert forged.status_code == 422
