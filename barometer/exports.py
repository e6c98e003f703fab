"""The figures of a month as a CSV file that a French spreadsheet opens: `;`, UTF-8 with its mark."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from barometer.enums import Dimension
from barometer.selectors import shown_rows
from core.wording import local_datetime_words

if TYPE_CHECKING:
    from barometer.selectors import MonthFigures

HEADERS = ("mois", "état", "arrêté au", "répartition", "intitulé", "valeur", "unité", "version des définitions")
MASKED = "masqué"
# A spreadsheet runs a cell that begins with one of these.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def month_as_csv(figures: MonthFigures) -> str:
    """Every breakdown, one figure a line. Small counts are hidden as on the page."""
    state = "gelé" if figures.frozen else "provisoire"
    common = (f"{figures.month:%Y-%m}", state, local_datetime_words(figures.cut_off))
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADERS)
    for breakdown, label, value in _lines(figures):
        cells = (*common, breakdown, label, value, figures.unit, figures.definition_version)
        writer.writerow([harmless(cell) for cell in cells])
    return "\ufeff" + written.getvalue()


def _lines(figures: MonthFigures) -> list[tuple[str, str, int | str]]:
    lines: list[tuple[str, str, int | str]] = [("total", "ensemble", figures.total)]
    for dimension in Dimension:
        rows = shown_rows(figures, dimension)
        if rows is None:
            lines.append((dimension.label, "ensemble de la répartition", MASKED))
        else:
            lines += [(dimension.label, label, MASKED if value is None else value) for label, value in rows]
    return lines


def harmless(cell: object) -> object:
    """Text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
