"""Outbox: a message is committed with the act that causes it, then sent by a worker, at least once.

Sending holds the lock of the row: two workers never send it together, and a worker that dies leaves it to be sent
again, under the same Message-ID. Bodies are neutral: no fact, no name of an author, no address; a link.
"""

from __future__ import annotations

import smtplib
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

import structlog
from celery import current_app
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from kombu.exceptions import OperationalError as BrokerAway

from core import clock
from core.encryption import DecryptionRefused, KeyMissing
from core.enums import Channel, DeliveryState
from core.journal import Actor, record_act
from core.models import OutboxMessage
from core.sms import SmsError, gateway

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.mail.backends.base import BaseEmailBackend

logger = structlog.get_logger(__name__)

MAX_ATTEMPTS = 10
FIRST_DELAY = timedelta(minutes=1)  # doubled at each failure: eight and a half hours in all
# A batch ends before the task's own limit; what is left waits for the next one.
BATCH_SECONDS = 60
# The relay answered: the next message may pass. Any other OSError means that it is away.
_REFUSALS_OF_ONE_MESSAGE = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


class NotRetriable(Exception):
    """Only a message in failure can be sent again by hand."""


def enqueue_email(*, dedupe_key: str, recipient: str, subject: str, body: str, about: str = "") -> OutboxMessage:
    """Put an e-mail in the outbox, once per `dedupe_key`; the second call returns the first row."""
    # A line break in a subject is an injected header.
    return _enqueue(Channel.EMAIL, dedupe_key, recipient, " ".join(subject.split()), body, about)


def enqueue_sms(*, dedupe_key: str, recipient: str, body: str, about: str = "") -> OutboxMessage:
    """Put an SMS in the outbox, once per `dedupe_key`; the second call returns the first row."""
    return _enqueue(Channel.SMS, dedupe_key, recipient, "", body, about)


@dataclass(frozen=True)
class Email:
    dedupe_key: str
    recipient: str
    subject: str
    body: str
    about: str = ""


@transaction.atomic
def enqueue_emails(emails: Iterable[Email]) -> None:
    """Put many e-mails in the outbox by one insertion, each once per `dedupe_key`."""
    messages = [
        _message(Channel.EMAIL, one.dedupe_key, one.recipient, " ".join(one.subject.split()), one.body, one.about)
        for one in emails
    ]
    if messages:
        OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)
        _wake_worker_on_commit()


@transaction.atomic
def _enqueue(channel: Channel, dedupe_key: str, recipient: str, subject: str, body: str, about: str) -> OutboxMessage:
    message = _message(channel, dedupe_key, recipient, subject, body, about)
    OutboxMessage.objects.bulk_create([message], ignore_conflicts=True)
    kept = OutboxMessage.objects.get(dedupe_key=dedupe_key)
    if kept.pk == message.pk:
        _wake_worker_on_commit()
    return kept


def _message(channel: Channel, dedupe_key: str, recipient: str, subject: str, body: str, about: str) -> OutboxMessage:
    return OutboxMessage(
        channel=channel,
        dedupe_key=dedupe_key,
        recipient=recipient,
        subject=subject,
        body=body,
        about=about,
        message_id=f"<{uuid4()}@{urlsplit(settings.PUBLIC_URL).hostname}>",
        next_attempt_at=clock.real_now(),
        created_at=clock.now(),
    )


def _wake_worker_on_commit() -> None:
    """One task per transaction, however many messages it wrote."""
    if not any(hook[1] is _wake_worker for hook in connection.run_on_commit):
        transaction.on_commit(_wake_worker)


def _wake_worker() -> None:
    try:
        current_app.send_task("core.tasks.deliver_outbox")
    except BrokerAway:
        # The rows are committed: the sweep sends them when the queue is back.
        logger.warning("broker_away")


def deliver_due(limit: int = 100) -> int:
    """Send the messages that are due, at most `limit`. Returns how many the relay or gateway accepted.

    A relay that cannot be reached ends its channel's turn: the messages behind it would only wait for it in vain.
    """
    sent = 0
    deadline = time.monotonic() + BATCH_SECONDS
    relay = get_connection()
    try:
        for channel in Channel:
            reachable = True
            while reachable and sent < limit and time.monotonic() < deadline:
                outcome = _deliver_next(channel, relay)
                if outcome is None:
                    break
                accepted, reachable = outcome
                sent += accepted
    finally:
        relay.close()
    return sent


