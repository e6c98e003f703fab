from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from core import clock
from core.journal import SYSTEM, Action, Actor, JournalUnavailable, Outcome, recent_refusals, record_access, record_act
from core.models import JournalEntry

REFERENT = Actor(
    user_id=12, label="Jeanne Martin", posting_id=31, posting_label="référente, Olivet", address="10.1.2.3"
)


def read_case(**given):
    return record_access(actor=REFERENT, object_type="cases.case", object_id="7", object_label="2026-45-00012", **given)


def test_an_entry_says_who_when_what_why_from_where_and_with_what_outcome(db):
    read_case(reason="suivi", outcome=Outcome.REFUSED, details={"page": 2})
    entry = JournalEntry.objects.get()
    assert (entry.action, entry.outcome, entry.reason) == (Action.CONSULTATION, Outcome.REFUSED, "suivi")
    assert (entry.actor_id, entry.actor_label) == (12, "Jeanne Martin")
    assert (entry.posting_id, entry.posting_label) == (31, "référente, Olivet")
    assert (entry.object_type, entry.object_id, entry.object_label) == ("cases.case", "7", "2026-45-00012")
    assert (entry.address, entry.details) == ("10.1.2.3", {"page": 2})
    assert abs(entry.at - clock.now()) < timedelta(seconds=5)


def test_an_access_is_committed_before_the_function_returns(committed_db, owner_cursor):
    read_case()
    owner_cursor.execute("SELECT object_label FROM core_journalentry")
    assert owner_cursor.fetchall() == [("2026-45-00012",)]


def test_an_access_inside_a_transaction_that_could_be_rolled_back_is_refused(committed_db):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        read_case()


def test_an_act_and_its_entry_are_rolled_back_together(committed_db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record_act(actor=SYSTEM, reason="acte abandonné")
        raise ZeroDivisionError
    assert not JournalEntry.objects.exists()


def test_an_entry_that_cannot_be_written_is_an_error_of_its_own(committed_db, owner_cursor):
    owner_cursor.execute("REVOKE INSERT ON core_journalentry FROM PUBLIC, calae_app_test")
    with pytest.raises(JournalUnavailable):
        read_case()


def test_what_was_typed_in_an_address_bar_never_prevents_the_entry(db):
    entry = record_access(actor=SYSTEM, object_id="/dossiers/\x00" + "é" * 9000, reason="\ud800")
    entry.refresh_from_db()
    assert entry.object_id.startswith("/dossiers/\N{REPLACEMENT CHARACTER}é")
    assert len(entry.object_id) == 500


@pytest.mark.parametrize("address", ["unknown", "", None, "1.2.3.4, 5.6.7.8"])
def test_a_forged_address_is_dropped_and_the_entry_written(db, address):
    actor = Actor(user_id=None, label="visiteur", posting_id=None, posting_label="", address=address)
    assert record_access(actor=actor).address is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_journalentry SET reason = 'autre'",
        "DELETE FROM core_journalentry",
        "TRUNCATE core_journalentry",
        "ALTER TABLE core_journalentry DISABLE TRIGGER ALL",
        "DROP TRIGGER core_journalentry_append_only ON core_journalentry",
        "DROP FUNCTION core_journalentry_append_only()",
        "CREATE OR REPLACE FUNCTION core_journalentry_append_only() RETURNS trigger LANGUAGE sql AS ''",
        "SET session_replication_role = replica",
        "SET ROLE calae_owner",
        "SELECT setval('core_journalentry_id_seq', 1)",
        "ALTER TABLE core_journalentry RENAME TO autre",
        "GRANT UPDATE ON core_journalentry TO calae_app_test",
        "UPDATE core_journalseal SET entries = 0",
        "DELETE FROM core_journalseal",
        "DELETE FROM core_journalverification",
        "CREATE TABLE core_autre (id int)",
    ],
)
def test_the_application_role_cannot_touch_what_is_written(db, statement):
    read_case()
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        if statement.startswith("GRANT"):  # PostgreSQL only warns
            cursor.execute("UPDATE core_journalentry SET reason = 'autre'")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE core_journalentry SET reason = 'x'", "DELETE FROM core_journalentry", "TRUNCATE core_journalentry"],
)
def test_even_the_owner_meets_the_triggers(committed_db, owner_cursor, statement):
    read_case()
    with pytest.raises(Exception, match="Le journal ne se modifie pas"):
        owner_cursor.execute(statement)


def test_neither_the_number_nor_the_true_time_of_an_entry_is_chosen_by_the_client(db):
    first = read_case()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_journalentry (id, at, recorded_at, action, outcome, actor_label, posting_label,"
            " object_type, object_id, object_label, reason, details) OVERRIDING SYSTEM VALUE VALUES"
            " (-5, '2020-01-01', '2020-01-01', 'act', 'done', 'x', '', '', '', '', '', '{}') RETURNING id, recorded_at"
        )
        number, recorded_at = cursor.fetchone()
    assert number > first.pk
    assert recorded_at > datetime(2025, 1, 1, tzinfo=UTC)


def test_an_unknown_action_is_refused_by_the_database(db):
    with pytest.raises(IntegrityError, match="journal_action_known"):
        record_act(actor=SYSTEM, action="bavardage")


def test_refused_sign_ins_are_counted_by_key_and_by_address_since_a_true_moment(db):
    since = clock.real_now() - timedelta(minutes=15)
    tried = {"action": Action.SIGN_IN, "object_type": "sign_in", "actor": REFERENT}
    record_access(object_id="aa", outcome=Outcome.REFUSED, **tried)
    record_access(object_id="bb", outcome=Outcome.REFUSED, **tried)
    record_access(object_id="aa", outcome=Outcome.DONE, **tried)
    assert recent_refusals(action=Action.SIGN_IN, object_id="aa", since=since) == 1
    assert recent_refusals(action=Action.SIGN_IN, address="10.1.2.3", since=since) == 2
    assert recent_refusals(action=Action.SIGN_IN, address="10.9.9.9", since=since) == 0
    assert recent_refusals(action=Action.SIGN_IN, object_id="aa", since=clock.real_now() + timedelta(minutes=1)) == 0


def test_counting_refused_sign_ins_uses_its_partial_index(db):
    # On a table of one page every index costs the same, and which one is taken means nothing.
    for _ in range(400):
        record_act(actor=SYSTEM, reason="un acte parmi d'autres")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    refused = JournalEntry.objects.filter(
        action=Action.SIGN_IN, outcome=Outcome.REFUSED, object_id="aa", recorded_at__gte=clock.real_now()
    )
    assert "journal_refused_sign_in" in refused.explain()


def test_the_journal_knows_no_other_table():
    assert not [field for field in JournalEntry._meta.get_fields() if field.is_relation]


def test_a_failure_of_the_database_is_what_makes_the_journal_unavailable(db, monkeypatch):
    def fail(self, **kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr(JournalEntry, "save", fail)
    with pytest.raises(JournalUnavailable):
        read_case()
