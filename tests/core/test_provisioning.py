import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, connections, transaction

from core import provisioning
from core.privileges import append_only_tables
from core.provisioning import RoleTooPowerful, create_application_role


def answer(cursor, statement, *parameters):
    cursor.execute(statement, parameters)
    return cursor.fetchall()


def test_the_application_role_is_plain_and_owns_nothing(db):
    with connection.cursor() as cursor:
        ((powers,),) = answer(
            cursor,
            "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication FROM pg_roles"
            " WHERE rolname = current_user",
        )
        owned = answer(
            cursor,
            "SELECT relname FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)",
        )
    assert not powers
    assert owned == []


def test_every_append_only_model_is_insert_only_for_the_application(db):
    assert {"core_journalentry", "core_journalseal", "core_journalverification"} <= set(append_only_tables())
    with connection.cursor() as cursor:
        for table in append_only_tables():
            rights = {
                right: answer(cursor, "SELECT has_table_privilege(%s, %s)", table, right)[0][0]
                for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES")
            }
            assert [right for right, given in rights.items() if given] == ["SELECT", "INSERT"], table


def test_every_append_only_table_has_its_triggers_too(db):
    """The owner, whom no right stops, must meet them."""
    sought = (
        "SELECT DISTINCT event_manipulation FROM information_schema.triggers"
        " WHERE event_object_table = %s AND action_timing = 'BEFORE'"
    )
    truncate = "SELECT 1 FROM pg_trigger WHERE tgrelid = %s::regclass AND tgtype & 32 > 0"
    with connection.cursor() as cursor:
        for table in append_only_tables():
            assert {("UPDATE",), ("DELETE",)} <= set(answer(cursor, sought, table)), table
            assert answer(cursor, truncate, table), table


def test_no_table_gives_more_than_the_four_ordinary_rights(db):
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            rights = answer(
                cursor, "SELECT has_table_privilege(%s, 'TRUNCATE, TRIGGER, REFERENCES')", model._meta.db_table
            )
            assert rights == [(False,)], model


def test_the_history_of_migrations_is_read_only(db):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM django_migrations")


@pytest.mark.parametrize("extension", ["btree_gist", "pg_trgm", "unaccent"])
def test_extensions_are_there(db, extension):
    with connection.cursor() as cursor:
        assert answer(cursor, "SELECT 1 FROM pg_extension WHERE extname = %s", extension)


@pytest.fixture
def scratch_role(owner_cursor):
    owner_cursor.execute("DROP ROLE IF EXISTS core_scratch")
    owner_cursor.execute("CREATE ROLE core_scratch SUPERUSER CREATEROLE")
    yield "core_scratch"
    owner_cursor.execute("DROP ROLE core_scratch")


def test_a_powerful_role_is_brought_back_to_a_plain_one(owner_cursor, scratch_role):
    create_application_role(owner_cursor, name=scratch_role, password="d'un autre monde")
    owner_cursor.execute(provisioning._HAS_POWERS, [scratch_role])
    assert owner_cursor.fetchone() == (False,)


def test_a_member_of_another_role_is_refused(owner_cursor, scratch_role):
    owner_cursor.execute("GRANT pg_write_all_data TO core_scratch")
    with pytest.raises(RoleTooPowerful, match="pg_write_all_data"):
        create_application_role(owner_cursor, name=scratch_role, password="")


def test_the_owner_cannot_be_the_application(owner_cursor):
    owner_cursor.execute("SELECT current_user")
    (owner,) = owner_cursor.fetchone()
    with pytest.raises(RoleTooPowerful, match="is the owner"):
        create_application_role(owner_cursor, name=owner, password="x")


def test_the_command_stops_when_both_addresses_name_one_role(committed_db, monkeypatch, owner_connection):
    owner = owner_connection.info.user
    monkeypatch.setitem(connections.settings["default"], "USER", owner)
    with pytest.raises(CommandError, match="DATABASE_URL must name another role"):
        call_command("provision_database", verbosity=0)


def test_provisioning_again_changes_nothing(committed_db, owner_cursor):
    def rights():
        owner_cursor.execute(
            "SELECT relname, acl::text FROM pg_class c, unnest(relacl) acl WHERE relnamespace = 'public'::regnamespace"
            " ORDER BY 1, 2"
        )
        return owner_cursor.fetchall()

    before = rights()
    call_command("provision_database", verbosity=0)
    assert rights() == before


def test_another_role_gets_nothing(committed_db, owner_cursor, worker_database):
    owner_cursor.execute("SELECT has_database_privilege('pg_monitor', %s, 'CONNECT')", [worker_database])
    assert owner_cursor.fetchone() == (False,)
    owner_cursor.execute("SELECT has_table_privilege('pg_monitor', 'core_journalentry', 'SELECT')")
    assert owner_cursor.fetchone() == (False,)
