"""Real processes and a real SMTP server: what a worker killed in the middle leaves behind."""

import asyncio
import email
import signal
import subprocess
import sys
import threading
import time

import pytest
from aiosmtpd.controller import Controller
from django.db import transaction

from core.enums import DeliveryState
from core.models import OutboxMessage
from core.outbox import enqueue_email
from dev.processes import free_port

DELIVER = "import django; django.setup(); from core.outbox import deliver_due; print(deliver_due())"


class Sink:
    """Accepts messages; `hold` makes it keep the message without answering, as a relay cut at the worst moment."""

    def __init__(self):
        self.message_ids = []
        self.received = threading.Event()
        self.hold = False

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.message_ids.append(email.message_from_bytes(envelope.content)["Message-ID"])
        self.received.set()
        while self.hold:
            await asyncio.sleep(0.05)
        return "250 taken"


@pytest.fixture
def sink():
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    handler.url = f"smtp://127.0.0.1:{controller.port}"
    yield handler
    handler.hold = False
    controller.stop()


def worker(environment, sink):
    return subprocess.Popen(
        [sys.executable, "-c", DELIVER],
        env=environment | {"EMAIL_URL": sink.url},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def three_letters(committed_db):
    return [
        enqueue_email(dedupe_key=str(number), recipient="elu@exemple.fr", subject="Bonjour", body="Voyez le portail.")
        for number in range(3)
    ]


def states():
    return sorted(OutboxMessage.objects.values_list("state", flat=True))


def test_a_worker_killed_while_the_relay_holds_its_message_loses_nothing(three_letters, worker_environment, sink):
    sink.hold = True
    killed = worker(worker_environment, sink)
    assert sink.received.wait(20)
    killed.send_signal(signal.SIGKILL)
    killed.wait(10)
    killed.stdout.close()
    assert states() == [DeliveryState.PENDING] * 3
    sink.hold = False
    wait_until_unlocked()
    assert worker(worker_environment, sink).communicate(timeout=30)[0].strip() == "3"
    assert states() == [DeliveryState.SENT] * 3
    # The second copy bears the Message-ID of the first: a mail client shows one message.
    assert set(sink.message_ids) == {letter.message_id for letter in three_letters}
    assert len(sink.message_ids) == 4


def test_two_workers_together_send_each_message_once(three_letters, worker_environment, sink):
    workers = [worker(worker_environment, sink) for _ in range(2)]
    counts = [int(process.communicate(timeout=30)[0]) for process in workers]
    assert sum(counts) == 3
    assert sorted(sink.message_ids) == sorted(letter.message_id for letter in three_letters)


def wait_until_unlocked():
    """PostgreSQL needs an instant to see that the killed process is gone."""
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        with transaction.atomic():
            if len(OutboxMessage.objects.select_for_update(skip_locked=True)) == 3:
                return
        time.sleep(0.05)
    raise AssertionError("the row of the killed worker stayed locked")
