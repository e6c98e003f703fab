"""What a supervisor reads of his centre: searches, alerts, consultations to confirm, and their counts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import TruncDate

from accounts.enums import Role, ScopeKind
from accounts.models import Posting, User
from accounts.selectors import departements_under
from alarm_registry.enums import LookupKind
from alarm_registry.models import Lookup, LookupAlert, LookupSample
from alarm_registry.permissions import SUPERVISE
from core import clock
from territories.models import Departement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from alarm_registry.models.lookup import AlertQuerySet, CentreQuerySet, SampleQuerySet

DAYS_COUNTED = 7
AROUND_AN_ALERT = timedelta(hours=1)


def centres_of(user: User) -> list[Departement]:
    """The centres that a person supervises now, by code."""
    return departements_under(user, SUPERVISE)


def searches_of(*, user: User) -> CentreQuerySet:
    return Lookup.objects.visible_to(user, SUPERVISE).select_related("operator", "commune", "shown__official")


def narrowed(searches: CentreQuerySet, wanted: Mapping[str, Any]) -> CentreQuerySet:
    """By operator, kind, without result, sent during a pause, by the software of the centre."""
    if wanted["operator"]:
        searches = searches.filter(operator=wanted["operator"])
    if wanted["kind"]:
        searches = searches.filter(kind=wanted["kind"])
    if wanted["missed"]:
        searches = searches.filter(found=0)
    if wanted["forced"]:
        searches = searches.filter(is_forced=True)
    if wanted["through_api"]:
        searches = searches.filter(through_api=True)
    return searches


def operators_of(centre: Departement) -> QuerySet[User]:
    """Those who work or worked at a centre, by name."""
    held = Posting.objects.filter(user=OuterRef("pk"), role=Role.OPERATOR_17, departement=centre)
    return User.objects.filter(Exists(held)).order_by("last_name", "first_name", "pk")


def alerts_of(*, user: User) -> AlertQuerySet:
    alerts = LookupAlert.objects.visible_to(user, SUPERVISE)
    return alerts.select_related("operator", "departement", "seen_by").order_by("-raised_at", "pk")


def samples_of(*, user: User) -> SampleQuerySet:
    samples = LookupSample.objects.visible_to(user, SUPERVISE)
    return samples.select_related(
        "departement", "lookup__operator", "lookup__commune", "lookup__shown__official", "reviewed_by"
    ).order_by("-month", "rank")


def searches_about(alert: LookupAlert, *, user: User) -> CentreQuerySet:
    """What led to an alert: the searches of that person, from an hour before it was raised to the last one told."""
    searches = searches_of(user=user).filter(departement=alert.departement_id)
    by = Q(operator=alert.operator_id) if alert.operator_id else Q(operator=None, asked_by=alert.asked_by)
    return searches.filter(by, at__gte=alert.raised_at - AROUND_AN_ALERT, at__lte=alert.last_at + AROUND_AN_ALERT)


@dataclass
class OperatorCount:
    """What one person, or the software of the centre, searched lately."""

    name: str
    by_day: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    missed: int = 0
    opened: int = 0
    forced: int = 0

    @property
    def searches(self) -> int:
        return sum(self.by_day.values())


@dataclass(frozen=True)
class Counts:
    days: Sequence[date]
    # Each person with his searches of each day.
    rows: Sequence[tuple[OperatorCount, Sequence[tuple[date, int]]]]


def counts_of(centre: Departement, *, user: User) -> Counts:
    """Searches by person and local day of the centre, over a week. One query."""
    today = clock.today(centre.time_zone)
    days = [today - timedelta(days=back) for back in range(DAYS_COUNTED - 1, -1, -1)]
    first = datetime(days[0].year, days[0].month, days[0].day, tzinfo=centre.zone)
    searched = ~Q(kind=LookupKind.OPENING)
    found = (
        Lookup.objects.visible_to(user, SUPERVISE)
        .filter(departement=centre, at__gte=first)
        .annotate(day=TruncDate("at", tzinfo=centre.zone))
        .order_by()
        .values("operator_id", "asked_by", "through_api", "day")
        .annotate(
            searches=Count("pk", filter=searched),
            missed=Count("pk", filter=searched & Q(found=0)),
            opened=Count("shown"),
            forced=Count("pk", filter=Q(is_forced=True)),
        )
    )
    people: dict[object, OperatorCount] = {}
    for row in found:
        # One person under two names, after a marriage, is one line.
        who = people.setdefault(row["operator_id"] or row["asked_by"], OperatorCount(row["asked_by"]))
        who.by_day[row["day"]] += row["searches"]
        who.missed += row["missed"]
        who.opened += row["opened"]
        who.forced += row["forced"]
    ordered = sorted(people.values(), key=lambda one: (-one.searches, one.name))
    return Counts(days, [(one, [(day, one.by_day[day]) for day in days]) for one in ordered])


@dataclass(frozen=True)
class Unwatched:
    """A centre where something waits for a supervisor, and nobody is one."""

    centre: Departement
    alerts: int
    samples: int


def unwatched_centres() -> list[Unwatched]:
    """Centres whose alerts or samples nobody can answer today: counts alone, for who can name a supervisor."""
    watched = set(
        Posting.objects.active()
        .filter(role=Role.SUPERVISOR_17, scope=ScopeKind.DEPARTEMENT, user__is_active=True)
        .values_list("departement_id", flat=True)
    )
    alerts = dict(LookupAlert.objects.open().order_by().values_list("departement_id").annotate(number=Count("pk")))
    samples = dict(LookupSample.objects.waiting().order_by().values_list("departement_id").annotate(number=Count("pk")))
    codes = (alerts.keys() | samples.keys()) - watched
    centres = Departement.objects.filter(pk__in=codes).order_by(F("name"), "pk")
    return [Unwatched(centre, alerts.get(centre.pk, 0), samples.get(centre.pk, 0)) for centre in centres]
