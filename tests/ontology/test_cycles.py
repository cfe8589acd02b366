"""Cycles of a scheme: found, named, and refused before any file is written."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from atmp.ontology.cycles import CycleError, cycles, refuse_cycles
from atmp.ontology.files import FOLDER
from atmp.ontology.vocabulary import Concept, Scheme, read_vocabulary, vocabulary


def _scheme(**broader: str) -> Scheme:
    """Return a scheme of concepts with what stands above each, several parted by a space."""
    concepts = tuple(Concept(name, "s", name, {}, (), {}, tuple(above.split())) for name, above in broader.items())
    return Scheme("s", "s", {}, {}, concepts)


@pytest.mark.parametrize(
    ("scheme", "found"),
    [
        (_scheme(a="", b="a", c="a b"), ()),
        (_scheme(a="a"), (("a",),)),
        (_scheme(a="b", b="c", c="a"), (("a", "b", "c"),)),
        (_scheme(d="a", a="b", b="a"), (("a", "b"),)),
        (_scheme(a="b", b="a", x="", y="x y"), (("a", "b"), ("y",))),
        (_scheme(a="nowhere"), ()),
    ],
    ids=["a tree", "itself", "three", "a concept below a cycle", "two cycles", "a broader term that is not there"],
)
def test_cycles_are_found_once(scheme: Scheme, found: tuple[tuple[str, ...], ...]) -> None:
    """Each cycle is told once; a concept with two above it, or one below a cycle, is none."""
    assert cycles(scheme) == found


def test_no_scheme_of_ours_has_a_cycle() -> None:
    """The tables that ship are trees."""
    refuse_cycles(vocabulary())


def _turned(schemes: Path) -> None:
    """Put AAV below one of its own serotypes."""
    table = schemes / "vector.tsv"
    lines = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()]
    for cells in lines:
        cells[1] = "aav9" if cells[0] == "aav" else cells[1]
    table.write_text("".join("\t".join(cells) + "\n" for cells in lines), encoding="utf-8")


def test_a_cycle_is_said_with_its_table_and_how_to_mend_it(tmp_path: Path) -> None:
    """The message names the concepts in their order, the table and the column."""
    shutil.copytree(FOLDER / "schemes", tmp_path / "schemes")
    _turned(tmp_path / "schemes")
    with pytest.raises(CycleError, match=r"aav > aav9 > aav in schemes/vector\.tsv.*column 'broader'"):
        refuse_cycles(read_vocabulary(tmp_path / "schemes"))


def test_the_command_refuses_a_cycle_and_writes_nothing(tmp_path: Path) -> None:
    """`python -m ...build` over such tables ends with the message and status 1, and the files stay as they were."""
    shutil.copytree(FOLDER, tmp_path / "tree", ignore=shutil.ignore_patterns("__pycache__"))
    _turned(tmp_path / "tree" / "schemes")
    before = {path: path.read_bytes() for path in (tmp_path / "tree").iterdir() if path.is_file()}
    command = [sys.executable, "-m", "tree.build"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.startswith("nothing was written: a concept stands above itself: aav > aav9 > aav")
    assert "Traceback" not in run.stderr
    assert {path: path.read_bytes() for path in before} == before
