"""Pages that anybody may read: what the footer links to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.gate import access
from accounts.permissions import PUBLIC

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@access(PUBLIC)
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html")


@access(PUBLIC)
@require_GET
def legal_notice(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/legal_notice.html")
