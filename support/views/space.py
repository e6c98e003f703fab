"""The space of those who help: what waits, the agenda, and how it works."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import clock
from core.imports import BadCell, parse_date
from support.selectors.agenda import agenda_of, zone_name, zone_of
from support.selectors.slips import meetings_of
from support.selectors.waiting import waiting_for
from support.views.belonging import for_members
from support.views.opened import desk_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from support.models import AssociationMember
    from support.selectors.agenda import AgendaDay
    from support.selectors.meetings import Meeting

# Days shown on the home page, today counted.
DAYS_AHEAD = 7
# How far the agenda goes, in days from today.
FURTHEST = 366


def opened_desk_meetings(request: HttpRequest, first_day: date, last_day: date) -> list[Meeting]:
    """Appointments of the anonymous requests, which only an opened desk can read: none while it is closed.

    To be asked for a day more on each side: days are those of Paris, the agenda's may be elsewhere.
    """
    desk = desk_of(request)
    return meetings_of(desk, first_day, last_day) if desk is not None else []


def _days(request: HttpRequest, member: AssociationMember, first_day: date, last_day: date) -> list[AgendaDay]:
    anonymous = opened_desk_meetings(request, first_day - timedelta(days=1), last_day + timedelta(days=1))
    return agenda_of(member, first_day, last_day, more=anonymous)


@for_members
@require_GET
def space(request: HttpRequest, member: AssociationMember) -> HttpResponse:
    """Home of a psychologist: what waits, then the days to come."""
    zone = zone_of(member)
    today = clock.today(zone)
    last = today + timedelta(days=DAYS_AHEAD - 1)
    days = _days(request, member, today, last)
    context = {
        "member": member,
        "waiting": waiting_for(member),
        "days": [day for day in days if not day.is_empty or day.is_today],
        "zone_name": zone_name(zone),
    }
    return render(request, "support/space.html", context)


@for_members
@require_GET
def agenda(request: HttpRequest, member: AssociationMember) -> HttpResponse:
    """A week, day by day, from Monday to Sunday."""
    zone = zone_of(member)
    monday = _monday(request.GET.get("semaine", ""), clock.today(zone))
    sunday = monday + timedelta(days=6)
    context = {
        "member": member,
        "days": _days(request, member, monday, sunday),
        "monday": monday,
        "sunday": sunday,
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "zone_name": zone_name(zone),
    }
    return render(request, "support/agenda.html", context)


@for_members
@require_GET
def how_it_works(request: HttpRequest, member: AssociationMember) -> HttpResponse:
    return render(request, "support/how_it_works.html", {"member": member})


def _monday(typed: str, today: date) -> date:
    """The Monday of the week of `typed`; of this week when it says nothing, or something too far."""
    try:
        day = parse_date(typed[:10]) or today
    except BadCell:
        day = today
    if abs((day - today).days) > FURTHEST:
        day = today
    return day - timedelta(days=day.weekday())
