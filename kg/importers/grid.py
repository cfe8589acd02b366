"""A workbook, or a folder of CSV files, as it stands: every sheet and every cell, whether a header is above it or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any

from ..comments import unmarked
from ..errors import Place
from ..findings import Finding, Severity
from .delimited import lines, strange
from .formulas import unharmed
from .sheets import computed, headed, letter, merged, open_workbook, rows_of
from .tables import cell_text

COMMENT, BROKEN = "comment", "no value"


@dataclass(frozen=True)
class GridCell:
    """A cell that is not empty; `aside` says what its text is where it is no value: a comment, or what stands for one."""

    row: int
    column: int
    text: str
    aside: str = ""

    def beside(self, header: str) -> str:
        """Return a header, with what the text is where it is no value."""
        return f"{header} ({self.aside})" if self.aside else header


@dataclass
class Grid:
    """A sheet: its first row by number of column, the cells below it, and what was odd about it."""

    name: str
    head: dict[int, str]
    cells: list[GridCell]
    findings: list[Finding] = field(default_factory=list)

    def header(self, column: int) -> str:
        """Return a column's header, or what it is called where it has none."""
        return self.head.get(column) or f"column {letter(column)}"

    @property
    def first(self) -> str:
        """Return the sheet's first words."""
        return self.head.get(1, "")

    def unheaded(self) -> Grid:
        """Return the sheet with its first row among the others."""
        first = [GridCell(1, column, text) for column, text in self.head.items()]
        return Grid(self.name, {}, [*first, *self.cells])

    def table(self) -> list[tuple[str, ...]]:
        """Return the values of each row from its first column on."""
        found = []
        for _, cells in self.rows():
            said = {cell.column: cell.text for cell in cells if not cell.aside}
            found.append(tuple(said.get(column, "") for column in range(1, max(said, default=0) + 1)))
        return found

    def rows(self) -> Iterator[tuple[int, list[GridCell]]]:
        """Yield the rows that are not empty, each with its number and its cells from left to right."""
        found: dict[int, list[GridCell]] = {}
        for cell in sorted(self.cells, key=lambda cell: (cell.row, cell.column)):
            found.setdefault(cell.row, []).append(cell)
        yield from found.items()


def read_grids(path: Path) -> list[Grid]:
    """Return all sheets that hold cells, in order; raises SourceError where the file cannot be read."""
    if path.is_dir():
        return [_csv(file) for file in sorted(path.glob("*.csv"))]
    values, formulas = open_workbook(path, data_only=True), open_workbook(path)
    return [_sheet(Place(path.name, sheet.title), sheet, formulas[sheet.title]) for sheet in values.worksheets]


def _csv(file: Path) -> Grid:
    recoded: list[int] = []
    table = [(row, [unharmed(cell) for cell in cells]) for row, cells in lines(file, recoded)]
    return _grid(file.stem, table, list(strange(file, recoded)))


def _sheet(place: Place, values: Any, formulas: Any) -> Grid:
    found = list(computed(place, formulas, values, first=2))
    grid = _grid(values.title, ((row, [_text(cell) for cell in cells]) for row, cells in rows_of(place, values)), [])
    grid.findings = [finding for _, finding in found]
    asides = {
        (cell.row, cell.column): GridCell(cell.row, cell.column, _written(cell, values), BROKEN)
        for cell, finding in found
        if finding.severity is Severity.VIOLATION
    }
    grid.cells = [cell for cell in grid.cells if (cell.row, cell.column) not in asides] + list(asides.values())
    grid.cells += _comments(values)
    grid.findings += merged(place, values)
    return grid


def _grid(name: str, table: Any, findings: list[Finding]) -> Grid:
    head: dict[int, str] = {}
    cells: list[GridCell] = []
    for number, (row, texts) in enumerate(table):
        for column, text in enumerate(texts, start=1):
            if text.strip() and number == 0:
                head[column] = headed(text)
            elif text.strip():
                cells.append(GridCell(row, column, text.strip()))
    return Grid(name, head, cells, findings)


def _written(cell: Any, values: Any) -> str:
    """Return the error that a cell shows, or the formula that was never computed."""
    shown = values.cell(cell.row, cell.column).value
    return str(shown if shown is not None else getattr(cell.value, "text", cell.value))


def _comments(sheet: Any) -> Iterator[GridCell]:
    """Yield what people noted at cells, without what a check has told there; the header's comments explain it."""
    for cell in (cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.comment):
        text = unmarked(cell.comment.text).strip()
        if text:
            yield GridCell(cell.row, cell.column, text, COMMENT)


def _text(value: Any) -> str:
    """Return a value as text, with its time of day where it has one."""
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() != time():
        return value.isoformat(" ")
    return cell_text(value)
