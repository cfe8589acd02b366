"""The survey importer: what a row means, and what is said of rows that mean nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from atmp.kg.errors import SourceError
from atmp.kg.findings import Finding, Severity
from atmp.kg.importers.interface import Context
from atmp.kg.importers.survey import SurveyImporter
from atmp.kg.records import ATMP, Need, Person, Product, Project, Record, StageObservation
from atmp.kg.source import Reading
from atmp.kg.tiers import Tier
from atmp.kg.workbook import fill
from atmp.ontology.vocabulary import read_vocabulary

BASE = "https://w3id.org/atmp/id/lund"
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}
NEED = {"Need id": "N1", "Project id": "P01", "Category": "potency-assay"}


def _read(path: Path, context: Context) -> Reading:
    reading = SurveyImporter().read(path, context)
    rows = list(reading.rows)
    return Reading(reading.source, reading.centre, reading.tier, rows, reading.findings)


def _findings(reading: Reading) -> list[Finding]:
    return [*reading.findings, *(finding for row in reading.rows for finding in row.findings)]


def _one(reading: Reading, kind: type[Record]) -> Any:
    return next(record for row in reading.rows for record in row.records if type(record) is kind)


@pytest.mark.parametrize("form", ["folder", "workbook"])
def test_workbook_and_folder_say_the_same(form: str, survey: Any, context: Context, tmp_path: Path) -> None:
    """A project's row becomes project, product and stage, alike from CSV and from XLSX."""
    path = survey(Projects=[PROJECT | {"Vectors": "AAV9; lentivirus", "Indication MONDO ids": "MONDO:0005180"}])
    if form == "workbook":
        fill(tmp_path / "filled.xlsx", path)
        path = tmp_path / "filled.xlsx"
    reading = _read(path, context)
    product = _one(reading, Product)
    assert [finding for finding in _findings(reading) if finding.severity is not Severity.INFO] == []
    assert _one(reading, Project).develops == (product.iri,)
    assert product.vectors == (f"{ATMP}vector-aav9", f"{ATMP}vector-lentivirus")
    assert product.indications == ("http://purl.obolibrary.org/obo/MONDO_0005180",)
    assert _one(reading, StageObservation).observed == date(2023, 6, 1)
    assert (reading.source.key, reading.centre, reading.tier) == ("survey-lund-2023", "lund", Tier.PUBLIC)


def test_recognises_its_own_format(survey: Any, tmp_path: Path) -> None:
    """A folder with one of the sheets is a survey; another folder, or a text file, is not."""
    (tmp_path / "notes.txt").write_text("Projects")
    assert SurveyImporter().recognises(survey())
    assert not SurveyImporter().recognises(tmp_path / "notes.txt")
    (tmp_path / "empty").mkdir()
    assert not SurveyImporter().recognises(tmp_path / "empty")


def test_an_unknown_term_is_kept_and_the_row_loads(survey: Any, context: Context) -> None:
    """A word of no scheme is a warning with the nearest terms; the words stay with the project."""
    reading = _read(survey(Projects=[PROJECT | {"Vectors": "AVV9"}]), context)
    (finding,) = _findings(reading)
    assert finding.severity is Severity.WARNING
    assert "AAV9" in (finding.mend or "")
    assert (finding.place.sheet, finding.place.row, finding.place.column) == ("Projects", 2, "Vectors")
    assert _one(reading, Project).as_written == ("Vectors: AVV9",)
    assert _one(reading, Product).vectors == ()  # "other" would be an answer, which nobody gave


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("Started", "last spring", "is no date"),
        ("Started", "2023-02-30", "is no date"),
        ("GMO", "perhaps so", "neither yes nor no"),
        ("Tier", "friends only", "is no tier"),
        ("Lead investigator ids", "I99", "is no id of the sheet Investigators"),
    ],
)
def test_a_cell_of_the_wrong_kind_is_a_violation_at_its_place(
    column: str, cell: str, words: str, survey: Any, context: Context
) -> None:
    """Wrong types, strange tiers and ids of nowhere name sheet, row and column, and how to mend them."""
    reading = _read(survey(Projects=[PROJECT | {column: cell}]), context)
    (finding,) = _findings(reading)
    assert finding.severity is Severity.VIOLATION
    assert words in finding.message
    assert (finding.place.row, finding.place.column) == (2, column)
    assert finding.mend


