"""What the application's SQL role may do: read and write rows, own nothing, change no rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from psycopg import sql

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


def append_only_tables() -> list[str]:
    """Tables of the models that declare `append_only = True`."""
    return _tables_declaring("append_only")


def never_deleted_tables() -> list[str]:
    """Tables of the models that declare `never_deleted = True`: their rows change, and stay."""
    return _tables_declaring("never_deleted")


def tables_written_by_functions() -> list[str]:
    """Tables of the models that declare `written_by_function = True`: a function of the owner's writes them alone."""
    return _tables_declaring("written_by_function")


def _tables_declaring(attribute: str) -> list[str]:
    return sorted(
        model._meta.db_table for model in apps.get_models(include_auto_created=True) if getattr(model, attribute, False)
    )


def grant_application_role(cursor: CursorWrapper, role: str) -> None:
    """Set the rights of `role` on the schema, from nothing. To be run by the owner, in one transaction.

    No TRUNCATE, no REFERENCES, no TRIGGER, no CREATE: what a role lacks, no bug of the application can do.
    """
    name = sql.Identifier(role)
    cursor.execute("SELECT current_database()")
    database = sql.Identifier(cursor.fetchone()[0])

    def run(statement: str, **parts: sql.Composable) -> None:
        cursor.execute(sql.SQL(statement).format(role=name, database=database, **parts))

    run("REVOKE ALL ON DATABASE {database} FROM PUBLIC")
    run("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    run("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {role}")
    run("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {role}")
    # TEMPORARY: imports load their file in a temporary table.
    run("GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}")
    run("GRANT USAGE ON SCHEMA public TO {role}")
    run("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
    run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
    for table in append_only_tables():
        run("REVOKE UPDATE, DELETE ON {table} FROM {role}", table=sql.Identifier(table))
    for table in never_deleted_tables():
        run("REVOKE DELETE ON {table} FROM {role}", table=sql.Identifier(table))
    for table in tables_written_by_functions():
        run("REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}", table=sql.Identifier(table))
    run("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}")
