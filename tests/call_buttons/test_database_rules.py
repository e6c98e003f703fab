"""What the application's SQL role cannot do to a call button, even by raw SQL."""

import pytest
import time_machine
from django.db import Error, connection, transaction

from tests import build

pytestmark = pytest.mark.django_db


def refused(sql: str, *params: object) -> str:
    with pytest.raises(Error) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return str(raised.value)


def copy_of(table: str, model: type, pk: object, **changes: str) -> tuple[str, object]:
    """An INSERT that copies a row of `table`, but for `changes` given as SQL."""
    columns = [field.column for field in model._meta.concrete_fields]
    values = ", ".join(changes.get(column, column) for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE id = %s", pk


def test_two_grants_never_overlap_for_a_person_and_may_touch() -> None:
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        grant = build.granted()
    other = build.a_request(threat=build.a_threat(user=grant.case.threats.get().logged_by, case=grant.case))
    renewal = build.granted(other)
    assert renewal.previous_id == grant.pk
    sql, pk = copy_of("call_buttons_callbuttongrant", type(grant), grant.pk, id="gen_random_uuid()")
    assert refused(sql, pk)


def test_the_exclusion_holds_by_itself() -> None:
    grant = build.granted()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conname IN ('grant_no_overlap', 'grant_three_months')"
        )
        definitions = " ".join(row[0] for row in cursor.fetchall())
    assert "official_id WITH =, period WITH &&" in definitions
    assert "3 mons" in definitions
    assert grant.period.upper_inf is False


@pytest.mark.parametrize("table", ["decision", "grant"])
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_a_decision_and_its_grant_never_change(table: str, act: str) -> None:
    build.granted()
    refused(act.format(f"call_buttons_callbutton{table}"))


def test_a_grant_is_not_lengthened() -> None:
    grant = build.granted()
    refused("UPDATE call_buttons_callbuttongrant SET period = daterange(lower(period), 'infinity')")
    sql, pk = copy_of(
        "call_buttons_callbuttongrant",
        type(grant),
        grant.pk,
        id="gen_random_uuid()",
        period="daterange(upper(period), upper(period) + 400)",
    )
    assert refused(sql, pk)


def test_a_person_has_one_pending_request_at_most() -> None:
    request = build.a_request()
    sql, pk = copy_of("call_buttons_callbuttonrequest", type(request), request.pk, id="gen_random_uuid()")
    assert "request_one_pending" in refused(sql, pk)


def test_a_request_is_granted_only_by_a_decision() -> None:
    build.a_request()
    assert "décision" in refused("UPDATE call_buttons_callbuttonrequest SET state = 'granted'")


def test_the_requester_never_decides() -> None:
    decided = build.refused(build.a_request())
    other = build.a_request(official=build.an_official("Autre"), threat=_threat_of_another(decided))
    sql, pk = copy_of(
        "call_buttons_callbuttondecision",
        type(decided),
        decided.pk,
        id="gen_random_uuid()",
        number="'45-2026-BA-99999'",
        request_id=f"'{other.pk}'",
        decided_by_id=str(other.requested_by_id),
    )
    assert "ne décide pas" in refused(sql, pk)


def _threat_of_another(decided):
    return build.a_threat(user=decided.request.requested_by, official=build.an_official("Autre"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"departement_id": "'974'"}, "même unité"),
        ({"official_id": "(SELECT id FROM officials_official WHERE last_name = 'Autre')"}, "même élu"),
        ({"requested_at": "now() + interval '40 days'"}, "récente"),
        ({"evaluation_id": "(SELECT id FROM cases_evaluation WHERE state = 'todo')"}, "récente"),
    ],
)
def test_a_request_is_that_of_its_file(changes: dict[str, str], said: str) -> None:
    decided = build.refused(build.a_request())
    build.an_official("Autre")
    build.a_threat(user=decided.request.requested_by, case=decided.request.case)
    sql, pk = copy_of(
        "call_buttons_callbuttonrequest",
        type(decided.request),
        decided.request_id,
        id="gen_random_uuid()",
        state="'pending'",
        **changes,
    )
    assert said in refused(sql, pk)


def test_the_reason_of_a_request_does_not_change() -> None:
    build.a_request()
    refused("UPDATE call_buttons_callbuttonrequest SET motive = 'autre'")


def test_only_a_decider_of_the_departement_decides() -> None:
    decided = build.refused(build.a_request())
    other = build.a_request(threat=_threat_of_another(decided))
    for stranger in (build.posted("psychologist"), build.decider(departement_code="974")):
        sql, pk = copy_of(
            "call_buttons_callbuttondecision",
            type(decided),
            decided.pk,
            id="gen_random_uuid()",
            number="'45-2026-BA-99999'",
            request_id=f"'{other.pk}'",
            decided_by_id=str(stranger.pk),
        )
        assert "habilité" in refused(sql, pk)


def test_a_decision_without_its_consequence_is_refused_whole() -> None:
    decided = build.refused(build.a_request())
    other = build.a_request(threat=_threat_of_another(decided))
    sql, pk = copy_of(
        "call_buttons_callbuttondecision",
        type(decided),
        decided.pk,
        id="gen_random_uuid()",
        number="'45-2026-BA-99999'",
        request_id=f"'{other.pk}'",
    )
    assert "sens de sa décision" in refused(sql, pk)


def test_a_decided_request_takes_no_second_decision() -> None:
    decided = build.refused(build.a_request())
    sql, pk = copy_of(
        "call_buttons_callbuttondecision",
        type(decided),
        decided.pk,
        id="gen_random_uuid()",
        number="'45-2026-BA-99999'",
    )
    assert "déjà décidée" in refused(sql, pk)


def test_a_decided_request_never_changes() -> None:
    build.refused(build.a_request())
    refused("UPDATE call_buttons_callbuttonrequest SET opinion = ''")
    refused("UPDATE call_buttons_callbuttonrequest SET state = 'pending'")


def test_a_refusal_opens_no_period() -> None:
    grant = build.granted()
    decision = build.refused(build.a_request(threat=_threat_of_another(grant.decision)))
    sql, pk = copy_of(
        "call_buttons_callbuttongrant",
        type(grant),
        grant.pk,
        id="gen_random_uuid()",
        decision_id=f"'{decision.pk}'",
    )
    assert "refus" in refused(sql, pk)
