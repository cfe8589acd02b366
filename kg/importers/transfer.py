"""From a table to the survey's sheets: the rows that a mapping makes of each line, linked and brought together."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from atmp.ontology.vocabulary import key

from ..errors import Place
from ..findings import Finding, Severity
from .columns import SHEETS, Column, Sort, id_column
from .foreign import Foreign, Line
from .maker import read_day
from .mapping import heading
from .redcap import EVENT
from .sheets import Sheet, SheetRow
from .surveymapping import EACH, NUMBER, Block, Reads, SurveyMapping, numbered

_LISTS = {Sort.IDS, Sort.TEXTS, Sort.CONCEPTS, Sort.DISEASES}
_COLUMNS = {sheet: {column.header: column for column in columns} for sheet, columns in SHEETS.items()}


@dataclass
class Made:
    """One row of a sheet that a line of the table makes: by block `name`, its `number` where that repeats."""

    name: str
    block: Block
    number: str | None
    line: Line
    identifier: str
    cells: dict[str, str]
    places: dict[str, Place]


@dataclass
class Transfer:
    """Makes the sheets of one table by one mapping; `file` is what findings call the mapping."""

    mapping: SurveyMapping
    table: Foreign
    file: str
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Keep how the table spells its columns, and of which event of a study each line is."""
        self._spelled = {heading(header): header for header in self.table.headers}
        self._events = {line.place.row: line.cells.get(heading(EVENT)) for line in self.table.lines}

    def rows(self) -> list[Made]:
        """Return the rows that the lines make, each linked to those made beside it."""
        made = [one for line in self.table.lines for one in self._of(line)]
        beside = _Beside(made, self.mapping.record)
        for one in made:
            for header, reads in one.block.columns.items():
                if reads.rows:
                    self._link(one, header, beside.ids(one, reads.rows))
        return made

    def sheets(self, made: Iterable[Made]) -> dict[str, Sheet]:
        """Return the sheets with these rows, those of one id as one."""
        found: dict[str, Sheet] = {}
        for block in self.mapping.rows.values():
            headers = (id_column(block.sheet).header, *block.columns, *block.fixed)
            sheet = found.setdefault(block.sheet, Sheet(block.sheet, Place(self.file, block.sheet), ()))
            sheet.headers = tuple(dict.fromkeys((*sheet.headers, *headers, "Notes")))
        first: dict[tuple[str, str], SheetRow] = {}
        for one in made:
            sheet = found[one.block.sheet]
            cells = {id_column(sheet.name).header: one.identifier, **one.cells}
            row = SheetRow(one.line.place, {name: text for name, text in cells.items() if text}, one.places)
            earlier = first.setdefault((sheet.name, one.identifier), row) if one.identifier else row
            if earlier is row:
                sheet.rows.append(row)
            else:
                self._add(sheet.name, earlier, row)
        return found

    def _of(self, line: Line) -> Iterator[Made]:
        for name, block in self.mapping.rows.items():
            for number in block.numbers():
                yield from self._pieces(name, block, number, line)

    def _pieces(self, name: str, block: Block, number: str | None, line: Line) -> Iterator[Made]:
        cells = line.cells | {NUMBER: (number or "",)}
        pieces = _numbered(block.each, number).texts(cells) if block.each else (None,)
        for piece in dict.fromkeys(pieces):
            seen = cells | {EACH: (piece,)} if piece is not None else cells
            own = {header: _numbered(reads, number) for header, reads in block.columns.items()}
            said = {
                header: _cell(block.sheet, header, reads, reads.texts(seen))
                for header, reads in own.items()
                if reads.column
            }
            if piece is None and not any(text for header, text in said.items() if block.makes(header)):
                continue
            places = {header: self._place(line, reads, block, number) for header, reads in own.items()}
            named = _numbered(block.id, number)
            places[id_column(block.sheet).header] = self._place(line, named, block, number)
            said = {header: said.get(header) or block.fixed.get(header, "") for header in (*said, *block.fixed)}
            yield Made(name, block, number, line, _identifier(block, named.texts(seen)), said, places)

    def _place(self, line: Line, reads: Reads, block: Block, number: str | None) -> Place:
        """Return where in the table a cell stands; ids of other rows stand where the row does."""
        pieces = _numbered(block.each, number).column if block.each else ()
        named = [one for name in reads.column for one in (pieces if name == EACH else (name,))]
        there = [self._spelled[heading(name)] for name in named if heading(name) in self._spelled]
        filled = [name for name in there if line.cells.get(heading(name))]
        return replace(line.place, column=next(iter([*filled, *there]), None))

    def _link(self, one: Made, header: str, ids: tuple[str, ...]) -> None:
        if len(ids) > 1 and _COLUMNS[one.block.sheet][header].sort is Sort.ID:
            self.findings.append(Finding(Severity.VIOLATION, f"the row could belong to any of {', '.join(ids)}", one.places[header],
                                         mend="say in the mapping by which column its project or organisation is named"))  # fmt: skip
            ids = ids[:1]
        one.cells[header] = "; ".join(ids) or one.block.fixed.get(header, "")

    def _add(self, sheet: str, first: SheetRow, later: SheetRow) -> None:
        """Add what a later line says of the same thing: lists come together, of single values the first stands."""
        for header, text in later.cells.items():
            before = first.cells.get(header)
            column = _COLUMNS[sheet][header]
            if before is None:
                first.cells[header] = text
                if header in later.places:
                    first.places[header] = later.places[header]
            elif column.sort in _LISTS:
                first.cells[header] = "; ".join(dict.fromkeys([*before.split("; "), *text.split("; ")]))
            elif header == "Notes" and text not in before:
                first.cells[header] = f"{before}\n{text}"
            elif key(text) != key(before) and header != "Notes":
                place = later.places.get(header) or replace(later.place, column=header)
                said = f"row {first.place.row} says '{before}' of the same {column.kind}, and here stands '{text}'; the first stands"
                mend = "correct one of the two, or give the mapping an id that tells them apart"
                if self._events[first.place.row] != self._events[later.place.row]:
                    mend = f"load one event as one round: name it in the mapping with `only = {{ {EVENT} = [...] }}`"
                self.findings.append(Finding(Severity.WARNING, said, place, value=text, mend=mend))


