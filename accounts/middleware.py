from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.gate import SentElsewhere, access_of, refuse
from accounts.permissions import Door, TokenDoor, has_permission
from accounts.receivers import SEEN_KEY, STARTED_KEY
from core import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

logger = logging.getLogger(__name__)

# A page view moves the idle clock at most once in this time: reading costs no write.
LONGEST_SEEN_STEP_SECONDS = 300


class SessionAgeMiddleware:
    """End a session that is idle or too old, on the true clock: the demonstration's date signs nobody out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(clock.real_now().timestamp())
            started = request.session.get(STARTED_KEY, 0)
            seen = request.session.get(SEEN_KEY, 0)
            too_idle = now - seen > settings.SESSION_IDLE_SECONDS
            too_old = now - started > settings.SESSION_ABSOLUTE_SECONDS
            if too_idle or too_old:
                logout(request)
            elif request.headers.get("X-Poll"):
                pass  # a page left open asks by itself: nobody is at the desk for that
            elif now - seen > min(LONGEST_SEEN_STEP_SECONDS, settings.SESSION_IDLE_SECONDS // 4):
                request.session[SEEN_KEY] = now
        return self.get_response(request)


class AccessGateMiddleware:
    """Closed by default. A view that declares nothing is refused to everybody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        needed = access_of(view)
        if needed is Door.PUBLIC:
            return None
        if isinstance(needed, TokenDoor):
            # Whoever is signed in elsewhere in this browser is nobody here.
            return needed.enter(request)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if needed is Door.SIGNED_IN:
            return None
        if needed is None:
            logger.error("view without declared access", extra={"path": request.path})
            raise PermissionDenied
        if not has_permission(request.user, needed):
            raise refuse(request, needed)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, SentElsewhere):
            return None
        if getattr(request, "htmx", False):
            # A panel does not open another page in its place: the whole page goes there.
            return HttpResponse(status=204, headers={"HX-Redirect": exception.url})
        return redirect(exception.url)
