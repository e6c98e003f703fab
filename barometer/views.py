from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from accounts.actor import actor_from
from accounts.gate import access
from barometer.definitions import UNIT
from barometer.enums import Dimension
from barometer.exports import month_as_csv
from barometer.months import month_of, month_words, months_between, next_month, of_month_words
from barometer.permissions import READ_BAROMETER
from barometer.selectors import (
    first_month,
    frozen_figures,
    frozen_months_of,
    known_months,
    live_figures,
    live_totals,
    revisions_of,
    shown_rows,
)
from call_buttons.selectors import interruptions_between
from core import clock
from core.journal import Action, record_access
from core.small_cells import THRESHOLD
from core.wording import plural_words

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest

    from barometer.selectors import MonthFigures

# Words of the address → the territory that the page counts by.
TERRITORY_WORDS = {
    "faits": Dimension.FACT_DEPARTEMENT,
    "mandat": Dimension.MANDATE_DEPARTEMENT,
    "enregistrement": Dimension.RECORDING_DEPARTEMENT,
}


@dataclass(frozen=True)
class Breakdown:
    """One chart and its table. `rows` is None when the breakdown is withheld; a value of None is hidden."""

    dimension: Dimension
    rows: list[tuple[str, int | None]] | None

    @classmethod
    def of(cls, figures: MonthFigures, dimension: Dimension) -> Breakdown:
        rows = shown_rows(figures, dimension)
        return cls(dimension, rows if rows is None else [(capfirst(label), value) for label, value in rows])

    @property
    def header(self) -> str:
        return capfirst(self.dimension.label)

    @property
    def title(self) -> str:
        return f"Faits par {self.dimension.label}"

    @property
    def has_hidden(self) -> bool:
        return any(value is None for _, value in self.rows or [])


class MonthsView(TemplateView):
    """The months of a year, the latest first."""

    access = READ_BAROMETER
    template_name = "barometer/months.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        first, last = known_months(month_of(clock.now()))
        year = _asked_year(self.request.GET.get("annee", ""), first.year, last.year)
        frozen = {row.month: row for row in frozen_months_of(year)}
        months = [month for month in months_between(first, next_month(last)) if month.year == year]
        provisional = live_totals([month for month in months if month not in frozen])
        rows = [
            {
                "month": month,
                "words": month_words(month),
                "frozen": (row := frozen.get(month)),
                "total": row.total if row else provisional[month],
                "rate": percent_words(row.in_time, row.total) if row else "",
            }
            for month in reversed(months)
        ]
        # Texts: a template would print 2 026.
        years = [str(choice) for choice in range(last.year, first.year - 1, -1)]
        return super().get_context_data(
            rows=rows, title=f"Année {year}", year=str(year), years=years, unit=UNIT, **kwargs
        )


class MonthView(TemplateView):
    """The figures of a month: frozen, or provisional until they are."""

    access = READ_BAROMETER
    template_name = "barometer/month.html"

    def get_context_data(self, month: date, **kwargs: Any) -> dict[str, Any]:
        figures = figures_or_404(month)
        territory = TERRITORY_WORDS.get(self.request.GET.get("territoire", ""), Dimension.FACT_DEPARTEMENT)
        words = month_words(month)
        state = "chiffres gelés" if figures.frozen else "chiffres provisoires"
        version = figures.definition_version
        return super().get_context_data(
            figures=figures,
            title=f"Baromètre {of_month_words(month)}",
            words=words,
            total=plural_words(figures.total, "fait enregistré", "faits enregistrés"),
            rate=percent_words(figures.in_time, figures.total),
            # Every table names what it counts, and by which definitions.
            where=f"{words} ({figures.unit}, définitions version {version}, {state})",
            definitions_title=f"Définitions, version {version}",
            families=Breakdown.of(figures, Dimension.NATURE_FAMILY),
            natures=Breakdown.of(figures, Dimension.NATURE),
            mandates=Breakdown.of(figures, Dimension.MANDATE),
            places=Breakdown.of(figures, territory),
            evaluations=Breakdown.of(figures, Dimension.EVALUATION),
            territories=list(TERRITORY_WORDS.items()),
            # Facts dated in the month and written after the freeze are in no frozen figure.
            live_total=live_totals([month])[month] if figures.frozen else None,
            revisions=revisions_of(figures.frozen) if figures.frozen else [],
            freezing=f"1er {month_words(next_month(month))}",
            interruptions=interruption_words(month),
            **kwargs,
        )


@access(READ_BAROMETER)
@require_safe
def month_csv(request: HttpRequest, month: date) -> HttpResponse:
    figures = figures_or_404(month)
    content = month_as_csv(figures)
    record_access(
        action=Action.EXPORT,
        actor=actor_from(request, permission=READ_BAROMETER),
        object_type="barometer.frozenmonth",
        object_id=str(figures.frozen.pk) if figures.frozen else "",
        object_label=month_words(month),
        reason="chiffres du mois, CSV",
        details={"frozen": figures.frozen is not None, "sha256": figures.sha256},
    )
    name = f"barometre-{month:%Y-%m}{'' if figures.frozen else '-provisoire'}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def figures_or_404(month: date) -> MonthFigures:
    """Frozen figures, or provisional ones for a month that has begun and has a history."""
    if (frozen := frozen_figures(month)) is not None:
        return frozen
    now = clock.now()
    current = month_of(now)
    if month != current and not (first_month() or current) <= month < current:
        raise Http404
    return live_figures(month, at=now)


def _asked_year(text: str, first: int, last: int) -> int:
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else last
    return min(max(year, first), last)


def interruption_words(month: date) -> list[tuple[str, str]]:
    """What protections lost in the month. Grants never change: these figures need no freezing, and small ones hide."""
    found = interruptions_between(month, next_month(month))
    again = few_words(found.resumed)
    if found.resumed >= THRESHOLD:
        again += f" ({plural_words(found.days, 'jour', 'jours')} sans protection)"
    return [
        ("Protections échues sans décision", few_words(found.ended)),
        ("Protections reprises après une interruption", again),
    ]


def few_words(count: int) -> str:
    """A count, unless it is so small that it names people."""
    return "de 1 à 4" if 0 < count < THRESHOLD else str(count)


def percent_words(part: int, whole: int) -> str:
    """« 62,5 % », « 100 % »; a share of nothing has no figure."""
    if not whole:
        return "sans objet"
    # Rounded down: 1 999 of 2 000 is not 100 %.
    whole_part, tenth = divmod(1000 * part // whole, 10)
    return f"{whole_part}{f',{tenth}' if tenth else ''}\u202f%"
