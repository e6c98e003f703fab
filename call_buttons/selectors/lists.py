"""Reads of call buttons. « À renouveler » comes from the grants themselves, never from a job's work."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from django.db.models import Count, F, OuterRef, Prefetch, Q, Subquery, Value, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from accounts.enums import Role, ScopeKind
from accounts.models import Posting, User
from accounts.permissions import has_permission
from accounts.scope import ScopedQuerySet, posting_over
from accounts.selectors import on_duty
from call_buttons.enums import DAYS_BEFORE, TOLD_AT, ReminderKind
from call_buttons.models import (
    CallButtonGrant,
    CallButtonHandover,
    CallButtonReminder,
    CallButtonRequest,
    CallButtonRules,
)
from call_buttons.models.grant import PeriodEnd, PeriodStart
from call_buttons.permissions import (
    ACKNOWLEDGE_AS,
    ACT_ON_REQUEST,
    ADVISE_REQUEST,
    DECIDE_REQUEST,
    DECLARE_CLOSED_DAY,
    VIEW_CALL_BUTTON,
)
from cases.selectors import case_family_ids
from core import clock
from territories.calendar import LONGEST_CLOSURE, add_working_days
from territories.models import ClosedDay, Departement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from call_buttons.enums import Audience
    from call_buttons.models.grant import CallButtonGrantQuerySet
    from call_buttons.models.request import CallButtonRequestQuerySet
    from cases.models import Case

HOME_LIMIT = 10


class _Closures(ScopedQuerySet):
    """The closed days of my départements. Territories know nothing of postings: their scope is said here."""

    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.DEPARTEMENT: "departement_id"}


class Departements(ScopedQuerySet):
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.DEPARTEMENT: "pk"}


def closures() -> ScopedQuerySet:
    """Closed days, the earliest first, to be seen through their scope."""
    return _Closures(ClosedDay).select_related("departement").order_by("day", "departement")


def departements_to_close(*, user: User) -> QuerySet[Departement]:
    return Departements(Departement).visible_to(user, DECLARE_CLOSED_DAY).order_by("pk")


def pending_requests(*, user: User, level: int | None = None) -> CallButtonRequestQuerySet:
    """The queue of my scope, the oldest first; of one level of danger when it is given."""
    requests = CallButtonRequest.objects.visible_to(user, VIEW_CALL_BUTTON).pending().for_list()
    if level is not None:
        requests = requests.filter(evaluation__signed_level=level)
    return requests.order_by("requested_at", "pk")


def patience() -> timedelta:
    """How long a request may stay without an answer before pages show it as late and the roster is told."""
    return timedelta(hours=CallButtonRules.on(clock.today("Europe/Paris")).escalation_hours)


def _for_home(requests: CallButtonRequestQuerySet) -> CallButtonRequestQuerySet:
    """Fewer joins than the queue: PostgreSQL takes longer to plan those than to follow them."""
    shown = requests.select_related("official", "case", "departement").defer("motive", "opinion_text")
    return shown.annotate(level=F("evaluation__signed_level"))


def requests_to_advise(*, user: User, limit: int = HOME_LIMIT) -> list[CallButtonRequest]:
    queryset = _for_home(CallButtonRequest.objects.visible_to(user, ADVISE_REQUEST).pending().without_opinion())
    return list(queryset.order_by("requested_at", "pk")[: limit + 1])


def requests_to_decide(*, user: User, limit: int = HOME_LIMIT) -> list[CallButtonRequest]:
    """Requests that `user` may decide, not his own: with an opinion or still without one."""
    queryset = _for_home(CallButtonRequest.objects.visible_to(user, DECIDE_REQUEST).pending())
    return list(queryset.exclude(requested_by=user).order_by("requested_at", "pk")[: limit + 1])


def grants_to_renew(*, user: User) -> CallButtonGrantQuerySet:
    """« À renouveler » in my scope: what ends first, or ended, first."""
    return (
        CallButtonGrant.objects.visible_to(user, VIEW_CALL_BUTTON)
        .to_renew()
        .for_list()
        .order_by(PeriodEnd("period"), "pk")
    )


def grants_to_remind() -> CallButtonGrantQuerySet:
    """Those of which a moment has come, at the place, and that miss a reminder of it to somebody who is always told.

    The moments are those of `reminder_dates`, or more: it has the last word on each grant found here.
    """
    due = Q()
    for kind, days in DAYS_BEFORE.items():
        # A conservatory extension has the moments of its own days only.
        its_own = Q(is_extension=False) | Q(start__lte=F("end") - Value(timedelta(days=days + 1)))
        due |= Q(end__lte=F("local_today") + Value(timedelta(days=days + 1))) & its_own & _misses(kind)
    # The last useful day of a term has come when no other one is left before its end.
    by_next_useful_day: dict[date, list[str]] = defaultdict(list)
    now = clock.now()
    for departement in Departement.objects.prefetch_related("closed_days").order_by("pk"):
        next_useful_day = add_working_days(departement, now.astimezone(departement.zone).date(), 1)
        by_next_useful_day[next_useful_day].append(departement.pk)
    last_day = Q()
    for day, codes in by_next_useful_day.items():
        last_day |= Q(departement__in=codes, end__lte=day)
    due |= last_day & _misses(ReminderKind.LAST_WORKING_DAY)
    grants = CallButtonGrant.objects.to_renew(within_days=max(DAYS_BEFORE.values()))
    return grants.annotate(start=PeriodStart("period")).filter(due)


def _misses(kind: str) -> Q:
    told = CallButtonReminder.objects.filter(grant=OuterRef("pk"), kind=kind, audience__in=TOLD_AT[kind]).order_by()
    counted = Coalesce(Subquery(told.values("grant").annotate(number=Count("pk")).values("number")), 0)
    return Q(LessThan(counted, len(TOLD_AT[kind])))


def grants_in_force(*, user: User) -> CallButtonGrantQuerySet:
    running = CallButtonGrant.objects.visible_to(user, VIEW_CALL_BUTTON).running().with_suspension()
    return running.with_end().for_list()


def pending_renewals(grants: list[CallButtonGrant]) -> dict[UUID, CallButtonRequest]:
    """The pending request that renews each grant, when there is one; asked before an extension, it follows it."""
    shown = {grant.pk: grant.pk for grant in grants}
    shown |= {grant.previous_id: grant.pk for grant in grants if grant.is_extension and grant.previous_id}
    requests = CallButtonRequest.objects.pending().filter(renews__in=shown)
    return {shown[request.renews_id]: request for request in requests if request.renews_id}


def requests_of_case(case: Case) -> list[CallButtonRequest]:
    """Requests of a file, and of those merged into it, with their decision and protections, the latest first."""
    grants = CallButtonGrant.objects.select_related("decision", "previous").with_suspension()
    return list(
        CallButtonRequest.objects.filter(case__in=case_family_ids(case))
        .select_related("decision", "renews", "departement")
        .prefetch_related(Prefetch("grants", grants.defer("decision__document").order_by("period")))
        .defer("decision__document")
        .order_by("-requested_at", "-pk")
    )


def pending_requests_in() -> CallButtonRequestQuerySet:
    """The pending requests of each file of an outer query."""
    return CallButtonRequest.objects.pending().filter(case_id=OuterRef("pk"))


def grants_running_in() -> CallButtonGrantQuerySet:
    """The terms of each file of an outer query that have not ended."""
    yesterday = clock.today("UTC") - timedelta(days=1)
    return CallButtonGrant.objects.filter(case_id=OuterRef("pk"), period__endswith__gt=yesterday)


def grants_undecided_in() -> CallButtonGrantQuerySet:
    """The terms of each file of an outer query about whose end nothing is decided."""
    return CallButtonGrant.objects.filter(case_id=OuterRef("pk")).without_decided_follow_up()


def requests_behind_glass(*, user: User, limit: int = HOME_LIMIT) -> list[CallButtonRequest]:
    """Pending requests that only a restriction hides from those who must act upon them: to be shown without a name."""
    requests = CallButtonRequest.objects.behind_glass_for(user, ACT_ON_REQUEST).pending()
    shown = requests.select_related("case", "departement").defer("motive", "opinion_text")
    return list(shown.order_by("requested_at", "pk")[: limit + 1])


def renewals_behind_glass(*, user: User, limit: int = HOME_LIMIT) -> list[CallButtonGrant]:
    """The same for the terms « à renouveler »: no protection ends in silence because its file is restricted."""
    grants = CallButtonGrant.objects.behind_glass_for(user, VIEW_CALL_BUTTON).to_renew()
    return list(grants.select_related("case", "departement").order_by(PeriodEnd("period"), "pk")[: limit + 1])


@dataclass(frozen=True)
class EndOfWeek:
    """A term whose last useful day falls this week, or has passed with nothing decided."""

    grant: CallButtonGrant
    last_useful_day: date
    # Until the last useful day, at the place; negative once it has passed.
    days_left: int
    # On the last useful day, or today once it has passed.
    on_duty: list[Posting]

    @property
    def is_expired(self) -> bool:
        return self.grant.end <= _local_today(self.grant)  # type: ignore[attr-defined]  # annotated by to_renew


def _ends_of_week(grants: CallButtonGrantQuerySet, limit: int) -> tuple[list[tuple[CallButtonGrant, date]], bool]:
    """Those of `grants` to decide by Sunday, by last useful day, from the `limit` terms that end first; and whether
    others were left unread: with the closures of several départements, one of them may be due too.
    """
    # The last useful day is at most a closure before the end: nothing beyond can fall in a week that ends on Sunday.
    near = grants.to_renew(within_days=6 + LONGEST_CLOSURE).with_closed_days()
    found = list(near.order_by(PeriodEnd("period"), "pk")[: limit + 1])
    due = [(grant, day) for grant in found[:limit] if (day := grant.last_useful_day) <= _sunday(grant)]
    return sorted(due, key=lambda row: (row[1], row[0].last_day, row[0].pk)), len(found) > limit


def _local_today(grant: CallButtonGrant) -> date:
    return grant.local_today  # type: ignore[attr-defined]  # annotated by to_renew


def _sunday(grant: CallButtonGrant) -> date:
    today = _local_today(grant)
    return today + timedelta(days=6 - today.weekday())


def ends_of_week(*, user: User, limit: int) -> tuple[list[EndOfWeek], bool]:
    """« Fins de mesure de la semaine » in my scope, by last useful day, with who is on duty then; and whether some
    may be missing.
    """
    grants = CallButtonGrant.objects.visible_to(user, VIEW_CALL_BUTTON).for_list()
    found, more = _ends_of_week(grants, limit)
    on_that_day = [(grant.departement, max(day, _local_today(grant))) for grant, day in found]
    duty = on_duty(on_that_day, (Role.DECIDER, Role.INSTRUCTOR))
    ends = [
        EndOfWeek(grant, day, (day - _local_today(grant)).days, duty[key])
        for (grant, day), key in zip(found, on_that_day, strict=True)
    ]
    return ends, more


def ends_of_week_behind_glass(*, user: User, limit: int) -> tuple[list[CallButtonGrant], bool]:
    """The same that only a restriction hides from me: a term and a reference, no name."""
    grants = CallButtonGrant.objects.behind_glass_for(user, VIEW_CALL_BUTTON).select_related("case")
    found, more = _ends_of_week(grants, limit)
    return [grant for grant, _ in found], more


def pressing_among(grants: list[CallButtonGrant]) -> list[CallButtonGrant]:
    """Those of `grants` (from `to_renew`) whose last useful day is today or past. One query for their closed days."""
    prefetch_related_objects(grants, "departement__closed_days")
    return [grant for grant in grants if grant.last_useful_day <= _local_today(grant)]


def reminders_of(grant: CallButtonGrant) -> list[CallButtonReminder]:
    reminders = grant.reminders.select_related("acknowledgement__user").prefetch_related("sendings__message")
    return list(reminders.order_by("due_on", "pk"))


def unanswered_reminders(*, grants: Iterable[UUID], audiences: Collection[Audience]) -> list[CallButtonReminder]:
    """The reminders of these grants that wait for an answer of one of `audiences`, the oldest first."""
    waiting = CallButtonReminder.objects.filter(grant__in=list(grants), audience__in=list(audiences))
    return list(waiting.filter(acknowledgement__isnull=True).order_by("due_on", "pk"))


def audiences_of(*, user: User, row: CallButtonRequest | None = None) -> list[Audience]:
    """As whom `user` answers reminders: over a request, or anywhere."""
    if row is None:
        return [audience for audience, needed in ACKNOWLEDGE_AS.items() if has_permission(user, needed)]
    return [audience for audience, needed in ACKNOWLEDGE_AS.items() if posting_over(user, needed, row) is not None]


def grant_to_follow(case: Case) -> CallButtonGrant | None:
    """The grant that a request made now renews: the prefecture's latest one for the person, without a renewal yet.

    One whose renewal was refused counts while it still protects: a new request then follows its end.
    """
    today = clock.today(case.departement.time_zone)
    grants = CallButtonGrant.objects.filter(
        official_id=case.official_id, departement_id=case.departement_id, renewal__isnull=True
    )
    latest = grants.order_by(PeriodEnd("period").desc()).first()
    if latest is None or latest.is_in_force(today) or latest.first_day > today:
        return latest
    return grants.filter(pk=latest.pk).without_decided_follow_up().first()


def open_matters_of(case: Case) -> str:
    """What still runs in a file, in words; empty when nothing does."""
    if case.call_button_requests.pending().exists():
        return "une demande de bouton d'appel attend une décision"
    today = clock.today(case.departement.time_zone)
    grant = case.call_button_grants.filter(period__endswith__gt=today).order_by(PeriodEnd("period").desc()).first()
    if grant is not None:
        return f"un bouton d'appel protège cette personne jusqu'au {grant.last_day:%d/%m/%Y}"
    if CallButtonHandover.objects.open().filter(grant__case=case).exists():
        return "l'appareil du bouton d'appel n'est pas rendu"
    return ""


def protection_of(*, user: User, case: Case) -> tuple[CallButtonGrant, date] | None:
    """The protection of the person of a file that matters now, and its last day without a gap, renewals included.

    The one in force, or else the next to come, or else the last that ended. One query.
    """
    grants = CallButtonGrant.objects.visible_to(user, VIEW_CALL_BUTTON).filter(
        official_id=case.official_id, departement_id=case.departement_id
    )
    latest = list(grants.with_follow_up().with_suspension().order_by(PeriodEnd("period").desc(), "pk")[:12])
    if not latest:
        return None
    today = clock.today(case.departement.time_zone)
    live = [grant for grant in reversed(latest) if grant.period.upper > today]
    if not live:
        return latest[0], latest[0].last_day
    last_day = live[0].last_day
    for following in live[1:]:
        if following.first_day != last_day + timedelta(days=1):
            break
        last_day = following.last_day
    return live[0], last_day
