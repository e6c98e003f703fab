import smtplib
import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction

from core import clock, outbox
from core.encryption import DecryptionRefused
from core.enums import DeliveryState
from core.journal import SYSTEM
from core.models import JournalEntry, OutboxMessage
from core.outbox import NotRetriable, deliver_due, enqueue_email, enqueue_sms, retry_message
from core.sms import ConsoleSmsGateway, SmsError

pytestmark = pytest.mark.reads_the_clock


def letter(key="rappel-1", recipient="maire.olmes@exemple.fr"):
    return enqueue_email(dedupe_key=key, recipient=recipient, subject="Votre situation", body="Voyez le portail.")


def failing_relay(monkeypatch, error, times=1000):
    left = [times]
    send = outbox._send

    def fail(message, relay):
        if left[0]:
            left[0] -= 1
            raise error
        send(message, relay)

    monkeypatch.setattr(outbox, "_send", fail)


def test_a_message_is_sent_once_with_a_stable_message_id(db):
    message = letter()
    assert deliver_due() == 1
    assert deliver_due() == 0
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["maire.olmes@exemple.fr"], "Votre situation")
    assert sent.message()["Message-ID"] == message.message_id
    assert sent.message()["Auto-Submitted"] == "auto-generated"
    message.refresh_from_db()
    assert (message.state, message.attempts) == (DeliveryState.SENT, 1)
    assert message.sent_at


def test_one_dedupe_key_gives_one_row_whatever_is_said_the_second_time(db):
    first = letter()
    assert letter(recipient="autre@exemple.fr").pk == first.pk
    assert letter(key="rappel-2").pk != first.pk
    assert deliver_due() == 2


def test_twenty_simultaneous_calls_with_one_key_give_one_row(committed_db):
    kept = set()

    def call():
        kept.add(letter().pk)
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 1
    assert OutboxMessage.objects.count() == 1


def test_a_message_of_an_abandoned_act_does_not_exist(committed_db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        letter()
        raise ZeroDivisionError
    assert not OutboxMessage.objects.exists()


def test_the_worker_is_woken_once_per_transaction_after_its_commit(committed_db, monkeypatch):
    woken = []
    monkeypatch.setattr(outbox.current_app, "send_task", woken.append)
    with transaction.atomic():
        letter("a")
        letter("b")
        assert not woken
    assert woken == ["core.tasks.deliver_outbox"]


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "redis://user:bad@127.0.0.1:1/0"])
def test_a_queue_that_is_away_loses_nothing_and_holds_nobody(committed_db, monkeypatch, settings, url):
    from celery import Celery

    away = Celery("away", broker=url, task_publish_retry=False)
    away.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    monkeypatch.setattr(outbox, "current_app", away)
    started = time.monotonic()
    letter()
    assert time.monotonic() - started < 1
    assert deliver_due() == 1


def test_two_workers_never_send_one_message_together(committed_db, monkeypatch):
    letter()
    inside, leave = threading.Event(), threading.Event()

    def slow(message, relay):
        inside.set()
        leave.wait(5)

    monkeypatch.setattr(outbox, "_send", slow)
    results = []

    def work():
        results.append(deliver_due())
        connection.close()

    first = threading.Thread(target=work)
    first.start()
    inside.wait(5)
    assert deliver_due() == 0
    leave.set()
    first.join()
    assert results == [1]
    assert OutboxMessage.objects.get().attempts == 1


def test_a_failure_is_visible_and_tried_again_later_and_later_on_the_true_clock(db, monkeypatch):
    failing_relay(monkeypatch, smtplib.SMTPDataError(451, b"greylisted maire.olmes@exemple.fr"))
    waits = []
    with time_machine.travel(clock.real_now(), tick=False) as travel:
        message = letter()
        for _ in range(10):
            assert deliver_due() == 0
            message.refresh_from_db()
            waits.append(int((message.next_attempt_at - clock.real_now()).total_seconds() / 60))
            assert deliver_due() == 0
            travel.move_to(message.next_attempt_at)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
    assert (message.state, message.attempts) == (DeliveryState.FAILED, 10)
    assert message.last_error == "Le relais de messagerie refuse le message (451)."


