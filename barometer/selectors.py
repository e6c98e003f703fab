"""Figures of a month: counted on the facts, or read from what was frozen. Both come in the same shape."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, DateField, F, FilteredRelation, Max, Min, Q, Sum, Value, When
from django.db.models.functions import Coalesce, TruncMonth

from barometer.definitions import UNIT, VERSION, definitions_text
from barometer.enums import PROTECTED, Dimension, Timeliness
from barometer.models import FigureRevision, FrozenFigure, FrozenMonth
from barometer.months import limits, month_of
from cases.enums import FAMILY_OF_NATURE, EvaluationState, Nature, NatureFamily
from cases.models import Threat
from core.clock import PARIS
from core.small_cells import TooFewToShow, hidden_keys
from officials.enums import MandateKind
from territories.models import Departement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date, datetime

UNKNOWN = "none"
UNKNOWN_LABEL = "non renseigné"
# Lists short enough to show their zeros; elsewhere a line exists once a fact does.
CLOSED_LISTS: dict[Dimension, Any] = {
    Dimension.NATURE_FAMILY: NatureFamily,
    Dimension.NATURE: Nature,
    Dimension.EVALUATION: Timeliness,
}
_DEPARTEMENT_COLUMNS = {
    Dimension.FACT_DEPARTEMENT: "fact_departement_id",
    Dimension.MANDATE_DEPARTEMENT: "mandate_departement_id",
    Dimension.RECORDING_DEPARTEMENT: "recorded_departement_id",
}


@dataclass(frozen=True)
class Figure:
    dimension: str
    key: str
    label: str
    value: int


@dataclass(frozen=True)
class MonthFigures:
    """Everything the barometer says of a month. `frozen` is None while the figures are provisional."""

    month: date
    cut_off: datetime
    total: int
    figures: tuple[Figure, ...]
    unit: str = UNIT
    definition_version: int = VERSION
    definitions: str = ""
    frozen: FrozenMonth | None = None

    def of(self, dimension: Dimension) -> list[Figure]:
        return [figure for figure in self.figures if figure.dimension == dimension]

    def value(self, dimension: Dimension, key: str) -> int:
        return next((figure.value for figure in self.of(dimension) if figure.key == key), 0)

    @property
    def in_time(self) -> int:
        return self.value(Dimension.EVALUATION, Timeliness.IN_TIME)

    @property
    def sha256(self) -> str:
        """Fingerprint of the figures in one canonical form, which the database computes too (migration 0002)."""
        lines = [f"{self.month:%Y-%m-%d}|{self.definition_version}|{self.total}"]
        ordered = sorted(self.figures, key=lambda figure: (figure.dimension.encode(), figure.key.encode()))
        lines += [f"{figure.dimension}|{figure.key}|{figure.label}|{figure.value}" for figure in ordered]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def live_figures(month: date, *, at: datetime) -> MonthFigures:
    """Count the facts of `month` as they are now; `at` says which evaluations were due.

    One GROUP BY at the finest grain, so one snapshot: every breakdown adds up to the same total.
    """
    counters: dict[Dimension, Counter[str]] = {dimension: Counter() for dimension in Dimension}
    for row in _grouped(month, at):
        for dimension, key in _keys(row).items():
            counters[dimension][key] += row["facts"]
    labels = _labels(counters)
    figures = tuple(
        Figure(dimension.value, key, labels[dimension].get(key, UNKNOWN_LABEL), counters[dimension][key])
        for dimension in Dimension
        for key in _ordered_keys(dimension, counters[dimension])
    )
    total = counters[Dimension.NATURE].total()
    return MonthFigures(month, at, total, figures, definitions=definitions_text())


def _grouped(month: date, at: datetime) -> Iterable[dict[str, Any]]:
    start, end = limits(month)
    sent = ~Q(first__state=EvaluationState.TODO)
    timeliness = Case(
        When(first__id__isnull=True, then=Value(Timeliness.MISSING)),
        When(sent & Q(first__submitted_at__lte=F("first__due_at")), then=Value(Timeliness.IN_TIME)),
        When(sent, then=Value(Timeliness.LATE)),
        When(first__due_at__lt=at, then=Value(Timeliness.OVERDUE)),
        default=Value(Timeliness.NOT_DUE),
    )
    return (
        Threat.objects.filter(logged_at__gte=start, logged_at__lt=end, duplicate_of=None)
        .annotate(first=FilteredRelation("evaluations", condition=Q(evaluations__number=1)), timeliness=timeliness)
        .order_by()
        .values("nature", "mandate__kind", "timeliness", *_DEPARTEMENT_COLUMNS.values())
        .annotate(facts=Count("pk"))
    )


def _keys(row: Mapping[str, Any]) -> dict[Dimension, str]:
    """The line of each breakdown in which the facts of this group count."""
    return {
        Dimension.NATURE_FAMILY: FAMILY_OF_NATURE[row["nature"]].value,
        Dimension.NATURE: row["nature"],
        Dimension.MANDATE: row["mandate__kind"] or UNKNOWN,
        Dimension.EVALUATION: row["timeliness"],
        **{dimension: row[column] or UNKNOWN for dimension, column in _DEPARTEMENT_COLUMNS.items()},
    }


def _ordered_keys(dimension: Dimension, counter: Counter[str]) -> list[str]:
    return list(CLOSED_LISTS[dimension].values) if dimension in CLOSED_LISTS else sorted(counter)


def _labels(counters: Mapping[Dimension, Counter[str]]) -> dict[Dimension, dict[str, str]]:
    codes = {code for dimension in _DEPARTEMENT_COLUMNS for code in counters[dimension]}
    departements = {departement.pk: str(departement) for departement in Departement.objects.filter(pk__in=codes)}
    mandates = {kind.value: str(kind.label) for kind in MandateKind}
    return {
        Dimension.MANDATE: mandates,
        **dict.fromkeys(_DEPARTEMENT_COLUMNS, departements),
        **{dimension: {item.value: str(item.label) for item in choices} for dimension, choices in CLOSED_LISTS.items()},
    }


def live_totals(months: Collection[date]) -> dict[date, int]:
    """How many facts of each of `months` are in the portal now."""
    if not months:
        return {}
    counted = (
        Threat.objects.filter(logged_at__gte=limits(min(months))[0], logged_at__lt=limits(max(months))[1])
        .filter(duplicate_of=None)
        .order_by()
        .annotate(month=TruncMonth("logged_at", output_field=DateField(), tzinfo=PARIS))
        .values_list("month")
        .annotate(facts=Count("pk"))
    )
    found = dict(counted)
    return {month: found.get(month, 0) for month in months}


def frozen_figures(month: date) -> MonthFigures | None:
    """What was frozen for `month`, or None."""
    frozen = FrozenMonth.objects.filter(month=month).first()
    if frozen is None:
        return None
    rows = {(figure.dimension, figure.key): figure for figure in frozen.figures.all()}
    figures = tuple(
        Figure(row.dimension, row.key, row.label, row.value)
        for dimension in Dimension
        for row in _stored(rows, dimension)
    )
    return MonthFigures(
        month,
        frozen.cut_off,
        frozen.total,
        figures,
        unit=frozen.unit,
        definition_version=frozen.definition_version,
        definitions=frozen.definitions,
        frozen=frozen,
    )


def _stored(rows: Mapping[tuple[str, str], FrozenFigure], dimension: Dimension) -> list[FrozenFigure]:
    """Figures of one breakdown in the order of its closed list, if it has one."""
    found = {key: row for (name, key), row in rows.items() if name == dimension}
    known = [key for key in _ordered_keys(dimension, Counter(found.keys())) if key in found]
    return [found[key] for key in (*known, *sorted(found.keys() - set(known)))]


def revisions_of(frozen: FrozenMonth) -> list[FigureRevision]:
    """Why the live count of a frozen month differs, the oldest first."""
    return list(frozen.revisions.order_by("at", "pk"))


def first_month() -> date | None:
    """Month of the first fact ever logged; None when there is none."""
    first = Threat.objects.order_by("logged_at").values_list("logged_at", flat=True).first()
    return month_of(first) if first else None


def frozen_months_of(year: int) -> list[FrozenMonth]:
    """Months frozen in `year`, the latest first, each with `in_time`, its evaluations sent in time."""
    in_time = Sum("figures__value", filter=Q(figures__dimension=Dimension.EVALUATION, figures__key=Timeliness.IN_TIME))
    return list(
        FrozenMonth.objects.filter(month__year=year).annotate(in_time=Coalesce(in_time, Value(0))).order_by("-month")
    )


def frozen_month_names() -> set[date]:
    return set(FrozenMonth.objects.values_list("month", flat=True))


def known_months(current: date) -> tuple[date, date]:
    """First and last month that the barometer can show, `current` included."""
    frozen = FrozenMonth.objects.aggregate(first=Min("month"), last=Max("month"))
    first = min(month for month in (frozen["first"], first_month(), current) if month)
    # After the demonstration's date went back, months ahead of it are already frozen.
    return first, max(month for month in (frozen["last"], current) if month)


def shown_rows(figures: MonthFigures, dimension: Dimension) -> list[tuple[str, int | None]] | None:
    """Lines of a breakdown as anybody may read them: a value of None is a hidden count.

    None when the whole breakdown is withheld, because so few facts would be told by the total.
    """
    lines = figures.of(dimension)
    if dimension not in PROTECTED:
        return [(line.label, line.value) for line in lines]
    try:
        hidden = hidden_keys({line.key: line.value for line in lines})
    except TooFewToShow:
        return None
    # Hidden lines come last by name: their rank would tell their size.
    shown = sorted((line for line in lines if line.key not in hidden), key=lambda line: (-line.value, line.label))
    masked = sorted((line for line in lines if line.key in hidden), key=lambda line: line.label)
    return [(line.label, line.value) for line in shown] + [(line.label, None) for line in masked]
