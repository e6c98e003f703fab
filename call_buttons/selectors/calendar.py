"""The month of a prefecture: last useful days, last protected days, closed days and holidays."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from dateutil.relativedelta import relativedelta

from accounts.enums import ScopeKind
from accounts.scope import ScopedQuerySet
from call_buttons.models import CallButtonGrant
from call_buttons.models.grant import PeriodEnd
from call_buttons.permissions import VIEW_CALL_BUTTON
from territories.calendar import LONGEST_CLOSURE, public_holidays
from territories.models import Departement

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from call_buttons.models.grant import CallButtonGrantQuerySet


class _Places(ScopedQuerySet):
    """Départements by whoever works there, in a unit or in the prefecture."""

    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.DEPARTEMENT: "pk", ScopeKind.UNIT: "units"}


def departements_read(*, user: User) -> list[Departement]:
    """Those whose calendar `user` reads, with their closed days."""
    places: QuerySet[Departement] = _Places(Departement).visible_to(user, VIEW_CALL_BUTTON)
    # Of a unit, the département comes by a join: once, however many units are mine.
    return list(Departement.objects.filter(pk__in=places.order_by().values("pk")).order_by("code"))


@dataclass
class CalendarDay:
    """What falls on a day. A term whose end is decided has no last useful day any more."""

    day: date
    holiday: str = ""
    closed: str = ""
    useful: list[CallButtonGrant] = field(default_factory=list)
    protected: list[CallButtonGrant] = field(default_factory=list)
    # In restricted files: a reference and no name.
    hidden_useful: list[CallButtonGrant] = field(default_factory=list)
    hidden_protected: list[CallButtonGrant] = field(default_factory=list)


def month_of(*, user: User, departement: Departement, first: date, limit: int) -> tuple[list[CalendarDay], bool]:
    """The days of the month that starts on `first` on which something falls, and whether some terms are left out."""
    last = first + relativedelta(months=1) - timedelta(days=1)
    days: dict[date, CalendarDay] = {}

    def at(day: date) -> CalendarDay:
        return days.setdefault(day, CalendarDay(day))

    for day, name in public_holidays(departement, first.year).items():
        if first <= day <= last:
            at(day).holiday = name
    for closed in departement.closed_days.filter(day__range=(first, last)):
        at(closed.day).closed = closed.reason
    mine = CallButtonGrant.objects.visible_to(user, VIEW_CALL_BUTTON).for_list()
    hidden = CallButtonGrant.objects.behind_glass_for(user, VIEW_CALL_BUTTON).select_related("case")
    shown, more = _terms(mine, departement, first, last, limit)
    veiled, more_veiled = _terms(hidden, departement, first, last, limit)
    for grants, useful, protected in ((shown, "useful", "protected"), (veiled, "hidden_useful", "hidden_protected")):
        for grant in grants:
            # Theirs is the one whose closed days are read already.
            grant.departement = departement
            if first <= grant.last_day <= last:
                getattr(at(grant.last_day), protected).append(grant)
            if not grant.is_decided and first <= grant.last_useful_day <= last:  # type: ignore[attr-defined]  # annotated by _terms
                getattr(at(grant.last_useful_day), useful).append(grant)
    return [days[day] for day in sorted(days)], more or more_veiled


def _terms(
    grants: CallButtonGrantQuerySet, departement: Departement, first: date, last: date, limit: int
) -> tuple[list[CallButtonGrant], bool]:
    # The last useful day is at most a closure before the end: terms of the next month may have theirs in this one.
    within = grants.filter(departement=departement).ending_between(first, last + timedelta(days=LONGEST_CLOSURE))
    found = list(within.with_follow_up().order_by(PeriodEnd("period"), "pk")[: limit + 1])
    return found[:limit], len(found) > limit
