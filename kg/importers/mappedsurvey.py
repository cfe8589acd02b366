"""A centre's own table as a survey: a mapping makes the survey's sheets of it, and the survey importer reads them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ..errors import Place, SourceError
from ..iris import slug
from ..source import Reading
from .columns import SURVEY
from .foreign import Foreign, read_foreign
from .interface import Context
from .leftover import Leftover
from .mapping import heading
from .redcap import read_dictionary, unfolded
from .sheets import Sheet, SheetRow
from .survey import survey_reading
from .surveymapping import NUMBER, SurveyMapping, numbered
from .transfer import Transfer

_NAMED = 40  # columns that an error names at most


class MappedSurveyImporter:
    """Reads tables by one mapping file whose target is the survey."""

    def __init__(self, file: Path, mapping: SurveyMapping) -> None:
        """Read by `mapping`, which stands in `file`; a dictionary that it names stands beside it."""
        self.file, self.mapping = file, mapping
        self.name = mapping.name or slug(file.stem) or "mapping"
        self.title = f"a centre's own table as a survey, by the mapping {self.name}"

    def recognises(self, path: Path) -> bool:
        """Return whether every column of the mapping is there."""
        return not _missing(self.mapping, self._table(path))

    def read(self, path: Path, context: Context) -> Reading:
        """Return the survey that the table makes; raises SourceError where a column of the mapping is missing."""
        table = self._table(path)
        missing = _missing(self.mapping, table)
        if missing:
            raise SourceError(self._unknown(missing, table), Place(path.name, table.place.sheet, table.place.row))
        transfer, leftover = Transfer(self.mapping, table, self.file.name), Leftover(self.mapping, table)
        made = transfer.rows()
        if not made:
            raise SourceError("no row says anything that the mapping reads: there is nothing to load", table.place)
        leftover.keep(made)
        sheets = {SURVEY: self._frame()} | transfer.sheets(made)
        reading = survey_reading(path, sheets, context, form="survey", part=self.name)
        return replace(reading, findings=(*table.findings, *transfer.findings, *leftover.findings, *reading.findings))

    def _table(self, path: Path) -> Foreign:
        table = read_foreign(path, self.mapping.sheet, self.mapping.header)
        dictionary = read_dictionary(self.file.parent / self.mapping.dictionary) if self.mapping.dictionary else None
        table = unfolded(table, dictionary, frozenset(self.mapping.nothing))
        wanted = {heading(name): values for name, values in self.mapping.only.items()}
        lines = (
            line
            for line in table.lines
            if all(set(line.cells.get(name, ())) & set(said) for name, said in wanted.items())
        )
        return replace(table, lines=tuple(lines))

    def _frame(self) -> Sheet:
        """Return the sheet Survey that the mapping writes."""
        place = Place(self.file.name)
        rows = [SheetRow(place, {"Field": field, "Value": value}) for field, value in self.mapping.frame().items()]
        return Sheet(SURVEY, place, ("Field", "Value"), rows)

    def _unknown(self, missing: list[str], table: Foreign) -> str:
        close = {name: difflib.get_close_matches(name, table.headers, n=1) for name in missing}
        told = [f"'{name}' (did you mean '{near[0]}'?)" if near else f"'{name}'" for name, near in close.items()]
        many = "columns that are" if len(missing) > 1 else "a column that is"
        more = len(table.headers) - _NAMED
        seen = ", ".join(table.headers[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        return f"the mapping {self.file.name} names {many} not there: {', '.join(told)}. There are {seen}"


def _missing(mapping: SurveyMapping, table: Foreign) -> list[str]:
    """Return the names that no column answers to; one with a number is there where one of its numbers is."""
    there = set(map(heading, table.headers))
    return list(dict.fromkeys(name for name, spellings in _wanted(mapping) if not there & set(map(heading, spellings))))


def _wanted(mapping: SurveyMapping) -> Iterator[tuple[str, list[str]]]:
    """Yield each name that the mapping reads, with the columns that would answer to it."""
    yield from ((name, [name]) for name in (*filter(None, [mapping.record]), *mapping.only))
    for block in mapping.rows.values():
        for name in block.named():
            yield name, [numbered(name, number) for number in block.numbers()] if NUMBER in name else [name]
