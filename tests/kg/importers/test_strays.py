"""What stands in a survey and is not read is said, with its place, and how to keep it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from atmp.kg.findings import Finding, Severity
from atmp.kg.importers.columns import SURVEY
from atmp.kg.importers.interface import Context
from atmp.kg.importers.survey import SurveyImporter
from atmp.kg.workbook import fill, write

Survey = Callable[..., Path]


@pytest.fixture
def book(survey: Survey, tmp_path: Path) -> Path:
    """Return a filled workbook in which nothing is astray."""
    path = tmp_path / "returned.xlsx"
    fill(path, survey())
    return path


def _found(path: Path, context: Context) -> list[Finding]:
    return [one for one in SurveyImporter().read(path, context).findings if one.severity is not Severity.INFO]


def test_cells_under_no_header_are_said_one_by_one(book: Path, context: Context) -> None:
    """Each with its column's letter and its words: beyond the headers, and beneath an empty one."""
    assert _found(book, context) == []
    made = openpyxl.load_workbook(book)
    sheet = made["Projects"]
    beyond = sheet.cell(2, sheet.max_column + 2)
    beyond.value = "beyond"
    sheet.cell(1, 4).value = None
    sheet.cell(3, 4).value = "beneath"
    made.save(book)
    found = _found(book, context)
    assert [(one.place.row, one.place.column, one.value) for one in found] == [
        (2, beyond.column_letter, "beyond"),
        (3, "D", "beneath"),
    ]
    assert all("under no header" in one.message and "atmp survey migrate" in (one.mend or "") for one in found)


def test_sheets_that_are_not_read_are_said(book: Path, context: Context) -> None:
    """But for empty ones, and those that we write ourselves."""
    made = openpyxl.load_workbook(book)
    made.create_sheet("Trials").append(["Project id", "Site"])
    made.create_sheet("Empty")
    made.save(book)
    (told,) = _found(book, context)
    assert (told.value, "was not read" in told.message) == ("Trials", True)


def test_a_folder_says_it_too(survey: Survey, context: Context) -> None:
    """A CSV file that is no sheet of the survey."""
    folder = survey()
    (folder / "Trials.csv").write_text("Project id,Site\n", encoding="utf-8")
    (told,) = _found(folder, context)
    assert told.value == "Trials"


def test_what_the_sheet_survey_says_beside_its_fields_is_said(book: Path, context: Context) -> None:
    """A field that is unknown, with the nearest, a value beside none, and a further column."""
    made = openpyxl.load_workbook(book)
    sheet = made[SURVEY]
    sheet["C1"], sheet["C2"] = "Remark", "hm"
    sheet.append(["Centre nam", "Lund"])
    sheet.append([None, "lone"])
    made.save(book)
    found = _found(book, context)
    assert [one.value for one in found] == ["hm", "Lund", "lone"]
    assert "did you mean 'Centre name'?" in (found[1].mend or "")


def test_the_sheet_kept_is_said_to_be_unread(tmp_path: Path, context: Context) -> None:
    """What a migration kept stays in the workbook, and whoever loads it is told."""
    rows = {SURVEY: [{"Field": "Centre", "Value": "lund"}, {"Field": "Round", "Value": "2023"}, {"Field": "Date", "Value": "2023-06-01"}],
            "Projects": [{"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}]}  # fmt: skip
    write(path := tmp_path / "new.xlsx", rows, kept=[("Trials", "2", "Site", "Lund", "no column takes it")])
    assert _found(path, context) == []
    told = [one for one in SurveyImporter().read(path, context).findings if one.value == "Kept"]
    assert [(one.severity, "not read" in one.message) for one in told] == [(Severity.INFO, True)]
