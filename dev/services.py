"""The servers of one instance and its environment. `python -m dev.services start|stop [name]`."""

import argparse
import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from dev import environment
from dev.environment import MARK, given_by_user, with_credentials
from dev.places import VAR
from dev.postgres import Postgres
from dev.processes import locked
from dev.redis_server import Redis

DATABASE = "calae"


class Services:
    """Embedded servers for what the user did not give; none is started for his own DATABASE_URL or REDIS_URL."""

    def __init__(self, name: str, *, durable: bool, role: str = environment.APPLICATION_ROLE) -> None:
        self.name = name
        self.role = role
        self.directory = VAR / name
        self.durable = durable
        # Read before our own values are put in the environment.
        self.user_owner_url = given_by_user("DATABASE_OWNER_URL")
        self.user_database_url = given_by_user("DATABASE_URL")
        self.user_redis_url = given_by_user("REDIS_URL")

    def start(self, *, tied: bool) -> dict[str, str]:
        """Idempotent. Returns the environment of the instance, also written to var/<name>/env."""
        with locked(VAR / f"{self.name}.lock"):
            secrets = self.secrets()
            values = {
                name: secrets[name]
                for name in (
                    "SECRET_KEY",
                    "ENCRYPTION_KEYS",
                    "BLIND_INDEX_KEY",
                    "TELEPHONE_INDEX_KEYS",
                    "JOURNAL_SEAL_KEY",
                    "DEMO",
                )
            }
            values[MARK] = self.name
            values |= self.database(secrets, tied=tied)
            if self.user_redis_url:
                values["REDIS_URL"] = self.user_redis_url
            else:
                server = self.redis(secrets)
                server.start(tied=tied)
                values["REDIS_URL"] = server.url()
            environment.write(self.directory / "env", values)
            return values

    def stop(self, *, and_before: Callable[..., None] | None = None) -> None:
        """`and_before(but=…)` ends what uses the servers, which it is told to spare."""
        with locked(VAR / f"{self.name}.lock"):
            secrets = self.secrets()
            redis, postgres = self.redis(secrets), self.postgres(secrets)
            if and_before:
                and_before(but=(redis.process(), postgres.process()))
            redis.stop()
            postgres.stop()

    def forget(self) -> None:
        """Stops the servers and deletes their data; external servers are left alone."""
        self.stop()
        shutil.rmtree(self.directory)

    def secrets(self) -> dict[str, str]:
        return environment.kept_secrets(self.directory)

    def postgres(self, secrets: dict[str, str]) -> Postgres:
        return Postgres(self.directory, password=secrets["OWNER_PASSWORD"], durable=self.durable)

    def redis(self, secrets: dict[str, str]) -> Redis:
        return Redis(self.directory, password=secrets["REDIS_PASSWORD"], durable=self.durable)

    def database(self, secrets: dict[str, str], *, tied: bool) -> dict[str, str]:
        owner_url = self.user_owner_url or self.user_database_url
        if self.user_owner_url and self.user_database_url:
            return {
                "DATABASE_OWNER_URL": self.user_owner_url,
                "DATABASE_URL": self.user_database_url,
            }
        if not owner_url:
            server = self.postgres(secrets)
            server.start(tied=tied)
            create_database(server.url(), DATABASE)
            owner_url = server.url(DATABASE)
        application_url = with_credentials(owner_url, self.role, secrets["APPLICATION_PASSWORD"])
        return {"DATABASE_OWNER_URL": owner_url, "DATABASE_URL": application_url}


def create_database(url: str, name: str) -> None:
    with (
        psycopg.connect(url, autocommit=True) as connection,
        contextlib.suppress(psycopg.errors.DuplicateDatabase),
    ):
        connection.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(name))
        )


def start_for_development(name: str) -> Path:
    values = Services(name, durable=True).start(tied=False)
    path = VAR / "env"
    environment.write(path, values)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description="Serveurs embarqués du développement.")
    parser.add_argument("action", choices=["start", "stop"])
    parser.add_argument("name", nargs="?", default="dev")
    options = parser.parse_args()
    if options.action == "stop":
        Services(options.name, durable=True).stop()
        print("Les serveurs sont arrêtés.")
        return
    path = start_for_development(options.name)
    shown = os.path.relpath(path)
    print(f"PostgreSQL et Redis répondent. Dans ce terminal : set -a; . {shown}; set +a")


if __name__ == "__main__":
    main()
