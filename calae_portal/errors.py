"""Pages shown when something is refused, missing or broken. They say what to do, and tell nothing of what exists."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from accounts.gate import Refused
from calae_portal.context_processors import bare_portal
from core.journal import JournalUnavailable

if TYPE_CHECKING:
    from django.http import HttpRequest


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Only our own refusals carry a sentence written for the person.
    reason = str(exception) if isinstance(exception, Refused) else ""
    return render(request, "errors/403.html", {"reason": reason}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Without the request: sessions, postings or the database may be what failed.
    if isinstance(sys.exc_info()[1], JournalUnavailable):
        # No journal entry, no page; trying again is safe.
        page = render_to_string("errors/503.html", {"portal": bare_portal()})
        return HttpResponse(page, status=503, headers={"Retry-After": "60"})
    return HttpResponseServerError(render_to_string("errors/500.html", {"portal": bare_portal()}))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/csrf.html", status=403)