class _Beside:
    """The ids of rows by the line, and the record, that they were made of."""

    def __init__(self, made: Iterable[Made], record: str | None) -> None:
        self.record = heading(record) if record else None
        self._ids: dict[tuple[object, ...], list[str]] = {}
        for one in made:
            for place in self._places(one, one.name):
                self._ids.setdefault(place, []).append(one.identifier)

    def _places(self, one: Made, name: str) -> Iterator[tuple[object, ...]]:
        """Yield what a row made by block `name` is looked for by, the nearest first."""
        row = one.line.place.row
        if one.number is not None:
            yield name, row, one.number
        yield name, row
        if self.record and self.record in one.line.cells:
            yield name, "record", one.line.cells[self.record]

    def ids(self, one: Made, names: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of the rows that other blocks made beside a row."""
        found: list[str] = []
        for name in names:
            there = (self._ids[place] for place in self._places(one, name) if place in self._ids)
            found += next(there, [])
        return tuple(dict.fromkeys(identifier for identifier in found if identifier))


def _numbered(reads: Reads, number: str | None) -> Reads:
    if number is None:
        return reads
    return reads.model_copy(update={"column": tuple(numbered(name, number) for name in reads.column)})


def _identifier(block: Block, texts: Iterable[str]) -> str:
    said = [" ".join(text.replace(";", ",").split()) for text in texts]
    if block.digest and said:
        words = "\n".join(key(text) for text in said)
        return block.prefix + hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:12]
    return block.prefix + "-".join(said) if said else ""


def _cell(sheet: str, header: str, reads: Reads, texts: tuple[str, ...]) -> str:
    """Return a cell as the survey writes it."""
    column: Column = _COLUMNS[sheet][header]
    if column.sort is Sort.DATE:
        texts = tuple(_day(text, reads.date) for text in texts)
    if column.sort is Sort.TEXT:
        return (" " if column.name == "label" else "\n").join(texts)
    return "; ".join(dict.fromkeys(texts))


def _day(text: str, form: str | None) -> str:
    """Return a date as the survey writes it; one that is not in its form stays as it is, to be said at its cell."""
    if form is not None:
        day = read_day(text, form)
        return day.isoformat() if day else text
    stamped = re.match(r"(\d{4}-\d{2}-\d{2})[ T]\d", text)
    return stamped[1] if stamped else text
