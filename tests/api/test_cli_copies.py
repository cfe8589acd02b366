"""`--errors-to`: a returned workbook's copy, written by a check and by a load, refused or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from atmp.kg.store import Store
from atmp.kg.workbook import fill

PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}
DEMO = Path(__file__).parents[2] / "data" / "demo"
Run = Callable[..., Any]


@pytest.fixture
def new(run: Run, tmp_path: Path) -> Path:
    """Return an empty store."""
    path = tmp_path / "new.atlas"
    assert run("init", db=path).code == 0
    return path


@pytest.fixture
def returned(survey: Any, tmp_path: Path) -> Path:
    """Return a workbook with a cell that keeps its row out."""
    fill(tmp_path / "returned.xlsx", survey(Projects=[PROJECT | {"GMO": "perhaps"}]))
    return tmp_path / "returned.xlsx"


@pytest.mark.parametrize("command", ["load", "check"])
def test_a_copy_says_what_is_wrong_and_loads_once_mended(
    command: str, run: Run, new: Path, returned: Path, tmp_path: Path
) -> None:
    """Refused or only checked, the copy is there, is named, and with the cell mended it loads."""
    copy = tmp_path / "copy.xlsx"
    done = run(command, str(returned), "--errors-to", str(copy), db=new)
    assert (done.code, f"wrote {copy}" in done.err) == (3, True)
    assert "perhaps" in done.out  # the list beside it
    book = openpyxl.load_workbook(copy)
    (cell,) = [cell for cell in book["Projects"][2] if cell.value == "perhaps"]
    assert "neither yes nor no" in cell.comment.text
    cell.value = "yes"
    book.save(tmp_path / "mended.xlsx")
    assert run("load", str(tmp_path / "mended.xlsx"), db=new).code == 0


def test_what_loads_with_warnings_has_its_copy_too(run: Run, new: Path, survey: Any, tmp_path: Path) -> None:
    """Warnings do not block, and stand in the copy."""
    fill(tmp_path / "good.xlsx", survey(Projects=[PROJECT | {"Vectors": "AVV9"}]))
    done = run("load", str(tmp_path / "good.xlsx"), "--errors-to", str(tmp_path / "copy.xlsx"), db=new)
    assert (done.code, (tmp_path / "copy.xlsx").exists()) == (0, True)


def test_where_nothing_is_found_there_is_no_copy(run: Run, tmp_path: Path, new: Path) -> None:
    """A list that is empty is not written, and that is said."""
    copy = tmp_path / "copy.xlsx"
    done = run("check", str(DEMO / "eu-atmps.ttl"), "--errors-to", str(copy), db=new)
    assert (done.code, copy.exists()) == (0, False)
    assert f"nothing was found: {copy} was not written" in done.err


@pytest.mark.parametrize("command", ["load", "check"])
def test_what_cannot_be_written_is_said_before_anything_is_done(
    command: str, run: Run, new: Path, returned: Path, survey: Any
) -> None:
    """A file that is there, two files for one copy, another ending: wrong usage, and nothing is loaded or overwritten."""
    data = returned.read_bytes()
    for words in (
        [str(returned), "--errors-to", str(returned)],
        [str(returned), str(survey()), "--errors-to", str(returned.with_name("copy.xlsx"))],
        [str(returned), "--errors-to", str(returned.with_name("copy.csv"))],
    ):
        done = run(command, *words, db=new)
        assert (done.code, done.out) == (2, "")
    assert returned.read_bytes() == data
    with Store.open(new) as store:
        assert not [graph for graph in store.graphs() if graph.centre]
    assert run("check", "--errors-to", str(returned.with_name("copy.xlsx")), db=new).code == 2
