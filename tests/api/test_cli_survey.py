"""The command line on rounds of the survey: new workbooks, who answered, and each round's own answers."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

Run = Callable[..., Any]


@pytest.fixture
def mine(demo_file: Path, tmp_path: Path) -> Path:
    """Return a copy of the demonstration, for writing."""
    return Path(shutil.copy(demo_file, tmp_path / "mine.atlas"))


def _sign(path: Path) -> None:
    """Say in a workbook that every investigator has signed off."""
    book = openpyxl.load_workbook(path)
    fields = {cells[0].value: cells[1] for cells in book["Survey"].iter_rows()}
    fields["Signed off"].value = "2026-11-01"
    book.save(path)


def test_a_blank_survey_needs_no_store(run: Run, tmp_path: Path) -> None:
    """The workbook of a first round is written where no store is."""
    path = tmp_path / "first.xlsx"
    done = run("survey", "new", "--round", "2027", "--to", str(path), "--centre", "lund", db=tmp_path / "none.atlas")
    assert (done.code, done.out) == (0, "")
    assert openpyxl.load_workbook(path)["Survey"]["B2"].value == "lund"


def test_no_change_is_no_new_answer_but_a_new_stage(run: Run, mine: Path, tmp_path: Path) -> None:
    """A round filled in from the previous one, sent back as it is, loads without findings and loses nothing."""
    path = tmp_path / "2027.xlsx"
    before = run("ask", "3", "--format", "csv", db=mine).out
    assert (
        run("survey", "new", "--round", "2027", "--to", str(path), "--from-previous", "--lang", "sv", db=mine).code == 0
    )
    _sign(path)
    done = run("load", str(path), db=mine)
    assert done.code == 0
    assert "2 warning" in done.err  # those of the demonstration itself
    assert run("ask", "3", "--format", "csv", db=mine).out == before


def test_each_lead_gets_a_workbook(run: Run, mine: Path, tmp_path: Path) -> None:
    """One file for everybody who leads a project, by name, and addresses for the owner only."""
    done = run("survey", "new", "--round", "2027", "--to", str(tmp_path / "each"), "--from-previous", "--each", db=mine)
    assert done.code == 0
    assert len(list((tmp_path / "each").iterdir())) == 23
    assert "for Synthetic investigator 01" in done.err
    shown = run(
        "survey",
        "new",
        "--round",
        "2027",
        "--to",
        str(tmp_path / "p.xlsx"),
        "--from-previous",
        "--viewer",
        "internal",
        db=mine,
    )
    assert shown.code == 0
    cells = [cell.value for row in openpyxl.load_workbook(tmp_path / "p.xlsx")["Investigators"] for cell in row]
    assert "Synthetic investigator 01" in cells
    assert not [cell for cell in cells if cell and "@" in cell]


def test_who_gets_a_workbook_is_noted_as_asked(run: Run, mine: Path, tmp_path: Path) -> None:
    """With --asked, in the round's ledger, all of them and nobody else; where no file could be written nobody is."""
    words = ("survey", "new", "--round", "2027", "--to", str(tmp_path / "each"), "--from-previous", "--each")
    done = run(*words, "--asked", db=mine)
    assert (done.code, "asked on " in done.err) == (0, True)
    status = list(
        csv.DictReader(io.StringIO(run("survey", "status", "--round", "2027", "--format", "csv", db=mine).out))
    )
    files = {path.stem.removeprefix("2027-") for path in (tmp_path / "each").iterdir()}
    assert {row["id"] for row in status if row["asked"]} == files
    assert len(files) == 23
    before = run("export", db=mine).out
    assert (run(*words, "--asked", db=mine).code, run("export", db=mine).out) == (2, before)


def test_a_workbook_alone_asks_nobody(run: Run, mine: Path, tmp_path: Path) -> None:
    """Without --asked nothing is noted, and it is said how to; of one workbook for all it is not known who is asked."""
    words = ("survey", "new", "--round", "2027", "--from-previous", "--to")
    done = run(*words, str(tmp_path / "each"), "--each", db=mine)
    assert (done.code, "atmp survey asked" in done.err) == (0, True)
    assert run("survey", "status", "--round", "2027", db=mine).code == 1
    done = run(*words, str(tmp_path / "all.xlsx"), "--asked", db=mine)
    assert (done.code, "give --each" in done.err, (tmp_path / "all.xlsx").exists()) == (2, True, False)


def test_what_cannot_be_meant_is_wrong_usage(run: Run, mine: Path, tmp_path: Path) -> None:
    """`--each` without answers to part, and a centre that is not there, end with their exit codes and write nothing."""
    path = tmp_path / "new.xlsx"
    assert run("survey", "new", "--round", "2027", "--to", str(path), "--each", db=mine).code == 2
    done = run("survey", "new", "--round", "2027", "--to", str(path), "--from-previous", "--centre", "oslo", db=mine)
    assert (done.code, "there is no centre oslo" in done.err) == (1, True)
    assert not path.exists()


