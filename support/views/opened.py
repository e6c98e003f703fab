"""The desk, open in one browser: half of what opens it is in the browser, half in the session."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from core import clock
from core.boxes import KEY_BYTES, BoxClosed, lock, unlock
from support.selectors.desk import holds_seat
from support.selectors.slips import OpenedDesk

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

COOKIE, KEPT = "portail_guichet", "support_desk"
# Seconds of true time without use after which it closes.
IDLE = 30 * 60
# It is noted at most once in this time: reading costs no write.
STEP = 60


def _place(user_id: object, desk: object) -> str:
    return f"session|desk|{user_id}|{desk}"


def keep_open(request: HttpRequest, response: HttpResponse, desk: OpenedDesk) -> None:
    """Neither the session, stored in the database, nor the browser's cookie opens anything alone."""
    half = os.urandom(KEY_BYTES)
    box = lock(half, desk.private, place=_place(desk.user_id, desk.desk))
    request.session[KEPT] = {
        "desk": str(desk.desk),
        "box": base64.b64encode(box).decode(),
        "seen": int(clock.real_now().timestamp()),
    }
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(half).decode(),
        path=reverse("support:talk"),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )


def close(request: HttpRequest, response: HttpResponse) -> None:
    request.session.pop(KEPT, None)
    response.delete_cookie(COOKIE, path=reverse("support:talk"), samesite="Strict")


def desk_of(request: HttpRequest) -> OpenedDesk | None:
    """The desk that is open here, or None: never opened, too long idle, or the seat was taken away."""
    kept = request.session.get(KEPT)
    if kept is None:
        return None
    now = int(clock.real_now().timestamp())
    desk = UUID(kept["desk"])
    if now - kept["seen"] > IDLE or not holds_seat(request.user, desk):
        del request.session[KEPT]
        return None
    try:
        half = base64.urlsafe_b64decode(request.COOKIES.get(COOKIE, ""))
        private = unlock(half, base64.b64decode(kept["box"]), place=_place(request.user.pk, desk))
    except (BoxClosed, ValueError):
        return None
    if now - kept["seen"] > STEP:
        request.session[KEPT] = kept | {"seen": now}
    return OpenedDesk(desk, private, request.user.pk)
