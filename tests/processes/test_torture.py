"""The short version of `make torture`: a few schedules, on this worker's database."""

import time

import psycopg
import pytest

from dev.environment import with_database
from dev.places import VAR
from tests.torture.runs import play_all

SCHEDULES = [1, 2, 3]


@pytest.fixture
def cut_off(worker_environment):
    """Other tests share the server: every session on this database is ended, and none is let in for a moment."""
    url = worker_environment["DATABASE_OWNER_URL"]
    name = url.rpartition("/")[2]

    def cut() -> None:
        with psycopg.connect(with_database(url, "postgres"), autocommit=True) as owner:
            owner.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
            owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            time.sleep(0.2)
            owner.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")

    return cut


def test_three_schedules_of_faults_leave_every_reminder_and_every_end_as_it_should_be(worker_environment, cut_off):
    said: list[str] = []
    done = play_all(
        45, SCHEDULES, worker_environment, VAR / "test" / "processes-torture.log",
        stop_database=cut_off, until=time.monotonic() + 300, say=said.append,
    )  # fmt: skip
    assert done.code == 0, "\n".join([*said, done.summary()])
    assert done.played["rappels comparés"] > 30
