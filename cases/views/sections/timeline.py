"""The latest acts of the file; the whole is on its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.selectors import latest_events

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cases.models import Case

SHOWN = 10


def context(request: HttpRequest, case: Case) -> dict[str, object]:
    events, more_events = latest_events(case, limit=SHOWN)
    return {
        "events": events,
        "more_events": more_events,
        "last_event": max((event.pk for event in events), default=0),
    }
