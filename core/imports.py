"""What every import of a published file shares: reading a table by its header, naming each problem by its line.

A file is read whole before anything is written. Reading never guesses by position: columns are found by normalised
header, and whatever cannot be trusted (two encodings, a column twice, a row cut short) is said with its line.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from core.text import search_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DELIMITERS = ("\t", ";", ",")
# Some exports put a title before the header.
LINES_BEFORE_HEADER = 5
SHOWN_ISSUES = 50
# UTF-8 read once as Latin-1 and saved again, or a character already lost.
MOJIBAKE = re.compile("[ÃÂ][\x80-\xbf]|\ufffd")
CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1f]")
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
EMPTY_WORDS = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "a"})
DATE_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d{2}:\d{2}.*)?")
DATE_FRENCH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: \d{2}:\d{2}.*)?")
PLAUSIBLE_YEARS = range(1850, 2200)


class Issue(NamedTuple):
    """A problem, and the line of the file where it is. Line 0: the file as a whole."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"ligne {self.line} : {self.reason}" if self.line else self.reason


class FileRefused(Exception):
    """The file cannot be read at all. Nothing was written."""

    def __init__(self, *issues: Issue) -> None:
        super().__init__(" ; ".join(map(str, issues)))
        self.issues = issues


class BadCell(ValueError):
    """A cell that cannot be accepted, with the sentence that says why."""


@dataclass
class ImportReport:
    """What an import did with one file. `read` is the sum of the six other counts."""

    file: str
    kind: str = ""
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    set_aside: int = 0
    rejected: int = 0
    # Rows that are not for us, such as a recruiting centre in a list of brigades.
    ignored: int = 0
    notes: list[str] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    is_refused: bool = False

    def refuse(self, *issues: Issue) -> ImportReport:
        """Nothing was written: the counts of what would have been must not say otherwise."""
        self.is_refused = True
        self.issues.extend(issues)
        self.created = self.updated = self.unchanged = 0
        return self

    def lines(self) -> Iterator[str]:
        """The report as a person reads it."""
        yield f"{self.file}" + (f" ({self.kind})" if self.kind else "")
        yield (
            f"  lignes lues : {self.read} ; créées : {self.created} ; modifiées : {self.updated} ; "
            f"inchangées : {self.unchanged} ; à vérifier : {self.set_aside} ; rejetées : {self.rejected}"
            + (f" ; écartées : {self.ignored}" if self.ignored else "")
        )
        for note in self.notes:
            yield f"  {note}"
        for issue in self.issues[:SHOWN_ISSUES]:
            yield f"  {issue}"
        if len(self.issues) > SHOWN_ISSUES:
            yield f"  … et {len(self.issues) - SHOWN_ISSUES} autres lignes."
        if self.is_refused:
            yield "  Fichier refusé : rien n'a été enregistré."


class Row(NamedTuple):
    line: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """An opened file: where each column is, and its rows. A row that cannot be read is an Issue in its place."""

    header_line: int
    columns: dict[str, int]
    rows: Iterator[Row | Issue]


@lru_cache(maxsize=4096)
def header_name(text: str) -> str:
    """« Libellé de la catégorie » and `libelle_categorie` are one name."""
    return "_".join(word for word in search_text(text).split() if word not in EMPTY_WORDS)


