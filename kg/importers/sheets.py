"""Sheets of a workbook, or of a folder of CSV files, as rows of cells with their places."""

from __future__ import annotations

import csv
import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import Place, SourceError
from ..findings import Finding, Severity

_MOST_ROWS = 200_000


@dataclass(frozen=True)
class SheetRow:
    """One row that is not empty: cells by header."""

    place: Place
    cells: dict[str, Any]


@dataclass
class Sheet:
    """A sheet: its headers, its rows, and what was odd about it."""

    name: str
    place: Place
    headers: tuple[str, ...]
    rows: list[SheetRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_sheets(path: Path, names: Iterable[str]) -> dict[str, Sheet]:
    """Return those of the named sheets that a workbook or folder has; raises SourceError where it cannot be read."""
    return _folder(path, names) if path.is_dir() else _workbook(path, names)


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets in a workbook or folder, or nothing where it is neither."""
    if path.is_dir():
        return [file.stem for file in sorted(path.glob("*.csv"))]
    if not path.is_file() or not zipfile.is_zipfile(path):
        return []
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, TypeError):
        return []
    try:
        return list(book.sheetnames)
    finally:
        book.close()


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of a folder's CSV files in order."""
    whole = hashlib.sha256()
    for file in sorted(path.glob("*.csv")) if path.is_dir() else [path]:
        whole.update(file.read_bytes())
    return whole.hexdigest()


def _matching(names: Iterable[str], found: Iterable[str]) -> dict[str, str]:
    """Pair wanted names with those that are there, whatever their case."""
    there = {name.strip().lower(): name for name in found}
    return {name: there[name.lower()] for name in names if name.lower() in there}


def _folder(path: Path, names: Iterable[str]) -> dict[str, Sheet]:
    files = {file.stem: file for file in path.glob("*.csv")}
    return {name: _csv(name, files[stem]) for name, stem in _matching(names, files).items()}


def _csv(name: str, path: Path) -> Sheet:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise SourceError("the text is not UTF-8: save it as CSV UTF-8", Place(path.name, None, row)) from None
    lines = text.splitlines()
    separator = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True)
    table = []
    try:
        for cells in reader:
            table.append((reader.line_num, cells))
    except csv.Error as error:
        raise SourceError(f"the CSV is broken: {error}", Place(path.name, None, reader.line_num)) from None
    return _sheet(name, Place(path.name, name), ((number, [cell or None for cell in cells]) for number, cells in table))


def _workbook(path: Path, names: Iterable[str]) -> dict[str, Sheet]:
    import openpyxl

    try:
        values = openpyxl.load_workbook(path, data_only=True)
        formulas = openpyxl.load_workbook(path)
    except (KeyError, ValueError, OSError, EOFError, TypeError, zipfile.BadZipFile) as error:
        raise SourceError(
            f"the workbook cannot be opened ({error}): it may be cut short or damaged; save it again as .xlsx",
            Place(path.name),
        ) from None
    found = {}
    for name, there in _matching(names, values.sheetnames).items():
        place = Place(path.name, name)
        sheet = _sheet(name, place, _values(values[there]))
        sheet.findings += _formulas(place, sheet.headers, formulas[there], values[there])
        sheet.findings += _merged(place, values[there])
        found[name] = sheet
    return found


def _values(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    if sheet.max_row > _MOST_ROWS:
        raise SourceError(
            f"the sheet has {sheet.max_row} rows, {_MOST_ROWS} are read at most", Place(None, sheet.title)
        )
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield number, list(cells)


def _formulas(place: Place, headers: tuple[str, ...], formulas: Any, values: Any) -> Iterator[Finding]:
    for row in formulas.iter_rows(min_row=2):
        for cell in row:
            if cell.data_type != "f":
                continue
            column = headers[cell.column - 1] if cell.column <= len(headers) else cell.column_letter
            where = Place(place.file, place.sheet, cell.row, column)
            if values.cell(cell.row, cell.column).value is None:
                yield Finding(Severity.VIOLATION, "the cell holds a formula without a result", where,
                              mend="open the workbook, let it compute and save it, or write the value itself")  # fmt: skip
            else:
                yield Finding(Severity.WARNING, "the cell holds a formula; its last result was read", where,
                              mend="write the value itself")  # fmt: skip


def _merged(place: Place, sheet: Any) -> Iterator[Finding]:
    for area in sheet.merged_cells.ranges:
        if area.max_row > 1:
            yield Finding(Severity.WARNING, f"the cells {area.coord} are merged; only the first has the value",
                          Place(place.file, place.sheet, area.min_row), mend="part them, and fill in each")  # fmt: skip


def _sheet(name: str, place: Place, lines: Iterable[tuple[int, list[Any]]]) -> Sheet:
    left = iter(lines)
    _, first = next(left, (1, []))
    headers = tuple(str(cell or "").strip().rstrip("*").strip() for cell in first)
    sheet = Sheet(name, place, headers)
    twice = {header for header in headers if header and headers.count(header) > 1}
    for header in sorted(twice):
        sheet.findings.append(
            Finding(
                Severity.VIOLATION,
                f"two columns are headed '{header}'",
                Place(place.file, place.sheet, 1, header),
                mend="keep one",
            )
        )
    for number, cells in left:
        named = {header: cell for header, cell in zip(headers, cells, strict=False) if header and not _empty(cell)}
        where = Place(place.file, place.sheet, number)
        if named:
            sheet.rows.append(SheetRow(where, named))
        if any(not _empty(cell) for cell in cells[len(headers) :]) or any(
            not header and not _empty(cell) for header, cell in zip(headers, cells, strict=False)
        ):
            sheet.findings.append(Finding(Severity.WARNING, "the row has a cell under no header; it was not read", where,
                                          mend="give the column a header, or empty the cell"))  # fmt: skip
    return sheet


def _empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
