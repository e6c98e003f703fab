"""The acts of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.selectors import latest_events

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cases.models import Case


def context(request: HttpRequest, case: Case) -> dict[str, object]:
    events, more_events = latest_events(case)
    return {"events": events, "more_events": more_events}
