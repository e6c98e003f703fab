"""The acts of a file, filtered."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from cases.enums import EventKind, family_of_event
from cases.selectors.case_page import events_of_family

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from cases.models import Case, CaseEvent


def events_of(
    case: Case,
    *,
    family: str = "",
    actor: int | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
) -> QuerySet[CaseEvent]:
    """Acts of a file, by family, by person, by local days; the order is `("-at", "-pk")`."""
    events = events_of_family(case)
    if family:
        events = events.filter(kind__in=[kind for kind in EventKind.values if family_of_event(kind) == family])
    if actor is not None:
        events = events.filter(actor_id=actor)
    zone = case.departement.zone
    if first_day:
        events = events.filter(at__gte=datetime.combine(first_day, time(), tzinfo=zone))
    if last_day:
        events = events.filter(at__lt=datetime.combine(last_day + timedelta(days=1), time(), tzinfo=zone))
    return events


def people_of(case: Case) -> list[tuple[int, str]]:
    """Those who acted on a file, by name: what the timeline is filtered by."""
    found = (
        events_of_family(case)
        .filter(actor__isnull=False)
        .order_by("actor__last_name", "actor__first_name", "actor_id")
        .values_list("actor_id", "actor__first_name", "actor__last_name")
        .distinct()
    )
    return [(key, f"{first} {last}".strip()) for key, first, last in found]


def events_since(case: Case, seen: int) -> CaseEvent | None:
    """The latest act of a file, when it is not the one that a page has shown."""
    return events_of_family(case).filter(pk__gt=seen).order_by("-pk").first()
