"""The portal does without Redis: pages answer, acts are saved at once, messages wait in the outbox."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import redis

from core import clock
from core.enums import DeliveryState, Process
from core.journal import SYSTEM
from core.models import Heartbeat, OutboxMessage
from core.outbox import enqueue_email
from dev.places import ROOT
from dev.processes import dies_with_parent, free_port
from dev.redis_server import BINARY
from tests.processes.stage import kill, running_relay, running_troupe, wait_until

# What a person at a counter bears. The acts themselves take a fraction of it, documents included.
PROMPT = 10


@contextmanager
def mute_port() -> Iterator[int]:
    """A frozen Redis: the system accepts the connection, nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def acts(environment: dict[str, str], port: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.processes.acts"],
        cwd=ROOT,
        env=environment | {"DEMO": "1", "REDIS_URL": f"redis://127.0.0.1:{port}/0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_a_dead_redis_slows_nothing_and_its_return_sends_what_waited(worker_environment):
    seconds = acts(worker_environment, free_port())
    assert max(seconds.values()) < PROMPT, seconds
    waiting = OutboxMessage.objects.filter(state=DeliveryState.PENDING)
    assert {message.recipient for message in waiting} >= {"prevenue@elus.example"}
    expected = {message.message_id for message in waiting}
    with redis.Redis.from_url(worker_environment["REDIS_URL"]) as queue, running_relay() as relay:
        queue.flushdb()
        with running_troupe(worker_environment | {"DEMO": "1", "EMAIL_URL": relay.url}, "without_redis") as troupe:
            troupe.worker(), troupe.beat()
            wait_until(lambda: not waiting.all().exists(), "what waited for the queue is sent")
    assert set(relay.copies) == expected
    assert set(relay.copies.values()) == {1}
    assert set(Heartbeat.objects.values_list("process", flat=True)) == set(Process.values)


def test_a_frozen_redis_holds_nobody(worker_environment):
    with mute_port() as port:
        seconds = acts(worker_environment, port)
    assert max(seconds.values()) < PROMPT, seconds
    assert OutboxMessage.objects.filter(state=DeliveryState.PENDING).exists()


@contextmanager
def own_redis(port: int) -> Iterator[None]:
    """One that can be killed: the other one serves the whole run."""
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(
        [BINARY, *options], stdout=subprocess.DEVNULL, cwd="/", preexec_fn=dies_with_parent(signal.SIGKILL)
    )
    try:
        with redis.Redis(port=port) as client:
            wait_until(lambda: answers(client), "a Redis of our own")
        yield
    finally:
        process.kill()
        process.wait(10)


def answers(client: redis.Redis) -> bool:
    try:
        return client.ping()
    except redis.ConnectionError:
        return False


def sent(key: str) -> bool:
    return OutboxMessage.objects.filter(dedupe_key=key, state=DeliveryState.SENT).exists()


def write(key: str) -> None:
    enqueue_email(dedupe_key=key, recipient="elu@exemple.fr", subject="Bonjour", body="Voyez le portail.")


def test_a_worker_and_a_beat_that_lose_redis_find_it_again(worker_environment):
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    with running_relay() as relay:
        environment = worker_environment | {"DEMO": "1", "EMAIL_URL": relay.url, "REDIS_URL": url}
        with running_troupe(environment, "lost_redis") as troupe:
            with own_redis(port):
                troupe.worker()
                beat = troupe.beat()
                write("before")
                wait_until(lambda: sent("before"), "a message sent")
            wait_until(lambda: "Couldn't apply scheduled task" in troupe.log.read_text(), "beat misses Redis")
            kill(beat)
            troupe.beat()
            wait_until(lambda: "broker_away" in troupe.log.read_text(), "a beat that starts without Redis")
            silent_since = Heartbeat.objects.get(process=Process.BEAT).at
            write("meanwhile")
            clock.move_to(clock.now() + timedelta(hours=1), actor=SYSTEM)  # the sweep is due
            with own_redis(port):
                wait_until(lambda: sent("meanwhile"), "the message written while Redis was away")
            assert Heartbeat.objects.get(process=Process.BEAT).at > silent_since
