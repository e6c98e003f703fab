"""Months of the barometer: named by their first day, bounded at midnight in Paris."""

from __future__ import annotations

from datetime import date, datetime, time

from core.clock import PARIS

NAMES = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip


def month_of(moment: datetime) -> date:
    """First day of the month in which `moment` falls, in Paris."""
    return moment.astimezone(PARIS).date().replace(day=1)


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def limits(month: date) -> tuple[datetime, datetime]:
    """First moment of the month and of the next one."""
    start, end = (datetime.combine(day, time(), PARIS) for day in (month, next_month(month)))
    return start, end


def months_between(first: date, end: date) -> list[date]:
    """Months from `first` up to `end` excluded."""
    months = []
    while first < end:
        months.append(first)
        first = next_month(first)
    return months


def month_words(month: date) -> str:
    return f"{NAMES[month.month - 1]} {month.year}"


def of_month_words(month: date) -> str:
    """« d'avril 2026 », « de mai 2026 »."""
    words = month_words(month)
    return f"d'{words}" if words[0] in "ao" else f"de {words}"
