"""Any table by a mapping file: CSV, or JSON lines, whose columns become the fields of records."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import Place, SourceError
from ..findings import Finding, Severity
from ..records import KINDS, Record
from ..register import Register
from ..source import Reading, Row, Source
from ..tiers import Tier
from ..triples import columns
from . import tables
from .delimited import strange
from .interface import Context
from .maker import Maker, read_day
from .mapping import Cells, Mapping, heading
from .meter import Meter
from .packed import present, stem
from .sheets import digest
from .trials import UNDATED

_NAMED = 40  # columns that an error names at most


class MappedImporter:
    """Reads tables by one mapping; each row becomes a record."""

    def __init__(self, name: str, mapping: Mapping) -> None:
        """Read by `mapping`, which is called `name`."""
        self.name, self.mapping = name, mapping
        self.title = mapping.title or f"a table of {mapping.kind} records, by the mapping {name}"

    def recognises(self, path: Path) -> bool:
        """Return whether the table has every header by which the mapping tells its own."""
        wanted = {heading(name) for name in self.mapping.recognise}
        return bool(wanted) and wanted <= set(tables.columns(path))

    def read(self, path: Path, context: Context) -> Reading:
        """Return the records of the table; raises SourceError where a column of the mapping is missing, or it is empty."""
        there = set(tables.columns(present(path)))
        alternatives = self.mapping.id.column
        identified = any(heading(name) in there for name in alternatives)
        for name in (*(() if identified else alternatives[:1]), *self.mapping.recognise):
            if heading(name) not in there:
                seen = ", ".join(sorted(there)[:_NAMED]) or "none"
                raise SourceError(
                    f"the mapping {self.name} names the column '{name}', which is not there: there are {seen}",
                    Place(path.name),
                )
        recoded: list[int] = []
        meter = Meter(context.tell)
        table = meter.taken(tables.rows(path, recoded, meter))
        if not table:
            raise SourceError("it has no rows: there is nothing to load", Place(path.name))
        findings = (*strange(path, recoded), *self._unread(path, there))
        centre = None if self.mapping.collection else self._centre(context)
        tier = Tier.PUBLIC if self.mapping.collection else context.tier or Tier.INTERNAL
        return Reading(self._source(path, table), centre, tier, self._rows(path, table, context, centre), findings)

    def _centre(self, context: Context) -> str:
        if context.centre is None:
            raise SourceError(f"the mapping {self.name} names no collection: say with --centre whose records these are")
        context.names.centre(context.centre)
        return context.centre

    def _unread(self, path: Path, there: set[str]) -> Iterator[Finding]:
        """Yield the columns that a field rests on and the table has none of."""
        for field in self.mapping.fields.values():
            name = field.column[0]
            if not any(heading(one) in there for one in field.column):
                place = Place(path.name, None, 1, name)
                yield Finding(Severity.INFO, f"the column '{name}' is not there; what it would say is not said", place)

    def _source(self, path: Path, table: Iterable[tuple[int, Cells]]) -> Source:
        said = self.mapping.stated
        days = (read_day(text, said.date) for _, cells in table for text in said.texts(cells)) if said else ()
        title = f"{self.mapping.title or self.name}, {stem(path)}"
        return Source(
            f"{self.name}-{stem(path)}", title, self.name, max((day for day in days if day), default=UNDATED),
            file=path.name, sha256=digest(path), collection=self.mapping.collection,
            publisher=self.mapping.publisher, licence=self.mapping.licence,
        )  # fmt: skip

    def _rows(
        self, path: Path, table: Iterable[tuple[int, Cells]], context: Context, centre: str | None
    ) -> Iterator[Row]:
        seen, taken = Register(), Register()
        said = self.mapping.fields
        known = (one for one in columns(KINDS[self.mapping.kind]) if one.name in said)
        headers = {one.says.property: said[one.name].column[0] for one in known}
        for number, cells in table:
            place = Place(path.name, None, number)
            told = {
                name: tuple(one for one in texts if one not in self.mapping.nothing) for name, texts in cells.items()
            }
            identifier = self._identifier(told)
            if identifier is None:
                yield self._nameless(place)
                continue
            maker = Maker(self.mapping, context, place)
            record = maker.record(identifier, told, centre)
            earlier, fields_taken = seen.get(identifier) or 0, taken.get(identifier) or 0
            key = f"{identifier}/{earlier + 1}" if earlier else identifier
            yield Row(key, place, (_beside(record, fields_taken),), findings=tuple(maker.findings), headers=headers)
            seen.put(identifier, earlier + 1)
            taken.put(identifier, fields_taken | _single(record))

    def _identifier(self, cells: Cells) -> str | None:
        said = " ".join(self.mapping.id.texts(cells))
        if said and self.mapping.digest:
            return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]
        return said or None

    def _nameless(self, place: Place) -> Row:
        column = Place(place.file, None, place.row, self.mapping.id.column[0])
        finding = Finding(Severity.VIOLATION, "the row has no id", column, mend="give it one of its own")
        return Row(f"line {place.row}", place, findings=(finding,))


def _single(record: Record) -> int:
    """Return the fields that take one value and have it, a bit for each."""
    said = (not column.many and getattr(record, column.name) is not None for column in columns(type(record)))
    return sum(one << place for place, one in enumerate(said))


def _beside(record: Record, taken: int) -> Record:
    """Return what a repeated id adds: of a field that takes one value, the first row's stands."""
    fields = [column.name for place, column in enumerate(columns(type(record))) if taken >> place & 1]
    return record.model_copy(update=dict.fromkeys(fields)) if fields else record