class Received:
    """What was received, where a path is expected: what people send is not written on a disk to be read."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def read_bytes(self) -> bytes:
        return self.data


def read_table(path: Path, *, recognise: Callable[[set[str]], bool], expected: str) -> Table:
    """Open `path` as a table whose header `recognise` accepts. Raises FileRefused otherwise.

    `expected` completes « Ce fichier n'est pas … ».
    """
    text = decode(read_bytes(path))
    stream = io.StringIO(text, newline="")
    for number in range(1, LINES_BEFORE_HEADER + 1):
        line = stream.readline()
        if not line:
            break
        for delimiter in sorted(DELIMITERS, key=line.count, reverse=True):
            names = [header_name(cell) for cell in next(_reader(io.StringIO(line), delimiter), [])]
            if recognise(set(names)):
                return Table(number, _columns(names, number), _rows(stream, delimiter, number, len(names), line))
    first = text.lstrip().partition("\n")[0].strip()[:200]
    raise FileRefused(Issue(0, f"ce fichier n'est pas {expected}. Première ligne lue : « {first} »."))


def read_bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileRefused(Issue(0, f"le fichier ne peut pas être lu ({error.strerror}).")) from error
    if not data.strip():
        raise FileRefused(Issue(0, "le fichier est vide."))
    if data.startswith(WORKBOOKS):
        raise FileRefused(Issue(0, "c'est un classeur ou une archive : enregistrez d'abord la feuille en CSV."))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(Issue(0, "le fichier est en UTF-16 : enregistrez-le en UTF-8."))
    if b"\0" in data or CONTROLS.search(data):
        raise FileRefused(Issue(0, "ce n'est pas un fichier de texte."))
    return data


def decode(data: bytes) -> str:
    """UTF-8, else Latin-1 (the Windows one). Two encodings in one file are refused: some names would be wrong."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decode_latin(data)
    if MOJIBAKE.search(text):
        lines = [number for number, line in enumerate(text.split("\n"), 1) if MOJIBAKE.search(line)]
        raise FileRefused(*(Issue(line, "accents illisibles, encodages mélangés.") for line in lines[:SHOWN_ISSUES]))
    return text


def _decode_latin(data: bytes) -> str:
    in_utf8, in_latin = [], []
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            in_latin.append(number)
        else:
            in_utf8.append(number)
    if in_utf8:
        fewer, encoding = (in_utf8, "UTF-8") if len(in_utf8) < len(in_latin) else (in_latin, "Latin-1")
        reason = f"encodages mélangés : cette ligne est en {encoding}, le reste du fichier non."
        raise FileRefused(*(Issue(line, reason) for line in fewer[:SHOWN_ISSUES]))
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _reader(stream: io.StringIO, delimiter: str, *, quoted: bool = True) -> Iterator[list[str]]:
    if quoted:
        return csv.reader(stream, delimiter=delimiter, strict=True)
    return csv.reader(stream, delimiter=delimiter, quoting=csv.QUOTE_NONE)


def _columns(names: list[str], line: int) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, name in enumerate(names):
        if name in columns:
            raise FileRefused(Issue(line, f"la colonne « {name.replace('_', ' ')} » est présente deux fois."))
        if name:
            columns[name] = index
    return columns


def _rows(stream: io.StringIO, delimiter: str, before: int, width: int, header: str) -> Iterator[Row | Issue]:
    # A tab never needs quotes, and a lone quote in a name must not swallow the lines that follow.
    reader = _reader(stream, delimiter, quoted=delimiter != "\t" or '"' in header)
    read = before
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            yield Issue(read + 1, "guillemet jamais refermé : fichier tronqué ou abîmé.")
            return
        if cells is None:
            return
        line, read = read + 1, before + reader.line_num  # type: ignore[attr-defined]
        if not any(cells):
            continue
        extra = len(cells) - width
        if extra > 0 and not any(cells[width:]):
            extra = 0
        if extra:
            cut = " (ligne tronquée ?)" if extra < 0 else ""
            yield Issue(line, f"{len(cells)} colonnes au lieu de {width}{cut}.")
        else:
            yield Row(line, cells)


@lru_cache(maxsize=65536)
def parse_date(text: str) -> date | None:
    """ISO or French, with or without an hour. None when empty. Raises BadCell for the 30th of February."""
    text = text.strip()
    if not text:
        return None
    if found := DATE_ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := DATE_FRENCH.fullmatch(text):
        day, month, year = map(int, found.groups())
    else:
        raise BadCell(f"date illisible « {text[:30]} »")
    try:
        value = date(year, month, day)
    except ValueError:
        raise BadCell(f"date impossible « {text[:30]} »") from None
    if year not in PLAUSIBLE_YEARS:
        raise BadCell(f"date invraisemblable « {text[:30]} »")
    return value
