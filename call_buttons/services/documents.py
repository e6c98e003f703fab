"""The decision as the document that is signed and notified: PDF/UA, the same bytes for the same data."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst
from django.conf import settings
from django.utils.formats import date_format

from call_buttons.enums import Outcome
from call_buttons.services.errors import UnprintableText

if TYPE_CHECKING:
    from django.db.backends.postgresql.psycopg_any import DateRange

    from call_buttons.models import CallButtonRequest

# Control characters but tab and line feed; overrides and isolates of the direction of writing.
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
TEMPLATES = Path(__file__).resolve().parent.parent / "typst"


@dataclass(frozen=True)
class DecisionText:
    """Everything that the document says; nothing else reaches the template."""

    outcome: Outcome
    number: str
    signed_on: date
    signatory: str
    prefecture: str
    person: str
    quality: str
    is_renewal: bool
    remedy: str
    period: DateRange | None = None
    communicable_motive: str = ""
    orientation: str = ""


@dataclass(frozen=True)
class Document:
    pdf: bytes
    sha256: str


def period_in_words(period: DateRange) -> str:
    """« du 14 janvier au 14 avril 2026 inclus »: the year is said once when it is the same."""
    first, last = period.lower, period.upper - timedelta(days=1)
    return f"du {day_in_words(first, year=first.year != last.year)} au {day_in_words(last)} inclus"


def day_in_words(day: date, *, year: bool = True) -> str:
    text = date_format(day, "j F Y" if year else "j F")
    return f"1er{text[1:]}" if day.day == 1 else text


def printable(text: str) -> str:
    """Without the invisible signs that come with a paste: control characters, and those that reverse the reading."""
    return INVISIBLE.sub("", text)


def render_decision(text: DecisionText) -> Document:
    """Compile the document. Two calls with the same text give the same bytes, so a preview can be held to its word.

    Raises UnprintableText when a sign has no glyph (an emoji), typst.TypstError when the template does not compile.
    """
    data = {
        "granted": text.outcome == Outcome.GRANTED,
        "number": text.number,
        "signed_on": day_in_words(text.signed_on),
        "signatory": printable(text.signatory),
        "prefecture": text.prefecture,
        "person": printable(text.person),
        "quality": printable(text.quality),
        "is_renewal": text.is_renewal,
        "period": period_in_words(text.period) if text.period else "",
        "communicable_motive": printable(text.communicable_motive),
        "orientation": printable(text.orientation),
        "remedy": text.remedy,
        "demo": settings.DEMO,
    }
    return compile_document("decision.typ", data, day=text.signed_on)


def compile_document(template: str, data: dict[str, Any], *, day: date) -> Document:
    """Compile a template of ours with `data`. The same data gives the same bytes.

    Raises UnprintableText when a sign has no glyph (an emoji), typst.TypstError when the template does not compile.
    """
    try:
        pdf = typst.compile(
            str(TEMPLATES / template),
            root=str(TEMPLATES),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=datetime.combine(day, time(12), tzinfo=UTC),
        )
    except typst.TypstError as error:
        if (found := NO_GLYPH.search(str(error))) is not None:
            raise UnprintableText(found[1]) from error
        raise
    return Document(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest())


def prefecture_of(request: CallButtonRequest) -> str:
    return f"Préfecture {request.departement.name_of}"
