"""The command line on a round's ledger: asked, reminded, what came of it, signed off, and what bad input gets."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

Run = Callable[..., Any]


@pytest.fixture
def asked(run: Run, demo_file: Path, tmp_path: Path) -> Path:
    """Return a copy of the demonstration in which two people were asked for 2026."""
    path = Path(shutil.copy(demo_file, tmp_path / "mine.atlas"))
    assert run("survey", "asked", "I01", "I02", "--round", "2026", "--on", "2026-01-10", db=path).code == 0
    return path


def test_status_shows_each_person_and_the_count(run: Run, asked: Path) -> None:
    """As rows, as JSON and with its figures; who still has to answer is told, and outsiders see no such round."""
    run("survey", "remind", "--all", "--round", "2026", "--on", "2026-01-20", db=asked)
    run("survey", "outcome", "I01", "declined", "--why", "on leave", "--round", "2026", db=asked)
    done = run("survey", "status", "--round", "2026", "--format", "csv", db=asked)
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert (len(rows), rows[0]["outcome"], rows[0]["why"], rows[0]["reminded"]) == (
        44, "declined", "on leave", "2026-01-20",
    )  # fmt: skip
    assert "44 people, 2 asked, 2 reminded, 1 declined, 1 still to answer, 0 signed off" in done.err
    still = run("survey", "status", "--round", "2026", "--open", "--format", "json", db=asked).out
    assert [one["id"] for one in json.loads(still)] == ["I02"]
    done = run("survey", "status", "--round", "2026", "--viewer", "public", db=asked)
    assert (done.code, done.out, "there is 2023" in done.err) == (1, "", True)
    assert "30 answered" in run("survey", "status", "--round", "2023", db=asked).err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("asked", "I99", "--round", "2026"), 1, "no person with the id I99"),
        (("asked", "--round", "2026"), 2, "name investigators"),
        (("asked", "I01", "--all", "--round", "2026"), 2, "one of the two"),
        (("asked", "I01", "--round", "--"), 2, "round"),
        (("asked", "I01", "--round", "2026", "--on", "yesterday"), 2, "is no date"),
        (("asked", "I01", "--round", "2026", "--on", "2999-01-01"), 2, "still to come"),
        (("asked", "I01", "--round", "2026", "--centre", "oslo"), 1, "there is no centre oslo"),
        (("remind", "I03", "--round", "2026"), 2, "not asked in 2026: I03"),
        (("remind", "I01", "--round", "1999"), 1, "there is no round 1999"),
        (("outcome", "I01", "sulked", "--round", "2026"), 2, "left-out"),
        (("outcome", "I01", "merged", "--round", "2026"), 2, "--why"),
        (("outcome", "I01", "--round", "2026"), 2, "--undo"),
        (("sign", "--round", "2026"), 2, "name investigators"),
        (("sign", "I01", "--undo", "--round", "2026"), 2, "nothing is noted here of I01"),
        (("status", "--round", "1999"), 1, "there is 2023, 2026"),
    ],
)
def test_bad_input_is_told_and_changes_nothing(
    words: tuple[str, ...], code: int, told: str, run: Run, asked: Path
) -> None:
    """Each ends with its exit code and words that say what to mend."""
    before = run("export", db=asked).out
    done = run("survey", *words, db=asked)
    assert (done.code, told in done.err) == (code, True), done.err
    assert run("export", db=asked).out == before


def test_unsigned_answers_leave_by_no_way_out(run: Run, asked: Path, tmp_path: Path) -> None:
    """Export, search, SPARQL, records as sheets and report show a public reader nothing of them; signed, they do."""
    path = tmp_path / "2026.xlsx"
    run("survey", "new", "--round", "2026", "--to", str(path), "--from-previous", db=asked)
    book = openpyxl.load_workbook(path)
    sheet = book["Projects"]
    heads = [str(cell.value).rstrip("*") for cell in sheet[1]]
    for header in ("Title", "Description", "Aim", "Hurdles"):
        sheet.cell(2, heads.index(header) + 1).value = "Secretum"
    lead = sheet.cell(2, heads.index("Lead investigator ids") + 1).value
    book.save(path)
    sheets = iter(range(9))

    def shown() -> list[bool]:
        folder, report = tmp_path / f"csv{next(sheets)}", tmp_path / "report.html"
        run("export", "--format", "csv", "--to", str(folder), "--viewer", "public", db=asked)
        run("report", "--to", str(report), db=asked)
        query = 'SELECT ?o WHERE { ?s ?p ?o FILTER(CONTAINS(STR(?o), "Secretum")) }'
        return [
            "Secretum" in text
            for text in (
                run("export", "--viewer", "public", db=asked).out,
                run("search", "Secretum", "--format", "json", "--viewer", "public", db=asked).out,
                run("query", query, "--viewer", "public", db=asked).out,
                "".join(one.read_text("utf-8") for one in folder.glob("*.csv")),
                report.read_text("utf-8"),
            )
        ]

    done = run("load", str(path), db=asked)
    assert (done.code, "stay internal until they are signed off" in " ".join(done.out.split() + done.err.split())) == (
        0,
        True,
    )
    assert shown() == [False] * 5
    assert "Secretum" in run("export", "--viewer", "internal", db=asked).out
    assert run("survey", "sign", *str(lead).split("; "), "--round", "2026", db=asked).code == 0
    assert run("load", str(path), db=asked).code == 0
    assert shown()[:4] == [True] * 4
