"""Sheets of a workbook, or of a folder of CSV files, as rows of cells with their places."""

from __future__ import annotations

import hashlib
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..errorlist import is_list
from ..errors import Place, SourceError
from ..findings import Finding, Severity
from ..guide import LISTS, is_guide
from .delimited import lines, strange
from .formulas import unharmed
from .package import guard, has_formulas

_MOST_ROWS = 200_000
_PART = 1_000_000  # bytes
_TOP = 10  # rows of a sheet by which it is told


@dataclass(frozen=True)
class SheetRow:
    """One row that is not empty: cells by header; `places` of those that stand elsewhere, or under another header."""

    place: Place
    cells: dict[str, Any]
    places: dict[str, Place] = field(default_factory=dict)


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


def open_workbook(path: Path, **options: bool) -> Any:
    """Return an open workbook, whatever its file is called; raises SourceError in words where it is none, or a bomb."""
    import openpyxl

    guard(path)
    try:
        with _quiet():
            return openpyxl.load_workbook(io.BytesIO(path.read_bytes()), **options)
    except BROKEN as error:
        raise broken(path, error) from None


def open_both(path: Path) -> tuple[Any, Any]:
    """Return a workbook with the values of its cells, and with their formulas: the same one where there are none."""
    values = open_workbook(path, data_only=True)
    return values, open_workbook(path) if has_formulas(path) else values


@contextmanager
def leafed(path: Path) -> Iterator[Any]:
    """Give a workbook to read row by row, its values only; raises SourceError as `open_workbook`, also on the way."""
    book = open_workbook(path, read_only=True, data_only=True)
    try:
        with _quiet():
            yield book
    except BROKEN as error:
        raise broken(path, error) from None
    finally:
        book.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep from the reader what openpyxl warns of: drop-downs and colours of newer programs, which are not read here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="openpyxl")
        yield


BROKEN = (
    KeyError, ValueError, OSError, EOFError, TypeError, AttributeError, IndexError, NotImplementedError, RuntimeError,
    zipfile.BadZipFile, zlib.error, SyntaxError,
)  # fmt: skip
"""What reading a damaged workbook raises: its packing, its XML (by either parser), and what it makes openpyxl stumble over."""


def broken(path: Path, error: Exception) -> SourceError:
    """Return the error of a workbook that cannot be read."""
    why = " ".join(str(error).split(". ")[0].split()).rstrip(".").replace(str(path), path.name)
    return SourceError(
        f"the workbook cannot be opened ({why}): it may be cut short, damaged or locked; save it again as .xlsx",
        Place(path.name),
    )


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets in a workbook or folder, or nothing where it is neither."""
    if path.is_dir():
        return [file.stem for file in sorted(path.glob("*.csv"))]
    if not path.is_file() or not zipfile.is_zipfile(path):
        return []
    try:
        with leafed(path) as book:
            return list(book.sheetnames)
    except SourceError:
        return []


def unread(path: Path, names: Iterable[str]) -> list[str]:
    """Return the sheets that hold something, but for the named ones and those that we write and never read."""
    if path.is_dir():
        there = sheet_names(path)
        return [name for name in there if name not in _matching(names, there).values()]
    with leafed(path) as book:
        there = [sheet.title for sheet in book.worksheets]
        others = (name for name in there if name not in _matching(names, there).values())
        tops = {name: list(book[name].iter_rows(max_row=_TOP, values_only=True)) for name in others}
    return [name for name, top in tops.items() if any(any(row) for row in top) and not _ours(name, top)]


def _ours(name: str, top: list[tuple[Any, ...]]) -> bool:
    first = str((top[0] or ("",))[0] or "")
    return name == LISTS or is_guide(first) or is_list(top)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of a folder's CSV files in order."""
    whole = hashlib.sha256()
    for name in sorted(path.glob("*.csv")) if path.is_dir() else [path]:
        with name.open("rb") as file:
            while part := file.read(_PART):
                whole.update(part)
    return whole.hexdigest()


def _matching(names: Iterable[str], found: Iterable[str]) -> dict[str, str]:
    """Pair wanted names with those that are there, whatever their case."""
    there = {name.strip().lower(): name for name in found}
    return {name: there[name.lower()] for name in names if name.lower() in there}


