"""The way out for SMS. The operator's interface is not known yet: a gateway is one class, named by SMS_BACKEND."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Protocol

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

logger = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 10


class SmsError(Exception):
    """The gateway did not take the message."""


class SmsGateway(Protocol):
    def send(self, *, recipient: str, body: str, message_id: str) -> None:
        """Hand the message over, or raise SmsError. The same `message_id` twice is the same message."""


class ConsoleSmsGateway:
    """For the demonstration: the message goes nowhere, and can be read in the « Boîte d'envoi » page."""

    def send(self, *, recipient: str, body: str, message_id: str) -> None:
        if not settings.DEMO:
            raise SmsError("Aucune passerelle SMS n'est configurée (SMS_BACKEND).")
        logger.info("sms_to_console", message_id=message_id)


class HttpSmsGateway:
    """POST of a JSON document to SMS_GATEWAY_URL, with a bearer token and an idempotency key."""

    def send(self, *, recipient: str, body: str, message_id: str) -> None:
        url = settings.SMS_GATEWAY_URL
        if not url.startswith("https://") and not (settings.DEMO and url.startswith("http://")):
            raise SmsError("SMS_GATEWAY_URL doit être une adresse https.")
        request = urllib.request.Request(  # noqa: S310  # the scheme is checked above
            url,
            data=json.dumps({"to": recipient, "text": body, "reference": message_id}).encode(),
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}",
                "Idempotency-Key": message_id,
            },
            method="POST",
        )
        try:
            urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS).close()  # noqa: S310
        except urllib.error.HTTPError as error:
            error.close()
            # Its text may repeat the number: only the code is kept.
            raise SmsError(f"La passerelle SMS a répondu {error.code}.") from None


def gateway() -> SmsGateway:
    return import_string(settings.SMS_BACKEND)()
