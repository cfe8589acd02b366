"""What a column of the survey may be headed: its header, the field it says, the ontology's label, and earlier names."""

from __future__ import annotations

from functools import lru_cache

from atmp.ontology.vocabulary import LANGUAGES, key

from .importers.columns import FIELDS, SHEETS, SURVEY, Column
from .workbook import label

RENAMED: dict[int, dict[str, dict[str, str]]] = {}
"""The headers that a version of the columns renamed: by that version and the sheet, what was and what is.

Whoever renames a column raises `columns.SCHEMA`, and adds a line here; a column that is dropped or new needs none.
"""


def columns_of(sheet: str) -> tuple[Column, ...]:
    """Return the columns of a sheet; of the sheet Survey its fields."""
    return FIELDS if sheet == SURVEY else SHEETS[sheet]


def column_of(sheet: str, header: str, version: int | None = None) -> Column | None:
    """Return today's column for a header of a workbook in `version`; None where no column, or more than one, is meant."""
    return _by_word(sheet).get(key(_renamed(sheet, header, version)))


def _renamed(sheet: str, header: str, version: int | None) -> str:
    """Return what became of a header; where the version is not known, one that stands today is taken for itself."""
    if version is None and header in {column.header for column in columns_of(sheet)}:
        return header
    for later in sorted(RENAMED):
        if version is None or later > version:
            header = RENAMED[later].get(sheet, {}).get(header, header)
    return header


@lru_cache
def _by_word(sheet: str) -> dict[str, Column]:
    """Return the columns of a sheet by their words; a header goes before any other word, a word of two is neither's.

    What other tables call them is left out: a column that somebody added to our workbook is that person's own.
    """
    own = {key(column.header): column for column in columns_of(sheet)}
    found: dict[str, set[Column]] = {}
    for column in columns_of(sheet):
        labels = [label(column, language) for language in LANGUAGES]
        for word in (column.field, column.name, *labels):
            found.setdefault(key(word), set()).add(column)
    single = {word: next(iter(columns)) for word, columns in found.items() if word and len(columns) == 1}
    return single | own
