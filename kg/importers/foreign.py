"""A table that is not ours, as it stands: CSV or a sheet of a workbook, whatever stands above its headers."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..errors import Place, SourceError
from ..findings import Finding, Severity
from . import delimited
from .mapping import Cells, heading
from .packed import present
from .sheets import computed, open_both
from .tables import cell_text

_ABOVE = 20  # rows among which the headers are looked for
_MOST_ROWS = 200_000

Grid = list[tuple[int, list[str]]]
"""Rows as they stand, each with its number in the file."""


@dataclass(frozen=True)
class Line:
    """A row that is not empty: its place, and its texts by column as `heading` spells them."""

    place: Place
    cells: Cells


@dataclass(frozen=True)
class Foreign:
    """A table: where its headers stand, the headers as spelled there, its rows, and what was odd about it.

    `labels` are what a data dictionary calls the columns, `private` those that it says identify somebody, and
    `chosen` those whose texts are choices of a list, each of them whole.
    """

    place: Place
    headers: tuple[str, ...]
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    private: frozenset[str] = frozenset()
    chosen: frozenset[str] = frozenset()

    def texts(self, header: str) -> list[str]:
        """Return what a column says, from the first row to the last."""
        name = heading(header)
        return [text for line in self.lines for text in line.cells.get(name, ())]


def read_foreign(path: Path, sheet: str | None = None, header: int | None = None) -> Foreign:
    """Return a table with the headers in row `header`, else in the first row that looks like headers.

    Of two columns with one header the second is called `header (2)`, a column without one by its number. Raises
    SourceError where the table cannot be read, or has no rows.
    """
    present(path)
    findings: list[Finding] = []
    place, grid = _workbook(path, sheet, findings) if zipfile.is_zipfile(path) else _text(path, findings)
    grid = [(number, cells) for number, cells in grid if any(cells)]
    if not grid:
        raise SourceError("it has no rows: there is nothing to load", place)
    at = _header(grid) if header is None else next((n for n, (row, _) in enumerate(grid) if row == header), None)
    if at is None or len(grid) == at + 1:
        raise SourceError(f"there are no rows below the headers in row {header or grid[-1][0]}: say in the mapping with"
                          " `header` in which row they stand", place)  # fmt: skip
    number, cells = grid[at]
    names = _names(cells, max(len(cells) for _, cells in grid[at:]))
    keys = [heading(name) for name in names]
    lines = [
        Line(
            Place(path.name, place.sheet, row),
            {key: (text,) for key, text in zip(keys, texts, strict=False) if text},
        )
        for row, texts in grid[at + 1 :]
    ]
    used = [name for name, key, said in zip(names, keys, _padded(cells, len(names)), strict=True)
            if said or any(key in line.cells for line in lines)]  # fmt: skip
    return Foreign(replace(place, row=number), tuple(used), tuple(lines), tuple(_headed(findings, names)))


def _headed(findings: Sequence[Finding], names: Sequence[str]) -> Iterator[Finding]:
    """Yield findings with the headers of their columns in place of numbers."""
    for finding in findings:
        at = int(finding.place.column or 0)
        column = names[at - 1] if 0 < at <= len(names) else finding.place.column
        yield replace(finding, place=replace(finding.place, column=column))


def _padded(cells: Sequence[str], wide: int) -> list[str]:
    return [*cells, *[""] * (wide - len(cells))]


def _header(grid: Grid) -> int:
    """Return the first row that is at least half as full as the fullest near it: titles above it are not."""
    full = [sum(map(bool, cells)) for _, cells in grid[:_ABOVE]]
    return next(at for at, many in enumerate(full) if many * 2 >= max(full))


def _names(cells: Sequence[str], wide: int) -> list[str]:
    found: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(_padded(cells, wide), start=1):
        name = once = " ".join(cell.split()) or f"column {number}"
        again = 1
        while heading(name) in taken:
            again += 1
            name = f"{once} ({again})"
        taken.add(heading(name))
        found.append(name)
    return found


def _text(path: Path, findings: list[Finding]) -> tuple[Place, Grid]:
    recoded: list[int] = []
    grid = [(number, [cell.strip() for cell in cells]) for number, cells in delimited.lines(path, recoded)]
    findings += delimited.strange(path, recoded)
    return Place(path.name), grid


def _workbook(path: Path, name: str | None, findings: list[Finding]) -> tuple[Place, Grid]:
    book, formulas = open_both(path)
    there = {sheet.title.strip().casefold(): sheet for sheet in book.worksheets}
    if name is not None and name.strip().casefold() not in there:
        raise SourceError(f"it has no sheet '{name}': there are {', '.join(book.sheetnames)}", Place(path.name))
    sheet = there[name.strip().casefold()] if name else _fullest(book.worksheets, path)
    place = Place(path.name, sheet.title)
    if len(there) > 1:
        others = ", ".join(one.title for one in book.worksheets if one is not sheet)
        findings.append(Finding(Severity.INFO, f"this sheet is read, and not {others}", place,
                                mend="name another with `sheet` in the mapping"))  # fmt: skip
    if sheet.max_row > _MOST_ROWS:
        raise SourceError(f"the sheet has {sheet.max_row} rows, {_MOST_ROWS} are read at most", place)
    grid = [[None if cell is None else cell_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    findings += _merged(place, sheet, grid)
    findings += _computed(place, sheet, formulas[sheet.title])
    return place, [(number, [cell or "" for cell in cells]) for number, cells in enumerate(grid, start=1)]


def _fullest(sheets: Sequence[Any], path: Path) -> Any:
    """Return the sheet with most rows: a cover or a guide often stands before the table."""
    if not sheets:
        raise SourceError("it has no sheet with cells", Place(path.name))
    return max(sheets, key=lambda sheet: sheet.max_row * sheet.max_column)


def _merged(place: Place, sheet: Any, grid: list[list[str | None]]) -> Iterator[Finding]:
    """Give each row of a merged cell the cell's value, which the file holds once."""
    for area in sheet.merged_cells.ranges:
        if area.max_row == area.min_row:
            continue
        for row in range(area.min_row, area.max_row):
            grid[row][area.min_col - 1] = grid[area.min_row - 1][area.min_col - 1]
        yield Finding(Severity.INFO, f"the cells {area.coord} are merged; each of their rows is given the value",
                      replace(place, row=area.min_row))  # fmt: skip


def _computed(place: Place, values: Any, formulas: Any) -> Iterator[Finding]:
    """Find cells whose value is an error, or was never computed; their column is its number until headers are known."""
    for cell, finding in computed(place, formulas, values):
        if finding.severity is Severity.VIOLATION:
            yield replace(finding, place=replace(finding.place, column=str(cell.column)))
