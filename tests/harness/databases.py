"""Test databases: a template built once per schema, copied for each worker.

The template is made the way production is (provision_database: migrations as the owner, grants to the
application role), so the suite meets the same triggers and the same missing rights.
"""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from dev.environment import with_database
from dev.places import ROOT, VAR
from dev.processes import locked

KEPT_TEMPLATES = 4
OUTSIDE_THE_APPLICATIONS = {".venv", ".git", "var", "tests", "dev", "docs", "staticfiles", "node_modules"}


def owner_url(database: str | None = None) -> str:
    url = os.environ["DATABASE_OWNER_URL"]
    return with_database(url, database) if database else url


def application_url(database: str) -> str:
    return with_database(os.environ["DATABASE_URL"], database)


def as_owner(statement: str, *names: str, database: str | None = None) -> list[tuple]:
    with psycopg.connect(owner_url(database), autocommit=True) as connection:
        query = sql.SQL(statement).format(*(sql.Identifier(name) for name in names))
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []


def database_environment(database: str) -> dict[str, str]:
    """The environment of a process that works on that database."""
    return os.environ | {"DATABASE_OWNER_URL": owner_url(database), "DATABASE_URL": application_url(database)}


def manage(*arguments: str, database: str, **extra: str) -> str:
    """Runs a management command in its own process, as an operator would."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=database_environment(database) | {"DJANGO_SETTINGS_MODULE": "calae_portal.settings"} | extra,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)} :\n{done.stdout}\n{done.stderr}")
    return done.stdout


# --- Templates -----------------------------------------------------------------------------------


def plain_template() -> str:
    """Schema, reference data, grants; no account, no case."""
    return built("template", key(schema_files()), lambda name: manage("provision_database", database=name))


def seeded_template() -> str:
    """The demonstration's content on top."""
    return built("seeded", key(application_files()), seed)


def seed(name: str) -> None:
    manage("provision_database", database=name)
    manage("seed_demo", "--seed", "45", database=name, DEMO_ACCOUNTS_FILE=str(accounts_file(name)))


def accounts_file(template: str) -> Path:
    return VAR / "test" / f"{template.removeprefix('building_')}.json"


def built(kind: str, digest: str, fill) -> str:
    name = f"{kind}_{digest}"
    # One at a time for all kinds: provisioning alters the role, which the databases share.
    with locked(VAR / "test" / "templates.lock"):
        if as_owner(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            return name
        building = f"building_{name}"
        as_owner("DROP DATABASE IF EXISTS {} WITH (FORCE)", building)
        as_owner("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0", building)
        fill(building)
        as_owner("ALTER DATABASE {} RENAME TO {}", building, name)
        as_owner("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", name)
        drop_old_templates(kind)
        return name


def drop_old_templates(kind: str) -> None:
    rows = as_owner(f"SELECT datname FROM pg_database WHERE datname LIKE '{kind}\\_%' ORDER BY oid DESC")
    for (name,) in rows[KEPT_TEMPLATES:]:
        as_owner("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        accounts_file(name).unlink(missing_ok=True)


def application_files() -> list[Path]:
    folders = [p for p in ROOT.iterdir() if (p / "apps.py").exists() and p.name not in OUTSIDE_THE_APPLICATIONS]
    return [file for folder in folders for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc"]


def schema_files() -> list[Path]:
    """Whatever a migration, a grant or the reference data may depend on."""
    words = re.compile(r"/(migrations|data|sql|fixtures|management|models)/|/(models|fields|triggers|privileges)\.py$")
    return [file for file in application_files() if words.search(file.as_posix())]


def key(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.relative_to(ROOT)}\0".encode())
        digest.update(file.read_bytes())
    # The role's name and password are in the grants.
    digest.update(os.environ["DATABASE_URL"].rpartition("@")[0].encode())
    return digest.hexdigest()[:16]


# --- Copies --------------------------------------------------------------------------------------


def create(name: str, template: str) -> None:
    as_owner("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    as_owner("CREATE DATABASE {} TEMPLATE {}", name, template)
    copy_database_privileges(template, name)


def copy_database_privileges(template: str, name: str) -> None:
    """CREATE DATABASE copies every right but those on the database itself."""
    as_owner("REVOKE ALL ON DATABASE {} FROM PUBLIC", name)
    rows = as_owner(
        "SELECT coalesce(r.rolname, ''), a.privilege_type FROM pg_database d,"
        " aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a LEFT JOIN pg_roles r ON r.oid = a.grantee"
        f" WHERE d.datname = '{template}'"
    )
    for role, privilege in rows:
        if role:
            as_owner(f"GRANT {privilege} ON DATABASE {{}} TO {{}}", name, role)
        else:
            as_owner(f"GRANT {privilege} ON DATABASE {{}} TO PUBLIC", name)


def drop(name: str) -> None:
    as_owner("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def drop_those_of_run(run: str) -> None:
    for (name,) in as_owner("SELECT datname FROM pg_database"):
        if re.fullmatch(rf"(test|portal|seededportal)_{run}_\w+", name):
            drop(name)


def drop_those_of_dead_runs() -> None:
    for (name,) in as_owner("SELECT datname FROM pg_database"):
        found = re.fullmatch(r"(?:test|portal|seededportal)_((\d+)_[0-9a-f]{4})_\w+", name)
        if found and not psutil.pid_exists(int(found[2])):
            drop(name)
