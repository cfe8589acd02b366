"""The survey's whole way: asked, answered, mended, loaded, asked again a year later, and both years answer."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

Run = Callable[..., Any]
Rows = list[dict[str, str]]

FRAME = {"Centre name": "A synthetic centre", "Date": "2024-06-01", "Tier": "public", "Synthetic": "yes",
         "Signed off": "2024-06-10"}  # fmt: skip
FIRST: dict[str, Rows] = {
    "Projects": [
        {"Project id": "P01", "Title": "Gene supplementation for inherited blindness", "ATMP class": "GTMP", "Stage": "3",
         "Vectors": "AAV9", "Lead investigator ids": "I01", "Organisation ids": "O01", "Methods planned": "conditioning",
         "Description": "A vector carries a working gene to the retina."},
        {"Project id": "P02", "Title": "Stromal cells for knee cartilage", "ATMP class": "sCTMP", "Stage": "2",
         "Lead investigator ids": "I02", "Cell sources": "mesenchymal stromal cell"},
    ],
    "Investigators": [
        {"Investigator id": "I01", "Name": "Synthetic investigator 01", "Organisation ids": "O01", "Response": "answered"},
        {"Investigator id": "I02", "Name": "Synthetic investigator 02", "Response": "answered"},
    ],
    "Organisations": [{"Organisation id": "O01", "Name": "Synthetic institute"}],
    "Needs": [{"Need id": "N1", "Project id": "P01", "Category": "GMP manufacturing slot", "Needed from": "2025-01-01"}],
    "Capabilities": [{"Capability id": "C1", "Provider id": "O01", "Category": "GMP manufacturing slot", "Title": "A slot"}],
}  # fmt: skip
LATER = {
    "P01": {"Stage": "5", "Vectors": "lentivirus", "Methods planned": "potency assay"},
    "P02": {"ATMP class": "TEP"},
}
NEW = {"Project id": "P03", "Title": "NK cells for leukaemia", "ATMP class": "GTMP", "Stage": "1"}


def _fill(path: Path, frame: dict[str, str], sheets: dict[str, Rows]) -> None:
    """Write answers into a workbook as its reader does: below the headers, further rows after those that are there."""
    book = openpyxl.load_workbook(path)
    for field, value, *_ in book["Survey"].iter_rows(min_row=2):
        value.value = frame.get(_plain(field.value), value.value)
    for name, rows in sheets.items():
        sheet = book[name]
        heads = [_plain(cell.value) for cell in sheet[1]]
        there = {row[0].value: row for row in sheet.iter_rows(min_row=2) if row[0].value}
        for said in rows:
            row = there.get(said[heads[0]]) or [sheet.cell(len(there) + 2, at) for at in range(1, len(heads) + 1)]
            there.setdefault(said[heads[0]], row)
            for header, text in said.items():
                row[heads.index(header)].value = text
    book.save(path)


def _plain(header: Any) -> str:
    return str(header).rstrip("*")


@pytest.fixture
def ask(run: Run, tmp_path: Path) -> Callable[..., Rows]:
    """Return what asks the store of the trip a question, in one of its years or as it stands."""

    def ask(number: int, year: str | None = None) -> Rows:
        when = ("--round", year) if year else ()
        done = run("ask", str(number), *when, "--format", "csv", db=tmp_path / "trip.atlas")
        assert done.code == 0, done.err
        return list(csv.DictReader(io.StringIO(done.out)))

    return ask


def test_new_filled_loaded_changed_and_both_years_answer(run: Run, ask: Callable[..., Rows], tmp_path: Path) -> None:
    """A fault of the first year is mended in the copy that shows it; the second year starts from the first's answers."""
    db, first, copy, second = (tmp_path / name for name in ("trip.atlas", "2024.xlsx", "mend.xlsx", "2025.xlsx"))
    assert run("init", db=db).code == 0
    assert run("survey", "new", "--round", "2024", "--centre", "trip", "--to", str(first), db=db).code == 0
    _fill(first, FRAME, FIRST | {"Projects": [*FIRST["Projects"][:1], FIRST["Projects"][1] | {"Stage": ""}]})
    assert run("load", str(first), "--errors-to", str(copy), db=db).code == 3
    _fill(copy, {}, {"Projects": [{"Project id": "P02", "Stage": "2"}]})
    assert run("load", str(copy), db=db).code == 0

    words = ("survey", "new", "--round", "2025", "--from-previous", "--to", str(second))
    assert run(*words, db=db).code == 0
    changed = [{"Project id": identifier} | cells for identifier, cells in LATER.items()]
    _fill(second, {"Date": "2025-06-01", "Signed off": "2025-06-10"}, {"Projects": [*changed, NEW]})
    assert run("load", str(second), db=db).code == 0

    assert {row["class"]: row["projects"] for row in ask(1, "2024")} == {"GTMP": "1", "sCTMP": "1"}
    assert {row["class"]: row["projects"] for row in ask(1, "2025")} == {"GTMP": "2", "TEP": "1"}
    assert ask(1) == ask(1, "2025")
    assert [row["platform"] for row in ask(3, "2024")] != [row["platform"] for row in ask(3, "2025")]
    stages = {year: {row["stage"]: row["projects"] for row in ask(2, year)} for year in ("2024", "2025")}
    assert {stage: many for stage, many in stages["2024"].items() if many != "0"} == {"2": "1", "3": "1"}
    assert {stage: many for stage, many in stages["2025"].items() if many != "0"} == {"1": "1", "2": "1", "5": "1"}
    assert run("load", str(second), db=db).err.startswith("2025.xlsx: nothing new")
