"""A row of a mapped table as a record: each field read as its type asks, with findings for what could not be."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ..errors import Place
from ..findings import Finding, Severity
from ..records import KINDS, Record
from ..triples import Column, columns
from .cells import replaced
from .interface import Context
from .mapping import Cells, FieldMap, Mapping
from .packed import clean
from .trials import day
from .words import NO, YES, open_answer, open_concept

_NUMBER = re.compile(r"(-)?(\d{1,3}(?:,\d{3})+|\d{1,15})(?:[.,]\d*)?")


@dataclass
class Maker:
    """Makes the record of one row."""

    mapping: Mapping
    context: Context
    place: Place
    findings: list[Finding] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def record(self, identifier: str, cells: Cells, centre: str | None) -> Record:
        """Return the record that a row makes, in a centre or a reference collection."""
        model, names = KINDS[self.mapping.kind], self.context.names
        said: dict[str, Any] = {"iri": names.record(centre, self.mapping.kind, f"{self.mapping.prefix}{identifier}")}
        said["identifier"] = identifier
        said["centre"] = names.centre(centre) if centre else None
        for column in columns(model):
            where = self.mapping.fields.get(column.name)
            texts = where.texts(cells) if where else ()
            texts = texts or tuple(filter(None, [self.mapping.fixed.get(column.name)]))
            values = [value for text in texts if (value := self._value(column, where, text, centre)) is not None]
            if values and column.many:
                said[column.name] = tuple(values)
            elif values:
                said[column.name] = (
                    "\n".join(map(str, values)) if column.python is str and column.says.to is None else values[0]
                )
        if self.unread and not said.get("as_written"):
            said["as_written"] = tuple(self.unread)
        if self.open and not said.get("open_answers"):
            said["open_answers"] = tuple(self.open)
        return model(**said)

    def _value(self, column: Column, where: FieldMap | None, text: str, centre: str | None) -> Any:
        """Return one value as its field takes it, or None with a finding."""
        if column.says.scheme is not None:
            return self._term(column, column.says.scheme, where, text)
        if column.says.to == "disease":
            return self.context.vocabulary.diseases.find(text)  # what is no disease of ours stays in its own words
        if column.says.to is not None:
            return text if "://" in text else self.context.names.record(centre, column.says.to, text)
        return self._literal(column, where, text)

    def _literal(self, column: Column, where: FieldMap | None, text: str) -> Any:
        what: str
        found: Any
        if column.python is date:
            what, found = "no date", read_day(text, where.date if where else None)
        elif column.python is int:
            what, found = "no whole number", whole(text)
        elif column.python is bool:
            what, found = (
                "neither yes nor no",
                {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}.get(text.lower()),
            )
        else:
            return clean(text)
        if found is None and not self._opened(column, text):
            self._find(where, f"'{text}' is {what}; it was not read", "say in the mapping how it is written", text)
        return found

    def _opened(self, column: Column, text: str) -> bool:
        """Keep an answer that names no value, as what it is; return whether the text is one."""
        answer = open_answer(text)
        if answer is not None:
            self.open.append(f"{heading_of(column.name)}: {answer}")
        return answer is not None

    def _term(self, column: Column, scheme: str, where: FieldMap | None, text: str) -> str | None:
        known, answer = self.context.vocabulary, open_answer(text)
        concept = known.find(text, scheme) or (open_concept(known, scheme, answer) if answer else None)
        if concept is not None:
            if self.context.vocabulary.deprecated(text, scheme):
                self._find(where, *replaced(text, concept), text, Severity.INFO)
            return concept.iri
        if self._opened(column, text):
            return None
        self.unread.append(f"{heading_of(column.name)}: {text}")
        worded = self.context.worded(scheme, text)
        if worded is not None:
            return worded
        nearest = known.nearest(text, scheme)
        message = f"'{text}' is not a term of the scheme '{scheme}'; the words are kept"
        self._find(where, message, f"say in the mapping what it means; the nearest are {'; '.join(nearest)}", text)
        return None

    def _find(
        self, where: FieldMap | None, message: str, mend: str, text: str, severity: Severity = Severity.WARNING
    ) -> None:
        column = Place(self.place.file, None, self.place.row, where.column[0] if where else None)
        self.findings.append(Finding(severity, message, column, value=text, mend=mend))


def heading_of(field_: str) -> str:
    """Return how words are kept for a field that is no column of the survey: `organisation_type` as `Organisation type`."""
    return field_.replace("_", " ").capitalize()


def read_day(text: str, form: str | None) -> date | None:
    """Return a date written in `form`, or without one as registers write theirs; a time after it does not count.

    A form with a time reads a date alone too: programs that save a table again leave midnight out.
    """
    if form is None:
        return day(text) or day(text[:10])
    for one in (form, form.partition(" ")[0]):
        try:
            return datetime.strptime(text, one).date()
        except ValueError:
            continue
    return None


def whole(text: str) -> int | None:
    """Return a whole number, with or without marks between thousands; of a decimal one, the whole part."""
    found = _NUMBER.fullmatch("".join(text.split()))
    return int(re.sub(r"\D", "", found[2])) * (-1 if found[1] else 1) if found else None
