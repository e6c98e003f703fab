"""Reads a table of associations, by the names of its columns. Writes nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, cast

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core.imports import BadCell, FileRefused, Issue, Received, Row, read_table
from core.text import search_text
from support.enums import Help
from territories.models import Departement

if TYPE_CHECKING:
    from pathlib import Path

MOST_ROWS = 1_000
MOST_BYTES = 1024 * 1024
# Column, as in the file, and how long it may be; None: read apart.
COLUMNS: dict[str, int | None] = {
    "code": 40, "nom": 120, "telephone": 30, "email": 254, "adresse": 200, "horaires": 200, "aides": None,
    "departements": None,
}  # fmt: skip
NEEDED = ("code", "nom", "telephone", "horaires", "aides", "departements")
CODE = re.compile(r"[a-z0-9][a-z0-9_-]*")
SEVERAL = re.compile(r"[,/|+]")
WORDS = {
    Help.PSYCHOLOGICAL: ("psycho", "psy"),
    Help.LEGAL: ("jurid", "droit"),
    Help.SOCIAL: ("social",),
}


class AssociationRow(NamedTuple):
    line: int
    code: str
    texts: dict[str, str]
    helps: list[str]
    departements: list[str]


class BadColumn(Exception):
    """A cell that cannot be accepted: its column, and the sentence that says why."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def read_associations(data: bytes) -> tuple[list[AssociationRow], list[tuple[int, str, str]]]:
    """Rows, and what could not be read as one (line, column, reason). Raises FileRefused for the whole file."""
    table = read_table(
        cast("Path", Received(data)),
        recognise=lambda names: {"code", "nom", "aides"} <= names,
        expected="une liste d'associations",
    )
    if missing := [name for name in NEEDED if name not in table.columns]:
        raise FileRefused(Issue(0, f"il manque des colonnes : {', '.join(missing)}."))
    known = frozenset(Departement.objects.values_list("pk", flat=True))
    rows: list[AssociationRow] = []
    problems: list[tuple[int, str, str]] = []
    lines: dict[str, int] = {}
    read = 0
    for item in table.rows:
        read += 1
        if read > MOST_ROWS:
            raise FileRefused(Issue(0, f"le fichier a plus de {MOST_ROWS} lignes : coupez-le en plusieurs."))
        if not isinstance(item, Row):
            problems.append((item.line, "", item.reason))
            continue
        cells = {name: item.cells[index].strip() for name, index in table.columns.items() if name in COLUMNS}
        try:
            row = _row(item.line, cells, known)
        except BadColumn as error:
            problems.append((item.line, error.column, str(error)))
            continue
        if row.code in lines:
            problems.append((item.line, "code", f"Ce code est déjà celui de la ligne {lines[row.code]}."))
            continue
        lines[row.code] = item.line
        rows.append(row)
    if not read:
        raise FileRefused(Issue(0, "le fichier n'a aucune ligne sous ses titres de colonnes."))
    return rows, problems


def _row(line: int, cells: dict[str, str], known: frozenset[str]) -> AssociationRow:
    for name in NEEDED:
        if not cells[name]:
            raise BadColumn(name, "La case est vide.")
    for name, longest in COLUMNS.items():
        if longest is not None and len(cells.get(name, "")) > longest:
            raise BadColumn(name, f"La case dépasse {longest} caractères.")
        if cells.get(name, "").startswith("="):
            raise BadColumn(name, "La case contient une formule : collez la valeur seule.")
    code = cells["code"].lower()
    if not CODE.fullmatch(code):
        raise BadColumn("code", "Le code n'a que des lettres sans accent, des chiffres et des tirets.")
    if email := cells.get("email", ""):
        try:
            validate_email(email)
        except ValidationError:
            raise BadColumn("email", f"« {email[:40]} » n'est pas une adresse électronique.") from None
    if not any(character.isdigit() for character in cells["telephone"]):
        raise BadColumn("telephone", "Ce téléphone n'a aucun chiffre.")
    texts = {
        "name": cells["nom"], "telephone": cells["telephone"], "hours": cells["horaires"], "email": email,
        "address": cells.get("adresse", ""),
    }  # fmt: skip
    texts = {name: " ".join(text.split()) for name, text in texts.items()}
    return AssociationRow(line, code, texts, _helps(cells["aides"]), _departements(cells["departements"], known))


def _helps(written: str) -> list[str]:
    found = set()
    for part in filter(None, map(search_text, SEVERAL.split(written))):
        named = [help_ for help_, starts in WORDS.items() if any(word.startswith(starts) for word in part.split())]
        if len(named) != 1:
            raise BadColumn("aides", f"Aide inconnue « {part.strip()[:30]} » : psychologique, juridique ou sociale.")
        found.add(named[0])
    if not found:
        raise BadColumn("aides", "La case est vide.")
    return [help_.value for help_ in Help if help_ in found]


def _departements(written: str, known: frozenset[str]) -> list[str]:
    try:
        codes = {_departement(part, known) for part in re.split(r"[\s,/|+]+", written) if part}
    except BadCell as error:
        raise BadColumn("departements", str(error)) from error
    if not codes:
        raise BadColumn("departements", "La case est vide.")
    return sorted(codes)


def _departement(written: str, known: frozenset[str]) -> str:
    code = written.upper().zfill(2)  # a spreadsheet has eaten the first zero of « 08 »
    if code not in known:
        raise BadCell(f"Département inconnu « {written[:10]} » : écrivez son code, par exemple 45 ou 974.")
    return code
