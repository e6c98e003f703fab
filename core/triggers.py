"""Database triggers as migration operations, in plain SQL.

They hold for every client. django-pgtrigger is not used because any connection can switch its triggers off with a
session variable; here only the owner of the table can, and the application is not the owner (docs/adr/0002).
"""

from __future__ import annotations

from django.db.migrations import RunSQL


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _refuse(message: str, errcode: str) -> str:
    return f"RAISE EXCEPTION USING MESSAGE = {_quote(message)}, ERRCODE = {_quote(errcode)};"


def unless_rotating_keys(encrypted: tuple[str, ...]) -> str:
    """Let the table's owner re-encrypt the named columns, and nothing else, when he says that this is what he does."""
    if not encrypted:
        return ""
    # Names of columns, from migrations only.
    columns = "ARRAY[" + ", ".join(_quote(column) for column in encrypted) + "]"
    return f"""
    IF TG_OP = 'UPDATE'
        AND current_setting('portal.key_rotation', true) = 'on'
        AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
        AND to_jsonb(OLD) - {columns} = to_jsonb(NEW) - {columns}
    THEN
        RETURN NEW;
    END IF;"""  # noqa: S608


def _trigger_sql(
    name: str, table: str, timing: str, body: str, level: str = "ROW", declare: str = ""
) -> tuple[str, str]:
    """SQL that makes a trigger and its function, and SQL that removes them."""
    declarations = f"DECLARE\n{declare}\n" if declare else ""
    make = f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $function$
{declarations}BEGIN
{body}
END;
$function$;
DROP TRIGGER IF EXISTS {name} ON {table};
CREATE TRIGGER {name} {timing} ON {table} FOR EACH {level} EXECUTE FUNCTION {name}();
"""
    return make, f"DROP TRIGGER IF EXISTS {name} ON {table}; DROP FUNCTION IF EXISTS {name}();"


def _without_truncate(table: str, message: str, guard: tuple[str, str]) -> RunSQL:
    """The row trigger `guard`, and the refusal of TRUNCATE, which no row trigger sees."""
    refusal = _refuse(message, "restrict_violation")
    truncate = _trigger_sql(f"{table}_no_truncate", table, "BEFORE TRUNCATE", refusal, level="STATEMENT")
    return RunSQL(sql=guard[0] + truncate[0], reverse_sql=truncate[1] + guard[1])


def trigger(name: str, table: str, timing: str, body: str, *, level: str = "ROW", declare: str = "") -> RunSQL:
    """A trigger and its function, both called `name`. `timing` reads like "BEFORE INSERT OR UPDATE".

    `body` is plpgsql and must return NEW, OLD or NULL itself.
    """
    make, remove = _trigger_sql(name, table, timing, body, level, declare)
    return RunSQL(sql=make, reverse_sql=remove)


def append_only(
    table: str,
    *,
    message: str = "Cette ligne est définitive : elle ne se modifie pas et ne se supprime pas.",
    encrypted: tuple[str, ...] = (),
) -> RunSQL:
    """Refuse UPDATE, DELETE and TRUNCATE on `table`. `encrypted` columns may be re-encrypted by the owner only."""
    body = unless_rotating_keys(encrypted) + _refuse(message, "restrict_violation")
    guard = _trigger_sql(f"{table}_append_only", table, "BEFORE UPDATE OR DELETE", body)
    return _without_truncate(table, message, guard)


def frozen_when(table: str, condition_sql: str, message: str, *, encrypted: tuple[str, ...] = ()) -> RunSQL:
    """Refuse UPDATE and DELETE of a row of `table` once `condition_sql`, written on OLD, is true; and any TRUNCATE.

    `encrypted` columns may be re-encrypted by the owner only.
    """
    body = f"""
    IF {condition_sql} THEN{unless_rotating_keys(encrypted)}
        {_refuse(message, "restrict_violation")}
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;"""
    guard = _trigger_sql(f"{table}_frozen", table, "BEFORE UPDATE OR DELETE", body)
    return _without_truncate(table, message, guard)
