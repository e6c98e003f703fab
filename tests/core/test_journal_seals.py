import time

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core.journal import SYSTEM, record_access, record_act, sealing
from core.journal.sealing import JournalBusy, anchor_of, seal_journal, verify_journal
from core.journal.selectors import last_seal
from core.models import JournalEntry, JournalSeal, JournalVerification

BULK = """
INSERT INTO core_journalentry (at, action, outcome, actor_label, posting_label, object_type, object_id, object_label,
    reason, details)
SELECT now(), 'consultation', 'done', 'Jeanne Martin', 'référente, Olivet', 'cases.case', i::text, '2026-45-' || i,
    'suivi', '{{"page": 1}}' FROM generate_series(1, {count}) i
"""
UNGUARDED = "SET session_replication_role = replica; "


def write(count):
    with connection.cursor() as cursor:
        cursor.execute(BULK.format(count=count))


@pytest.fixture
def small_seals(monkeypatch):
    monkeypatch.setattr(sealing, "ENTRIES_PER_SEAL", 10)


def test_an_untouched_journal_is_intact_and_counts_what_is_not_sealed_yet(db, small_seals):
    write(35)
    assert seal_journal() == 35
    write(4)
    result = verify_journal()
    assert (result.is_intact, result.sealed_entries, result.unsealed_entries, result.seals) == (True, 35, 4, 4)
    assert seal_journal() == 4
    assert verify_journal().is_intact


def test_an_empty_journal_is_intact(db):
    assert seal_journal() == 0
    assert verify_journal().is_intact


def test_sealing_again_seals_nothing(db):
    write(3)
    seal_journal()
    assert seal_journal() == 0
    assert JournalSeal.objects.count() == 1


@pytest.mark.parametrize(
    ("tampering", "finding"),
    [
        ("UPDATE core_journalentry SET reason = 'autre' WHERE object_id = '15'", "a été modifié sous le sceau n° 2"),
        ("UPDATE core_journalentry SET details = '{}' WHERE object_id = '15'", "a été modifié sous le sceau n° 2"),
        ("DELETE FROM core_journalentry WHERE object_id = '15'", "1 entrée(s) supprimée(s) sous le sceau n° 2"),
        (
            "INSERT INTO core_journalentry SELECT -1, at, recorded_at, action, outcome, actor_id, actor_label,"
            " posting_id, posting_label, address, object_type, object_id, object_label, reason, details"
            " FROM core_journalentry LIMIT 1",
            "1 entrée(s) ajoutée(s) après coup sous le sceau n° 1",
        ),
        ("TRUNCATE core_journalentry", "10 entrée(s) supprimée(s) sous le sceau n° 1"),
        ("UPDATE core_journalseal SET entries = 9 WHERE number = 2", "sous le sceau n° 2"),
        ("UPDATE core_journalseal SET mac = decode(repeat('00', 32), 'hex') WHERE number = 1", "sous le sceau n° 2"),
        ("DELETE FROM core_journalseal WHERE number = 2", "Le sceau n° 2 manque"),
        (
            "DELETE FROM core_journalseal WHERE number = 3; DELETE FROM core_journalentry WHERE object_id::int > 20",
            "La fin de la chaîne",
        ),
        ("TRUNCATE core_journalseal, core_journalentry", "La fin de la chaîne"),
    ],
)
def test_what_the_owner_changes_with_triggers_off_is_found(committed_db, owner_cursor, small_seals, tampering, finding):
    write(30)
    seal_journal()
    assert verify_journal().is_intact
    # The owner of the tables is a superuser here: nothing stops him, everything shows.
    owner_cursor.execute(UNGUARDED + tampering)
    result = verify_journal()
    assert not result.is_intact
    assert any(finding in found["message"] for found in result.findings), result.findings


def test_a_seal_forged_without_the_key_is_found(db, settings, small_seals):
    write(10)
    genuine = settings.JOURNAL_SEAL_KEY
    settings.JOURNAL_SEAL_KEY = "another-key-of-more-than-32-characters"
    seal_journal()
    settings.JOURNAL_SEAL_KEY = genuine
    assert not verify_journal().is_intact


def test_a_head_kept_outside_shows_the_loss_of_every_trace(committed_db, owner_cursor, small_seals):
    write(30)
    seal_journal()
    head = last_seal()
    assert verify_journal(anchor=anchor_of(head)).is_intact
    owner_cursor.execute(UNGUARDED + "TRUNCATE core_journalseal, core_journalentry, core_journalverification")
    assert verify_journal().is_intact
    assert not verify_journal(anchor=anchor_of(head)).is_intact


def test_no_late_entry_slips_into_a_sealed_range(committed_db, worker_database):
    from tests.harness import databases

    write(5)
    with psycopg.connect(databases.application_url(worker_database)) as writer:
        writer.execute(BULK.format(count=1))  # its number is drawn, its transaction open
        with pytest.raises(JournalBusy):
            seal_journal()
        writer.commit()
    assert seal_journal() == 6
    assert verify_journal().is_intact


def test_two_sealers_never_seal_the_same_entries(committed_db, worker_database):
    from tests.harness import databases

    write(5)
    with psycopg.connect(databases.application_url(worker_database)) as other:
        other.execute("SELECT pg_advisory_lock(7402, hashtext('seal'))")
        assert seal_journal() == 0
        # By hand: a session that ends gives its lock back a moment later.
        other.execute("SELECT pg_advisory_unlock_all()")
        assert seal_journal() == 5


def test_a_rolled_back_entry_leaves_a_gap_that_is_no_anomaly(db):
    write(2)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record_act(actor=SYSTEM)
        raise ZeroDivisionError
    write(2)
    assert seal_journal() == 4
    assert verify_journal().is_intact


def test_what_is_sealed_does_not_depend_on_the_settings_of_the_session(db):
    record_access(actor=SYSTEM, details={"accents": "é", "nested": [1, 2.50, None]})
    entry = JournalEntry.objects.get()
    before = list(sealing._lines(after=None, until=entry.pk))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Indian/Reunion'")
        cursor.execute("SET LOCAL DateStyle = 'SQL, DMY'")
        cursor.execute("SET LOCAL extra_float_digits = 0")
    assert list(sealing._lines(after=None, until=entry.pk)) == before


def test_twenty_thousand_entries_are_sealed_and_verified_in_a_moment(db):
    write(20_000)
    started = time.monotonic()
    assert seal_journal() == 20_000
    assert verify_journal().is_intact
    assert time.monotonic() - started < 3, "600,000 entries would take more than 90 seconds"
    assert list(JournalSeal.objects.values_list("entries", flat=True)) == [10_000, 10_000]


def test_the_commands_seal_verify_and_fail_on_an_anomaly(db, settings, capsys):
    write(3)
    call_command("seal_journal")
    printed = capsys.readouterr().out
    assert "3 entrée(s) scellée(s)." in printed
    call_command("verify_journal", anchor=printed.split("Repère : ")[1].strip())
    assert "Journal intact : 3 entrée(s) sous 1 sceau(x), 0 pas encore scellée(s)." in capsys.readouterr().out
    settings.JOURNAL_SEAL_KEY = "another-key-of-more-than-32-characters"
    with pytest.raises(CommandError, match="sceau n° 1"):
        call_command("verify_journal")


def test_each_verification_is_kept(db):
    verify_journal()
    verify_journal()
    assert JournalVerification.objects.count() == 2
    assert JournalEntry.objects.count() == 0
