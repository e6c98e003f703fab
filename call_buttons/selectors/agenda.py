"""What a diary outside the portal reads: days, and nothing of anybody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from call_buttons.models import CallButtonAgenda, CallButtonGrant
from call_buttons.models.grant import PeriodEnd
from call_buttons.permissions import VIEW_CALL_BUTTON
from call_buttons.selectors.calendar import departements_read
from core import clock
from territories.calendar import LONGEST_CLOSURE
from territories.models import ClosedDay, ClosureChange

if TYPE_CHECKING:
    from collections.abc import Collection

    from accounts.models import User
    from call_buttons.models.grant import CallButtonGrantQuerySet

# What ended longer ago is on the portal's own lists; a diary is about what comes.
PAST_SHOWN = timedelta(days=30)


@dataclass(frozen=True)
class AgendaEntry:
    """A day in a diary. `key` never changes, `revision` grows each time a closure may have moved the day."""

    key: UUID
    day: date
    revision: int
    changed_at: datetime
    # Where it leads; a closed day leads nowhere and names its département.
    path: str = ""
    departement: str = ""


def sha256_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def agenda_at(token: str) -> CallButtonAgenda | None:
    """The agenda that `token` opens, in service or revoked. Found by its hash: timing tells nothing."""
    return CallButtonAgenda.objects.select_related("user").filter(sha256=sha256_of(token)).first()


def agenda_of(*, user: User) -> CallButtonAgenda | None:
    return CallButtonAgenda.objects.filter(user=user, revoked_at__isnull=True).first()


def agenda_entries(*, user: User, limit: int) -> list[AgendaEntry]:
    """The last useful days of the terms of my scope that nothing settles yet, what ends first first, and closed days.

    A term that only a restriction hides has its day too: the entry names nobody, and leads to the week's list.
    """
    seen = _unsettled(CallButtonGrant.objects.visible_to(user, VIEW_CALL_BUTTON), limit)
    hidden = _unsettled(CallButtonGrant.objects.behind_glass_for(user, VIEW_CALL_BUTTON), limit)
    changes = _changes_around([*seen, *hidden])
    week = reverse("call_buttons:week")
    return [
        *(_entry(one, reverse("call_buttons:open", args=[one.request_id]), changes) for one in seen),
        *(_entry(one, week, changes) for one in hidden),
        *_closed_days(user, limit),
    ]


def _unsettled(grants: CallButtonGrantQuerySet, limit: int) -> list[CallButtonGrant]:
    since = clock.today("UTC") - PAST_SHOWN
    found = grants.with_end().filter(end__gt=since).without_decided_follow_up().with_closed_days()
    found = found.select_related("decision").defer("decision__document")
    return list(found.order_by(PeriodEnd("period"), "pk")[:limit])


def _changes_around(grants: Collection[CallButtonGrant]) -> dict[str, list[ClosureChange]]:
    """Every declaration or removal of a closed day near these terms, by département."""
    if not grants:
        return {}
    first = min(grant.last_day for grant in grants) - timedelta(days=LONGEST_CLOSURE)
    last = max(grant.last_day for grant in grants)
    places = {grant.departement_id for grant in grants}
    found: dict[str, list[ClosureChange]] = {place: [] for place in places}
    for change in ClosureChange.objects.filter(departement__in=places, day__range=(first, last)).order_by("pk"):
        found[change.departement_id].append(change)
    return found


def _entry(grant: CallButtonGrant, path: str, changes: dict[str, list[ClosureChange]]) -> AgendaEntry:
    # A closure moves the day only from within the longest one before the end.
    window = (grant.last_day - timedelta(days=LONGEST_CLOSURE), grant.last_day)
    near = [one for one in changes[grant.departement_id] if window[0] <= one.day <= window[1]]
    changed_at = max([grant.decision.decided_at, *(one.at for one in near)])
    return AgendaEntry(grant.pk, grant.last_useful_day, len(near), changed_at, path=path)


def _closed_days(user: User, limit: int) -> list[AgendaEntry]:
    since = clock.today("UTC") - PAST_SHOWN
    closed = ClosedDay.objects.filter(departement__in=departements_read(user=user), day__gte=since)
    found = closed.order_by("day", "departement")[:limit]
    return [AgendaEntry(one.pk, one.day, 0, one.declared_at, departement=one.departement_id) for one in found]
