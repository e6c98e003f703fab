"""Documents made by typst, from data alone: PDF/UA, the same bytes for the same data and the same source."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any

import typst
from django.utils.formats import date_format

from core.acts import ActRefused

if TYPE_CHECKING:
    from pathlib import Path

# Control characters but tab and line feed; overrides and isolates of the direction of writing.
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')


@dataclass(frozen=True)
class Document:
    pdf: bytes
    sha256: str


class UnprintableText(ActRefused):
    """A sign that no font of the document can show: PDF/UA forbids a blank in its place. `sign` is that text."""

    def __init__(self, sign: str) -> None:
        super().__init__(f"Le document ne peut pas montrer « {sign} ». Retirez ce signe, ou écrivez-le autrement.")
        self.sign = sign


def day_in_words(day: date, *, year: bool = True) -> str:
    text = date_format(day, "j F Y" if year else "j F")
    return f"1er{text[1:]}" if day.day == 1 else text


def printable(text: str) -> str:
    """Without the invisible signs that come with a paste: control characters, and those that reverse the reading."""
    return INVISIBLE.sub("", text)


@cache
def source_of(folder: Path, name: str) -> str:
    """A template that an app ships, by its name."""
    return (folder / f"{name}.typ").read_text(encoding="utf-8")


def compile_document(files: dict[str, str], data: dict[str, Any], *, day: date, root: Path) -> Document:
    """Compile `main.typ` of `files` with `data`. The same files and data give the same bytes. `root` is all that typst
    could reach: the folder of the templates.

    Raises UnprintableText when a sign has no glyph (an emoji), typst.TypstError when the template does not compile.
    """
    try:
        pdf = typst.compile(  # type: ignore[call-overload]  # the stub forgets the form that takes files
            {name: source.encode() for name, source in files.items()},
            root=str(root),
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
