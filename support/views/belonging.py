"""The pages of those who help: they are for somebody who works for an association today."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.shortcuts import render

from accounts.gate import access
from support.permissions import KEEP_DESK
from support.selectors.associations import association_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


def for_members(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the member of today as its second argument; a page says so to who is posted and works nowhere."""

    @access(KEEP_DESK)
    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        member = association_of(request.user)
        if member is None:
            return render(request, "support/no_association.html", status=200 if request.method == "GET" else 403)
        return view(request, member, *args, **kwargs)

    return entered
