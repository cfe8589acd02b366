"""One cell of a sheet as a Python value, or a finding that says what was expected."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pyoxigraph as ox
from atmp.ontology.vocabulary import Concept

from ..errors import Place
from ..findings import Finding, Severity
from .columns import Column, Sort
from .interface import Context
from .sheets import SheetRow
from .words import NO, NOTHING, YES, fallback, open_answer, open_concept

DISEASE = "disease"
"""What stands for a scheme's name where a cell names diseases, which MONDO lists."""

LONGEST = 32_767
"""The characters that a cell of a workbook can hold."""


@dataclass
class Cells:
    """The cells of one row; reading them collects findings, words that no term was found for, and open answers."""

    row: SheetRow
    context: Context
    findings: list[Finding] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def place(self, header: str) -> Place:
        """Return where a cell stands."""
        return self.row.places.get(header) or replace(self.row.place, column=header)

    def violation(self, header: str, message: str, mend: str, value: str | None = None) -> None:
        """Note that a cell keeps its row out."""
        self.findings.append(Finding(Severity.VIOLATION, message, self.place(header), value=value, mend=mend))

    def warning(self, header: str, message: str, mend: str, value: str | None = None) -> None:
        """Note that a cell could not be read as it stands; its words are kept."""
        self.findings.append(Finding(Severity.WARNING, message, self.place(header), value=value, mend=mend))

    def info(self, header: str, message: str, mend: str, value: str | None = None) -> None:
        """Note how a cell was read, where nothing is wrong with it."""
        self.findings.append(Finding(Severity.INFO, message, self.place(header), value=value, mend=mend))

    def text(self, header: str) -> str | None:
        """Return a cell's words, without spaces around them; None where there are none."""
        raw = self.row.cells.get(header)
        if raw is None:
            return None
        if isinstance(raw, datetime):
            raw = raw.date()
        if isinstance(raw, float) and raw.is_integer():
            raw = int(raw)  # workbooks hold every number as a float
        text = str(raw).replace("\x00", "").strip()
        if len(text) > LONGEST:
            self.violation(header, f"the cell holds {len(text)} characters", f"shorten it to {LONGEST}")
            return None
        return text or None

    def texts(self, header: str) -> tuple[str, ...]:
        """Return the words of a cell that are parted by semicolons."""
        return tuple(part for part in (one.strip() for one in (self.text(header) or "").split(";")) if part)

    def values(self, header: str) -> tuple[str, ...]:
        """Return the words of a cell that are parted by semicolons; answers that name no value are kept, not returned."""
        return tuple(text for text in self.texts(header) if not self.opened(header, text))

    def _value(self, header: str) -> str | None:
        """Return the words of a cell that holds a value; an answer that names none is kept, and gives None."""
        text = self.text(header)
        return None if text is None or self.opened(header, text) else text

    def opened(self, header: str, text: str) -> bool:
        """Keep an answer that names no value, as what it is; return whether the text is one, or a dash for nothing."""
        answer = open_answer(text)
        if answer is not None:
            self.open.append(f"{header}: {answer}")
        return answer is not None or text == NOTHING

    def date(self, header: str) -> date | None:
        """Return a date: a workbook's own, or `2023-06-01`, `2023-06`, `2023` (then the first day)."""
        raw = self.row.cells.get(header)
        if isinstance(raw, datetime):
            return raw.date()
        if isinstance(raw, date):
            return raw
        text = self._value(header)
        if text is None:
            return None
        found = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ]00:00:00)?", text)
        if found:
            year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
            if 1900 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
                return date(year, month, day)
        self.violation(header, f"'{text}' is no date", "write it as 2023-06-01, 2023-06 or 2023", text)
        return None

    def yes_no(self, header: str) -> bool | None:
        """Return True or False, or None for unknown and for an empty cell."""
        raw = self.row.cells.get(header)
        if isinstance(raw, bool):
            return raw
        text = self._value(header)
        if text is None:
            return None
        if text.lower() in YES or text.lower() in NO:
            return text.lower() in YES
        self.violation(header, f"'{text}' is neither yes nor no", "write yes, no or unknown", text)
        return None

    def number(self, header: str) -> int | None:
        """Return a whole number."""
        text = self._value(header)
        if text is None:
            return None
        if re.fullmatch(r"-?\d{1,15}", text):
            return int(text)
        self.violation(header, f"'{text}' is no whole number", "write digits only", text)
        return None

    def concept(self, column: Column) -> str | None:
        """Return the IRI of the concept that a cell names."""
        text = self.text(column.header)
        if text is None:
            return None
        return self._term(column, text) or fallback(self.context.vocabulary, column.scheme or "")

    def concepts(self, column: Column) -> tuple[str, ...]:
        """Return the IRIs of the concepts that a cell names; words without a term add none, for "other" is an answer."""
        found = (self._term(column, text) for text in self.texts(column.header))
        return tuple(iri for iri in found if iri is not None)

    def _term(self, column: Column, text: str) -> str | None:
        known, scheme, answer = self.context.vocabulary, column.scheme or "", open_answer(text)
        concept = known.find(text, scheme) or (open_concept(known, scheme, answer) if answer else None)
        if concept is not None:
            if known.deprecated(text, scheme):
                self.info(column.header, *replaced(text, concept), text)
            return concept.iri
        if self.opened(column.header, text):
            return None
        nearest = known.nearest(text, scheme)
        hint = f"the nearest are {'; '.join(nearest)}" if nearest else f"see the list of the column {column.header}"
        said = f"'{text}' is not a term of the scheme '{scheme}'; the words are kept"
        return self._worded(column.header, scheme, text, said, f"{hint}; or ask for a new term")

    def _worded(self, header: str, scheme: str, text: str, said: str, mend: str) -> str | None:
        """Keep words that no term is found for; return the term that they were decided to mean, if any."""
        self.unread.append(f"{header}: {text}")
        term = self.context.worded(scheme, text)
        if term is None:
            self.warning(header, said, mend, text)
        else:
            concept = self.context.vocabulary.concept(term)
            name = concept.labels["en"] if concept else self.context.vocabulary.diseases.label(term) or term
            said = f"'{text}' is read as {name}, as was decided; the words are kept"
            self.findings.append(Finding(Severity.INFO, said, self.place(header), value=text))
        return term

    def diseases(self, header: str) -> tuple[str, ...]:
        """Return the IRIs of the MONDO terms that a cell names, by id or by name."""
        found = []
        for text in self.values(header):
            iri = self.context.vocabulary.diseases.find(text)
            if iri is None and re.fullmatch(r"MONDO[:_]\d{7}", text):
                iri = f"http://purl.obolibrary.org/obo/{text.replace(':', '_')}"  # beyond the slice that ships
            if iri is None:
                nearest = self.context.vocabulary.diseases.nearest(text)
                mend = f"the nearest are {'; '.join(nearest)}" if nearest else "look it up at MONDO"
                iri = self._worded(header, DISEASE, text, f"'{text}' is no disease of MONDO; the words are kept", mend)
            if iri is not None:
                found.append(iri)
        return tuple(found)

    def iri(self, column: Column) -> str | None:
        """Return a web address; a bare id is put behind the column's stem."""
        header, stem, text = column.header, column.stem, self._value(column.header)
        if text is None:
            return None
        whole = text if "://" in text else stem + text
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+", whole):
            try:
                return ox.NamedNode(whole).value
            except ValueError:
                pass  # a host or port that cannot be: said below
        self.violation(header, f"'{text}' is no web address", f"write it as {stem}...", text)
        return None

    def read(self, column: Column) -> Any:
        """Return a cell as its column says, without following ids."""
        if column.sort is Sort.CONCEPT:
            return self.concept(column)
        if column.sort is Sort.CONCEPTS:
            return self.concepts(column)
        if column.sort is Sort.IRI:
            return self.iri(column)
        readers = {Sort.DATE: self.date, Sort.YES_NO: self.yes_no, Sort.NUMBER: self.number,
                   Sort.DISEASES: self.diseases, Sort.TEXTS: self.values}  # fmt: skip
        return readers.get(column.sort, self.text)(column.header)


def replaced(text: str, now: Concept) -> tuple[str, str]:
    """Return what to say of a word for a deprecated term, and how to write it from now on."""
    label = now.labels["en"]
    return f"'{text}' is a deprecated term; it is read as '{label}', which replaces it", f"write {label}"
