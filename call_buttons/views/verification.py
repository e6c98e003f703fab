"""Is this document one that a prefecture signed? Yes or no, to anybody, and nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.gate import access
from accounts.permissions import PUBLIC
from call_buttons.forms import VerificationForm
from call_buttons.selectors import is_genuine
from core.forms import submitted

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@access(PUBLIC)
@sensitive_post_parameters("number", "sha256")
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The number and the hash are sent, never put in an address, and never kept."""
    form = VerificationForm(submitted(request))
    genuine = is_genuine(**form.cleaned_data) if form.is_valid() else None
    context = {"form": form, "genuine": genuine}
    return render(request, "call_buttons/verify.html", context, status=422 if form.errors else 200)
