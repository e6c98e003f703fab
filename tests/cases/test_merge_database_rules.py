"""What the database refuses of merges, by raw SQL, as the application's role."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, transaction

from accounts.models import User
from cases.models import Case, CaseMerge, Threat
from cases.services.moving import MOVING, STAYING
from core import clock
from tests import build
from tests.cases.test_database_rules import refused
from tests.cases.test_merging import merge, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def head() -> User:
    return build.unit_head()


@pytest.fixture
def pair() -> tuple[Threat, Threat]:
    referent, official = build.referent(), build.an_official()
    return build.a_threat(user=referent, official=official), build.a_threat(user=referent, official=official)


def start(gone: Case, kept: Case, head: User) -> CaseMerge:
    return CaseMerge.objects.create(absorbed=gone, survivor=kept, reason="x", at=clock.now(), by=head)


def test_nothing_moves_without_a_merge_under_way(pair, head) -> None:
    gone, kept = pair
    evaluation = gone.evaluations.get()
    refused("UPDATE cases_threat SET case_id = %s WHERE id = %s", kept.case_id, gone.pk)
    refused("UPDATE cases_evaluation SET case_id = %s WHERE id = %s", kept.case_id, evaluation.pk)
    refused("UPDATE cases_evaluation SET state = 'set_aside' WHERE id = %s", evaluation.pk)
    refused("UPDATE cases_threat SET duplicate_of_id = %s, version = 2 WHERE id = %s", kept.pk, gone.pk)
    refused(
        "UPDATE cases_case SET state = 'merged', closed_at = now(), merged_into_id = %s WHERE id = %s",
        kept.case_id,
        gone.case_id,
    )


def test_nothing_moves_after_the_merge_either(pair, head) -> None:
    gone, kept = pair
    merge(gone, kept, head)
    refused("UPDATE cases_threat SET case_id = %s WHERE id = %s", gone.case_id, gone.pk)
    refused("UPDATE cases_threat SET duplicate_of_id = NULL, version = 2 WHERE id = %s", gone.pk)
    refused("UPDATE cases_case SET state = 'open', closed_at = NULL, merged_into_id = NULL WHERE id = %s", gone.case_id)
    refused("UPDATE cases_case SET state = 'closed', merged_into_id = NULL WHERE id = %s", gone.case_id)
    refused("UPDATE cases_evaluation SET state = 'todo' WHERE threat_id = %s", gone.pk)
    refused("UPDATE cases_casemerge SET reason = 'autre'")
    refused("DELETE FROM cases_casemerge")
    refused("UPDATE cases_casemergeitem SET row = 'x'")


def test_a_merge_moves_and_changes_nothing_else(pair, head) -> None:
    gone, kept = pair
    evaluation = build.validated(gone, head=head)
    start(gone.case, kept.case, head)
    third = build.a_threat(user=kept.logged_by, official=kept.case.official)
    refused("UPDATE cases_threat SET case_id = %s, nature = 'other' WHERE id = %s", kept.case_id, gone.pk)
    refused("UPDATE cases_threat SET case_id = %s WHERE id = %s", third.case_id, gone.pk)
    refused("UPDATE cases_evaluation SET case_id = %s, signed_level = 1 WHERE id = %s", kept.case_id, evaluation.pk)
    refused("UPDATE cases_threat SET case_id = %s, duplicate_of_id = %s WHERE id = %s", kept.case_id, third.pk, gone.pk)
    for change in ("reference = '2020-45-00099'", "official_id = gen_random_uuid()", "unit_id = 0"):
        refused(f"UPDATE cases_case SET {change} WHERE id = %s", gone.case_id)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_threat SET case_id = %s WHERE id = %s", [kept.case_id, gone.pk])
        cursor.execute("UPDATE cases_evaluation SET case_id = %s WHERE id = %s", [kept.case_id, evaluation.pk])
        cursor.execute(
            "UPDATE cases_case SET state = 'merged', closed_at = now() + interval '1 hour', merged_into_id = %s"
            " WHERE id = %s",
            [kept.case_id, gone.case_id],
        )
        cursor.execute("UPDATE cases_casemerge SET state = 'done'")
    settle()


def test_a_merge_is_whole_or_nothing(pair, head) -> None:
    gone, kept = pair
    with pytest.raises(Exception, match="en entier"), transaction.atomic():
        start(gone.case, kept.case, head)
        settle()
    with pytest.raises(Exception, match="en entier"), transaction.atomic():
        start(gone.case, kept.case, head)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cases_casemerge SET state = 'done'")
        settle()


def test_files_of_two_people_never_merge(head) -> None:
    referent = build.referent()
    one, other = build.a_threat(user=referent), build.a_threat(user=referent, official=build.an_official("Autre"))
    with pytest.raises(Exception, match="même élu"), transaction.atomic():
        start(one.case, other.case, head)
    with pytest.raises(Exception, match="merge_of_two_files"), transaction.atomic():
        start(one.case, one.case, head)


def test_a_merged_file_receives_nothing_and_a_double_no_evaluation(pair, head) -> None:
    gone, kept = pair
    merge(gone, kept, head)
    columns = ", ".join(f.column for f in Threat._meta.concrete_fields if f.name not in ("id", "case", "duplicate_of"))
    message = refused(
        f"INSERT INTO cases_threat (id, case_id, {columns}) SELECT gen_random_uuid(), %s, {columns} FROM cases_threat"
        " WHERE id = %s",
        gone.case_id,
        kept.pk,
    )
    assert "clos" in message
    copied = ", ".join(
        f.column for f in gone.evaluations.model._meta.concrete_fields if f.name not in ("id", "number", "state")
    )
    message = refused(
        f"INSERT INTO cases_evaluation (id, number, state, {copied}) SELECT gen_random_uuid(), 9, 'todo', {copied}"
        " FROM cases_evaluation WHERE threat_id = %s",
        gone.pk,
    )
    assert "doublon" in message


def test_the_undo_is_bounded_by_the_database_too(pair, head) -> None:
    merge(*pair, head)
    message = refused(
        "UPDATE cases_casemerge SET state = 'undoing', undone_at = at + interval '31 days', undone_by_id = by_id,"
        " undo_reason = 'x'"
    )
    assert "merge_undone_in_time" in message


def test_a_link_and_a_hint_are_of_two_files_in_order(pair, head) -> None:
    first, second = sorted(threat.case_id for threat in pair)
    columns = "(id, first_id, second_id, kind, reason, at, by_id)"
    for couple in ((second, first), (first, first)):
        message = refused(
            f"INSERT INTO cases_caselink {columns} VALUES (gen_random_uuid(), %s, %s, 'same_event', 'x', now(), %s)",
            *couple,
            head.pk,
        )
        assert "link_in_order" in message


def test_every_model_that_hangs_on_a_file_says_whether_it_follows_a_merge() -> None:
    known = {moving.model for moving in MOVING} | set(STAYING)
    hanging = {
        model
        for model in apps.get_models()
        for field in model._meta.fields
        if field.name == "case" and field.related_model is Case
    }
    assert {model._meta.label for model in hanging - known} == set()