def test_each_round_is_answered_for(run: Run, mine: Path, tmp_path: Path) -> None:
    """New, changed, loaded: a question is answered for the new round and for the old one."""
    path = tmp_path / "2027.xlsx"
    run("survey", "new", "--round", "2027", "--to", str(path), "--from-previous", db=mine)
    book = openpyxl.load_workbook(path)
    heads = [str(cell.value).rstrip("*") for cell in book["Projects"][1]]
    book["Projects"].cell(2, heads.index("ATMP class") + 1).value = "TEP"
    book.save(path)
    _sign(path)
    assert run("load", str(path), db=mine).code == 0
    answers = {name: run("ask", "1", "--round", name, "--format", "csv", db=mine).out for name in ("2023", "2027")}
    assert answers == {
        "2023": "class,projects\nGTMP,13\nTEP,7\nsCTMP,3\n",
        "2027": "class,projects\nGTMP,12\nTEP,8\nsCTMP,3\n",
    }
    assert run("ask", "1", "--format", "csv", db=mine).out == answers["2027"]
    done = run("ask", "1", "--round", "1999", db=mine)
    assert (done.code, "there is 2023, 2027" in done.err) == (1, True)


def test_a_list_that_is_answered_anew_is_that_of_its_round(run: Run, mine: Path, tmp_path: Path) -> None:
    """Pre-filled, a vector exchanged, a method taken out, a need's row deleted, loaded: each round keeps its own answer."""
    path = tmp_path / "2027.xlsx"
    run("survey", "new", "--round", "2027", "--to", str(path), "--from-previous", db=mine)
    book = openpyxl.load_workbook(path)
    projects = book["Projects"]
    heads = [str(cell.value).rstrip("*") for cell in projects[1]]
    at = {header: heads.index(header) + 1 for header in ("Project id", "Vectors", "Methods in the product")}
    row = next(number for number in range(2, 30) if projects.cell(number, at["Project id"]).value == "P01")
    projects.cell(row, at["Vectors"]).value = "aav9"
    kept = "magnetic-selection"
    projects.cell(row, at["Methods in the product"]).value = kept
    needs = book["Needs"]
    gone = next(number for number in range(2, 90) if needs.cell(number, 1).value == "N001")
    needs.delete_rows(gone)
    book.save(path)
    _sign(path)
    assert run("load", str(path), db=mine).code == 0
    said = {}
    for name in ("2023", "2027"):
        rows = csv.DictReader(io.StringIO(run("ask", "3", "--round", name, "--format", "csv", db=mine).out))
        said[name] = {one["platform"]: int(one["projects"]) for one in rows}
    assert {name: (one["lentiviral vector"], one["AAV vector"]) for name, one in said.items()} == {
        "2023": (4, 7), "2027": (3, 8),
    }  # fmt: skip
    facts = run("export", "--viewer", "public", db=mine).out
    first = "/lund/need/N001> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    assert (first in facts, first.replace("N001", "N002") in facts) == (False, True)
    uses = {line.split()[0] for line in facts.splitlines() if "/lund/method-use/P01-" in line.split()[0]}
    assert len([use for use in uses if use.endswith("-part-of-product>")]) == 1


def test_another_version_becomes_todays(run: Run, tmp_path: Path) -> None:
    """The command says what became of each column and of all cells, writes once, and what it wrote loads."""
    shipped = Path(__file__).parents[2] / "data" / "demo" / "lund-survey.xlsx"
    book = openpyxl.load_workbook(shipped)
    heads = {str(cell.value).rstrip("*"): cell for cell in book["Projects"][1]}
    heads["Vectors"].value, heads["Hurdles"].value = "Vektor", "What hinders"
    book.properties.title = "ATMP survey, columns version 0"
    book.save(old := tmp_path / "old.xlsx")
    new, db = tmp_path / "new.xlsx", tmp_path / "new.atlas"
    assert run("init", db=db).code == 0
    told = run("load", str(old), "--dry-run", db=db)
    assert "atmp survey migrate old.xlsx --to NEW.xlsx" in " ".join(told.out.split())
    words = ("survey", "migrate", str(old), "--to", str(new), "--format", "csv")
    done = run(*words, db=db)
    became = {(row["sheet"], row["column"]): row["became"] for row in csv.DictReader(io.StringIO(done.out))}
    assert (became["Projects", "Vektor"], became["Projects", "What hinders"]) == ("Vectors", "a note")
    assert "10 became notes of their rows, 0 stand on the sheet Kept" in done.err
    assert (run(*words, db=db).code, run(*words[:3], "--to", str(tmp_path / "no" / "x.xlsx"), db=db).code) == (2, 2)
    assert run("load", str(new), db=db).code == 0
    ours = run("ask", "3", "--format", "csv", db=db)
    assert ours.out == run("ask", "3", "--format", "csv").out