@pytest.mark.parametrize("column", ["Project id", "Title", "ATMP class", "Stage"])
def test_a_missing_required_cell_is_a_violation(column: str, survey: Any, context: Context) -> None:
    """A project without id, title, class or stage is refused, with the column named."""
    row = {key: value for key, value in PROJECT.items() if key != column} | {"Notes": "so that the row is not empty"}
    (finding,) = _findings(_read(survey(Projects=[row]), context))
    assert (finding.severity, finding.place.column) == (Severity.VIOLATION, column)


def test_a_doubled_id_names_both_rows(survey: Any, context: Context) -> None:
    """Of two rows with one id the second is refused, and the first is named."""
    (finding,) = _findings(_read(survey(Projects=[PROJECT, PROJECT | {"Title": "Another"}]), context))
    assert finding.place.row == 3
    assert "row 2" in finding.message


def test_an_unknown_column_is_said_with_the_nearest(survey: Any, context: Context) -> None:
    """A column that is misspelled is a warning, for its cells were not read."""
    (finding,) = _findings(_read(survey(Projects=[PROJECT | {"Vektors": "AAV9"}]), context))
    assert finding.severity is Severity.WARNING
    assert "Vectors" in (finding.mend or "")


def test_an_empty_sheet_is_said(survey: Any, context: Context) -> None:
    """A sheet with a header only is told, and blocks nothing."""
    (finding,) = _findings(_read(survey(Needs=[]), context))
    assert finding.message == "the sheet Needs is empty"


def test_a_survey_without_any_row_is_refused(survey: Any, context: Context) -> None:
    """Nothing but headers is an error, not an empty load."""
    with pytest.raises(SourceError, match="every sheet is empty"):
        _read(survey(Projects=[]), context)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_folder_is_read_as_spreadsheets_write_it(mark: str, survey: Any, context: Context) -> None:
    """With another mark between cells, a mark of its own at the start, lines within a cell, and letters of Windows-1252."""
    folder = survey()
    text = mark.join(["Project id", "Title", "ATMP class", "Stage", "Aim"])
    text += (
        f"\n{mark.join(['P01', 'Terapi för öga', 'GTMP', '4', chr(34) + 'to heal' + chr(10) + 'for good' + chr(34)])}\n"
    )
    (folder / "Projects.csv").write_bytes(b"\xef\xbb\xbf" + text.encode("cp1252"))
    reading = _read(folder, context)
    project = _one(reading, Project)
    assert (project.label, project.aim) == ("Terapi för öga", "to heal\nfor good")
    (told,) = _findings(reading)
    assert (told.place.file, told.place.row, told.severity) == ("Projects.csv", 2, Severity.INFO)
    assert "Windows-1252" in told.message


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_a_truncated_workbook_is_refused(kept: float, survey: Any, context: Context, tmp_path: Path) -> None:
    """A workbook that is cut short is an error in words, whoever asks."""
    fill(tmp_path / "whole.xlsx", survey())
    data = (tmp_path / "whole.xlsx").read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(data[: int(len(data) * kept)])
    assert not SurveyImporter().recognises(tmp_path / "cut.xlsx")
    with pytest.raises(SourceError, match="cannot be opened"):
        _read(tmp_path / "cut.xlsx", context)


def _workbook(path: Path, change: Any) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Projects"
    sheet.append(list(PROJECT))
    sheet.append(list(PROJECT.values()))
    change(sheet)
    book.save(path)
    return path


