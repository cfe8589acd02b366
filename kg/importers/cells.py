"""One cell of a sheet as a Python value, or a finding that says what was expected."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pyoxigraph as ox
from atmp.ontology.vocabulary import Concept, Vocabulary

from ..errors import Place
from ..findings import Finding, Severity
from .columns import Column, Sort
from .interface import Context
from .sheets import SheetRow

YES = frozenset({"yes", "y", "ja", "j", "true", "sant", "1", "x"})
NO = frozenset({"no", "n", "nej", "false", "falskt", "0"})
UNSAID = frozenset(
    {"unknown", "not known", "n/a", "na", "-", "okänd", "okänt", "vet ej", "not applicable", "ej tillämpligt"}
)
_LONGEST = 32_767  # what a cell of a workbook can hold


@dataclass
class Cells:
    """The cells of one row; reading them collects findings, and the words that no term was found for."""

    row: SheetRow
    context: Context
    findings: list[Finding] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

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
        if len(text) > _LONGEST:
            self.violation(header, f"the cell holds {len(text)} characters", f"shorten it to {_LONGEST}")
            return None
        return text or None

    def texts(self, header: str) -> tuple[str, ...]:
        """Return the words of a cell that are parted by semicolons."""
        return tuple(part for part in (one.strip() for one in (self.text(header) or "").split(";")) if part)

    def date(self, header: str) -> date | None:
        """Return a date: a workbook's own, or `2023-06-01`, `2023-06`, `2023` (then the first day)."""
        raw = self.row.cells.get(header)
        if isinstance(raw, datetime):
            return raw.date()
        if isinstance(raw, date):
            return raw
        text = self.text(header)
        if text is None or text.lower() in UNSAID:
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
        text = self.text(header)
        if text is None or text.lower() in UNSAID:
            return None
        if text.lower() in YES or text.lower() in NO:
            return text.lower() in YES
        self.violation(header, f"'{text}' is neither yes nor no", "write yes, no or unknown", text)
        return None

    def number(self, header: str) -> int | None:
        """Return a whole number."""
        text = self.text(header)
        if text is None or text.lower() in UNSAID:
            return None
        if re.fullmatch(r"-?\d{1,15}", text):
            return int(text)
        self.violation(header, f"'{text}' is no whole number", "write digits only", text)
        return None

    def concept(self, column: Column) -> str | None:
        """Return the IRI of the concept that a cell names."""
        text = self.text(column.header)
        return None if text is None else self._term(column, text)

    def concepts(self, column: Column) -> tuple[str, ...]:
        """Return the IRIs of the concepts that a cell names."""
        found = (self._term(column, text) for text in self.texts(column.header))
        return tuple(iri for iri in found if iri is not None)

    def _term(self, column: Column, text: str) -> str | None:
        known, scheme = self.context.vocabulary, column.scheme or ""
        concept = known.find(text, scheme)
        if concept is not None:
            if known.deprecated(text, scheme):
                self.info(column.header, *replaced(text, concept), text)
            return concept.iri
        nearest = known.nearest(text, scheme)
        hint = f"the nearest are {'; '.join(nearest)}" if nearest else f"see the list of the column {column.header}"
        self.unread.append(f"{column.header}: {text}")
        self.warning(
            column.header, f"'{text}' is not a term of the scheme '{scheme}'; the words are kept",
            f"{hint}; or ask for a new term", text,
        )  # fmt: skip
        return fallback(known, scheme)

    def diseases(self, header: str) -> tuple[str, ...]:
        """Return the IRIs of the MONDO terms that a cell names, by id or by name."""
        found = []
        for text in self.texts(header):
            iri = self.context.vocabulary.diseases.find(text)
            if iri is None and re.fullmatch(r"MONDO[:_]\d{7}", text):
                iri = f"http://purl.obolibrary.org/obo/{text.replace(':', '_')}"  # beyond the slice that ships
            if iri is None:
                nearest = self.context.vocabulary.diseases.nearest(text)
                self.unread.append(f"{header}: {text}")
                self.warning(header, f"'{text}' is no disease of MONDO; the words are kept",
                             f"the nearest are {'; '.join(nearest)}" if nearest else "look it up at MONDO", text)  # fmt: skip
            else:
                found.append(iri)
        return tuple(found)

    def iri(self, column: Column) -> str | None:
        """Return a web address; a bare id is put behind the column's stem."""
        header, stem, text = column.header, column.stem, self.text(column.header)
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
                   Sort.DISEASES: self.diseases, Sort.TEXTS: self.texts}  # fmt: skip
        return readers.get(column.sort, self.text)(column.header)


def replaced(text: str, now: Concept) -> tuple[str, str]:
    """Return what to say of a word for a deprecated term, and how to write it from now on."""
    label = now.labels["en"]
    return f"'{text}' is a deprecated term; it is read as '{label}', which replaces it", f"write {label}"


def fallback(known: Vocabulary, scheme: str) -> str | None:
    """Return the IRI of the term that stands for words outside a scheme, if it has one."""
    found = (known.find(word, scheme) for word in ("other", "not-stated", "unknown"))
    return next((concept.iri for concept in found if concept), None)
