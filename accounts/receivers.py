"""Signs of Django's own authentication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from core import clock

if TYPE_CHECKING:
    from django.http import HttpRequest

STARTED_KEY = "session_started"
SEEN_KEY = "session_seen"


@receiver(user_logged_in)
def start_session_clocks(request: HttpRequest | None = None, **kwargs: Any) -> None:
    """From the sign-in itself, on the true clock: a session never used is not younger for it."""
    if request is not None:
        request.session[STARTED_KEY] = request.session[SEEN_KEY] = int(clock.real_now().timestamp())
