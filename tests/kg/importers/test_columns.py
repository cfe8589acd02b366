"""The table of the survey's columns: each names the field that it says, and fits it."""

from __future__ import annotations

from datetime import date

import pytest
from atmp.kg.importers.columns import FIELDS, SHEETS, Column, Sort, kind_of
from atmp.kg.records import KINDS
from atmp.kg.triples import columns

ALL = [column for sheet in (FIELDS, *SHEETS.values()) for column in sheet]
PYTHON = {Sort.DATE: date, Sort.YES_NO: bool, Sort.NUMBER: int}


@pytest.mark.parametrize("column", [one for one in ALL if one.field], ids=lambda one: one.field)
def test_a_column_fits_the_field_that_it_says(column: Column) -> None:
    """The field exists, takes what the cell holds, and leads to the same scheme or kind of record."""
    (field,) = [one for one in columns(KINDS[column.kind]) if one.name == column.name]
    assert field.python is PYTHON.get(column.sort, str)
    assert field.says.scheme == column.scheme
    assert not column.sheet or field.says.to == kind_of(column.sheet)
    assert (
        not field.many or column.sort in {Sort.IDS, Sort.TEXTS, Sort.CONCEPTS, Sort.DISEASES} or column.name == "notes"
    )


@pytest.mark.parametrize("sheet", SHEETS)
def test_no_two_columns_say_the_same(sheet: str) -> None:
    """Each field has one column, methods one for each role; what has no field is the row's tier."""
    said = [(column.field, column.role) for column in SHEETS[sheet] if column.field]
    assert len(said) == len(set(said))
    assert [column.header for column in SHEETS[sheet] if not column.field] == ["Tier"]
