"""The survey workbook as a file: blank, with drop-downs from the vocabulary, or filled from CSV sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from atmp.ontology.vocabulary import Vocabulary, vocabulary

from .errors import UsageError
from .guide import GUIDE, GUIDES, KEPT, KEPT_HEADS, LEVELS, LISTS, SORTS, UNKNOWN_TERM, YES_NO, Level
from .importers.columns import FIELDS, SCHEMA, SHEETS, SURVEY, Column, Sort
from .importers.sheets import read_sheets
from .records import KINDS, RDFS, SKOS
from .triples import columns

if TYPE_CHECKING:
    import xlsxwriter

ROWS = 500
"""Rows below the header that carry drop-downs."""

_DATED = datetime(2026, 1, 1)
_COLOURS = {Level.REQUIRED: "#BFD8D2", Level.RECOMMENDED: "#F6E7B4", Level.OPTIONAL: "#E9EFEE"}


def blank(path: Path) -> None:
    """Write the blank survey to `path`."""
    write(path, {})


def fill(path: Path, folder: Path) -> None:
    """Write the survey filled with the CSV sheets of `folder`; raises SourceError where they cannot be read."""
    sheets = read_sheets(folder, [SURVEY, *SHEETS])
    write(path, {name: [row.cells for row in sheet.rows] for name, sheet in sheets.items()})


def write(
    path: Path,
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    language: str = "en",
    kept: Sequence[Sequence[str]] = (),
) -> None:
    """Write the survey with these rows by sheet, cells by header; an empty cell may be left out.

    `kept` are lines for the sheet Kept, which is made only for them. Raises UsageError where the file cannot be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": f"ATMP survey, columns version {SCHEMA}", "created": _DATED})
    head = {"bold": True, "border": 1, "text_wrap": True, "valign": "top"}
    formats = {level.value: book.add_format(head | {"bg_color": colour}) for level, colour in _COLOURS.items()}
    formats |= {
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "bold": book.add_format({"bold": True, "valign": "top"}),
    }
    page = _Page(book, formats, language)
    page.guide()
    page.survey(rows.get(SURVEY, []))
    for name in SHEETS:
        page.sheet(name, rows.get(name, []))
    if kept:
        page.kept(kept)
    _lists(book, vocabulary(), language)
    try:
        book.close()
    except FileCreateError as error:
        raise UsageError(f"{path} cannot be written ({error}): choose another file or folder") from None


def level(column: Column) -> Level:
    """Return how much a column is wanted."""
    return Level.REQUIRED if column.required else Level.RECOMMENDED if column.recommended else Level.OPTIONAL


def comment(column: Column, language: str = "en") -> str:
    """Return what is said of a column beside its header: how much it is wanted, what belongs there, its definition."""
    wanted, holds = LEVELS[language][level(column)][0], SORTS[language][column.sort]
    defined = definition(column, language)
    if language == "en" or not defined:
        return "\n".join(filter(None, (f"{wanted}. {column.help} ({holds})", defined)))
    return f"{wanted}. {defined} ({holds})"


def definition(column: Column, language: str) -> str:
    """Return how the ontology names and defines the property that a column says, or nothing where it does not."""
    defined = _said(column, "definition", language)
    return f"{label(column, language)}: {defined}" if label(column, language) and defined else ""


def label(column: Column, language: str) -> str:
    """Return how the ontology names the property that a column says, or nothing where it does not."""
    return _said(column, "label", language)


def _said(column: Column, sort: str, language: str) -> str:
    fields = columns(KINDS[column.kind]) if column.field else ()
    says = next((field.says.property for field in fields if field.name == column.name), "")
    return _spoken().get((says, sort, language), "")


@lru_cache(maxsize=1)
def _spoken() -> dict[tuple[str, str, str], str]:
    """Return the labels and definitions of the ontology's properties, by IRI, sort and language."""
    text = files("atmp.ontology").joinpath("atmp.ttl").read_bytes()
    sorts = {f"{RDFS}label": "label", f"{SKOS}definition": "definition"}
    return {
        (str(quad.subject.value), sorts[quad.predicate.value], str(quad.object.language)): quad.object.value
        for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)
        if quad.predicate.value in sorts and isinstance(quad.object, ox.Literal)
        and isinstance(quad.subject, ox.NamedNode)
    }  # fmt: skip


