"""Who may open the file, when it is restricted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.selectors import live_access

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cases.models import Case


def context(request: HttpRequest, case: Case) -> dict[str, object]:
    access = live_access(case, user=request.user) if case.is_restricted else None
    return {"glass": access if access is not None and access.is_by_glass else None}
