"""Exports as strangers have them: every importer of a table reads its columns in any order, encoding and company."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from atmp.kg.errors import SourceError
from atmp.kg.findings import Severity
from atmp.kg.importers.interface import Context, detect
from atmp.kg.load import load
from atmp.kg.records import ATMP
from atmp.kg.reviews import reconcile
from atmp.kg.same import followers
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER

TITLE = "Müller’s façade – cells for åldrad hud"
"""A title with letters that Windows-1252, UTF-8 and UTF-16 write each in their own way."""
NAME = "Rhododendron University"


class Export(NamedTuple):
    """One row of an export, the columns that tell it from others, the field its title becomes, and further fields."""

    row: dict[str, str]
    needed: tuple[str, ...]
    title: str
    fields: dict[str, Any]


EXPORTS = {
    "nih-reporter": Export(
        {"Project Terms": "Cells;Heart", "Project Title": TITLE, "Public Health Relevance": "n/a", "Application ID": "1",
         "Award Notice Date": "01/31/2022 12:00:00 AM", "Project Number": "5R01", "Activity": "R01",
         "Project Start Date": "03/01/2021", "Contact PI / Project Leader": "INVESTIGATOR, SYNTHETIC",
         "Other PI or Project Leader(s)": "Not Applicable", "Organization Name": NAME, "Organization Country": "UNITED STATES",
         "Total Cost": "1,500.50", "Project Abstract": "An abstract."},
        ("Application ID", "Project Title", "Project Number"), "Project Title",
        {"identifier": "1", "keywords": ("Cells", "Heart"), "recipients": (NAME,), "amount": 1500, "award": "5R01",
         "started": "2021-03-01", "description": "An abstract."},
    ),
    "cirm": Export(
        {"grant_number": "CLIN2-1", "programme": "CLIN2", "title": TITLE, "disease_focus": "Heart Disease", "pi": "S Investigator",
         "institution": NAME, "award_value": "4871000", "approved": "2025-09-25", "status": "Active"},
        ("grant_number", "programme", "disease_focus"), "title",
        {"identifier": "CLIN2-1", "stage": f"{ATMP}stage-8", "recipients": (NAME,), "amount": 4871000, "started": "2025-09-25"},
    ),
    "cat": Export(
        {"Product description": TITLE, "Therapeutic area": "Dermatology", "Classification": "Tissue engineered product",
         "Date": "15/03/2021"},
        ("Product description", "Therapeutic area", "Classification"), "Product description",
        {"indication_text": "Dermatology", "atmp_class": f"{ATMP}class-tep"},
    ),
    "swecris": Export(
        {"projectId": "2019-1_VR", "projectTitleSv": "En svensk titel", "projectTitleEn": TITLE, "projectStartDate": "2019-01-01",
         "coordinatingOrganisationNameEn": NAME, "fundingOrganisationNameEn": "A funder", "fundingsSek": "3000000",
         "loadedDate": "07/17/2025 08:40:01", "typeOfAwardDescrEn": "Project grant", "projectAbstractSv": "Om celler.",
         "involvedPeople": "¤¤¤1¤Synthetic investigator 01¤¤1¤Projektledare¤", "scbs": "30108: Cell- och molekylärbiologi¤"},
        ("projectId", "projectTitleSv", "involvedPeople"), "projectTitleEn",
        {"identifier": "2019-1_VR", "title": "En svensk titel", "recipients": (NAME,), "detail": "Om celler.",
         "officials": ("Synthetic investigator 01",), "amount": 3000000, "started": "2019-01-01"},
    ),
    "cordis": Export(
        {"id": "101000001", "acronym": "CELLS", "status": "SIGNED", "title": TITLE, "startDate": "2021-01-01", "endDate": "2024-12-31",
         "totalCost": "0", "ecMaxContribution": "1500000,5", "frameworkProgramme": "H2020", "objective": "To make cells.",
         "contentUpdateDate": "2022-08-15 14:03:22", "grantDoi": ""},
        ("id", "acronym", "objective", "frameworkProgramme"), "title",
        {"identifier": "101000001", "award": "CELLS", "amount": 1500000, "completed": "2024-12-31", "description": "To make cells."},
    ),
    "ema": Export(
        {"Category": "Human", "Name of medicine": TITLE, "EMA product number": "EMEA/H/C/000001", "Medicine status": "Authorised",
         "Therapeutic area (MeSH)": "Haemophilia B", "Advanced therapy": "Yes", "Orphan medicine": "Yes",
         "Marketing authorisation developer / applicant / holder": NAME, "Marketing authorisation date": "17/02/2015",
         "Last updated date": "15/07/2025"},
        ("Name of medicine", "EMA product number", "Medicine status", "Advanced therapy"), "Name of medicine",
        {"identifier": "EMEA/H/C/000001", "holder": NAME, "authorised": "2015-02-17", "orphan": True},
    ),
}  # fmt: skip
Lines = list[list[str]]


def _csv(lines: Sequence[Sequence[str]], mark: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark).writerows(lines)
    return out.getvalue()


def _lines(row: dict[str, str]) -> Lines:
    return [list(row), list(row.values())]


def _key(name: str) -> str:
    """Return the column of an export that has its ids."""
    return {"ema": "EMA product number"}.get(name, EXPORTS[name].needed[0])


def _read(folder: Path, data: bytes, context: Context) -> tuple[str, list[Any], list[Any]]:
    """Return the format that a file is taken for, its records, and what is found of it beyond remarks."""
    path = folder / "export.csv"
    path.write_bytes(data)
    found = detect(path)
    reading = found.read(path, context)
    rows = list(reading.rows)
    findings = [*reading.findings, *(finding for row in rows for finding in row.findings)]
    grave = [finding for finding in findings if finding.severity is not Severity.INFO]
    return found.name, [record for row in rows for record in row.records], grave


def _holds(record: Any, export: Export, title: str = TITLE) -> None:
    said = json.loads(record.model_dump_json())
    wanted = {name: list(value) if isinstance(value, tuple) else value for name, value in export.fields.items()}
    assert {name: said[name] for name in wanted} == wanted
    assert said["label"] == title


@pytest.fixture(params=EXPORTS)
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of each format in turn."""
    return str(request.param)


