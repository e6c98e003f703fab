"""What the application's SQL role cannot do to measures and vigilance, even by raw SQL; and random acts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import Error, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from cases.enums import LIVE_MEASURES
from cases.models import ProtectiveMeasure
from cases.services import ActRefused, Conflict, log_passage
from cases.services import measures as acts
from tests import build, protecting
from tests.cases.test_database_rules import refused

SET = "UPDATE cases_protectivemeasure SET version = version + 1, "


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("owner_id = NULL", "measure_live_has_owner_and_date"),
        ("review_on = NULL", "measure_live_has_owner_and_date"),
        ("period = NULL", "measure_in_force_has_period"),
        ("period = 'empty'", "measure_"),
        ("period = daterange(NULL, '2030-01-01')", "measure_period_not_empty"),
        ("state = 'ended'", "measure_ended_has_exit_review"),
        ("state = 'proposed'", "état"),
        ("state = 'decided'", "état"),
        ("state = 'refused', refusal_reason = 'x'", "état"),
        ("kind = 'call_button'", "ne changent pas"),
        ("decided_by_id = proposed_by_id", "ne changent pas"),
        ("evaluation_id = gen_random_uuid()", "ne changent pas"),
    ],
)
def test_a_live_measure_keeps_its_rules(change: str, rule: str) -> None:
    measure = protecting.in_force()
    assert rule in refused(f"{SET}{change} WHERE id = %s", measure.pk)


@pytest.mark.django_db
def test_nothing_changes_without_a_version_nor_once_it_ended() -> None:
    measure = protecting.in_force()
    assert "version" in refused("UPDATE cases_protectivemeasure SET review_on = review_on + 1")
    protecting.ended(measure)
    assert "ne change plus" in refused(f"{SET}review_on = review_on + 1")
    refused("DELETE FROM cases_protectivemeasure")
    refused("TRUNCATE cases_protectivemeasure CASCADE")


@pytest.mark.django_db
def test_a_decision_is_not_signed_by_the_proposer_nor_by_a_role_without_it() -> None:
    measure = protecting.proposed()
    head = protecting.head_of(measure.case)
    sign = f"{SET}state = 'decided', decided_at = now(), decided_by_id = %s, decider_role = %s WHERE id = %s"
    assert "autre personne" in refused(sign, measure.proposed_by_id, "referent", measure.pk)
    assert "Ce rôle" in refused(sign, head.pk, "calae_analyst", measure.pk)
    assert "n'a pas ce rôle" in refused(sign, head.pk, "referent", measure.pk)
    with connection.cursor() as cursor:
        cursor.execute(sign, [head.pk, "unit_head", measure.pk])


@pytest.mark.django_db
def test_a_measure_rests_on_a_validated_evaluation_of_its_file() -> None:
    measure = protecting.proposed()
    waiting = build.submitted(build.a_threat(user=measure.proposed_by, case=measure.case))
    columns = ", ".join(f.column for f in measure._meta.concrete_fields if f.name not in ("id", "evaluation"))
    copy = (
        f"INSERT INTO cases_protectivemeasure (id, evaluation_id, {columns})"
        f" SELECT gen_random_uuid(), %s, {columns} FROM cases_protectivemeasure"
    )
    assert "évaluation validée" in refused(copy, waiting.pk)


@pytest.mark.django_db
def test_a_file_does_not_close_on_a_live_measure_by_raw_sql() -> None:
    measure = protecting.in_force()
    close = "UPDATE cases_case SET state = 'closed', closed_at = now() + interval '1 hour' WHERE id = %s"
    assert "mesure de protection" in refused(close, measure.case_id)
    protecting.ended(measure)
    with connection.cursor() as cursor:
        cursor.execute(close, [measure.case_id])


@pytest.mark.django_db
def test_orders_acknowledgements_and_passages_do_not_change() -> None:
    order = protecting.ordered()
    row = protecting.row_of(order, order.measure.case.unit)
    user = order.measure.owner
    log_passage(row=row, user=user, actor=build.actor(user))
    assert "ne change pas" in refused("UPDATE cases_vigilanceorder SET ends_at = ends_at + interval '1 day'")
    assert "ne change pas" in refused("UPDATE cases_vigilanceunit SET acknowledged_at = now()")
    assert "ne change pas" in refused("UPDATE cases_vigilancepassage SET at = now()")
    refused("DELETE FROM cases_vigilancepassage")
    refused("DELETE FROM cases_vigilanceunit")
    refused("DELETE FROM cases_measuretrace")


ACTS = st.sampled_from(["decide", "start", "reassign", "end", "review", "sql_owner", "sql_date"])


class RandomLives(HypothesisCase):
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(ACTS, max_size=8))
    def test_no_live_measure_is_ever_without_owner_and_next_date(self, moves: list[str]) -> None:
        measure = protecting.proposed()
        deputy = build.referent(email="adjoint@portail.example")
        for move in moves:
            play(move, ProtectiveMeasure.objects.select_related("owner", "case").get(), deputy)
            live = ProtectiveMeasure.objects.filter(state__in=LIVE_MEASURES)
            assert not [one for one in live if one.owner_id is None or one.next_day is None]
        assert ProtectiveMeasure.objects.get().kind == measure.kind


def play(move: str, measure: ProtectiveMeasure, deputy) -> None:
    signed = {"user": deputy, "actor": build.actor(deputy)}
    # What raw SQL took from a measure not yet live, whoever decides it gives back.
    measure.owner, measure.review_on = measure.owner or deputy, measure.review_on or protecting.today(measure.case)
    try:
        with transaction.atomic():
            if move.startswith("sql"):
                column = "owner_id" if move == "sql_owner" else "review_on"
                with connection.cursor() as cursor:
                    cursor.execute(f"{SET}{column} = NULL")
            elif move == "decide":
                protecting.decided(measure, by=deputy)
            elif move == "start":
                protecting.in_force(measure)
            elif move == "end":
                protecting.ended(measure)
            elif move == "reassign":
                acts.reassign_measure(measure=measure, version=measure.version, owner=deputy, **signed)
            else:
                day = protecting.today(measure.case) + timedelta(days=3)
                acts.review_measure(measure=measure, version=measure.version, review_on=day, reason="Encore.",
                                    submission=measure.case_id, **signed)  # fmt: skip
    except (ActRefused, Conflict, Error):
        pass  # a refusal is an answer: what matters is what stands afterwards
