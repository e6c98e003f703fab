"""What the application's SQL role cannot do, even by raw SQL."""

import pytest
from django.db import Error, connection, transaction

from cases.models import GridVersion
from tests import build

pytestmark = pytest.mark.django_db


def refused(sql: str, *params: object) -> str:
    with pytest.raises(Error) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
    return str(raised.value)


def test_the_connection_is_a_plain_role_that_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls,"
            " (SELECT count(*) FROM pg_class c WHERE relowner = r.oid AND relpersistence <> 't')"
            " FROM pg_roles r WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, 0)


def test_an_unevaluated_threat_keeps_its_file_open() -> None:
    case = build.a_threat().case
    assert "menace" in refused("UPDATE cases_case SET state = 'closed', closed_at = now() WHERE id = %s", case.pk)


@pytest.mark.parametrize(
    "change",
    ["signed_level = 1", "answers = '{}'", "state = 'todo'", "validated_by_id = evaluated_by_id", "comment = 'x'"],
)
def test_a_validated_evaluation_never_changes(change: str) -> None:
    evaluation = build.validated(build.a_threat())
    assert "validée" in refused(f"UPDATE cases_evaluation SET {change} WHERE id = %s", evaluation.pk)


def test_a_validated_evaluation_is_not_deleted_nor_truncated() -> None:
    evaluation = build.validated(build.a_threat())
    refused("DELETE FROM cases_evaluation WHERE id = %s", evaluation.pk)
    refused("TRUNCATE cases_evaluation CASCADE")


def test_an_evaluation_is_not_validated_by_its_author() -> None:
    evaluation = build.submitted(build.a_threat())
    message = refused(
        "UPDATE cases_evaluation SET state = 'validated', validated_at = now(), validated_by_id = evaluated_by_id"
        " WHERE id = %s",
        evaluation.pk,
    )
    assert "evaluation_validated_by_another" in message


def test_an_evaluation_does_not_jump_to_validated() -> None:
    evaluation = build.a_threat().evaluations.get()
    assert "état" in refused("UPDATE cases_evaluation SET state = 'validated' WHERE id = %s", evaluation.pk)


def test_a_departure_without_reason_is_refused() -> None:
    evaluation = build.a_threat().evaluations.get()
    message = refused(
        "UPDATE cases_evaluation SET state = 'submitted', evaluated_by_id = %s, submitted_at = now(),"
        " computed_level = 3, signed_level = 2, threat_version = 1 WHERE id = %s",
        evaluation.threat.logged_by_id,
        evaluation.pk,
    )
    assert "evaluation_departure_has_reason" in message


def test_what_was_sent_is_validated_as_it_is() -> None:
    evaluation = build.submitted(build.a_threat())
    assert "transmise" in refused("UPDATE cases_evaluation SET answers = '{}' WHERE id = %s", evaluation.pk)


@pytest.mark.parametrize("change", ["red_factors = '[]'", "comment = 'x'", "submitted_at = now()", "saved_by = 'x'"])
def test_nothing_changes_between_sending_and_validating(change: str) -> None:
    evaluation, head = build.submitted(build.a_threat()), build.unit_head()
    message = refused(
        f"UPDATE cases_evaluation SET state = 'validated', validated_at = now(), validated_by_id = %s, {change}"
        " WHERE id = %s",
        head.pk,
        evaluation.pk,
    )
    assert "transmise" in message


def test_an_evaluation_of_other_facts_neither_validates_nor_lets_the_file_close() -> None:
    threat, head = build.a_threat(), build.unit_head()
    evaluation = build.submitted(threat)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_threat SET nature = 'contempt', version = 2 WHERE id = %s", [threat.pk])
    message = refused(
        "UPDATE cases_evaluation SET state = 'validated', validated_at = now(), validated_by_id = %s WHERE id = %s",
        head.pk,
        evaluation.pk,
    )
    assert "autres faits" in message


def test_correcting_a_validated_threat_by_hand_keeps_the_file_open() -> None:
    threat = build.a_threat()
    build.validated(threat)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_threat SET nature = 'contempt', version = 2 WHERE id = %s", [threat.pk])
    assert "menace" in refused(
        "UPDATE cases_case SET state = 'closed', closed_at = opened_at WHERE id = %s", threat.case_id
    )


