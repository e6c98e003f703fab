"""Instructions of vigilance as units read them, and the report, computed from the rows whatever job has run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from django.db.models import Max

from cases.models import VigilancePassage, VigilanceUnit
from cases.permissions import SEE_VIGILANCE
from core import clock

if TYPE_CHECKING:
    from accounts.models import Unit, User
    from cases.models import VigilanceOrder

MOST = 100


def my_instructions(*, user: User) -> list[VigilanceUnit]:
    """Instructions addressed to my unit that run or will, the first to end first, with my unit's last passage."""
    rows = VigilanceUnit.objects.visible_to(user, SEE_VIGILANCE).current(clock.now())
    rows = rows.select_related("order__commune", "order__measure", "unit", "acknowledged_by")
    return list(rows.annotate(last_passage=Max("passages__at")).order_by("order__ends_at", "unit__name", "pk")[:MOST])


@dataclass(frozen=True)
class UnitReport:
    unit: Unit
    acknowledged_at: datetime | None
    by_day: list[tuple[date, int]]
    total: int
    days_without: int
    noted: list[tuple[datetime, str]]


@dataclass(frozen=True)
class VigilanceReport:
    """What was done during an instruction, until now or until its end."""

    units: list[UnitReport]
    total: int
    silent: list[Unit]
    longest_gap: timedelta
    is_over: bool

    @property
    def sentence(self) -> str:
        words = f"{self.total} passage" + ("s" if self.total > 1 else "")
        if self.silent:
            names = ", ".join(str(unit) for unit in self.silent)
            words += f" ; n'ont pas accusé réception : {names}"
        return words


def vigilance_report(order: VigilanceOrder) -> VigilanceReport:
    """Passages by unit and by local day, days and hours without any, units that never acknowledged. Two queries."""
    now = clock.now()
    until = min(order.ends_at, now)
    rows = list(order.addressed.select_related("unit").order_by("unit__name", "pk"))
    passages = list(VigilancePassage.objects.filter(addressed__in=rows).order_by("at", "pk"))
    days = _days(order, until)
    return VigilanceReport(
        units=[_of_unit(order, row, [p for p in passages if p.addressed_id == row.pk], days) for row in rows],
        total=len(passages),
        silent=[row.unit for row in rows if row.acknowledged_at is None],
        longest_gap=_longest_gap(order.starts_at, until, [passage.at for passage in passages]),
        is_over=order.ends_at <= now,
    )


def _of_unit(
    order: VigilanceOrder, row: VigilanceUnit, passages: list[VigilancePassage], days: list[date]
) -> UnitReport:
    counts = Counter(passage.at.astimezone(order.local_zone).date() for passage in passages)
    return UnitReport(
        unit=row.unit,
        acknowledged_at=row.acknowledged_at,
        by_day=[(day, counts[day]) for day in days],
        total=len(passages),
        days_without=sum(counts[day] == 0 for day in days),
        noted=[(passage.at, passage.note) for passage in passages if passage.note],
    )


def _days(order: VigilanceOrder, until: datetime) -> list[date]:
    """Local days touched by the instruction so far."""
    if until <= order.starts_at:
        return []
    first = order.starts_at.astimezone(order.local_zone).date()
    last = (until - timedelta(microseconds=1)).astimezone(order.local_zone).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _longest_gap(start: datetime, until: datetime, moments: list[datetime]) -> timedelta:
    edges = [start, *[moment for moment in moments if start <= moment <= until], max(until, start)]
    return max(after - before for before, after in pairwise(edges))
