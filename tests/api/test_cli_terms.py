"""The command line on words that the lists have no term for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}
ROW = PROJECT | {"Vectors": "AVV9; Other", "Cell sources": "fish cells", "GMO": "vet ej"}


@pytest.fixture
def db(run: Run, survey: Callable[..., Path], tmp_path: Path) -> Path:
    """Return a store with one survey whose words are partly outside the lists."""
    path = tmp_path / "words.atlas"
    assert run("init", db=path).code == 0
    assert run("load", str(survey(Projects=[ROW])), db=path).code == 0
    return path


def _listed(run: Run, db: Path, *words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run("terms", "requests", *words, "--format", "csv", db=db).out)))


def test_words_are_listed_decided_and_taken_back(run: Run, db: Path) -> None:
    """What waits is listed with the nearest terms; decided it waits no more; undone it waits again."""
    assert [(row["scheme"], row["words"], row["records"]) for row in _listed(run, db)] == [
        ("cell", "fish cells", "1"), ("vector", "AVV9", "1")]  # fmt: skip
    assert "AAV9" in _listed(run, db, "--scheme", "vector")[0]["nearest"]
    done = run("terms", "map", "avv9", "aav9", db=db)
    assert (done.code, done.err.strip()) == (0, "'avv9' means AAV9 of the list 'vector': 1 record linked")
    assert [row["words"] for row in _listed(run, db)] == ["fish cells"]
    assert [row["term"] for row in _listed(run, db, "--all")] == ["", "AAV9"]
    asked = run("query", "SELECT ?v { ?p <https://w3id.org/atmp/ontology/vector> ?v }", "--format", "csv", db=db)
    assert asked.out.split()[1:] == [
        "https://w3id.org/atmp/ontology/vector-aav9",
        "https://w3id.org/atmp/ontology/vector-other",
    ]
    assert run("terms", "undo", "AVV9", db=db).code == 0
    assert len(_listed(run, db)) == 2


def test_relinking_without_new_terms_says_so(run: Run, db: Path) -> None:
    """Nothing changes, and that is said, in one line; so too once all that was decided is linked."""
    said = "no words have a term that they had not before\n"
    for _ in range(2):
        done = run("terms", "relink", db=db)
        assert (done.code, done.out, done.err) == (0, "", said)
        assert run("terms", "map", "avv9", "aav9", db=db).code == 0


def test_open_answers_are_counted(run: Run, db: Path) -> None:
    """Other and unknown are counted by what was asked."""
    rows = json.loads(run("terms", "answers", "--format", "json", db=db).out)
    assert rows == [
        {"question": "GMO", "other": 0, "unknown": 1, "not_applicable": 0},
        {"question": "Vector", "other": 1, "unknown": 0, "not_applicable": 0},
    ]


def test_wrong_words_and_terms_are_said(run: Run, db: Path) -> None:
    """Words that nobody wrote fail with 1; a term that the list has not is wrong usage, with the nearest."""
    for words, code, said in ((("map", "nothing", "AAV9"), 1, "no answer"), (("map", "AVV9", "AVV8"), 2, "AAV8"),
                              (("undo", "AVV9"), 1, "nothing was decided")):  # fmt: skip
        done = run("terms", *words, db=db)
        assert (done.code, done.out) == (code, "")
        assert said in done.err