def test_moving_the_demonstration_date_does_not_hurry_a_relay(db, monkeypatch, settings):
    settings.DEMO = True
    failing_relay(monkeypatch, OSError("down"), times=1)
    letter()
    deliver_due()
    clock.move_to(clock.real_now() + timedelta(days=90), actor=SYSTEM)
    assert deliver_due() == 0


def test_a_relay_that_is_away_is_asked_once_a_turn(db, monkeypatch):
    failing_relay(monkeypatch, ConnectionRefusedError())
    for number in range(3):
        letter(key=str(number))
    assert deliver_due() == 0
    assert sum(OutboxMessage.objects.values_list("attempts", flat=True)) == 1


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"x@exemple.fr": (550, b"unknown")}),
        DecryptionRefused("core_outboxmessage|recipient|1: altered"),
        ValueError("header"),
    ],
)
def test_one_message_that_cannot_be_sent_does_not_stop_the_others(db, monkeypatch, error):
    failing_relay(monkeypatch, error, times=1)
    first, second = letter("a"), letter("b")
    assert deliver_due() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert {first.state, second.state} == {DeliveryState.PENDING, DeliveryState.SENT}


def test_what_people_read_of_a_failure_names_nobody(db, monkeypatch, caplog):
    failing_relay(monkeypatch, smtplib.SMTPRecipientsRefused({"maire.olmes@exemple.fr": (550, b"unknown")}))
    message = letter()
    deliver_due()
    message.refresh_from_db()
    assert message.last_error == "Le relais de messagerie refuse l'adresse du destinataire (550)."
    assert "maire.olmes" not in caplog.text


def test_a_message_in_failure_can_be_sent_again_by_hand(db):
    message = letter()
    OutboxMessage.objects.update(state=DeliveryState.FAILED, attempts=10)
    retried = retry_message(message=message, actor=SYSTEM)
    assert (retried.state, retried.attempts) == (DeliveryState.PENDING, 0)
    assert JournalEntry.objects.get().reason == "nouvel envoi demandé"
    assert deliver_due() == 1


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.PENDING])
def test_only_a_message_in_failure_is_sent_again(db, state):
    message = letter()
    OutboxMessage.objects.update(state=state, sent_at=clock.now() if state == DeliveryState.SENT else None)
    with pytest.raises(NotRetriable):
        retry_message(message=message, actor=SYSTEM)
    assert not JournalEntry.objects.exists()


def test_a_line_break_in_a_subject_adds_no_header(db):
    enqueue_email(dedupe_key="k", recipient="a@exemple.fr", subject="Bonjour\nBcc: tous@exemple.fr", body="Texte.")
    assert deliver_due() == 1
    assert mail.outbox[0].recipients() == ["a@exemple.fr"]
    assert mail.outbox[0].subject == "Bonjour Bcc: tous@exemple.fr"


def test_sms_leave_by_their_own_way_even_when_the_relay_is_away(db, settings, monkeypatch):
    settings.DEMO = True
    sent = []
    monkeypatch.setattr(ConsoleSmsGateway, "send", lambda self, **given: sent.append(given))
    monkeypatch.setattr(mail.backends.locmem.EmailBackend, "send_messages", lambda *_: (_ for _ in ()).throw(OSError()))
    letter()
    message = enqueue_sms(dedupe_key="sms-1", recipient="0692000001", body="Voyez le portail.")
    assert deliver_due() == 1
    assert sent == [{"recipient": "0692000001", "body": "Voyez le portail.", "message_id": message.message_id}]


def test_without_a_gateway_a_real_sms_is_a_visible_failure(db, settings):
    settings.DEMO = False
    message = enqueue_sms(dedupe_key="sms-1", recipient="0692000001", body="Voyez le portail.")
    assert deliver_due() == 0
    message.refresh_from_db()
    assert message.last_error == "Aucune passerelle SMS n'est configurée (SMS_BACKEND)."


def test_the_console_gateway_refuses_to_swallow_a_real_message(settings):
    settings.DEMO = False
    with pytest.raises(SmsError):
        ConsoleSmsGateway().send(recipient="0692000001", body="x", message_id="<1@x>")


def test_due_messages_are_found_by_their_partial_index(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    due = OutboxMessage.objects.filter(
        channel="email", state=DeliveryState.PENDING, next_attempt_at__lte=clock.real_now()
    ).order_by("next_attempt_at")
    assert "outbox_pending" in due.explain()
