"""Tables by a mapping: their rows become records, and what could not be read is said at its cell."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from atmp.kg.errors import SourceError, UsageError
from atmp.kg.findings import Severity
from atmp.kg.importers.interface import Context, chosen_importer, detect, names
from atmp.kg.importers.mapped import MappedImporter
from atmp.kg.importers.mapping import parse
from atmp.kg.records import ATMP, Grant, Product, Trial
from atmp.ontology.vocabulary import read_vocabulary

MAPPING = """
kind = "grant"
collection = "a-funder"
title = "Awards of a funder"
id = "Award number"
prefix = "f-"
stated = "Updated"
recognise = ["Award number", "Award title"]
nothing = ["n/a"]

[fixed]
currency = "SEK"

[fields]
label = "Award title"
description = ["Summary", "Plan"]
keywords = { column = "Topics", split = ";" }
indications = { column = "Topics", split = ";" }
started = { column = "Start", date = "%d/%m/%Y" }
amount = "Sum"
stage = "Stage"
"""
ROW = {"AWARD NUMBER": "7", "Award_title": "Cells", "Summary": "One.", "Plan": "Two.", "Topics": "GvHD; cells", "Start": "31/12/2020",
       "Sum": "1,500,000.00", "Stage": "4", "Updated": "2021-05-06", "Unheard of": "x"}  # fmt: skip


def _importer() -> MappedImporter:
    return MappedImporter("funder", parse(MAPPING, "funder.toml"))


def _csv(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "awards.csv"
    lines = [list(ROW), *([row.get(name, "") for name in ROW] for row in rows)]
    path.write_text("".join(";".join(f'"{cell}"' for cell in line) + "\n" for line in lines), encoding="utf-8")
    return path


def _json(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "awards.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def _workbook(folder: Path, *rows: dict[str, Any]) -> Path:
    path, book = folder / "awards.xlsx", openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (list(ROW), *([row.get(name) for name in ROW] for row in rows)):
        sheet.append(line)
    book.save(path)
    return path


@pytest.mark.parametrize("write", [_csv, _json, _workbook])
def test_every_form_of_a_table_makes_the_same_record(write: Any, tmp_path: Path, context: Context) -> None:
    """CSV, JSON lines and a workbook say the same; a column that the mapping does not name is left."""
    path = write(tmp_path, ROW)
    assert _importer().recognises(path)
    reading = _importer().read(path, context)
    assert (reading.source.collection, reading.source.stated, reading.findings) == ("a-funder", date(2021, 5, 6), ())
    (row,) = reading.rows
    (grant,) = row.records
    assert isinstance(grant, Grant)
    assert (grant.iri, grant.identifier) == ("https://w3id.org/atmp/id/grant/f-7", "7")
    assert (grant.label, grant.description, grant.currency) == ("Cells", "One.\nTwo.", "SEK")
    assert (grant.keywords, grant.indications) == (("GvHD", "cells"), ("http://purl.obolibrary.org/obo/MONDO_0013730",))
    assert (grant.started, grant.amount, grant.stage) == (date(2020, 12, 31), 1_500_000, f"{ATMP}stage-4")
    assert row.findings == ()


def test_a_workbooks_own_dates_and_numbers_are_read(tmp_path: Path, context: Context) -> None:
    """Dates and numbers that are no text need no form."""
    (row,) = _importer().read(_workbook(tmp_path, ROW | {"Updated": datetime(2021, 5, 6), "Sum": 7.0}), context).rows
    (grant,) = row.records
    assert isinstance(grant, Grant)
    assert grant.amount == 7


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [("Start", "2020-12-31", "no date"), ("Sum", "much", "no whole number"), ("Stage", "soon", "no term|not a term")],
)
def test_what_cannot_be_read_is_said_at_its_cell(
    column: str, cell: str, words: str, tmp_path: Path, context: Context
) -> None:
    """The rest of the row is loaded, and a word outside a list is kept as written."""
    (row,) = _importer().read(_csv(tmp_path, ROW | {column: cell}), context).rows
    (finding,) = row.findings
    assert (finding.place.row, finding.place.column, finding.value) == (2, column, cell)
    assert any(word in finding.message for word in words.split("|"))
    assert row.records[0].as_written == ((f"Stage: {cell}",) if column == "Stage" else ())


def test_words_that_say_nothing_are_not_said(tmp_path: Path, context: Context) -> None:
    """What the mapping calls nothing is as an empty cell."""
    (row,) = _importer().read(_csv(tmp_path, ROW | {"Summary": "n/a", "Plan": "", "Sum": "n/a"}), context).rows
    (grant,) = row.records
    assert isinstance(grant, Grant)
    assert (grant.description, grant.amount, row.findings) == (None, None, ())


def test_a_repeated_id_adds_what_the_first_row_did_not_say(tmp_path: Path, context: Context) -> None:
    """Two rows of one id are one record: lists come together, and of single values the first row's stand."""
    second = ROW | {"Award_title": "Other", "Topics": "more", "Sum": ""}
    first, added = _importer().read(_csv(tmp_path, ROW | {"Start": ""}, second), context).rows
    (grant,) = added.records
    assert isinstance(grant, Grant)
    assert (first.key, added.key) == ("7", "7/2")
    assert (grant.label, grant.amount, grant.keywords, grant.started) == (None, None, ("more",), date(2020, 12, 31))


def test_a_row_without_an_id_is_a_violation(tmp_path: Path, context: Context) -> None:
    """It is named by its line, and the others are read."""
    nameless, named = _importer().read(_csv(tmp_path, ROW | {"AWARD NUMBER": ""}, ROW), context).rows
    assert [(one.message, one.place.row, one.place.column) for one in nameless.findings] == [
        ("the row has no id", 2, "Award number")
    ]
    assert named.records


