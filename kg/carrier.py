"""What carries the cells of a workbook into today's columns, and keeps what none takes.

A cell that no column takes goes into the notes of its row, behind its column's name. What no row owns, what a cell
cannot hold, and what tells how to reach somebody, for notes may be read by others, goes on the sheet Kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from atmp.ontology.vocabulary import Vocabulary, key

from .answered import Rows, spelled
from .findings import Finding
from .guide import KEPT
from .importers.cells import LONGEST
from .importers.columns import FIELDS, SHEETS, SURVEY, Column, Sort, id_column
from .importers.grid import COMMENT, Grid, GridCell
from .importers.leftover import is_contact, without_contact
from .importers.sheets import headed
from .spellings import column_of, columns_of

NOTES = "Notes"
NOTE, HELD = "a note", f"sheet {KEPT}"
"""What a cell becomes that is not carried."""
UNTAKEN, PRIVATE, LONG = "no column of today takes it", "it tells how to reach somebody", "it is too long for a cell"
_TIMED = re.compile(r"(\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d(?:\.\d+)?")


class Line(NamedTuple):
    """A line of the sheet Kept: where words stood, they themselves, and why they are there."""

    sheet: str
    row: str
    column: str
    words: str
    why: str


@dataclass
class Migrated:
    """What becomes of a workbook: its rows by sheet with today's columns, what is kept, and an account of both.

    `numbers` are the rows' numbers in the old workbook. `moves` counts cells by sheet, header and what they became,
    `terms` cells by sheet, column, the deprecated word and the one that replaces it.
    """

    language: str
    version: int | None
    sheets: dict[str, Rows] = field(default_factory=dict)
    numbers: dict[str, list[int]] = field(default_factory=dict)
    kept: list[Line] = field(default_factory=list)
    moves: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    terms: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    @property
    def figures(self) -> tuple[int, int, int]:
        """Return how many cells were carried, became notes, and stand on the sheet Kept."""
        notes, kept = (sum(count for move, count in self.moves.items() if move[2] == there) for there in (NOTE, HELD))
        return sum(self.moves.values()) - notes - kept, notes, kept

    def uncarried(self, sheet: str, column: str) -> None:
        """Take one cell of a column out of the account of those that were carried."""
        move = next(move for move, count in self.moves.items() if (move[0], move[2]) == (sheet, column) and count)
        self.moves[move] -= 1

    def keep(self, sheet: str, row: int, column: str, words: str, why: str) -> None:
        """Put words on the sheet Kept, over several lines where one cell cannot hold them."""
        self.moves[sheet, column, HELD] += 1
        for start in range(0, len(words), LONGEST):
            self.kept.append(Line(sheet, str(row), column, words[start : start + LONGEST], why))


@dataclass(frozen=True)
class Carrier:
    """Fills in what becomes of one workbook."""

    made: Migrated
    known: Vocabulary

    def carry(self, name: str, grid: Grid) -> None:
        """Carry one of the survey's sheets."""
        self.made.findings += grid.findings
        if name == SURVEY:
            self._fields(grid)
            return
        at, rows = self._columns(name, grid), []
        self.made.numbers[name] = []
        for number, cells in grid.rows():
            row = {column.header: "" for column in SHEETS[name]}
            notes = [
                left
                for cell in cells
                for left in self._cell(name, grid.header(cell.column), at.get(cell.column), cell, row)
            ]
            owner = row if any(row.values()) else None
            for header, words in notes:
                self._note(owner, name, number, header, words)
            if owner is not None:
                rows.append(row)
                self.made.numbers[name].append(number)
        self.made.sheets[name] = rows
        self._empty_columns(name, grid, set(at))

    def keep(self, grid: Grid) -> None:
        """Keep a sheet that is none of the survey's: on the rows that it names by their ids, else by itself."""
        self.made.findings += grid.findings
        ids = {key(id_column(sheet).header): id_column(sheet).header for sheet in SHEETS}
        named = {at: ids[key(header)] for at, header in grid.head.items() if key(header) in ids}
        rows = {(header, row[header]): row for sheet in SHEETS for row in self.made.sheets[sheet]
                for header in [id_column(sheet).header] if row[header]}  # fmt: skip
        for number, cells in grid.rows():
            plain = ((named.get(cell.column, ""), cell.text) for cell in cells if not cell.aside)
            owner = next((rows[one] for one in plain if one in rows), None)
            for cell in cells:
                if owner is None or cell.column not in named or cell.aside:
                    header = cell.beside(grid.header(cell.column))
                    self._note(owner, grid.name, number, header, cell.text, before=f"{grid.name}, ")
        self._empty_columns(grid.name, grid, set())

    def keep_again(self, grid: Grid) -> None:
        """Take over the sheet Kept of an earlier migration, line by line."""
        wide = len(Line._fields)
        for number, cells in grid.rows():
            line = {cell.column: cell.text for cell in cells if cell.column <= wide and not cell.aside}
            self.made.kept += [Line(*(line.get(at, "") for at in range(1, wide + 1)))] if line else []
            for cell in cells:
                if cell.column > wide or cell.aside:
                    self.made.keep(KEPT, number, cell.beside(grid.header(cell.column)), cell.text, UNTAKEN)

    def _fields(self, grid: Grid) -> None:
        """Carry the sheet Survey, whose columns are Field and Value."""
        there = {key(header): at for at, header in grid.head.items()}
        if not {"field", "value"} <= there.keys():  # nothing stands above the fields
            there, grid = {"field": 1, "value": 2}, grid.unheaded()
        heads = {name: there[name] for name in ("field", "value")}
        row = {column.header: "" for column in FIELDS}
        numbers = dict.fromkeys(row, 1)
        for number, cells in grid.rows():
            label, left = self._answer(cells, heads, row, numbers)
            for cell in left:
                beside = (
                    "" if cell.column == heads["value"] and not cell.aside else cell.beside(grid.header(cell.column))
                )
                self.made.keep(SURVEY, number, ", ".join(filter(None, (label, beside))), cell.text, UNTAKEN)
        self._empty_columns(SURVEY, grid, set(heads.values()))
        self.made.sheets[SURVEY] = [{"Field": header, "Value": value} for header, value in row.items()]
        self.made.numbers[SURVEY] = list(numbers.values())

    def _answer(
        self, cells: Sequence[GridCell], heads: dict[str, int], row: dict[str, str], numbers: dict[str, int]
    ) -> tuple[str, list[GridCell]]:
        """Carry one field's answer; return what the field is called, and what else stands in its row."""
        plain = {cell.column: cell for cell in cells if not cell.aside}
        asked, answer = plain.get(heads["field"]), plain.get(heads["value"])
        label = headed(asked.text) if asked else ""
        column = column_of(SURVEY, label, self.made.version)
        left = [cell for cell in cells if cell is not asked and (cell.column, cell.aside) != (heads["field"], COMMENT)]
        if answer is not None and column is not None and not row[column.header]:
            row[column.header] = self._value(SURVEY, column, answer.text)
            numbers[column.header] = answer.row
            self.made.moves[SURVEY, label, column.header] += 1
            left.remove(answer)
        elif answer is None and column is None and asked is not None:
            return "", [asked, *left]
        return label, left

    def _columns(self, name: str, grid: Grid) -> dict[int, Column]:
        """Return today's column for each column: the one under its own header, else the first that means it."""
        own = {column.header for column in columns_of(name)}
        found: dict[int, Column] = {}
        for at, header in sorted(grid.head.items(), key=lambda one: (one[1] not in own, one[0])):
            column = column_of(name, header, self.made.version)
            if column is not None and column not in found.values():
                found[at] = column
        return found

    def _cell(
        self, name: str, header: str, column: Column | None, cell: GridCell, row: dict[str, str]
    ) -> Iterator[tuple[str, str]]:
        """Carry a cell into a row; yield what is left of it, by the name of its column."""
        value = self._value(name, column, cell.text) if column and not cell.aside else ""
        if column is None or not value or len(value) > LONGEST:
            yield cell.beside(header), cell.text
            return
        row[column.header] = value
        self.made.moves[name, header, column.header] += 1
        if column.sort is Sort.DATE and value != cell.text:
            yield header, cell.text

    def _value(self, name: str, column: Column, text: str) -> str:
        """Return a cell as today's columns hold it: a date without its time, and terms that are still to be chosen."""
        timed = _TIMED.fullmatch(text) if column.sort is Sort.DATE else None
        if timed:
            return timed[1]
        if column.sort is Sort.CONCEPT:
            return self._term(name, column, text)
        if column.sort is Sort.CONCEPTS:
            return ";".join(self._term(name, column, part) for part in text.split(";"))
        return text

    def _term(self, name: str, column: Column, part: str) -> str:
        """Return a term as it is written, or the one that replaces it."""
        word = part.strip()
        former = self.known.deprecated(word, column.scheme or "")
        if former is None:
            return part
        now = spelled(self.known, self.known.current(former), self.made.language)
        self.made.terms[name, column.header, word, now] += 1
        return part.replace(word, now)

    def _note(
        self, owner: dict[str, str] | None, sheet: str, row: int, header: str, words: str, before: str = ""
    ) -> None:
        """Put words into the notes of a row, or where they may not stand there on the sheet Kept."""
        notes = "\n".join(filter(None, (owner[NOTES] if owner else "", f"{before}{header}: {words}")))
        if is_contact(header) or without_contact(words) != words:
            self.made.keep(sheet, row, header, words, PRIVATE)
        elif owner is None or len(notes) > LONGEST:
            self.made.keep(sheet, row, header, words, UNTAKEN if owner is None else LONG)
        else:
            owner[NOTES] = notes
            self.made.moves[sheet, header, NOTE] += 1

    def _empty_columns(self, name: str, grid: Grid, taken: set[int]) -> None:
        """Keep the headers that nothing stands under, of columns that are not today's."""
        used = {cell.column for cell in grid.cells}
        for at, header in grid.head.items():
            if at not in taken | used:
                self.made.keep(name, 1, header, header, UNTAKEN)