def _turned(row: dict[str, str]) -> str:
    return _csv(_lines(dict(reversed(row.items()))))


def _more(row: dict[str, str]) -> str:
    return _csv(_lines({"A": "x", "": "y", **row, "Further": "z", "further": "z"}))


def _wide(row: dict[str, str]) -> str:
    before, after = ({f"{word} {number}": str(number) for number in range(2_000)} for word in ("Before", "After"))
    return _csv(_lines({**before, **row, **after}))


def _short(row: dict[str, str]) -> str:
    """Return a table whose second row breaks off, as rows do whose last cells are empty."""
    head, cells = _lines({**row, "Further": ""})
    return _csv([head, cells[:-1]])


TABLES: dict[str, Callable[[dict[str, str]], str]] = {
    "as it is": lambda row: _csv(_lines(row)),
    "columns turned round": _turned,
    "further columns": _more,
    "thousands of columns": _wide,
    "semicolons": lambda row: _csv(_lines(row), ";"),
    "tabs": lambda row: _csv(_lines(row), "\t"),
    "headers in capitals with spaces": lambda row: _csv(
        _lines({f" {name.upper()} ": cell for name, cell in row.items()})
    ),
    "a row that breaks off": _short,
    "empty rows between": lambda row: _csv([*_lines(row)[:1], [], [""] * len(row), _lines(row)[1], []]),
}


