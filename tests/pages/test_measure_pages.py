"""Pages of protective measures: nothing typed lost, errors beside their field, the file in one query more."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases.enums import MeasureKind, MeasureState
from cases.models import ProtectiveMeasure, VigilanceOrder
from cases.services import reassign_measure
from tests import build, protecting
from tests.pages.test_queries import queries_of

pytestmark = pytest.mark.django_db


def page(name: str, measure: ProtectiveMeasure) -> str:
    return reverse(f"cases:{name}", args=[measure.case.reference, measure.pk])


def propose_page(evaluation) -> str:
    return reverse("cases:propose_measures", args=[evaluation.case.reference, evaluation.pk])


def test_suggested_measures_are_ticked_and_the_rest_is_not(client: Client) -> None:
    evaluation = build.validated(build.a_threat())
    client.force_login(evaluation.evaluated_by)
    form = client.get(propose_page(evaluation)).context["form"]
    ticked = {kind for kind in form.kinds if form[f"{kind}_take"].value()}
    assert ticked == set(evaluation.suggested_measures) - {MeasureKind.CALL_BUTTON}
    assert ticked
    assert len(ticked) < len(form.kinds)


def test_a_missing_owner_is_said_beside_its_field_and_nothing_typed_is_lost(client: Client) -> None:
    evaluation = build.validated(build.a_threat())
    client.force_login(evaluation.evaluated_by)
    data = {"submission": str(uuid4()), "patrols_take": "on", "patrols_target": "school_route",
            "patrols_review_on": "30/02/2027", "patrols_owner": ""}  # fmt: skip
    response = client.post(propose_page(evaluation), data)
    form = response.context["form"]
    assert response.status_code == 422
    assert set(form.errors) == {"patrols_owner", "patrols_place", "patrols_review_on"}
    assert "30/02/2027" in response.content.decode()
    assert ProtectiveMeasure.objects.count() == 0


def test_a_ticked_measure_is_proposed_once_by_a_double_click(client: Client) -> None:
    evaluation = build.validated(build.a_threat())
    client.force_login(evaluation.evaluated_by)
    day = protecting.today(evaluation.case) + timedelta(days=20)
    data = {"submission": str(uuid4()), "patrols_take": "on", "patrols_target": "home",
            "patrols_review_on": f"{day}", "patrols_owner": str(evaluation.evaluated_by.pk)}  # fmt: skip
    assert client.post(propose_page(evaluation), data).status_code == 302
    assert client.post(propose_page(evaluation), data).status_code == 302
    assert ProtectiveMeasure.objects.get().review_on == day


def test_an_order_without_unit_or_with_hours_reversed_keeps_what_was_typed(client: Client) -> None:
    measure = protecting.decided(kind=MeasureKind.REINFORCED_VIGILANCE)
    client.force_login(measure.owner)
    day = protecting.today(measure.case) + timedelta(days=1)
    data = {"version": measure.version, "commune": "Orléans (45)", "address": "3, rue des Tilleuls",
            "start_date": day, "start_time": "22:00", "end_date": day, "end_time": "20:00",
            "instruction": "Passer."}  # fmt: skip
    assert set(client.post(page("start_measure", measure), data).context["form"].errors) == {"units"}
    response = client.post(page("start_measure", measure), data | {"units": [measure.case.unit_id]})
    assert set(response.context["form"].errors) == {"end_time"}
    assert "3, rue des Tilleuls" in response.content.decode()
    data |= {"units": [measure.case.unit_id], "end_time": "23:30"}
    assert client.post(page("start_measure", measure), data).status_code == 302
    assert VigilanceOrder.objects.get().address == "3, rue des Tilleuls"


def test_two_people_on_one_measure_see_the_other_change(client: Client) -> None:
    measure = protecting.in_force()
    head, other = protecting.head_of(measure.case), build.referent(email="autre@portail.example")
    reassign_measure(measure=measure, version=measure.version, owner=other, user=head, actor=build.actor(head))
    client.force_login(measure.proposed_by)
    data = {"version": measure.version, "owner": str(head.pk)}
    response = client.post(page("reassign_measure", measure), data)
    assert response.status_code == 422
    assert "a modifié" in response.content.decode()
    assert ProtectiveMeasure.objects.get().owner == other


def test_calae_reads_decided_and_executed_in_one_place_and_acts_on_nothing(client: Client) -> None:
    from accounts.enums import Role

    measure = protecting.decided()
    analyst = build.posted(Role.CALAE_ANALYST)
    build.consulted(measure.case, analyst)
    client.force_login(analyst)
    text = client.get(reverse("cases:measures", args=[measure.case.reference])).content.decode()
    assert "Écart : pas commencée" in text
    assert client.get(page("start_measure", measure)).status_code == 403


def test_the_official_reads_plain_words_and_nothing_internal(client: Client) -> None:
    measure = protecting.in_force(kind=MeasureKind.PATROLS, place="12, allée Secrète")
    client.force_login(build.official_account(measure.case.official))
    text = client.get("/ma-situation/").content.decode()
    assert "Des patrouilles passent régulièrement." in text
    assert "allée Secrète" not in text


def test_the_file_costs_the_same_with_no_measure_and_with_several() -> None:
    evaluation = build.validated(build.a_threat())
    path = reverse("cases:detail", args=[evaluation.case.reference])
    before = queries_of(evaluation.evaluated_by, path)
    for kind in (MeasureKind.PATROLS, MeasureKind.ADVICE, MeasureKind.ALARM):
        protecting.in_force(protecting.decided(protecting.proposed(evaluation, kind=kind)))
    protecting.ordered(
        measure=protecting.decided(protecting.proposed(evaluation, kind=MeasureKind.REINFORCED_VIGILANCE))
    )
    assert queries_of(evaluation.evaluated_by, path) == before


def test_closing_is_refused_on_the_page_with_the_sentence(client: Client) -> None:
    measure = protecting.in_force()
    client.force_login(measure.owner)
    response = client.post(reverse("cases:close", args=[measure.case.reference]), {"reason": "Fini."})
    assert response.status_code == 409
    assert "mesure de protection est en cours" in response.content.decode()
    assert ProtectiveMeasure.objects.get().state == MeasureState.IN_FORCE
