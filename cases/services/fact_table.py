"""A table of facts given by a prefecture, read before anything is written: CSV or XLSX, by the names of its columns."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

from python_calamine import CalamineError, CalamineWorkbook

from core.imports import FileRefused, Issue, Received, header_name, read_table

if TYPE_CHECKING:
    from pathlib import Path

MOST_ROWS = 1_000
MOST_BYTES = 10 * 1024 * 1024
# What a workbook of that size may hold once opened: more is a bomb.
MOST_OPENED = 60 * 1024 * 1024
COLUMNS = {
    "nom": "nom",
    "prenom": "prénom",
    "commune_mandat": "commune du mandat",
    "date": "date",
    "heure": "heure",
    "commune_faits": "commune des faits",
    "nature": "nature",
    "moyen": "moyen",
    "recit": "récit",
    "unite": "unité",
    "urgence": "urgence",
    "plainte": "plainte",
    "source": "source",
    "date_source": "date de la source",
}
NEEDED = ("nom", "prenom", "commune_mandat", "date", "heure", "commune_faits", "nature", "moyen", "recit")
EXPECTED = "un tableau de faits"
FORMULA = re.compile(rb'<c [^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<f[ >/]')


@dataclass(frozen=True)
class FactRow:
    line: int
    cells: dict[str, str]


def read_fact_table(data: bytes) -> tuple[list[FactRow], list[tuple[int, str, str]]]:
    """Rows, and what could not be read as a row (line, column, reason). Raises FileRefused for the whole file."""
    if len(data) > MOST_BYTES:
        raise FileRefused(Issue(0, "le fichier dépasse 10 Mo : coupez-le en plusieurs."))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused(Issue(0, "c'est un classeur d'un ancien format : enregistrez-le en .xlsx ou en CSV."))
    rows, problems = _workbook(data) if data.startswith(b"PK") else _csv(data)
    if not rows and not problems:
        raise FileRefused(Issue(0, "le fichier n'a aucune ligne sous ses titres de colonnes."))
    if len(rows) > MOST_ROWS:
        raise FileRefused(Issue(0, f"le fichier a {len(rows)} lignes : {MOST_ROWS} au plus, coupez-le en plusieurs."))
    for row in rows:
        for name, cell in row.cells.items():
            if cell.startswith("="):
                raise FileRefused(_formula(f"ligne {row.line}, colonne « {COLUMNS[name]} »"))
    return rows, problems


def _formula(where: str) -> Issue:
    return Issue(0, f"une cellule contient une formule ({where}) : collez les valeurs seules.")


def _is_ours(names: set[str]) -> bool:
    return {"nom", "prenom", "recit"} <= names


def _check_columns(names: set[str]) -> None:
    if missing := [COLUMNS[name] for name in NEEDED if name not in names]:
        raise FileRefused(Issue(0, f"il manque des colonnes : {', '.join(missing)}."))


def _csv(data: bytes) -> tuple[list[FactRow], list[tuple[int, str, str]]]:
    table = read_table(cast("Path", Received(data)), recognise=_is_ours, expected=EXPECTED)
    _check_columns(set(table.columns))
    known = {name: index for name, index in table.columns.items() if name in COLUMNS}
    rows, problems = [], []
    for row in table.rows:
        if isinstance(row, Issue):
            problems.append((row.line, "", row.reason))
        else:
            rows.append(FactRow(row.line, {name: row.cells[index].strip() for name, index in known.items()}))
    return rows, problems


def _workbook(data: bytes) -> tuple[list[FactRow], list[tuple[int, str, str]]]:
    try:
        _check_archive(data)
        lines = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, zipfile.BadZipFile, IndexError, KeyError, ValueError) as error:
        raise FileRefused(Issue(0, "ce classeur ne s'ouvre pas : enregistrez-le à nouveau, ou en CSV.")) from error
    # A title may come before the header.
    headers = [[header_name(_text(cell)) for cell in line] for line in lines[:6]]
    header = next((number for number, names in enumerate(headers) if _is_ours(set(names))), None)
    if header is None:
        raise FileRefused(Issue(0, f"ce fichier n'est pas {EXPECTED} : ses colonnes portent d'autres noms."))
    _check_columns(set(headers[header]))
    columns = {name: index for index, name in enumerate(headers[header]) if name in COLUMNS}
    rows = []
    for line_number, line in enumerate(lines[header + 1 :], header + 2):
        cells = {name: _text(line[index]) for name, index in columns.items()}
        if any(cells.values()):
            rows.append(FactRow(line_number, cells))
    return rows, []


def _check_archive(data: bytes) -> None:
    """Refuse what is no workbook, what swells when opened, and formulas: calamine would give their last result."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if sum(info.file_size for info in archive.infolist()) > MOST_OPENED:
            raise FileRefused(Issue(0, "ce classeur est trop lourd une fois ouvert : coupez-le en plusieurs."))
        sheets = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        if not sheets:
            raise FileRefused(Issue(0, "c'est une archive, pas un classeur : donnez un fichier .xlsx ou CSV."))
        for name in sheets:
            if found := FORMULA.search(archive.read(name)):
                raise FileRefused(_formula(f"cellule {found[1].decode()}"))


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}" if cell.time() == time() else f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
