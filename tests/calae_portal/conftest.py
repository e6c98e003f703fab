"""The demonstration's own database, for tests that read it."""

import json
from collections.abc import Iterator

import pytest

from tests.harness import databases


@pytest.fixture(scope="module")
def seeded_database(django_db_setup, worker_database: str) -> Iterator[str]:
    name = f"{worker_database}_seed"
    databases.create(name, databases.seeded_template())
    yield name
    databases.drop(name)


@pytest.fixture
def seeded(seeded_database: str, worker_database: str, django_db_blocker) -> Iterator[None]:
    """Django's connection, turned towards the demonstration for one test, in a transaction that is rolled back."""
    from django.db import connection, transaction

    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = seeded_database
        try:
            with transaction.atomic():
                yield
                transaction.set_rollback(True)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = worker_database


@pytest.fixture
def seeded_accounts(seeded: None) -> list[dict[str, str]]:
    return json.loads(databases.accounts_file(databases.seeded_template()).read_text())
