"""Preparation of a database: extensions, functions, application role. Run by the owner only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

# f_unaccent can be used in indexes and generated columns, which unaccent() itself cannot: it depends on a dictionary
# that could change. Unaccent first, then lower: the embedded server's C collation only lowers ASCII letters.
# The same rules in Python: core.text.
SCHEMA_SQL = """
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;
CREATE OR REPLACE FUNCTION public.f_unaccent(text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN public.unaccent('public.unaccent'::regdictionary, $1);
CREATE OR REPLACE FUNCTION public.f_fold(text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN lower(public.f_unaccent($1));
CREATE OR REPLACE FUNCTION public.f_search_text(text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN btrim(regexp_replace(public.f_fold($1), '[^a-z0-9]+', ' ', 'g'));
"""

_HAS_POWERS = (
    "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication FROM pg_roles WHERE rolname = %s"
)


class RoleTooPowerful(Exception):
    """The application's role could change the rules that it must obey."""


def prepare_schema(cursor: CursorWrapper) -> None:
    """Create the extensions and functions that migrations rely on. Idempotent."""
    cursor.execute(SCHEMA_SQL)


def create_application_role(cursor: CursorWrapper, *, name: str, password: str) -> None:
    """Create the login role of the application, or bring it back to a plain one with this password.

    Raises RoleTooPowerful when it still has powers, or is the owner in disguise.
    """
    role = sql.Identifier(name)
    cursor.execute("SELECT session_user")
    if cursor.fetchone()[0] == name:
        raise RoleTooPowerful(f"{name} is the owner: DATABASE_URL must name another role.")
    cursor.execute(_HAS_POWERS, [name])
    known = cursor.fetchone()
    if known is None:
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
    elif known[0]:
        plain = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION"
        cursor.execute(sql.SQL(f"ALTER ROLE {{}} {plain}").format(role))
    if password:
        cursor.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(password)))
    cursor.execute("SELECT rolname FROM pg_roles WHERE rolname <> %s AND pg_has_role(%s, oid, 'MEMBER')", [name, name])
    if memberships := [row[0] for row in cursor.fetchall()]:
        raise RoleTooPowerful(f"{name} is a member of {', '.join(memberships)}: revoke it.")