@dataclass(frozen=True)
class _Page:
    """Writes the sheets of one workbook in one language."""

    book: xlsxwriter.Workbook
    formats: dict[str, Any]
    language: str

    def guide(self) -> None:
        sheet = self.book.add_worksheet(GUIDE)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 90)
        told = [(what, words, "bold") for what, words in GUIDES[self.language]]
        told += [(what, words, one.value) for one, (what, words) in LEVELS[self.language].items()]
        for number, (what, words, form) in enumerate(told):
            sheet.write_string(number, 0, what, self.formats[form])
            sheet.write_string(number, 1, words, self.formats["wrap"])

    def survey(self, rows: Sequence[Mapping[str, Any]]) -> None:
        sheet = self.book.add_worksheet(SURVEY)
        said = {str(row.get("Field", "")).lower(): str(row.get("Value") or "") for row in rows}
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 50)
        sheet.write_row(0, 0, ["Field", "Value"], self.formats["optional"])
        for number, column in enumerate(FIELDS, start=1):
            self._head(sheet, number, 0, column)
            sheet.write_string(number, 1, said.get(column.header.lower(), ""), self.formats["wrap"])
            self._choices(sheet, column, number, number, 1)

    def sheet(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(rows), 1), len(SHEETS[name]) - 1)
        for at, column in enumerate(SHEETS[name]):
            wide = 60 if column.header == "Description" else 30 if column.sort in {Sort.TEXT, Sort.CONCEPTS} else 16
            sheet.set_column(at, at, wide)
            self._head(sheet, 0, at, column)
            self._choices(sheet, column, 1, max(ROWS, len(rows)), at)
            for number, row in enumerate(rows, start=1):
                if row.get(column.header):
                    sheet.write_string(number, at, str(row[column.header]), self.formats["wrap"])

    def kept(self, lines: Sequence[Sequence[str]]) -> None:
        sheet = self.book.add_worksheet(KEPT)
        sheet.freeze_panes(1, 0)
        for at, (head, wide) in enumerate(zip(KEPT_HEADS[self.language], (16, 6, 24, 70, 40), strict=True)):
            sheet.set_column(at, at, wide)
            sheet.write_string(0, at, head, self.formats["optional"])
            for number, line in enumerate(lines, start=1):
                sheet.write_string(number, at, line[at], self.formats["wrap"])

    def _head(self, sheet: Any, row: int, at: int, column: Column) -> None:
        sheet.write_string(row, at, column.header + ("*" if column.required else ""), self.formats[level(column).value])
        sheet.write_comment(row, at, comment(column, self.language), {"x_scale": 1.6, "y_scale": 1.6})

    def _choices(self, sheet: Any, column: Column, first: int, last: int, at: int) -> None:
        """Offer the scheme's terms; another word only warns, for unknown terms are kept as written."""
        rule: dict[str, Any] = {"validate": "list", "error_type": "information"}
        if column.sort is Sort.YES_NO:
            rule |= {"source": list(YES_NO[self.language]), "error_type": "warning"}
        elif column.sort in {Sort.CONCEPT, Sort.CONCEPTS}:
            rule |= {"source": f"={_range(column.scheme or '')}", "error_message": UNKNOWN_TERM[self.language]}
            if column.sort is Sort.CONCEPTS:  # several terms are no term of the list, and must not be complained of
                rule |= {"show_error": False}
        if "source" in rule:
            sheet.data_validation(first, at, last, at, rule)


def _range(scheme: str) -> str:
    return f"list_{scheme.replace('-', '_')}"


def _lists(book: xlsxwriter.Workbook, known: Vocabulary, language: str) -> None:
    """Put the terms on a hidden sheet: a list within a rule may hold 255 characters, more corrupts the file."""
    sheet = book.add_worksheet(LISTS)
    sheet.hide()
    for at, (name, scheme) in enumerate(known.schemes.items()):
        labels = [
            concept.labels[language] for concept in scheme.offered if not _group(name, concept.order, concept.notation)
        ]
        sheet.write_string(0, at, name)
        for number, label in enumerate(labels, start=1):
            sheet.write_string(number, at, label)
        letter = _letter(at)
        book.define_name(_range(name), f"={LISTS}!${letter}$2:${letter}${len(labels) + 1}")


def _group(scheme: str, order: int | None, notation: str) -> bool:
    """Return whether a concept only groups stages, and is no stage that a project can be at."""
    return scheme == "stage" and order is None and notation != "not-stated"


def _letter(at: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(at))


if __name__ == "__main__":  # a maintainer's command: write the workbooks that ship, `python -m atmp.kg.workbook data`
    import sys

    _data = Path(sys.argv[1])
    blank(_data / "survey" / "blank-survey.xlsx")
    fill(_data / "demo" / "lund-survey.xlsx", _data / "demo" / "lund-survey")