def test_a_formula_without_a_result_is_a_violation(context: Context, tmp_path: Path) -> None:
    """A cell whose formula was never computed has no value: it is named."""

    def change(sheet: Any) -> None:
        sheet["B2"] = '="A "&"therapy"'

    reading = _read(
        _workbook(tmp_path / "b.xlsx", change), Context(context.names, context.vocabulary, context.today, "lund")
    )
    found = [one for one in _findings(reading) if "formula" in one.message]
    assert [(one.severity, one.place.row, one.place.column) for one in found] == [(Severity.VIOLATION, 2, "Title")]


def test_merged_cells_are_said(context: Context, tmp_path: Path) -> None:
    """Merged cells hold one value only, so they are named."""

    def change(sheet: Any) -> None:
        sheet.append(["P02", "Another", "TEP", "2"])
        sheet.merge_cells("B2:B3")

    reading = _read(
        _workbook(tmp_path / "m.xlsx", change), Context(context.names, context.vocabulary, context.today, "lund")
    )
    assert any("B2:B3 are merged" in finding.message for finding in _findings(reading))


def test_horizons_are_counted_from_the_round(survey: Any, context: Context) -> None:
    """A date becomes a horizon: under three years, three to five, five to ten, beyond."""
    dates = {"2024-01": "1-2", "2026-05": "1-2", "2027-01": "3-4", "2030-01": "5-10", "2040-01": "beyond"}
    needs = [NEED | {"Need id": f"N{number}", "Needed from": when} for number, when in enumerate(dates)]
    reading = _read(survey(Needs=needs), context)
    found = [record.horizon for row in reading.rows for record in row.records if isinstance(record, Need)]
    assert found == [f"{ATMP}horizon-{name}" for name in dates.values()]


def test_everything_of_a_synthetic_survey_says_so(survey: Any, context: Context) -> None:
    """Where the survey is made up, each of its records is marked."""
    reading = _read(
        survey({"Synthetic": "yes"}, Investigators=[{"Investigator id": "I1", "Name": "Synthetic investigator 01"}]),
        context,
    )
    assert reading.source.synthetic
    assert {record.synthetic for row in reading.rows for record in row.records} == {True}
    assert _one(reading, Person).label == "Synthetic investigator 01"


def test_answers_are_internal_unless_said_otherwise(survey: Any, context: Context) -> None:
    """Without a tier the survey stays within its centre; a row may be stricter, and names its project."""
    reading = _read(survey({"Tier": ""}, Projects=[PROJECT | {"Tier": "confidential"}]), context)
    row = next(row for row in reading.rows if row.key == "Projects/P01")
    assert (reading.tier, row.tier, row.project) == (Tier.INTERNAL, Tier.CONFIDENTIAL, "P01")


def test_a_centre_that_cannot_be_named_is_refused(survey: Any, context: Context) -> None:
    """A survey that names no centre says where to name it."""
    with pytest.raises(SourceError, match="the centre is not named"):
        _read(survey({"Centre": ""}), context)


def test_numbers_that_a_workbook_made_floats_stay_ids(context: Context, tmp_path: Path) -> None:
    """An id typed as 7 in a workbook is 7, not 7.0."""

    def change(sheet: Any) -> None:
        sheet["A2"] = 7

    reading = _read(
        _workbook(tmp_path / "n.xlsx", change), Context(context.names, context.vocabulary, context.today, "lund")
    )
    assert _one(reading, Project).iri == f"{BASE}/project/7"


def test_a_deprecated_term_is_read_as_what_replaces_it(outdated: Path, survey: Any, context: Context) -> None:
    """The new term is loaded, with a remark at the cell that names it, and no words are kept as unread."""
    told = replace(context, vocabulary=read_vocabulary(outdated))
    reading = _read(survey(Projects=[PROJECT | {"Vectors": "ninth; lentivirus"}]), told)
    product = _one(reading, Product)
    assert product.vectors == (f"{ATMP}vector-aav9", f"{ATMP}vector-lentivirus")
    (finding,) = [one for one in _findings(reading) if one.place.column == "Vectors"]
    assert (finding.severity, finding.value) == (Severity.INFO, "ninth")
    assert "deprecated" in finding.message
    assert finding.mend == "write AAV9"
    assert not any(record.as_written for row in reading.rows for record in row.records)
