"""The letters that are signed and notified: PDF/UA, the same bytes for the same data and the same template."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst
from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format

from call_buttons.enums import DocumentKind
from call_buttons.models import DocumentTemplate
from call_buttons.services.errors import ActRefused, UnprintableText

if TYPE_CHECKING:
    from django.db.backends.postgresql.psycopg_any import DateRange

    from territories.models import Departement

# Control characters but tab and line feed; overrides and isolates of the direction of writing.
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
TEMPLATES = Path(__file__).resolve().parent.parent / "typst"
# A letter is its data, the letterhead and fonts: it reads no file, no picture, no package from the network.
# `eval` or an import by another name would build what these words hide; the root holds the templates alone.
OUTSIDE = re.compile(r'\b(?:read|image|csv|yaml|toml|xml|cbor|bibliography)\s*\(|\b(?:eval|include|plugin)\b|"@')
IMPORT = re.compile(r'\bimport\b(?!\s+"letterhead\.typ")')


@dataclass(frozen=True)
class LetterText:
    """Everything that a letter says; nothing else reaches the template."""

    kind: DocumentKind
    number: str
    signed_on: date
    signing_quality: str
    signing_name: str
    # The act that lets the signatory sign.
    act: str
    prefecture: str
    person: str
    quality: str
    remedy: str
    # In words: « du 14 janvier au 14 avril 2026 inclus ».
    period: str = ""
    last_day: str = ""
    gap: str = ""
    contested: str = ""
    communicable_motive: str = ""
    orientation: str = ""


@dataclass(frozen=True)
class Sources:
    """The templates of a prefecture for one kind of letter, and the version that is kept with the decision."""

    letter: str
    letterhead: str
    version: DocumentTemplate | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Document:
    pdf: bytes
    sha256: str
    template: DocumentTemplate | None = None


def period_in_words(period: DateRange) -> str:
    """« du 14 janvier au 14 avril 2026 inclus »: the year is said once when it is the same."""
    if period.upper is None:
        return f"à partir du {day_in_words(period.lower)}"
    first, last = period.lower, period.upper - timedelta(days=1)
    if first == last:
        return f"le {day_in_words(first)}"
    return f"du {day_in_words(first, year=first.year != last.year)} au {day_in_words(last)} inclus"


def day_in_words(day: date, *, year: bool = True) -> str:
    text = date_format(day, "j F Y" if year else "j F")
    return f"1er{text[1:]}" if day.day == 1 else text


def printable(text: str) -> str:
    """Without the invisible signs that come with a paste: control characters, and those that reverse the reading."""
    return INVISIBLE.sub("", text)


@cache
def shipped(name: str) -> str:
    """The portal's own template, by the name of the letter."""
    return (TEMPLATES / f"{name}.typ").read_text(encoding="utf-8")


def sources_for(departement: Departement, kind: DocumentKind) -> Sources:
    """The latest templates of a prefecture for `kind`: its letter and its letterhead, or the portal's own."""
    latest = {
        row.kind: row
        for row in DocumentTemplate.objects.filter(
            departement=departement, kind__in=[kind, DocumentKind.LETTERHEAD]
        ).order_by("version")
    }
    letter, letterhead = latest.get(kind), latest.get(DocumentKind.LETTERHEAD)
    return Sources(
        letter=(letter.source if letter else "") or shipped(kind),
        letterhead=(letterhead.source if letterhead else "") or shipped(DocumentKind.LETTERHEAD),
        version=letter if letter and letter.source else None,
    )


def check_source(source: str) -> None:
    """Raises ActRefused when a template would read anything but its data and the letterhead."""
    if (found := OUTSIDE.search(source) or IMPORT.search(source)) is not None:
        raise ActRefused(
            f"Un modèle ne lit que ses données et l'en-tête : retirez « {found[0].strip()} ».", field="source"
        )


def render_letter(text: LetterText, sources: Sources) -> Document:
    """Compile the letter. Two calls with the same text and sources give the same bytes, so a preview can be held to
    its word.

    Raises UnprintableText when a sign has no glyph (an emoji), typst.TypstError when the template does not compile.
    """
    data = {name: printable(str(value)) for name, value in vars(text).items()} | {
        "signed_on": day_in_words(text.signed_on),
        "demo": settings.DEMO,
        "verify_url": settings.PUBLIC_URL + reverse("call_buttons:verify"),
    }
    files = {"main.typ": sources.letter, "letterhead.typ": sources.letterhead}
    document = compile_document(files, data, day=text.signed_on)
    return replace(document, template=sources.version)


def compile_document(files: dict[str, str], data: dict[str, Any], *, day: date) -> Document:
    """Compile `main.typ` of `files` with `data`. The same files and data give the same bytes.

    Raises UnprintableText when a sign has no glyph (an emoji), typst.TypstError when the template does not compile.
    """
    try:
        pdf = typst.compile(  # type: ignore[call-overload]  # the stub forgets the form that takes files
            {name: source.encode() for name, source in files.items()},
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
