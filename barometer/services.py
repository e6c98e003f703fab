from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from barometer.models import FigureRevision, FrozenFigure, FrozenMonth
from barometer.months import limits, month_of, months_between
from barometer.selectors import first_month, frozen_month_names, live_figures
from core import clock
from core.journal import SYSTEM, record_act

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

# A fact stamped in the last second of the month may still be on its way to the database.
SETTLING_TIME = timedelta(minutes=2)


class MonthNotOver(Exception):
    """The figures of a month are frozen once it is over."""


def freeze_month(*, month: date) -> tuple[FrozenMonth, bool]:
    """Freeze the figures of `month` as they are now. Returns the frozen month, and whether this call froze it.

    Raises MonthNotOver until the month has ended, in Paris.
    """
    now = clock.now()
    if now < limits(month)[1] + SETTLING_TIME:
        raise MonthNotOver("Les chiffres d'un mois se gèlent quand il est terminé.")
    already = FrozenMonth.objects.filter(month=month)
    if (frozen := already.first()) is not None:
        return frozen, False
    try:
        with transaction.atomic():
            return _freeze(month), True
    except IntegrityError:
        # Another process was freezing the same month; its row was waited for.
        if (frozen := already.first()) is not None:
            return frozen, False
        raise


def _freeze(month: date) -> FrozenMonth:
    figures = live_figures(month, at=clock.now())
    frozen = FrozenMonth.objects.create(
        month=month,
        definition_version=figures.definition_version,
        unit=figures.unit,
        definitions=figures.definitions,
        cut_off=figures.cut_off,
        frozen_at=clock.now(),
        total=figures.total,
        sha256=figures.sha256,
    )
    FrozenFigure.objects.bulk_create(
        FrozenFigure(month=frozen, dimension=line.dimension, key=line.key, label=line.label, value=line.value)
        for line in figures.figures
    )
    record_act(
        actor=SYSTEM,
        object_type="barometer.frozenmonth",
        object_id=str(frozen.pk),
        object_label=str(frozen),
        reason="chiffres du mois gelés",
        details={
            "month": f"{month:%Y-%m}",
            "total": frozen.total,
            "definition_version": frozen.definition_version,
            "sha256": frozen.sha256,
        },
    )
    return frozen


def freeze_past_months() -> list[FrozenMonth]:
    """Freeze each month that is over, since the first fact, and is not frozen yet. Returns those frozen now."""
    first = first_month()
    if first is None:
        return []
    current = month_of(clock.now() - SETTLING_TIME)
    done = frozen_month_names()
    results = [freeze_month(month=month) for month in months_between(first, current) if month not in done]
    return [frozen for frozen, is_new in results if is_new]


def revise_months(*, logged: Iterable[datetime], sign: int, reason: str, source: str) -> list[FigureRevision]:
    """Write, for each frozen month, how many of the facts logged at these moments count no more, or again.

    Joins the caller's transaction. A month that is not frozen yet has nothing to revise: it will count them right.
    """
    counted = Counter(month_of(moment) for moment in logged)
    frozen = FrozenMonth.objects.filter(month__in=counted)
    now = clock.now()
    return FigureRevision.objects.bulk_create(
        FigureRevision(month=row, at=now, change=sign * counted[row.month], reason=reason, source=source)
        for row in frozen.order_by("month")
    )