@pytest.mark.parametrize("table", TABLES)
def test_columns_come_in_any_order_and_company(name: str, table: str, tmp_path: Path, context: Context) -> None:
    """Order, further columns and the mark between cells change nothing of what a row says."""
    export = EXPORTS[name]
    found, (record,), grave = _read(tmp_path, TABLES[table](export.row).encode(), context)
    assert (found, grave) == (name, [])
    _holds(record, export)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_letters_are_read_in_every_encoding(name: str, encoding: str, tmp_path: Path, context: Context) -> None:
    """UTF-8 with and without its mark, what Windows writes, and UTF-16 either way round give the same letters."""
    export = EXPORTS[name]
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    found, (record,), grave = _read(tmp_path, mark + _csv(_lines(export.row)).encode(encoding), context)
    assert (found, grave) == (name, [])
    _holds(record, export)


def test_encodings_may_be_mixed(name: str, tmp_path: Path, context: Context) -> None:
    """A table that was put together out of two has lines of both, and each is read as what it is."""
    export = EXPORTS[name]
    head, cells = _lines(export.row)
    other = [f"{cell}2" if header == _key(name) else cell for header, cell in zip(head, cells, strict=True)]
    data = _csv([head, cells]).encode("utf-8-sig") + _csv([other]).encode("cp1252")
    _, records, _ = _read(tmp_path, data, context)
    assert len(records) == 2
    if name != "cat":  # whose title is its id
        assert {record.label for record in records} == {TITLE}


def test_a_cell_may_run_over_lines(name: str, tmp_path: Path, context: Context) -> None:
    """A quoted cell with line breaks and quotes in it is one cell of one row, and its words are kept."""
    export = EXPORTS[name]
    row = export.row | {export.title: 'Cells,\r\nso "called"\n\nof the skin'}
    found, (record,), grave = _read(tmp_path, _csv(_lines(row)).encode(), context)
    assert (found, grave) == (name, [])
    assert record.label.split() == ["Cells,", "so", '"called"', "of", "the", "skin"]


def test_a_column_that_is_missing_says_nothing(name: str, tmp_path: Path, context: Context) -> None:
    """Each column but those that tell the format may be missing: the rest of the record is as it was."""
    export = EXPORTS[name]
    _, (whole,), _ = _read(tmp_path, _csv(_lines(export.row)).encode(), context)
    for gone in export.row.keys() - {*export.needed, export.title}:
        row = {column: cell for column, cell in export.row.items() if column != gone}
        found, (record,), grave = _read(tmp_path, _csv(_lines(row)).encode(), context)
        assert (found, grave) == (name, [])
        said, wanted = record.model_dump(), whole.model_dump()
        assert {field for field in said if said[field] != wanted[field] and said[field]} <= {"iri"}
        assert said["label"] == TITLE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_without_rows_is_refused_in_words(name: str, encoding: str, tmp_path: Path, context: Context) -> None:
    """Only a header is nothing to load; the store is left as it is."""
    with pytest.raises(SourceError, match="nothing to load"):
        _read(tmp_path, _csv(_lines(EXPORTS[name].row)[:1]).encode(encoding), context)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\n\n", b" "], ids=repr)
def test_an_empty_file_is_refused_in_words(data: bytes, tmp_path: Path, store: Store) -> None:
    """Whether it has no byte, a mark of its encoding, or nothing but empty lines, and whatever it is said to be."""
    path = tmp_path / "export.csv"
    path.write_bytes(data)
    for form in (None, *EXPORTS, "openalex", "download", "studies", "studyfields"):
        with pytest.raises(SourceError):
            load(store, path, agent="test", as_format=form)
    assert store.revision() == 0


def test_a_row_without_its_id_is_said_at_its_line(name: str, tmp_path: Path, context: Context) -> None:
    """The other rows are read."""
    export = EXPORTS[name]
    head, cells = _lines(export.row)
    nameless = ["" if header == _key(name) else cell for header, cell in zip(head, cells, strict=True)]
    _, records, grave = _read(tmp_path, _csv([head, nameless, cells]).encode(), context)
    assert len(records) == 1
    assert [(finding.severity, finding.place.row) for finding in grave] == [(Severity.VIOLATION, 2)]