def test_a_file_does_not_move_to_another_scope() -> None:
    case = build.a_threat().case
    elsewhere = build.a_unit(departement_code="974", name="Brigade de Saint-Denis")
    refused("UPDATE cases_case SET unit_id = %s WHERE id = %s", elsewhere.pk, case.pk)
    refused("UPDATE cases_case SET departement_id = '974' WHERE id = %s", case.pk)


def test_an_evaluation_needs_a_published_grid() -> None:
    threat = build.a_threat()
    build.validated(threat)
    columns = ", ".join(f.column for f in GridVersion._meta.concrete_fields if f.name not in ("id", "number", "state"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO cases_gridversion (number, state, {columns})"
            f" SELECT 99, 'draft', {columns} FROM cases_gridversion RETURNING id"
        )
        (draft,) = cursor.fetchone()
    fields = ", ".join(
        f.column
        for f in threat.evaluations.model._meta.concrete_fields
        if f.column not in ("id", "number", "grid_id", "state", "validated_by_id", "validated_at")
    )
    message = refused(
        f"INSERT INTO cases_evaluation (id, number, grid_id, state, {fields})"
        f" SELECT gen_random_uuid(), 2, %s, 'todo', {fields} FROM cases_evaluation",
        draft,
    )
    assert "publiée" in message


def test_a_fact_of_before_1990_is_refused() -> None:
    threat = build.a_threat()
    message = refused("UPDATE cases_threat SET occurred_at = '0206-01-01', version = 2 WHERE id = %s", threat.pk)
    assert "threat_not_too_old" in message


def test_a_threat_does_not_enter_a_closed_file() -> None:
    threat = build.a_threat()
    build.validated(threat)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET state = 'closed', closed_at = opened_at WHERE id = %s", [threat.case_id])
    columns = ", ".join(f.column for f in threat._meta.concrete_fields if f.name != "id")
    message = refused(
        f"INSERT INTO cases_threat (id, {columns}) SELECT gen_random_uuid(), {columns} FROM cases_threat WHERE id = %s",
        threat.pk,
    )
    assert "clos" in message


@pytest.mark.parametrize("table", ["cases_case", "cases_threat", "cases_evaluation", "cases_caseevent"])
def test_nothing_of_a_file_is_deleted(table: str) -> None:
    build.a_threat()
    refused(f"DELETE FROM {table}")


def test_the_timeline_does_not_change() -> None:
    build.a_threat()
    refused("UPDATE cases_caseevent SET sentence = 'autre'")


def test_a_published_grid_does_not_change_nor_its_questions() -> None:
    grid = GridVersion.objects.get()
    refused("UPDATE cases_gridversion SET high_from = 1000")
    refused("UPDATE cases_gridquestion SET weight = 0 WHERE grid_id = %s", grid.pk)
    refused("DELETE FROM cases_gridquestion WHERE grid_id = %s", grid.pk)


def test_the_role_cannot_switch_a_trigger_off() -> None:
    refused("ALTER TABLE cases_evaluation DISABLE TRIGGER ALL")
    refused("SET session_replication_role = replica")
    refused("DROP TRIGGER cases_evaluation_frozen ON cases_evaluation")
    refused("CREATE OR REPLACE FUNCTION cases_evaluation_frozen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'")


def test_a_threat_moves_to_no_other_file() -> None:
    threat = build.a_threat()
    other = build.a_threat(user=threat.logged_by, official=build.an_official("Autre"))
    refused("UPDATE cases_threat SET case_id = %s, version = 2 WHERE id = %s", other.case_id, threat.pk)


def test_a_narrative_does_not_change_without_a_new_version() -> None:
    threat = build.a_threat()
    refused("UPDATE cases_threat SET description = 'autre' WHERE id = %s", threat.pk)


def test_rows_that_stay_cannot_be_deleted_for_want_of_the_right() -> None:
    message = refused("DELETE FROM accounts_posting")
    assert "permission denied" in message or "droit" in message
