"""The letters that are signed and notified: PDF/UA, the same bytes for the same data and the same template."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from call_buttons.enums import DocumentKind
from call_buttons.models import DocumentTemplate
from call_buttons.services.errors import ActRefused
from core import documents
from core.documents import day_in_words, printable

if TYPE_CHECKING:
    from django.db.backends.postgresql.psycopg_any import DateRange

    from territories.models import Departement

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
class Document(documents.Document):
    template: DocumentTemplate | None = None


def period_in_words(period: DateRange) -> str:
    """« du 14 janvier au 14 avril 2026 inclus »: the year is said once when it is the same."""
    if period.upper is None:
        return f"à partir du {day_in_words(period.lower)}"
    first, last = period.lower, period.upper - timedelta(days=1)
    if first == last:
        return f"le {day_in_words(first)}"
    return f"du {day_in_words(first, year=first.year != last.year)} au {day_in_words(last)} inclus"


def shipped(name: str) -> str:
    """The portal's own template, by the name of the letter."""
    return documents.source_of(TEMPLATES, name)


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
    made = documents.compile_document(files, data, day=text.signed_on, root=TEMPLATES)
    return Document(pdf=made.pdf, sha256=made.sha256, template=sources.version)