@pytest.mark.parametrize("said", ["Somatic cell therapy medicinal product", "Gene therapy medicinal product",
                                  "Tissue engineered product", "Tissue-engineered product", "Not an ATMP", "GTMP"])  # fmt: skip
def test_the_cat_names_classes_in_words(said: str, tmp_path: Path, context: Context) -> None:
    """Each way to name a class is read as the class."""
    row = EXPORTS["cat"].row | {"Classification": said}
    _, (record,), grave = _read(tmp_path, _csv(_lines(row)).encode(), context)
    assert grave == []
    assert record.atmp_class


def test_a_workbook_says_the_same(name: str, tmp_path: Path, context: Context) -> None:
    """The same export saved as a workbook makes the same record."""
    export, book = EXPORTS[name], openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in _lines(export.row):
        sheet.append(line)
    path = tmp_path / "export.xlsx"
    book.save(path)
    assert detect(path).name == name
    (row,) = detect(path).read(path, context).rows
    _holds(row.records[0], export)


WORK = {
    "id": "https://openalex.org/W1", "title": TITLE, "display_name": TITLE, "publication_date": "2021-05-06",
    "authorships": [{"author": {"display_name": "Synthetic investigator 01"}, "institutions": [{"display_name": NAME}]}],
    "abstract_inverted_index": {"cells": [1], "About": [0]},
}  # fmt: skip
WORKS: dict[str, Callable[[], bytes]] = {
    "keys turned round": lambda: json.dumps([dict(reversed(WORK.items()))]).encode(),
    "thousands of keys": lambda: json.dumps([WORK | {f"key{number}": {"a": []} for number in range(3_000)}]).encode(),
    "UTF-8 with its mark": lambda: json.dumps([WORK], ensure_ascii=False).encode("utf-8-sig"),
    "letters as escapes": lambda: json.dumps({"meta": {}, "results": [WORK]}).encode(),
    "a work a line": f"{json.dumps(WORK)}\r\n{json.dumps(WORK | {'id': 'https://openalex.org/W2'})}\r\n".encode,
}


@pytest.mark.parametrize("form", WORKS)
def test_works_come_in_any_order_and_company(form: str, tmp_path: Path, context: Context) -> None:
    """The order of keys, further ones and the mark of UTF-8 change nothing of what a work says."""
    found, (record, *_), grave = _read(tmp_path, WORKS[form](), context)
    assert (found, grave) == ("openalex", [])
    assert (record.label, record.description, record.institutions) == (TITLE, "About cells", (NAME,))


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_works_in_another_encoding_are_refused_in_words(encoding: str, tmp_path: Path, context: Context) -> None:
    """JSON is UTF-8: anything else is said to be no JSON that can be read, and nothing is read wrongly."""
    with pytest.raises(SourceError):
        _read(tmp_path, json.dumps([WORK], ensure_ascii=False).encode(encoding), context)


def test_organisations_of_other_exports_are_not_one_by_name(tmp_path: Path, store: Store) -> None:
    """A name that is alike in other exports is proposed to be one with it; nothing is merged without a decision."""
    for number, (form, export) in enumerate(EXPORTS.items()):
        row = {column: cell.replace(NAME, f"{NAME}{' ,.'[number % 3]} {['Inc.', 'AB', ''][number % 3]}".strip())
               for column, cell in export.row.items()}  # fmt: skip
        path = tmp_path / f"{form}.csv"
        path.write_text(_csv(_lines(row)), encoding="utf-8", newline="")
        load(store, path, agent="test")
    (found, _) = reconcile(store, agent="test")
    assert found.candidates
    assert found.certain == ()
    assert followers(store.view(OWNER)) == {}
