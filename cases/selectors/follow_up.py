"""« Menaces évaluées dans les délais / enregistrées », the oldest one without evaluation, files that cannot be closed.

The clock is that of the barometer: the first evaluation of the threat was sent to the hierarchy before its term.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, FilteredRelation, Min, Q

from accounts.models import Unit
from cases.enums import CaseState, EvaluationState
from cases.models import Case, Evaluation, Threat
from cases.permissions import FOLLOW_EVALUATIONS
from core import clock
from territories.models import Departement

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

SENT = ~Q(first__state=EvaluationState.TODO)
IN_TIME = SENT & Q(first__submitted_at__lte=F("first__due_at"))


@dataclass
class FollowUp:
    """Figures of one place. `oldest` is when the oldest threat still without a validated evaluation was logged."""

    label: str
    code: str = ""
    logged: int = 0
    in_time: int = 0
    late: int = 0
    waiting: int = 0
    blocked: int = 0
    oldest: datetime | None = None

    @property
    def rate(self) -> str:
        """Of those whose answer is known: a threat whose term has not come counts neither way."""
        judged = self.in_time + self.late
        return f"{100 * self.in_time / judged:.0f} %" if judged else "sans objet"

    def add(self, other: FollowUp) -> None:
        self.logged += other.logged
        self.in_time += other.in_time
        self.late += other.late
        self.waiting += other.waiting
        self.blocked += other.blocked
        if other.oldest and (self.oldest is None or other.oldest < self.oldest):
            self.oldest = other.oldest


def evaluation_follow_up(
    *, user: User, start: datetime, end: datetime, departement: str = "", by_unit: bool = False
) -> tuple[FollowUp, list[FollowUp]]:
    """The whole scope of `user` and its places, the latest ones first: départements, or units. Four queries."""
    place = "case__unit_id" if by_unit or departement else "case__departement_id"
    cases = Case.objects.visible_to(user, FOLLOW_EVALUATIONS)
    unfinished = Evaluation.objects.visible_to(user, FOLLOW_EVALUATIONS).unfinished()
    if departement:
        cases = cases.filter(departement_id=departement)
        unfinished = unfinished.filter(case__departement_id=departement)
    found: dict[str, FollowUp] = {}
    threats = Threat.objects.filter(
        case__in=cases.order_by(), duplicate_of__isnull=True, logged_at__gte=start, logged_at__lt=end
    )
    for row in _counted(threats, place):
        key = str(row.pop(place))
        found[key] = FollowUp("", key, **row)
    open_only = Q(case__state=CaseState.OPEN)
    waiting = unfinished.order_by().values(place)
    for row in waiting.annotate(
        oldest=Min("threat__logged_at"), blocked=Count("case", distinct=True, filter=open_only)
    ):
        line = found.setdefault(str(row[place]), FollowUp("", str(row[place])))
        line.oldest, line.blocked = row["oldest"], row["blocked"]
    _name(found, units=place == "case__unit_id")
    total = FollowUp("Ensemble")
    for line in found.values():
        total.add(line)
    return total, sorted(found.values(), key=lambda line: (-line.late, -line.blocked, line.label))


def _counted(threats, *places: str):  # type: ignore[no-untyped-def]  # an annotated queryset of dictionaries
    now = clock.now()
    overdue = (Q(first__state=EvaluationState.TODO) & Q(first__due_at__lt=now)) | Q(first__id__isnull=True)
    first = FilteredRelation("evaluations", condition=Q(evaluations__number=1))
    rows = threats.annotate(first=first).order_by().values(*places)
    return rows.annotate(
        logged=Count("pk"),
        in_time=Count("pk", filter=IN_TIME),
        late=Count("pk", filter=(SENT & Q(first__submitted_at__gt=F("first__due_at"))) | overdue),
        waiting=Count("pk", filter=Q(first__state=EvaluationState.TODO) & Q(first__due_at__gte=now)),
    )


def _name(found: dict[str, FollowUp], *, units: bool) -> None:
    if units:
        names = {str(unit.pk): unit.name for unit in Unit.objects.filter(pk__in=list(found)).only("name")}
    else:
        names = {row.pk: str(row) for row in Departement.objects.filter(pk__in=list(found))}
    for key, line in found.items():
        line.label = names.get(key, key)


def recent_rate(*, user: User, start: datetime, end: datetime) -> FollowUp:
    """The same figures in one line, for a home page: one query."""
    cases = Case.objects.visible_to(user, FOLLOW_EVALUATIONS)
    threats = Threat.objects.filter(
        case__in=cases.order_by(), duplicate_of__isnull=True, logged_at__gte=start, logged_at__lt=end
    )
    line = FollowUp("")
    for row in _counted(threats, "case__departement_id"):
        line.add(FollowUp("", row.pop("case__departement_id"), **row))
    return line
