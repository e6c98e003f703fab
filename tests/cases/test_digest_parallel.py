import threading

import time_machine
from django.db import connection

from cases.services import send_due_digests
from core.models import OutboxMessage
from tests import build
from tests.cases.test_digest import a_waiting_task


def test_parallel_runs_make_one_message(committed_db) -> None:
    a_waiting_task(2026, 1, 13)
    sent = []

    def run() -> None:
        sent.append(send_due_digests())
        connection.close()

    with time_machine.travel(build.at(2026, 1, 14, 7), tick=False):
        threads = [threading.Thread(target=run) for _ in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    assert sum(sent) == OutboxMessage.objects.count() == 1