@transaction.atomic
def _deliver_next(channel: Channel, relay: BaseEmailBackend) -> tuple[bool, bool] | None:
    """Send the oldest due message of `channel` under its lock. None when there is none left.

    Returns whether it was accepted, and whether the way out still seems open.
    """
    message = (
        OutboxMessage.objects.filter(
            channel=channel, state=DeliveryState.PENDING, next_attempt_at__lte=clock.real_now()
        )
        .order_by("next_attempt_at")
        .select_for_update(skip_locked=True)
        .first()
    )
    if message is None:
        return None
    message.attempts += 1
    try:
        _send(message, relay)
    except Exception as error:  # noqa: BLE001  # one message that cannot be sent must not stop the others
        _postpone(message, error)
        relay.close()
        return False, not isinstance(error, OSError) or isinstance(error, _REFUSALS_OF_ONE_MESSAGE)
    message.state = DeliveryState.SENT
    message.sent_at = clock.now()
    message.last_error = ""
    message.save(update_fields=["state", "sent_at", "attempts", "last_error"])
    return True, True


def _send(message: OutboxMessage, relay: BaseEmailBackend) -> None:
    if message.channel == Channel.SMS:
        gateway().send(recipient=message.recipient, body=message.body, message_id=message.message_id)
        return
    email = EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[message.recipient],
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
        connection=relay,
    )
    relay.open()
    if not relay.send_messages([email]):
        raise ValueError("the relay took no message")


def _postpone(message: OutboxMessage, error: Exception) -> None:
    message.last_error = _what_failed(error)
    message.next_attempt_at = clock.real_now() + FIRST_DELAY * 2 ** (message.attempts - 1)
    if message.attempts >= MAX_ATTEMPTS:
        message.state = DeliveryState.FAILED
    message.save(update_fields=["state", "attempts", "last_error", "next_attempt_at"])
    logger.warning(
        "message_not_sent", message_id=message.message_id, attempts=message.attempts, error=type(error).__name__
    )


def _what_failed(error: Exception) -> str:
    """For the administrator. The relay's own words may repeat the address: only its code is kept."""
    if isinstance(error, SmsError):
        return str(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = ", ".join(str(code) for code, _ in error.recipients.values())
        return f"Le relais de messagerie refuse l'adresse du destinataire ({codes})."
    if isinstance(error, smtplib.SMTPResponseException):
        return f"Le relais de messagerie refuse le message ({error.smtp_code})."
    if isinstance(error, OSError):
        return "Le relais de messagerie ou la passerelle SMS ne répond pas."
    if isinstance(error, DecryptionRefused | KeyMissing):
        return "L'adresse du destinataire ne peut pas être déchiffrée."
    return f"Erreur inattendue ({type(error).__name__})."


@transaction.atomic
def retry_message(*, message: OutboxMessage, actor: Actor) -> OutboxMessage:
    """Give a failed message ten new attempts, now. Raises NotRetriable when it is not in failure."""
    now = clock.real_now()
    changed = OutboxMessage.objects.filter(pk=message.pk, state=DeliveryState.FAILED).update(
        state=DeliveryState.PENDING, attempts=0, next_attempt_at=now
    )
    if not changed:
        raise NotRetriable("Seul un message en échec peut être renvoyé.")
    record_act(
        actor=actor,
        object_type="core.outboxmessage",
        object_id=str(message.pk),
        object_label=message.about,
        reason="nouvel envoi demandé",
    )
    _wake_worker_on_commit()
    message.refresh_from_db()
    return message


NEUTRAL_SUBJECT = "Portail de la sécurité des élus : une information vous attend"


def neutral_body(sentence: str, link: str) -> str:
    """What the portal writes to people: a sentence without any fact, and a link to a page that checks its own right."""
    return (
        f"Bonjour,\n\n{sentence}\n\nConnectez-vous au portail pour la lire :\n{link}\n\n"
        "Ce message ne contient aucun détail, par sécurité. En cas de danger immédiat, appelez le 17.\n\n"
        "Portail de la sécurité des élus — message automatique, ne répondez pas."
    )
