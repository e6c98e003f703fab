"""« Contrôle de nuit »: what the database cannot forbid, read at the moment the page opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import DateField, Exists, F, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.urls import reverse

from accounts.enums import Role, ScopeKind
from accounts.models import Posting
from cases.enums import MeasureState
from cases.models import Case, ProtectiveMeasure, VigilanceUnit
from cases.permissions import FOLLOW_MEASURE, SEE_NIGHT_CHECK
from core import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import Model, QuerySet

    from accounts.models import User
    from cases.models.measure import ProtectiveMeasureQuerySet

MOST = 100
DAYS_TO_EXECUTE = 7
ACKNOWLEDGE_WITHIN = timedelta(hours=4)


@dataclass(frozen=True)
class Finding:
    """One thing that somebody must put right. `key` names it: the same tomorrow if nothing was done."""

    key: str
    case: Case
    what: str
    path: str


@dataclass(frozen=True)
class FindingGroup:
    title: str
    findings: list[Finding]
    is_cut: bool


def night_check(*, user: User | None = None, limit: int = MOST) -> list[FindingGroup]:
    """Every finding in the scope of `user`; of the whole country for the job, which has none. Five queries."""
    return [
        _group(
            "owner",
            "Mesures dont le responsable n'est plus en fonction sur le dossier",
            _orphans(),
            _measure,
            user,
            limit,
        ),
        _group("past", "Mesures dont la prochaine date est passée", _past(), _measure, user, limit),
        _group("undone", "Mesures décidées, non exécutées", _not_executed(), _measure, user, limit),
        _group("silent", "Vigilances sans accusé de réception", _silent(), _unit, user, limit),
        _group("unheld", "Dossiers sans référent en fonction dans l'unité", _unheld(), _case, user, limit),
    ]


def _group(
    code: str, title: str, rows: QuerySet, make: Callable[[str, Model], Finding], user: User | None, limit: int
) -> FindingGroup:
    if user is not None:
        visible = rows.model.objects.visible_to(user, SEE_NIGHT_CHECK)
        if rows.model is VigilanceUnit:
            # Through the file: who is addressed elsewhere sees the instruction, not this page of the file.
            cases = Case.objects.visible_to(user, SEE_NIGHT_CHECK)
            visible = VigilanceUnit.objects.filter(order__measure__case__in=cases)
        rows = rows.filter(pk__in=visible.values("pk"))
    found = list(rows[: limit + 1])
    return FindingGroup(title, [make(code, row) for row in found[:limit]], is_cut=len(found) > limit)


def _live() -> ProtectiveMeasureQuerySet:
    related = ProtectiveMeasure.objects.live().select_related("case__unit", "case__departement", "owner")
    return related.order_by("review_on", "pk")


def _held(roles: Iterable[Role], unit: str, departement: str) -> QuerySet[Posting]:
    """Postings of today over the row outside; « today » where the posting is, near enough: the day of Paris."""
    over = Q(unit=OuterRef(unit)) | Q(departement=OuterRef(departement), scope=ScopeKind.DEPARTEMENT)
    held = Posting.objects.active_on(clock.today(clock.PARIS)).with_roles(roles)
    return held.filter(over, user__is_active=True)


def _orphans() -> QuerySet:
    held = _held(FOLLOW_MEASURE.roles, "case__unit_id", "case__departement_id").filter(user=OuterRef("owner_id"))
    return _live().filter(~Exists(held))


# The local day of the file, in SQL: a measure of La Réunion is late four hours before one of Paris.
LOCAL_TODAY = """(%s AT TIME ZONE (SELECT d.time_zone FROM cases_case c JOIN territories_departement d
    ON d.code = c.departement_id WHERE c.id = cases_protectivemeasure.case_id))::date"""


def _local_today() -> RawSQL:
    return RawSQL(LOCAL_TODAY, [clock.now()], output_field=DateField())  # noqa: S611 -- a constant


def _past() -> QuerySet:
    measures = _live().with_next_date().annotate(local_today=_local_today())
    # `next_on` is a review day, still good that day, or the first day without the measure.
    late = Q(review_on__lt=F("local_today")) | Q(period__endswith__lte=F("local_today"))
    return measures.filter(late)


def _not_executed() -> QuerySet:
    old = clock.now() - timedelta(days=DAYS_TO_EXECUTE)
    return _live().filter(state=MeasureState.DECIDED, decided_at__lt=old)


def _silent() -> QuerySet:
    now = clock.now()
    rows = VigilanceUnit.objects.unacknowledged().current(now)
    rows = rows.filter(order__given_at__lt=now - ACKNOWLEDGE_WITHIN)
    return rows.select_related("unit", "order__measure__case__unit", "order__measure__case__departement").order_by(
        "order__given_at", "pk"
    )


def _unheld() -> QuerySet:
    held = _held([Role.REFERENT], "unit_id", "departement_id").filter(scope=ScopeKind.UNIT)
    return Case.objects.open().filter(~Exists(held)).select_related("unit", "departement").order_by("opened_at", "pk")


def _measure(code: str, row: Model) -> Finding:
    assert isinstance(row, ProtectiveMeasure)  # noqa: S101  # the groups above pair each query with its maker
    day: date | None = row.next_day
    words = f"{row.get_kind_display()}, responsable : {row.owner}"
    words += f", prochaine date : {day:%d/%m/%Y}" if day else ""
    path = reverse("cases:measure", args=[row.case.reference, row.pk])
    return Finding(f"{code}:{row.pk}", row.case, words, path)


def _unit(code: str, row: Model) -> Finding:
    assert isinstance(row, VigilanceUnit)  # noqa: S101
    measure = row.order.measure
    path = reverse("cases:measure", args=[measure.case.reference, measure.pk])
    return Finding(f"{code}:{row.pk}", measure.case, f"{measure.get_kind_display()}, {row.unit}", path)


def _case(code: str, row: Model) -> Finding:
    assert isinstance(row, Case)  # noqa: S101
    return Finding(f"{code}:{row.pk}", row, str(row.unit), reverse("cases:detail", args=[row.reference]))
