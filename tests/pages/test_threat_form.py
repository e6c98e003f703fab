"""Whatever is typed in the form of a threat: a sentence beside the field, nothing lost, never a failure."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.models import Case, Threat
from core import clock
from territories.models import FormerCommune
from tests import build
from tests.pages.reading import assert_kept, assert_refused_beside
from tests.pages.steps import SLUGS, Steps

NULL = "Le caractère nul n’est pas autorisé."
EXISTING_DATE = "Saisissez une date qui existe"
HOUR = "Saisissez une heure sur 24 h"


STEP_OF = {
    "mandate": "victimes", "description": "recit", "author_knowledge": "auteur", "author_description": "auteur",
    "complaint": "suites", "urgency": "suites",
}  # fmt: skip


@pytest.fixture
def steps(db: None) -> Steps:
    return Steps(build.referent(), build.an_official())


def step_of(field: str) -> str:
    return STEP_OF.get(field, "faits")


def send(steps: Steps, field: str, value: str):
    """The steps up to the one of `field`, which is sent with `value`."""
    wanted = step_of(field)
    for step in SLUGS[: SLUGS.index(wanted)]:
        steps.send(step)
    return steps.send(wanted, **{field: value})


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
        ("description", "x" * 20_001, "Le récit compte 20001 caractères"),
        ("description", "x" * 200_000, "Le récit compte 200000 caractères"),
        ("description", "a\x00b", NULL),
        ("place", "\x00", NULL),
        ("author_description", "y" * 2_001, "2000 caractères"),
    ],
)
def test_bad_input_is_told_beside_its_field(steps, field: str, value: str, message: str) -> None:
    response = send(steps, field, value)
    assert_refused_beside(response, field, message)
    kept = {name: typed for name, typed in steps.usual[step_of(field)].items() if name != "official_targeted"}
    assert_kept(response, kept | {field: value})
    assert not Case.objects.exists()
    # Kept in the draft too: another machine shows it again.
    again = steps.client.get(steps.url(step_of(field)))
    assert again.context["form"][field].value() == value


@pytest.mark.parametrize(
    "field",
    ["nature", "channel", "occurred_date", "occurred_time", "commune", "description", "author_knowledge", "urgency"],
)
def test_a_missing_field_is_told_beside_it(steps, field: str) -> None:
    response = send(steps, field, "")
    assert_refused_beside(response, field, "obligatoire" if field != "commune" else "Saisissez le nom de la commune.")


def test_everything_missing_makes_one_summary_in_the_order_of_the_fields(steps) -> None:
    steps.send("victimes")
    page = steps.client.post(steps.url("faits"), {"version": "1"}).content.decode()
    assert "5 erreurs à corriger" in page
    assert page.index('href="#id_nature"') < page.index('href="#id_commune"')


def test_an_hour_of_today_that_has_not_come_is_told_beside_the_hour(steps) -> None:
    now = clock.now().astimezone(clock.PARIS)
    soon = now + timedelta(minutes=2)
    if soon.date() != now.date():
        soon = now.replace(hour=23, minute=59)
    steps.send("victimes")
    response = steps.send("faits", occurred_date=f"{soon:%d/%m/%Y}", occurred_time=f"{soon:%H:%M}")
    assert_refused_beside(response, "occurred_time", "Les faits seraient dans le futur")


def test_a_fact_before_the_mandate_is_warned_and_may_be_confirmed(steps) -> None:
    steps.send("victimes")
    response = steps.send("faits", occurred_date="2020-05-24")
    assert_refused_beside(response, "before_mandate", "25/05/2020")
    assert steps.send("faits", occurred_date="2020-05-25").status_code == 302
    assert steps.send("faits", occurred_date="2020-05-24", before_mandate="on").status_code == 302


def test_a_forged_page_number_is_told_and_logs_nothing(steps) -> None:
    response = steps.client.post(
        reverse("cases:new_for", args=[steps.official.pk]), {"draft": "pas un numéro", "official_targeted": "on"}
    )
    assert response.status_code == 422
    assert "Une erreur à corriger" in response.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize("text", ["تهديد بالقتل", "😀 « Œuvre » 中文", "<script>alert(1)</script>", "a\x07b\x1b"])
def test_any_writing_is_kept_and_shown_as_typed(steps, text: str) -> None:
    response = steps.walk(recit={"description": text}, faits={"place": text})
    threat = Threat.objects.get()
    assert response.url == reverse("cases:detail", args=[threat.case.reference])
    assert (threat.description, threat.place) == (text, text)
    page = steps.client.get(response.url)
    assert "<script>alert" not in page.content.decode()


def test_several_communes_of_one_name_are_told_apart_by_the_departement(steps) -> None:
    steps.walk(faits={"commune": "Saint-Denis (974)"})
    assert Threat.objects.get().commune_id == "97411"


def test_a_commune_that_no_longer_exists_leads_to_that_of_today_and_keeps_its_name(steps) -> None:
    former = FormerCommune.objects.filter(code_is_free=True).exclude(name="").order_by("code").first()
    steps.walk(faits={"commune": former.code})
    threat = Threat.objects.get()
    assert threat.commune_id == former.commune_id
    assert f"{former.name}, ancienne commune qui fait aujourd'hui partie de" in threat.place
    assert threat.place.startswith("Devant la mairie")


@pytest.mark.parametrize("channel", ["social", "email", "sms"])
def test_an_online_fact_must_be_qualified_and_another_not(steps, channel: str) -> None:
    steps.send("victimes")
    response = steps.send("faits", channel=channel)
    for field in ("platform", "online_reach", "still_online"):
        assert_refused_beside(response, field, "À remplir pour un fait en ligne.")
    assert steps.send("faits", channel="letter").status_code == 302
    said = {"platform": "Facebook", "online_reach": "public", "still_online": "yes"}
    assert steps.send("faits", channel=channel, **said).status_code == 302


def test_identifiers_and_the_procedure_are_kept(steps) -> None:
    steps.walk(
        auteur={"telephones": "06 39 98 00 01 ; 06 39 98 00 02", "handles": "@colere"},
        suites={"procedure_number": "2026/00012", "reported_under_cpp40": "on", "cpp40_on": "2026-01-13"},
    )
    threat = Threat.objects.get()
    assert sorted(one.value for one in threat.author_identifiers.all()) == [
        "06 39 98 00 01",
        "06 39 98 00 02",
        "@colere",
    ]
    assert (threat.procedure_number, threat.reported_under_cpp40) == ("2026/00012", True)


def test_nobody_aimed_at_is_told(steps) -> None:
    assert_refused_beside(steps.send("victimes", official_targeted=""), "official_targeted", "au moins une personne")


def test_a_correction_keeps_what_was_typed_too(steps) -> None:
    steps.walk()
    threat = Threat.objects.get()
    url = reverse("cases:correct_threat", args=[threat.case.reference, threat.pk])
    usual = {name: value for step in SLUGS for name, value in steps.usual[step].items()}
    usual |= {"victims": f"e:{steps.official.pk}", "version": "1"}
    wrong = usual | {"occurred_date": "31/02/2026", "description": "Nouveau récit."}
    response = steps.client.post(url, wrong)
    assert_refused_beside(response, "occurred_date", EXISTING_DATE)
    assert_kept(response, {name: value for name, value in wrong.items() if name != "victims"})
    assert steps.client.post(url, usual | {"version": "douze"}).status_code == 422
    assert steps.client.post(url, usual | {"description": "Nouveau récit."}).status_code == 302
