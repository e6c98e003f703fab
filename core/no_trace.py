"""Pages that keep nothing of who asks: no session, no cookie, no address, no line in the logs (docs/adr/0028).

A view says so with `without_trace`. The middleware stands before sessions, sign-in, journal and request logs, and
answers such a page by itself: what those keep, they never see. It takes the request's headers away too, so that no
later change of a page can read them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from django.core.exceptions import BadRequest, DisallowedHost, SuspiciousOperation
from django.http import HttpResponse
from django.urls import Resolver404, get_resolver, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    View = TypeVar("View", bound=Callable[..., Any])

logger = structlog.get_logger(__name__)

# Resolving an address twice costs: only these are looked at.
PREFIX = "/soutien/"
# What a page needs of the request's environment. Not REMOTE_ADDR, nor any header that says who or what is asking.
KEPT = frozenset(
    {
        "CONTENT_LENGTH",
        "CONTENT_TYPE",
        "HTTP_HOST",
        "HTTP_SEC_FETCH_SITE",
        "HTTP_TRANSFER_ENCODING",
        "HTTP_X_FORWARDED_PROTO",
        "PATH_INFO",
        "REQUEST_METHOD",
        "SCRIPT_NAME",
        "SERVER_NAME",
        "SERVER_PORT",
        "SERVER_PROTOCOL",
    }
)


def without_trace(view: View) -> View:
    """Declare that nothing of the request is kept. For pages that everybody may open and that know nobody."""
    view.without_trace = True  # type: ignore[attr-defined]  # a function carries what it declares
    return view


class NoTraceMiddleware:
    """Answers the views marked `without_trace` before anything that remembers. To be put before sessions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        if not getattr(match.func, "without_trace", False):
            return self.get_response(request)
        response = _answer(_bare(request), match.func, match.args, match.kwargs)
        response.cookies.clear()
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Frame-Options"] = "DENY"
        # Django would write a line for any answer from 400 on.
        response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark
        return response


def _bare(request: HttpRequest) -> HttpRequest:
    for name in list(request.META):
        if name not in KEPT and not name.startswith("wsgi."):
            del request.META[name]
    request.META["QUERY_STRING"] = ""
    request.COOKIES = {}
    for computed in ("headers", "GET"):
        request.__dict__.pop(computed, None)
    return request


def _answer(
    request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponse:
    try:
        request.get_host()
        # Nothing here acts for a signed-in person, and there is no cookie to abuse: this only stops a page elsewhere
        # from filling ours. Origin says nothing, since these pages send no referrer.
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") not in SAME_PLACE:
            return _page(request, 403)
        return view(request, *args, **kwargs)
    except (BadRequest, DisallowedHost, SuspiciousOperation):
        return _page(request, 400)
    except Exception as error:  # noqa: BLE001  # where it broke, and nothing of what was asked
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        place = f"{last.tb_frame.f_code.co_qualname}:{last.tb_lineno}" if last is not None else ""
        logger.error("page_without_trace_failed", error=type(error).__qualname__, place=place)  # noqa: TRY400
        return _page(request, 500)


SAME_PLACE = ("same-origin", "none")


def _page(request: HttpRequest, status: int) -> HttpResponse:
    handler = get_resolver().resolve_error_handler(status)
    if status == 500:
        return handler(request)
    page: HttpResponse = handler(request, None)
    return page
