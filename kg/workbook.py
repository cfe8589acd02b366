"""The survey workbook as a file: blank, with drop-downs from the vocabulary, or filled from CSV sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from atmp.ontology.vocabulary import Vocabulary, vocabulary

from .importers.columns import FIELDS, SCHEMA, SHEETS, SURVEY, Column, Sort
from .importers.sheets import read_sheets

if TYPE_CHECKING:
    import xlsxwriter

ROWS = 500
"""Rows below the header that carry drop-downs."""

LISTS = "Lists"
_DATED = datetime(2026, 1, 1)
_GUIDE = (
    ("What this is", "The survey of advanced therapies (ATMPs) in development at one centre."),
    ("How to fill it in", "One row a project, person, organisation, need or capability. Start with the sheet Survey."),
    ("Ids", "Give every row a short id and keep it next year: it is how the atlas knows that it is the same project."),
    (
        "What is required",
        "Only headers with a star. Leave empty what you do not know: nothing you said before is lost.",
    ),
    (
        "Lists",
        "Cells with an arrow take a term of the list. If none fits, write your own word: it is kept, and counted.",
    ),
    (
        "Several values",
        "Part them by semicolons: aav9; lentivirus. The arrow gives one term; type further ones behind it.",
    ),
    ("Dates", "2023-06-01, or 2023-06, or 2023."),
    (
        "Who sees it",
        "Internal, unless the sheet Survey or a row's Tier says otherwise. E-mail and contact are never public.",
    ),
    ("Description", "Write a few sentences: similar projects and partners are found by what stands there."),
)


def blank(path: Path) -> None:
    """Write the blank survey to `path`."""
    write(path, {})


def fill(path: Path, folder: Path) -> None:
    """Write the survey filled with the CSV sheets of `folder`; raises SourceError where they cannot be read."""
    sheets = read_sheets(folder, [SURVEY, *SHEETS])
    write(path, {name: [row.cells for row in sheet.rows] for name, sheet in sheets.items()})


def write(path: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Write the survey with these rows by sheet, cells by header; an empty cell may be left out."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": f"ATMP survey, columns version {SCHEMA}", "created": _DATED})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#DCE6E4", "border": 1, "text_wrap": True, "valign": "top"}),
        "must": book.add_format({"bold": True, "bg_color": "#BFD8D2", "border": 1, "text_wrap": True, "valign": "top"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "bold": book.add_format({"bold": True, "valign": "top"}),
    }
    _guide(book, formats)
    _survey(book, formats, rows.get(SURVEY, []))
    for name, columns in SHEETS.items():
        _sheet(book, formats, name, columns, rows.get(name, []))
    _lists(book, vocabulary())
    book.close()


def _guide(book: xlsxwriter.Workbook, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet("Guide")
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 90)
    for number, (what, words) in enumerate(_GUIDE):
        sheet.write_string(number, 0, what, formats["bold"])
        sheet.write_string(number, 1, words, formats["wrap"])


def _survey(book: xlsxwriter.Workbook, formats: dict[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    sheet = book.add_worksheet(SURVEY)
    said = {str(row.get("Field", "")).lower(): str(row.get("Value") or "") for row in rows}
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 50)
    sheet.write_row(0, 0, ["Field", "Value"], formats["head"])
    for number, column in enumerate(FIELDS, start=1):
        sheet.write_string(
            number, 0, column.header + ("*" if column.required else ""), formats["must" if column.required else "head"]
        )
        sheet.write_comment(number, 0, column.help)
        sheet.write_string(number, 1, said.get(column.header.lower(), ""), formats["wrap"])
        _choices(sheet, column, number, number, 1)


def _sheet(
    book: xlsxwriter.Workbook,
    formats: dict[str, Any],
    name: str,
    columns: tuple[Column, ...],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    for at, column in enumerate(columns):
        wide = 60 if column.header == "Description" else 30 if column.sort in {Sort.TEXT, Sort.CONCEPTS} else 16
        sheet.set_column(at, at, wide)
        sheet.write_string(
            0, at, column.header + ("*" if column.required else ""), formats["must" if column.required else "head"]
        )
        sheet.write_comment(0, at, f"{column.help} ({column.sort.value})", {"x_scale": 1.6})
        _choices(sheet, column, 1, max(ROWS, len(rows)), at)
        for number, row in enumerate(rows, start=1):
            if row.get(column.header):
                sheet.write_string(number, at, str(row[column.header]), formats["wrap"])


def _choices(sheet: Any, column: Column, first: int, last: int, at: int) -> None:
    """Offer the scheme's terms; another word only warns, for unknown terms are kept as written."""
    if column.sort is Sort.YES_NO:
        sheet.data_validation(
            first, at, last, at, {"validate": "list", "source": ["yes", "no", "unknown"], "error_type": "warning"}
        )
    elif column.sort in {Sort.CONCEPT, Sort.CONCEPTS}:
        source = f"={_range(column.scheme or '')}"
        options: dict[str, Any] = {"validate": "list", "source": source, "error_type": "information"}
        if column.sort is Sort.CONCEPTS:  # several terms are no term of the list, and must not be complained of
            options |= {"show_error": False}
        sheet.data_validation(
            first, at, last, at, options | {"error_message": "No term of the list: it will be kept as written."}
        )


def _range(scheme: str) -> str:
    return f"list_{scheme.replace('-', '_')}"


def _lists(book: xlsxwriter.Workbook, known: Vocabulary) -> None:
    """Put the terms on a hidden sheet: a list within a rule may hold 255 characters, more corrupts the file."""
    sheet = book.add_worksheet(LISTS)
    sheet.hide()
    for at, (name, scheme) in enumerate(known.schemes.items()):
        labels = [
            concept.labels["en"] for concept in scheme.concepts if not _group(name, concept.order, concept.notation)
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
