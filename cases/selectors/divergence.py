"""Computed against signed levels of the validated evaluations. One query for the levels, one for the answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count

from accounts.models import Unit
from cases.enums import Level
from cases.models import Evaluation, GridQuestion
from cases.permissions import READ_DIVERGENCE
from core.small_cells import THRESHOLD, hidden_cells
from territories.models import Departement

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from accounts.models import User
    from cases.models.evaluation import EvaluationQuerySet

SIDES = ("lowered", "same", "raised")
HIDDEN = None
# How often a « oui » goes with a signed level below, equal to, or above the computed one.
BY_ANSWER = """
SELECT a.key, sign(e.signed_level - e.computed_level)::int, count(*)
FROM ({evaluations}) e, jsonb_each_text(e.answers) a
WHERE a.value = 'yes' GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Line:
    """A line of a table of departures; None is a hidden count."""

    label: str
    total: int | None
    lowered: int | None
    same: int | None
    raised: int | None

    @property
    def share(self) -> str:
        if self.total is None or self.lowered is None or self.raised is None or not self.total:
            return "masqué"
        return f"{100 * (self.lowered + self.raised) / self.total:.0f} %"


@dataclass
class Divergence:
    evaluations: int = 0
    summary_lines: list[Line] = field(default_factory=list)
    matrix: list[tuple[str, list[int | None]]] = field(default_factory=list)
    places: list[Line] = field(default_factory=list)
    grids: list[Line] = field(default_factory=list)
    red_factors: list[Line] = field(default_factory=list)
    questions: list[Line] = field(default_factory=list)


def divergence(*, user: User, start: datetime, end: datetime, departement: str = "") -> Divergence:
    """Departures among the evaluations validated in [start, end), in the scope of `user`; small cells hidden.

    With a département, places are its units.
    """
    rows = Evaluation.objects.visible_to(user, READ_DIVERGENCE).validated()
    rows = rows.filter(validated_at__gte=start, validated_at__lt=end)
    if departement:
        rows = rows.filter(case__departement_id=departement)
    place = "case__unit_id" if departement else "case__departement_id"
    levels: Counter[tuple[int, int]] = Counter()
    places: dict[str, Counter[str]] = defaultdict(Counter)
    grids: dict[str, Counter[str]] = defaultdict(Counter)
    grouped = rows.order_by().values_list("computed_level", "signed_level", place, "grid__number")
    for computed, signed, where, grid, count in grouped.annotate(count=Count("pk")):
        levels[computed, signed] += count
        places[str(where)][_side(signed - computed)] += count
        grids[f"version {grid}"][_side(signed - computed)] += count
    total: Counter[str] = Counter()
    for (computed, signed), count in levels.items():
        total[_side(signed - computed)] += count
    found = Divergence(evaluations=levels.total(), summary_lines=lines_of({"ensemble": total}, overlapping=True))
    found.matrix = matrix_of(levels)
    found.places = lines_of(_named(places, units=bool(departement)))
    found.grids = lines_of(dict(sorted(grids.items())))
    found.questions, found.red_factors = _by_answer(rows)
    return found


def _side(gap: int) -> str:
    return SIDES[(gap > 0) - (gap < 0) + 1]


def matrix_of(levels: Mapping[tuple[int, int], int]) -> list[tuple[str, list[int | None]]]:
    """Lines: the first level of the pair; columns: the second. Small cells hidden."""
    table = {str(a): {str(b): levels.get((a, b), 0) for b in Level.values} for a in Level.values}
    # The totals above and below the diagonal are shown too.
    groups = [
        [(a, b) for a in table for b in table if a < b],
        [(a, b) for a in table for b in table if a > b],
        [(a, a) for a in table],
    ]
    hidden = hidden_cells(table, groups=groups)
    return [
        (
            level.label,
            [HIDDEN if (str(level.value), b) in hidden else value for b, value in table[str(level.value)].items()],
        )
        for level in Level
    ]


def lines_of(counts: Mapping[str, Mapping[str, int]], *, overlapping: bool = False) -> list[Line]:
    """Lines with their small counts hidden, and what would give them back. Lines of a partition protect each other;
    `overlapping` ones, which share evaluations, add up to nothing.
    """
    table = {label: {side: sides.get(side, 0) for side in SIDES} for label, sides in counts.items()}
    if overlapping:
        hidden = {cell for label, cells in table.items() for cell in hidden_cells({label: cells})}
    else:
        hidden = set(hidden_cells(table))
    lines = []
    for label, cells in table.items():
        shown = {side: HIDDEN if (label, side) in hidden else value for side, value in cells.items()}
        total = sum(cells.values())
        # A total is shown when it adds nothing to the cells, or is itself large and hides at least two of them.
        known = not any(value is HIDDEN for value in shown.values()) or total >= THRESHOLD
        lines.append(Line(label, total if known else HIDDEN, shown["lowered"], shown["same"], shown["raised"]))
    return lines


def _named(places: Mapping[str, Counter[str]], *, units: bool) -> dict[str, Counter[str]]:
    if units:
        names = {str(unit.pk): unit.name for unit in Unit.objects.filter(pk__in=list(places)).only("name")}
    else:
        names = {found.pk: str(found) for found in Departement.objects.filter(pk__in=list(places))}
    named: dict[str, Counter[str]] = {}
    for key in sorted(places, key=lambda key: (names.get(key, ""), key)):
        label = names.get(key, key)
        named[label if label not in named else f"{label} ({key})"] = places[key]
    return named


def _by_answer(rows: EvaluationQuerySet) -> tuple[list[Line], list[Line]]:
    sql, params = rows.order_by().values("answers", "signed_level", "computed_level").query.sql_with_params()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    with connection.cursor() as cursor:
        cursor.execute(BY_ANSWER.format(evaluations=sql), params)
        for code, gap, count in cursor.fetchall():
            counts[code][_side(gap)] += count
    latest: dict[str, Any] = {}
    for question in GridQuestion.objects.filter(grid__state="published").order_by("grid__number", "position"):
        latest[question.code] = question
    ordinary = {latest[code].text: counts[code] for code in counts if code in latest}
    red = {latest[code].text: counts[code] for code in counts if code in latest and latest[code].red_floor}
    return _by_name(ordinary), _by_name(red)


def _by_name(counts: Mapping[str, Counter[str]]) -> list[Line]:
    """An order by size would tell the size of what is hidden."""
    return sorted(lines_of(counts, overlapping=True), key=lambda line: line.label)