def _folder(path: Path, names: Iterable[str]) -> dict[str, Sheet]:
    files = {file.stem: file for file in path.glob("*.csv")}
    return {name: _csv(name, files[stem]) for name, stem in _matching(names, files).items()}


def _csv(name: str, path: Path) -> Sheet:
    recoded: list[int] = []
    table = [(number, [unharmed(cell) or None for cell in cells]) for number, cells in lines(path, recoded)]
    sheet = _sheet(name, Place(path.name, name), table)
    sheet.findings += strange(path, recoded)
    return sheet


def _workbook(path: Path, names: Iterable[str]) -> dict[str, Sheet]:
    values, formulas = open_both(path)
    tables = {sheet.title for sheet in values.worksheets}  # a chart on a sheet of its own has no cells
    found = {}
    for name, there in _matching(names, tables).items():
        place = Place(path.name, name)
        sheet = _sheet(name, place, rows_of(place, values[there]))
        sheet.findings += _formulas(place, sheet.headers, formulas[there], values[there])
        sheet.findings += merged(place, values[there])
        found[name] = sheet
    return found


def rows_of(place: Place, sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows of a workbook's sheet, each with its number; raises SourceError where there are too many."""
    if sheet.max_row > _MOST_ROWS:
        raise SourceError(
            f"the sheet has {sheet.max_row} rows, {_MOST_ROWS} are read at most: delete the empty rows at its end",
            place,
        )
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield number, list(cells)


def _formulas(place: Place, headers: tuple[str, ...], formulas: Any, values: Any) -> Iterator[Finding]:
    for cell, finding in computed(place, formulas, values, first=2):
        column = headers[cell.column - 1] if cell.column <= len(headers) else cell.column_letter
        yield replace(finding, place=replace(finding.place, column=column))


def computed(place: Place, formulas: Any, values: Any, first: int = 1) -> Iterator[tuple[Any, Finding]]:
    """Yield the cells that hold a formula or an error, from row `first` on, each with its finding at its row."""
    for cell in (cell for row in formulas.iter_rows(min_row=first) for cell in row):
        result = values.cell(cell.row, cell.column)
        where = replace(place, row=cell.row)
        if result.data_type == "e":
            yield cell, Finding(Severity.VIOLATION, f"the cell holds the error {result.value}", where,
                                mend="mend its formula, write the value itself, or empty the cell")  # fmt: skip
        elif cell.data_type == "f" and result.value is None:
            yield cell, Finding(Severity.VIOLATION, "the cell holds a formula without a result", where,
                                mend="open the workbook, let it compute and save it, or write the value itself")  # fmt: skip
        elif cell.data_type == "f":
            yield cell, Finding(Severity.WARNING, "the cell holds a formula; its last result was read", where,
                                mend="write the value itself")  # fmt: skip


def merged(place: Place, sheet: Any) -> Iterator[Finding]:
    """Yield a finding for each area of merged cells, of which only the first has the value."""
    for area in sheet.merged_cells.ranges:
        if area.max_row > 1:
            yield Finding(Severity.WARNING, f"the cells {area.coord} are merged; only the first has the value",
                          Place(place.file, place.sheet, area.min_row), mend="part them, and fill in each")  # fmt: skip


def headed(cell: Any) -> str:
    """Return a header's words: with single spaces, and without the star of what is required."""
    return " ".join(str(cell or "").split()).rstrip("*").strip()


def _sheet(name: str, place: Place, lines: Iterable[tuple[int, list[Any]]]) -> Sheet:
    left = iter(lines)
    _, first = next(left, (1, []))
    headers = tuple(headed(cell) for cell in first)
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
        for at, cell in enumerate(cells):
            if not _empty(cell) and not (at < len(headers) and headers[at]):
                said = "the cell stands under no header; it was not read"
                mend = "give the column a header, or empty the cell; `atmp survey migrate` keeps it as a note"
                place_of = replace(where, column=letter(at + 1))
                sheet.findings.append(Finding(Severity.WARNING, said, place_of, value=str(cell), mend=mend))
    return sheet


def letter(column: int) -> str:
    """Return what a spreadsheet calls a column, by its number from 1."""
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def _empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
