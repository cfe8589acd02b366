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


def test_what_the_shapes_want_is_marked() -> None:
    """What the shapes miss on a row's records is asked for as required or recommended."""
    from importlib.resources import files

    import rdflib

    shapes = rdflib.Graph().parse(data=files("atmp.ontology").joinpath("shapes.ttl").read_bytes(), format="turtle")
    wanted = shapes.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?class ?path { ?shape sh:targetClass ?class ;"
        " (sh:or/rdf:rest*/rdf:first)?/sh:property [ sh:path ?path ; sh:minCount 1 ] }"
    )
    types = {kind: KINDS[kind].type for kind in ("product", *map(kind_of, SHEETS))}
    said = {
        (types.get(column.kind), field.says.property): column.required or column.recommended
        for column in ALL
        for field in (columns(KINDS[column.kind]) if column.field else ())
        if field.name == column.name
    }
    asked = {(str(row[0]), str(row[1])) for row in wanted}  # type: ignore[index]
    assert {pair for pair in asked if pair in said and not said[pair]} == set()
    assert len({pair for pair in asked if said.get(pair)}) > 10
