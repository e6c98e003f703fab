"""Reminders, whatever dies: real worker, beat, Redis and database, and a real relay."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
import pytest
import redis
from celery import Celery

from call_buttons.models import CallButtonExpiry, CallButtonReminder
from core import clock
from core.enums import DeliveryState
from core.journal import SYSTEM
from core.models import JobRun, OutboxMessage
from core.outbox import deliver_due, enqueue_email
from tests import build
from tests.processes import grants
from tests.processes.stage import Relay, Troupe, kill, running_relay, running_troupe, sessions_of_others, wait_until

START = build.at(2026, 3, 11, 12)
# Three days later, at an hour when it is already the 15th in La Réunion.
AFTER_THE_SILENCE = build.at(2026, 3, 14, 22, 30)
LATER = build.at(2026, 3, 16, 12)
OURS = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
CUT_AT = 10  # the message during which the worker is killed


@pytest.fixture
def relay():
    with running_relay() as running:
        yield running


@pytest.fixture
def troupe(worker_environment, relay, request):
    environment = worker_environment | {"DEMO": "1", "EMAIL_URL": relay.url}
    with running_troupe(environment, request.node.name) as running:
        yield running


@pytest.fixture
def queue(worker_environment):
    with redis.Redis.from_url(worker_environment["REDIS_URL"]) as client:
        client.flushdb()
        yield client
        client.flushdb()


def reminders() -> set[tuple[str, str, str]]:
    rows = list(CallButtonReminder.objects.values_list("grant__official__last_name", "kind", "audience"))
    assert len(rows) == len(set(rows))
    return set(rows)


def reminders_in(message_ids: set[str]) -> set[tuple[str, str, str]]:
    """The reminders that these messages carry."""
    rows = CallButtonReminder.objects.filter(messages__message_id__in=message_ids)
    return set(rows.values_list("grant__official__last_name", "kind", "audience"))


def ids_in(state: DeliveryState) -> set[str]:
    return set(OutboxMessage.objects.filter(state=state).values_list("message_id", flat=True))


def all_is_sent(moment: datetime) -> bool:
    all_told = CallButtonExpiry.objects.count() == grants.expired_at(moment)
    return all_told and len(reminders()) >= len(grants.due_at(moment)) and not ids_in(DeliveryState.PENDING)


def test_reminders_survive_killed_workers_a_flushed_queue_and_three_days_of_silence(
    troupe, relay, queue, owner_connection
):
    grants.grant_them_all()
    clock.move_to(START, actor=SYSTEM)
    beat = troupe.beat()
    kill_a_worker_while_it_writes_reminders(troupe, owner_connection)
    # The job was interrupted less than a minute ago: its next turn is in a minute, of which nobody waits the end.
    clock.move_to(START + timedelta(hours=1), actor=SYSTEM)
    cut = kill_a_worker_while_it_sends(troupe, relay, owner_connection)
    kill(beat)
    queue.flushdb()
    clock.move_to(AFTER_THE_SILENCE, actor=SYSTEM)
    troupe.beat()
    let_four_children_send_at_once(troupe, relay)
    wait_until(lambda: all_is_sent(AFTER_THE_SILENCE), "every missed reminder created and sent")
    assert reminders() == grants.due_at(AFTER_THE_SILENCE)
    assert reminders_in(set(relay.copies)) == grants.mailed_at(AFTER_THE_SILENCE)
    queue.flushdb()  # under processes that live on
    clock.move_to(LATER, actor=SYSTEM)
    wait_until(lambda: all_is_sent(LATER), "the reminders that came due after the queue was flushed")
    assert reminders() == grants.due_at(LATER)
    assert_each_was_mailed_once_but(cut, relay)


def kill_a_worker_while_it_writes_reminders(troupe: Troupe, owner: psycopg.Connection) -> None:
    waiting = f"SELECT 1 FROM pg_locks WHERE NOT granted AND {OURS}"
    with owner.transaction():
        # The worker's first message waits for this table: its transaction is open, half of its work is done.
        owner.execute("LOCK TABLE core_outboxmessage IN SHARE ROW EXCLUSIVE MODE")
        worker = troupe.worker()
        wait_until(lambda: owner.execute(waiting).fetchone(), "a worker that writes a reminder")
        kill(worker)
    wait_until_only_beat_is_left(owner)
    assert not reminders()
    assert not OutboxMessage.objects.exists()
    assert JobRun.objects.get(name="call_button_reminders").outcome == "running"


def kill_a_worker_while_it_sends(troupe: Troupe, relay: Relay, owner: psycopg.Connection) -> set[str]:
    """Gives the messages that the relay took and that we did not have time to record."""
    worker = troupe.worker()
    relay.at, relay.then = CUT_AT, lambda: kill(worker)
    wait_until(lambda: worker.poll() is not None, "a worker killed while it sends")
    wait_until_only_beat_is_left(owner)
    assert reminders() == grants.due_at(START)
    assert OutboxMessage.objects.filter(dedupe_key__startswith="reminder:").count() == grants.messages_at(START)
    cut = set(relay.copies) - ids_in(DeliveryState.SENT)
    # The message of the cut, and at most the one that the worker's other child was sending.
    assert relay.received[CUT_AT - 1].message_id in cut
    assert len(cut) <= 2
    assert reminders_in(set(relay.copies)) <= grants.mailed_at(START)
    assert JobRun.objects.filter(name="call_button_reminders", outcome="interrupted").count() == 1
    return cut


def let_four_children_send_at_once(troupe: Troupe, relay: Relay) -> None:
    relay.slowness = 0.05
    with Celery(broker=troupe.environment["REDIS_URL"]) as queue:
        for _ in range(4):
            queue.send_task("core.tasks.deliver_outbox")
    troupe.worker("first"), troupe.worker("second")


def wait_until_only_beat_is_left(owner: psycopg.Connection) -> None:
    def locks_of_jobs() -> bool:
        return owner.execute(f"SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND {OURS}").fetchone() is None

    # Beat opens a session for each of its signs of life.
    wait_until(lambda: sessions_of_others(owner) <= 1 and locks_of_jobs(), "the sessions of a killed worker closed")


def assert_each_was_mailed_once_but(cut: set[str], relay: Relay) -> None:
    assert ids_in(DeliveryState.SENT) == set(relay.copies)
    assert not OutboxMessage.objects.exclude(state=DeliveryState.SENT).exists()
    assert reminders_in(set(relay.copies)) == grants.mailed_at(LATER)
    assert {message_id for message_id, copies in relay.copies.items() if copies > 1} == cut
    assert len(relay.received) == OutboxMessage.objects.count() + len(cut)
    # A second copy is the same message: same number, same reader, same text.
    assert len(set(relay.received)) == OutboxMessage.objects.count()


def test_a_relay_that_hangs_up_after_the_text_gets_it_again_under_the_same_number(committed_db, relay, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = relay.url.removeprefix("smtp://").split(":")
    first, second = (
        enqueue_email(dedupe_key=key, recipient="elu@exemple.fr", subject="Bonjour", body="Voyez le portail.")
        for key in ("1", "2")
    )
    relay.hangs_up = True
    assert deliver_due() == 0
    assert ids_in(DeliveryState.PENDING) == {first.message_id, second.message_id}
    OutboxMessage.objects.update(next_attempt_at=clock.real_now())  # the minute of rest has passed
    assert deliver_due() == 2
    assert relay.copies == {first.message_id: 2, second.message_id: 1}
    assert len(set(relay.received)) == 2
