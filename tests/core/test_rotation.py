import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import IntegrityError, connection

from core import encryption
from core.models import OutboxMessage
from core.owner import as_owner
from core.rotation import encrypted_columns, rotate_encryption_keys
from core.triggers import append_only, frozen_when
from tests.core.test_encryption import new_key, stored, unsaved
from tests.harness import databases


def rotate(**given):
    with as_owner():
        return rotate_encryption_keys(**given)


@pytest.fixture
def messages(committed_db):
    return OutboxMessage.objects.bulk_create([unsaved(f"elu{number}@exemple.fr") for number in range(5)])


@pytest.fixture
def second_key(settings, messages):
    """The settings after the first step of a rotation: a new key in front, the old one kept."""
    settings.ENCRYPTION_KEYS = [new_key("k2"), *settings.ENCRYPTION_KEYS]
    return settings


def test_rotation_leaves_every_text_readable_under_the_new_key_alone(messages, second_key):
    report = rotate(batch=2)
    assert report.rotated["core_outboxmessage.recipient"] == 5
    assert not report.refused
    second_key.ENCRYPTION_KEYS = second_key.ENCRYPTION_KEYS[:1]
    texts = [OutboxMessage.objects.get(pk=message.pk).recipient for message in messages]
    assert texts == [f"elu{number}@exemple.fr" for number in range(5)]


def test_a_second_rotation_finds_nothing_to_do(messages, second_key):
    rotate()
    before = [stored(message) for message in messages]
    assert rotate().rotated["core_outboxmessage.recipient"] == 0
    assert [stored(message) for message in messages] == before


def test_before_and_during_rotation_both_keys_are_read_and_the_new_one_writes(messages, second_key):
    late = unsaved("tard@exemple.fr")
    late.save()
    assert stored(late).startswith("v1.k2.")
    assert OutboxMessage.objects.get(pk=messages[0].pk).recipient == "elu0@exemple.fr"


def test_a_value_that_does_not_open_is_reported_and_stops_nobody_else(messages, second_key):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_outboxmessage SET recipient = %s WHERE id = %s", [stored(messages[1]), messages[0].pk]
        )
    report = rotate(batch=1)
    assert report.rotated["core_outboxmessage.recipient"] == 4
    (refused,) = report.refused
    assert str(messages[0].pk) in refused
    assert "exemple" not in refused


def test_every_encrypted_column_of_the_project_is_rotated():
    names = {f"{model._meta.label}.{column.name}" for model, column in encrypted_columns()}
    assert "core.OutboxMessage.recipient" in names


def test_the_command_runs_as_the_owner_in_a_process_of_its_own(committed_db, settings, worker_database):
    message = unsaved()
    message.save()
    keys = [new_key("k2"), *settings.ENCRYPTION_KEYS]
    printed = databases.manage("rotate_keys", database=worker_database, ENCRYPTION_KEYS=",".join(keys))
    assert "core_outboxmessage.recipient : 1 valeur(s) refaite(s)" in printed
    settings.ENCRYPTION_KEYS = keys[:1]
    assert OutboxMessage.objects.get(pk=message.pk).recipient == "maire.olmes@exemple.fr"


FREEZE = {
    "append only": append_only("core_outboxmessage", encrypted=("recipient",)),
    "frozen": frozen_when("core_outboxmessage", "OLD.about = 'validée'", "Ligne figée.", encrypted=("recipient",)),
}


@pytest.mark.parametrize("kind", FREEZE)
def test_the_owner_rotates_frozen_rows_and_nobody_else_changes_them(committed_db, owner_cursor, kind):
    message = unsaved(about="validée")
    message.save()
    owner_cursor.execute(FREEZE[kind].sql)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.key_rotation', 'on', false)")
        with pytest.raises(IntegrityError):
            cursor.execute("UPDATE core_outboxmessage SET recipient = 'v1.k1.autre'")
    owner_cursor.execute("SELECT set_config('portal.key_rotation', 'on', false)")
    with pytest.raises(Exception, match=r"définitive|figée"):
        owner_cursor.execute("UPDATE core_outboxmessage SET recipient = 'v1.k2.autre', body = 'autre'")
    owner_cursor.execute("UPDATE core_outboxmessage SET recipient = 'v1.k2.autre'")
    assert owner_cursor.rowcount == 1
    with pytest.raises(Exception, match=r"définitive|figée"):
        owner_cursor.execute("TRUNCATE core_outboxmessage CASCADE")


def test_a_row_that_is_not_frozen_yet_may_change(committed_db, owner_cursor):
    message = unsaved(about="brouillon")
    message.save()
    owner_cursor.execute(FREEZE["frozen"].sql)
    message.about = "validée"
    message.save()
    message.body = "autre"
    with pytest.raises(IntegrityError, match="Ligne figée"):
        message.save()
    with pytest.raises(IntegrityError, match="Ligne figée"):
        message.delete()


def test_the_current_key_is_the_first_one(second_key):
    assert encryption.current_prefix() == "v1.k2."


def test_rotation_needs_the_address_of_the_owner(db, monkeypatch):
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_OWNER_URL"):
        call_command("rotate_keys")


def test_the_application_s_own_connection_comes_back_after_the_owner_s(committed_db):
    def role():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return cursor.fetchone()[0]

    ordinary = role()
    with as_owner():
        assert role() != ordinary
    assert role() == ordinary
