"""The servers and secrets of an instance: generated once, reused, replaced by the user's own, never left behind."""

import os
import signal
import subprocess
import sys
import time
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest

from dev import environment, services
from dev.environment import MARK
from dev.places import ROOT
from dev.services import Services

OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", MARK)


@pytest.fixture
def instance(tmp_path, monkeypatch):
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(services, "VAR", tmp_path)
    monkeypatch.setattr(environment, "VAR", tmp_path)
    return "essai"


def test_the_environment_is_generated_once_and_kept_from_others(instance, tmp_path):
    first = environment.kept_secrets(tmp_path / instance)
    assert environment.kept_secrets(tmp_path / instance) == first
    assert (tmp_path / instance / "secrets").stat().st_mode & 0o777 == 0o600
    assert len(set(first.values())) == len(first)


def test_the_user_s_server_is_taken_as_the_owner_s_and_the_role_is_derived(instance, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://boss:secret@db.example:5433/portail")
    values = Services(instance, durable=False).database({"APPLICATION_PASSWORD": "p"}, tied=False)
    assert values == {
        "DATABASE_OWNER_URL": "postgresql://boss:secret@db.example:5433/portail",
        "DATABASE_URL": "postgresql://calae_app:p@db.example:5433/portail",
    }


def test_two_urls_of_the_user_are_left_as_they_are(instance, monkeypatch):
    given = {"DATABASE_OWNER_URL": "postgresql://boss@db.example/x", "DATABASE_URL": "postgresql://app@db.example/x"}
    for name, url in given.items():
        monkeypatch.setenv(name, url)
    assert Services(instance, durable=False).database({}, tied=False) == given


def test_a_url_that_was_sourced_from_our_own_file_is_not_the_user_s(instance, tmp_path, monkeypatch):
    environment.write(tmp_path / "dev" / "env", {"DATABASE_URL": "postgresql://ours@127.0.0.1/calae"})
    monkeypatch.setenv(MARK, "dev")
    monkeypatch.setenv("DATABASE_URL", "postgresql://ours@127.0.0.1/calae")
    assert Services(instance, durable=False).user_database_url == ""
    monkeypatch.setenv("DATABASE_URL", "postgresql://other@db.example/x")
    assert Services(instance, durable=False).user_database_url == "postgresql://other@db.example/x"


def servers(values: dict[str, str]) -> list[psutil.Process]:
    ports = {urlsplit(values[name]).port for name in ("DATABASE_URL", "REDIS_URL")}
    listening = {
        connection.pid
        for connection in psutil.net_connections("tcp4")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port in ports
    }
    return [psutil.Process(pid) for pid in listening if pid]


@pytest.mark.skipif(sys.platform == "darwin", reason="psutil shows other processes' ports to root only")
def test_servers_start_are_reused_keep_their_data_and_leave_nothing(instance):
    one = Services(instance, durable=True)
    values = one.start(tied=False)
    try:
        with psycopg.connect(values["DATABASE_OWNER_URL"]) as connection:
            connection.execute("CREATE TABLE kept (id int)")
        assert Services(instance, durable=True).start(tied=False) == values
        running = servers(values)
        one.stop()
        assert len(running) == 2
        assert not any(process.is_running() for process in running)
        again = one.start(tied=False)
        with psycopg.connect(again["DATABASE_OWNER_URL"]) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    finally:
        one.stop()


KILLED = """
import sys, time
from pathlib import Path
from dev import environment, services
services.VAR = environment.VAR = Path(sys.argv[1])
services.Services("essai", durable=True).start(tied=True)
print("started", flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the next start stops what is left")
def test_servers_die_with_a_supervisor_that_is_killed(instance, tmp_path):
    clean = {name: value for name, value in os.environ.items() if name not in OURS}
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, env=clean, stdout=subprocess.PIPE, text=True
    ) as supervisor:
        assert supervisor.stdout.readline() == "started\n"
        running = servers(environment.read(tmp_path / instance / "env"))
        supervisor.send_signal(signal.SIGKILL)
    limit = time.monotonic() + 15
    while any(process.is_running() for process in running) and time.monotonic() < limit:
        time.sleep(0.1)
    assert len(running) == 2
    assert not any(process.is_running() for process in running)
