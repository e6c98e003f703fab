"""A decision as the product makes it, against the same page compiled by typst alone."""

from __future__ import annotations

import time
from datetime import date
from statistics import median
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import typst

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 40
DOCUMENT_RATIO = 5.0


def documents() -> dict[str, float]:
    """Medians, in milliseconds: the product's document (PDF/UA, hash), the same page without PDF/UA."""
    whole, alone = _product(), _typst_alone()
    found: dict[str, list[float]] = {"product_ms": [], "alone_ms": []}
    for turn in range(TIMES + 3):
        for name, make in (("product_ms", whole), ("alone_ms", alone)):
            started = time.perf_counter()
            make()
            if turn >= 3:
                found[name].append((time.perf_counter() - started) * 1000)
    return {name: round(median(times), 3) for name, times in found.items()}


def _product() -> Callable[[], Any]:
    from call_buttons.enums import DocumentKind
    from call_buttons.services import period_in_words, three_months_from
    from call_buttons.services.documents import LetterText, Sources, render_letter, shipped

    text = LetterText(
        kind=DocumentKind.GRANT, number="45-2026-BA-00012", signed_on=date(2026, 1, 14),
        signing_quality="Pour le préfet et par délégation, le directeur de cabinet", signing_name="Camille Mesure",
        act="arrêté n° 45-2026-001", prefecture="Préfecture du Loiret", person="Anne Inventée", quality="maire d'Olmes",
        remedy="Dans les deux mois. " * 12, period=period_in_words(three_months_from(date(2026, 1, 14))),
    )  # fmt: skip
    sources = Sources(letter=shipped(DocumentKind.GRANT), letterhead=shipped(DocumentKind.LETTERHEAD))
    return lambda: render_letter(text, sources)


def _typst_alone() -> Callable[[], Any]:
    """What the product gave to typst, but the PDF/UA standard."""
    with patch.object(typst, "compile", wraps=typst.compile) as compiled:
        _product()()
    arguments, options = compiled.call_args
    options = {name: value for name, value in options.items() if name != "pdf_standards"}
    return lambda: typst.compile(*arguments, **options)
