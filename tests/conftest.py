"""Fixtures of the whole suite. See tests/harness for what they stand on."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.harness import databases, run
from tests.harness.html import scan_every_page
from tests.harness.network import forbid_real_network

pytest_plugins = ["tests.harness.browser", "tests.access.shared"]
# Both would empty tables with TRUNCATE, which the application role may not do, nor should it.
FORBIDDEN_FIXTURES = {"transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback"}


def pytest_configure() -> None:
    forbid_real_network()
    scan_every_page()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        marker = item.get_closest_marker("django_db")
        forbidden = FORBIDDEN_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if forbidden or (marker and (marker.args or set(marker.kwargs) - {"databases"})):
            raise pytest.UsageError(f"{item.nodeid}: use the fixture committed_db, not a transactional database")


@pytest.fixture(autouse=True)
def nothing_believed() -> None:
    """What this process read a moment ago was another test's."""
    from core.heartbeat import look_again

    look_again()


@pytest.fixture(autouse=True)
def one_reading_of_the_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test reads where the demonstration's clock is once, as a request does, and not at each `clock.now()`."""
    from core import clock

    if request.node.get_closest_marker("reads_the_clock"):
        yield
        return
    with clock.steady():
        yield


@pytest.fixture(scope="session")
def worker_database(worker_id: str) -> str:
    return run.database_name(worker_id)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, worker_database: str) -> Iterator[None]:
    """In place of pytest-django's: a copy of the template, met as the application role only."""
    from django.db import connection

    databases.create(worker_database, databases.plain_template())
    connection.settings_dict["NAME"] = worker_database
    yield
    connection.close()
    databases.drop(worker_database)


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker, worker_database: str) -> Iterator[None]:
    """Real commits, several connections, threads, processes. The worker's database is thrown away afterwards."""
    from django.db import connections

    with django_db_blocker.unblock():
        yield
        connections.close_all()
    databases.create(worker_database, databases.plain_template())


@pytest.fixture
def owner_connection(django_db_setup: None, worker_database: str) -> Iterator[psycopg.Connection]:
    """The owner's own connection: sees what is committed only, and is bound by no missing right."""
    with psycopg.connect(databases.owner_url(worker_database), autocommit=True) as connection:
        yield connection


@pytest.fixture
def owner_cursor(owner_connection: psycopg.Connection) -> Iterator[psycopg.Cursor]:
    with owner_connection.cursor() as cursor:
        yield cursor


@pytest.fixture
def worker_environment(committed_db: None, worker_database: str, worker_id: str) -> dict[str, str]:
    """For tests that start real processes (Celery, a management command) on this worker's database."""
    return databases.database_environment(worker_database) | {
        "DJANGO_SETTINGS_MODULE": "calae_portal.settings",
        "REDIS_URL": run.redis_url(worker_id),
    }
