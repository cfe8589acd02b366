"""Workbooks as they come: damaged ones, those of other programs, and cells that hold no value."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from atmp.kg.errors import SourceError
from atmp.kg.findings import Severity
from atmp.kg.importers.interface import Context, detect, importer
from atmp.kg.importers.sheets import read_sheets
from atmp.kg.workbook import fill

PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}


@pytest.fixture
def workbook(survey: Any, tmp_path: Path) -> Path:
    """Return a filled workbook."""
    path = tmp_path / "survey.xlsx"
    fill(path, survey())
    return path


def _packed(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """Return a copy of a workbook with its parts changed."""
    copy = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return copy


@pytest.mark.parametrize("part", ["sheet3.xml", "workbook.xml", "styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("form", ["survey", "ema"])
def test_a_workbook_with_a_broken_part_is_refused_in_words(
    part: str, form: str, workbook: Path, context: Context
) -> None:
    """Its XML ends in the middle: the file is named, and how to mend it."""
    path = _packed(workbook, lambda name, data: data[: len(data) // 2] if name.endswith(part) else data)
    with pytest.raises(SourceError, match=r"changed\.xlsx.*save it again|no row has the headings"):
        list(importer(form).read(path, context).rows)
    detect(path)  # never raises anything but words


@pytest.mark.parametrize("at", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_workbook_with_spoilt_bytes_is_refused_in_words(at: float, workbook: Path, context: Context) -> None:
    """Wherever the damage is, there is no traceback."""
    data = bytearray(workbook.read_bytes())
    start = int(len(data) * at)
    data[start : start + 400] = b"\x00" * 400
    workbook.write_bytes(data)
    with pytest.raises(SourceError, match=r"survey\.xlsx"):
        list(detect(workbook).read(workbook, context).rows)


@pytest.mark.parametrize("name", ["old.xls", "open.ods"])
def test_workbooks_of_other_programs_are_told_apart(name: str, tmp_path: Path) -> None:
    """Old and open formats are named as what they are, with what to do."""
    path = tmp_path / name
    if name.endswith("xls"):
        path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    else:
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(SourceError, match=r"save it as \.xlsx"):
        detect(path)


def test_a_workbook_is_known_whatever_it_is_called(workbook: Path) -> None:
    """The content decides, not the ending."""
    assert detect(workbook.rename(workbook.with_name("answers.dat"))).name == "survey"


def test_the_error_of_a_formula_is_a_violation(tmp_path: Path) -> None:
    """`#DIV/0!` is never taken for a word, whether a formula made it or somebody left it."""
    path = tmp_path / "errors.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Projects")
    sheet.write_row(0, 0, [*PROJECT, "Description"])
    sheet.write_row(1, 0, list(PROJECT.values()))
    sheet.write_formula(1, 4, "=1/0", None, "#DIV/0!")
    book.close()
    (finding,) = read_sheets(path, ["Projects"])["Projects"].findings
    assert (finding.severity, str(finding.place)) == (
        Severity.VIOLATION,
        "errors.xlsx, sheet Projects, row 2, column Description",
    )
    assert "#DIV/0!" in finding.message


def test_headers_may_have_odd_spaces(tmp_path: Path) -> None:
    """Line breaks and hard spaces, which nobody sees in a header, part no column from its cells."""
    path = tmp_path / "spaces.xlsx"
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Projects"
    sheet.append(["Project\u00a0id *", "ATMP\nclass", " Stage  date "])
    book.save(path)
    assert read_sheets(path, ["Projects"])["Projects"].headers == ("Project id", "ATMP class", "Stage date")


def test_a_sheet_that_is_too_long_is_named_with_its_file(tmp_path: Path) -> None:
    """A stray cell in the last row of a sheet is told with its file and sheet."""
    path = tmp_path / "long.xlsx"
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Projects"
    sheet.cell(1_048_576, 1, "x")
    book.save(path)
    with pytest.raises(SourceError, match=r"long\.xlsx, sheet Projects"):
        read_sheets(path, ["Projects"])


@pytest.mark.parametrize("mark", ["\u2028", "\u0085", "\x0b", "\x0c"])
def test_odd_line_ends_within_a_csv_cell_part_no_rows(mark: str, tmp_path: Path) -> None:
    """Only real line ends part rows; text that was pasted from a web page stays in its cell."""
    (tmp_path / "Projects.csv").write_text(f"Project id,Title\nP01,one{mark}two\n", encoding="utf-8", newline="")
    (row,) = read_sheets(tmp_path, ["Projects"])["Projects"].rows
    assert row.cells["Title"] == f"one{mark}two"


@pytest.mark.parametrize("form", ["ema", "studyfields", "turtle"])
def test_a_folder_is_no_file(form: str, tmp_path: Path) -> None:
    """A format that is one file is not looked for in a folder, and a missing file is said to be missing."""
    with pytest.raises(SourceError, match="it is a folder"):
        detect(tmp_path, form)
    with pytest.raises(SourceError, match="no such file"):
        detect(tmp_path / "absent", form)


def test_a_web_address_that_cannot_be_is_a_violation(survey: Any, context: Context) -> None:
    """An address with a broken host has its cell named."""
    path = survey(Investigators=[{"Investigator id": "I1", "Name": "A", "ORCID": "http://[bad"}])
    found = [finding for row in importer("survey").read(path, context).rows for finding in row.findings]
    assert [(one.severity, one.place.column) for one in found] == [(Severity.VIOLATION, "ORCID")]


@pytest.mark.parametrize(("word", "meant"), [("SANT", True), ("FALSKT", False)])
def test_truth_values_of_a_swedish_spreadsheet(word: str, meant: bool, survey: Any, context: Context) -> None:
    """A table that was saved as CSV in Sweden says SANT and FALSKT."""
    rows = importer("survey").read(survey(Projects=[PROJECT | {"GMO": word}]), context).rows
    assert [record.gmo for row in rows for record in row.records if record.kind == "product"] == [meant]  # type: ignore[attr-defined]
