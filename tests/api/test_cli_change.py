"""The command line on changes by hand: what is told of an update, and how it ends."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.store import Store

Run = Callable[..., Any]
P04 = "https://w3id.org/atmp/id/lund/project/P04"
TITLE = "http://www.w3.org/2000/01/rdf-schema#label"
RENAME = f"DELETE WHERE {{ <{P04}> <{TITLE}> ?t }} ; INSERT DATA {{ <{P04}> <{TITLE}> 'Another title' }}"


@pytest.fixture
def own(demo_file: Path, tmp_path: Path) -> Path:
    """Return a copy of the demonstration, for writing."""
    return Path(shutil.copy(demo_file, tmp_path / "own.atlas"))


def test_an_update_from_a_file_is_done_once(run: Run, own: Path, tmp_path: Path) -> None:
    """It says what came and went, and is asked and found at once; a second time it is nothing new."""
    file = tmp_path / "change.ru"
    file.write_text(RENAME, encoding="utf-8")
    done = run("update", f"@{file}", db=own)
    assert (done.code, done.out) == (0, "")
    assert "1 statements came, 1 went" in done.err
    asked = run("query", f"SELECT ?t {{ <{P04}> <{TITLE}> ?t }}", "--format", "csv", db=own)
    assert asked.out == "t\nAnother title\n"
    assert (
        run("search", "Another title", "--limit", "1", "--format", "csv", db=own)
        .out.splitlines()[1]
        .startswith("1,project,P04")
    )
    assert "nothing new" in run("update", f"@{file}", db=own).err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((f"INSERT DATA {{ <{P04}> <{TITLE}> 'A second title' }}",), 3, "more than one 'name'"),
        ((RENAME, "--viewer", "public"), 1, "you may not write the graph"),
        (("LOAD <http://127.0.0.1:9/>",), 1, "nothing is fetched"),
        (("INSERT DATA {",), 1, "line 1, column"),
        (("@nowhere.ru",), 1, "cannot be read"),
    ],
)  # fmt: skip
def test_a_refused_update_says_why(run: Run, own: Path, words: tuple[str, ...], code: int, said: str) -> None:
    """Findings end with their exit code, everything else with that of a failure; nothing is changed."""
    with Store.open(own) as store:
        before = store.revision()
    done = run("update", *words, db=own)
    assert done.code == code
    assert said in done.out + done.err
    with Store.open(own) as store:
        assert store.revision() == before
