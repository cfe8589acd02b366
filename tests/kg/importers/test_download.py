"""ClinicalTrials.gov's table for download: every style of columns says the same."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.importers.download import DownloadImporter
from atmp.kg.importers.interface import Context, detect
from atmp.kg.records import ATMP, Trial

OLD = (
    "Rank,NCT Number,Title,Status,Conditions,Interventions,Sponsor/Collaborators,Phases,Enrollment,Study Type,Start Date,"
    "Last Update Posted,Locations,URL\n"
    '1,NCT00000001,Cells,"Active, not recruiting",GvHD|Anaemia,Biological: Stromal cells|Drug: X,A sponsor|One|Two,'
    'Phase 1|Phase 2,12,Expanded Access:Individual Patients,March 2012,"December 4, 2014",'
    '"A clinic, Lund, Sweden|B, Aarhus, Denmark|C, Malmö, Sweden",https://example.org\n'
)
NEW = (
    "NCT Number,Study Title,Study Status,Brief Summary,Conditions,Interventions,Sponsor,Collaborators,Phases,Enrollment,"
    "Study Type,Start Date,Last Update Posted,Locations\n"
    "NCT00000001,Cells,ACTIVE_NOT_RECRUITING,,GvHD|Anaemia,BIOLOGICAL: Stromal cells|DRUG: X,A sponsor,One|Two,"
    'PHASE1|PHASE2,12,EXPANDED_ACCESS,2012-03,2014-12-04,"A clinic, Lund, 22100, Sweden|B, Aarhus, Denmark"\n'
)


def _file(folder: Path, text: str) -> Path:
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    return path


def _trials(path: Path, context: Context) -> list[Any]:
    return [record for row in DownloadImporter().read(path, context).rows for record in row.records]


def _tabs(text: str) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter="\t").writerows(csv.reader(io.StringIO(text, newline="")))
    return file.getvalue()


@pytest.mark.parametrize("text", [OLD, NEW, _tabs(NEW)], ids=["old", "new", "tabs"])
def test_every_style_says_the_same(text: str, tmp_path: Path, context: Context) -> None:
    """The older table and the newer one make one and the same trial of one and the same study."""
    path = _file(tmp_path, text)
    assert detect(path).name == "download"
    reading = DownloadImporter().read(path, context)
    assert (reading.source.collection, reading.source.stated) == ("clinicaltrials", date(2014, 12, 4))
    (trial,) = _trials(path, context)
    assert isinstance(trial, Trial)
    assert (trial.label, trial.status, trial.study_type) == ("Cells", "Active, not recruiting", "Expanded Access")
    assert (trial.conditions, trial.interventions) == (("Anaemia", "GvHD"), ("Stromal cells", "X"))
    assert (trial.sponsor, trial.collaborators) == ("A sponsor", ("One", "Two"))
    assert (trial.phases, trial.stage, trial.enrolment) == (("Phase 1", "Phase 2"), f"{ATMP}stage-8", 12)
    assert (trial.started, trial.countries[-1]) == (date(2012, 3, 1), "Sweden")


def test_columns_may_stand_in_any_order_and_be_few(tmp_path: Path, context: Context) -> None:
    """Of a column that is not there nothing is said: no stage, no status."""
    (trial,) = _trials(_file(tmp_path, "Unheard of,Conditions,NCT Number\nx,GvHD,NCT00000001\n"), context)
    assert isinstance(trial, Trial)
    assert (trial.conditions, trial.stage, trial.status, trial.label) == (("GvHD",), None, None, None)


def test_a_table_without_dates_says_so(tmp_path: Path, context: Context) -> None:
    """A table that does not say when it was updated comes before any that does, and a finding tells how to mend it."""
    reading = DownloadImporter().read(_file(tmp_path, "NCT Number,Study Title\nNCT00000001,Cells\n"), context)
    assert reading.source.stated < date(2001, 1, 1)
    assert ["--stated" in (finding.mend or "") for finding in reading.findings] == [True]


def test_another_table_is_not_taken_for_one(tmp_path: Path) -> None:
    """A table without the register's ids is something else."""
    assert not DownloadImporter().recognises(_file(tmp_path, "Title,Status\nCells,Recruiting\n"))
    assert not DownloadImporter().recognises(_file(tmp_path, "NCT Number\nNCT00000001\n"))


@pytest.mark.parametrize(("name", "count"), [("export-20-columns.csv", 245), ("export-2022-27-columns.csv", 1445)])
def test_the_real_tables_read_whole(name: str, count: int, shared: Path, context: Context) -> None:
    """All real trials are read without a violation, and most have a disease and a country or summary."""
    path = shared / "clinicaltrials-csv" / name
    assert detect(path).name == "download"
    reading = DownloadImporter().read(path, context)
    rows = list(reading.rows)
    trials = [record for row in rows for record in row.records if isinstance(record, Trial)]
    assert (len(trials), [finding for row in rows for finding in row.findings]) == (count, [])
    assert sum(bool(trial.indications) for trial in trials) > 0.6 * count
    assert all(trial.label and trial.status and trial.sponsor for trial in trials)


@pytest.mark.parametrize(
    "country",
    ["Sweden", "Korea, Republic of", "Iran, Islamic Republic of", "Congo, The Democratic Republic of the",
     "Palestinian Territories, Occupied", "Isle of Man"],
)  # fmt: skip
def test_a_place_ends_in_its_country(country: str, tmp_path: Path, context: Context) -> None:
    """Also where the register turns the country's name round, so that a comma stands in it."""
    (trial,) = _trials(_file(tmp_path, OLD.replace("C, Malmö, Sweden", f"C, Malmö, {country}")), context)
    assert country in trial.countries