def test_a_missing_column_is_said(tmp_path: Path, context: Context) -> None:
    """A column that records cannot be made without is an error that lists what is there; any other is told."""
    path = tmp_path / "awards.csv"
    path.write_text("Award number,Award title\n7,Cells\n")
    told = [finding.message for finding in _importer().read(path, context).findings]
    assert told[0] == "the column 'Summary' is not there; what it would say is not said"
    path.write_text("Number,Award title\n7,Cells\n")
    with pytest.raises(
        SourceError, match="names the column 'Award number', which is not there: there are award title, number"
    ):
        _importer().read(path, context)


def test_an_empty_table_is_refused(tmp_path: Path, context: Context) -> None:
    """Headers without a row are nothing to load."""
    with pytest.raises(SourceError, match="no rows"):
        _importer().read(_csv(tmp_path), context)


def test_without_a_collection_the_rows_are_a_centres(tmp_path: Path, context: Context) -> None:
    """Such a mapping needs the centre, and what it makes is internal unless said otherwise."""
    own = MappedImporter("own", parse(MAPPING.replace('collection = "a-funder"\n', ""), "own.toml"))
    path = _csv(tmp_path, ROW)
    with pytest.raises(SourceError, match="--centre"):
        own.read(path, context)
    reading = own.read(path, Context(context.names, context.vocabulary, context.today, centre="lund"))
    (row,) = reading.rows
    assert (reading.centre, reading.tier.value) == ("lund", "internal")
    assert row.records[0].iri == "https://w3id.org/atmp/id/lund/grant/f-7"


def test_a_mapping_and_a_format_are_one_too_many(tmp_path: Path) -> None:
    """A source is read one way."""
    mapping = tmp_path / "funder.toml"
    mapping.write_text(MAPPING)
    assert chosen_importer(tmp_path, None, mapping).name == "funder"
    with pytest.raises(UsageError, match="one of the two"):
        chosen_importer(tmp_path, "survey", mapping)


def test_the_shipped_mappings_are_formats(tmp_path: Path, context: Context) -> None:
    """A list of classifications loads by its headers alone; a product's id is made from its description."""
    assert "cat" in names()
    path = tmp_path / "list.csv"
    path.write_text(
        "Product description,Therapeutic area,Classification,Date\n"
        "Autologous chondrocytes on a scaffold,Cartilage,Tissue engineered product,2024-05-01\n"
    )
    assert detect(path).name == "cat"
    (row,) = detect(path).read(path, context).rows
    (product,) = row.records
    assert isinstance(product, Product)
    assert (product.label, product.atmp_class) == ("Autologous chondrocytes on a scaffold", f"{ATMP}class-tep")
    assert product.iri.startswith("https://w3id.org/atmp/id/product/cat-")


@pytest.mark.parametrize(
    ("name", "form", "count"),
    [
        ("nih-reporter/SearchResult_Export_10Feb2022_015137.csv", "nih-reporter", 232),
        ("nih-reporter/SearchResult_Export_10Feb2022_015337.csv", "nih-reporter", 1162),
        ("cirm-grants.csv", "cirm", 764),
        ("swecris-kth-to-2019.csv.gz", "swecris", 4679),
        ("trials-atmp-core-1077.jsonl.gz", "trial-texts", 1077),
    ],
)
def test_the_real_tables_read_whole(name: str, form: str, count: int, shared: Path, context: Context) -> None:
    """Every row of the real files becomes a record with a title, and no value of it is unread."""
    assert detect(shared / name).name == form
    rows = list(detect(shared / name).read(shared / name, context).rows)
    records = [record for row in rows for record in row.records]
    assert (len(records), [finding for row in rows for finding in row.findings]) == (count, [])
    assert len({record.iri for record in records}) == len([record for record in records if record.label])
    assert all(isinstance(record, Grant | Trial) for record in records)


def test_people_in_one_column_are_taken_apart(shared: Path, context: Context) -> None:
    """Of each person in the grants' column only the name is kept."""
    path = shared / "swecris-kth-to-2019.csv.gz"
    grants = [record for row in detect(path).read(path, context).rows for record in row.records]
    people = [name for grant in grants if isinstance(grant, Grant) for name in grant.officials]
    assert len(people) > len(grants)
    assert all(name.startswith("Person ") for name in people)


def test_a_deprecated_term_is_read_as_what_replaces_it(outdated: Path, tmp_path: Path, context: Context) -> None:
    """The new term is loaded, with a remark at the cell, which is no warning."""
    mapping = parse(
        'kind = "product"\ncollection = "c"\nid = "Id"\n[fields]\nlabel = "Id"\nvectors = "Vector"\n', "m.toml"
    )
    path = tmp_path / "products.csv"
    path.write_text("Id,Vector\n1,ninth\n", encoding="utf-8")
    told = replace(context, vocabulary=read_vocabulary(outdated))
    (row,) = MappedImporter("m", mapping).read(path, told).rows
    (product,) = row.records
    assert isinstance(product, Product)
    assert product.vectors == (f"{ATMP}vector-aav9",)
    (finding,) = row.findings
    assert (finding.severity, finding.value, finding.place.column) == (Severity.INFO, "ninth", "Vector")


def test_a_table_that_is_not_there_is_said(tmp_path: Path, context: Context) -> None:
    """It is not told of its columns."""
    mapping = parse('kind = "grant"\ncollection = "c"\nid = "Id"\n[fields]\nlabel = "Id"\n', "m.toml")
    with pytest.raises(SourceError, match="no such file"):
        MappedImporter("m", mapping).read(tmp_path / "none.csv", context)
