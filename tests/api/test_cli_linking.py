"""The command line on terms read off texts: propose, list, decide."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def _listed(run: Run, db: Path, *words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run("proposals", *words, "--format", "csv", db=db).out)))


def test_terms_are_proposed_listed_and_decided(run: Run, demo_file: Path, tmp_path: Path) -> None:
    """From the demonstration's texts terms are proposed; one accepted is listed as such and found as a fact."""
    db = Path(shutil.copy(demo_file, tmp_path / "linked.atlas"))
    assert _listed(run, db) == []
    done = run("link", db=db)
    assert (done.code, done.out) == (0, "")
    assert "read 74 records" in done.err
    first = _listed(run, db)[0]
    assert int(first["per_cent"]) >= 70
    assert run("decide", "accept", first["id"], db=db).code == 0
    assert [row["id"] for row in _listed(run, db, "--status", "accepted")] == [first["id"]]
    assert first["id"] not in {row["id"] for row in _listed(run, db)}
    assert run("decide", "undo", first["id"], db=db).code == 0
    assert first in _listed(run, db)


def test_wrong_ids_and_words_are_said(run: Run, demo_file: Path, tmp_path: Path) -> None:
    """An unknown proposal or project fails with 1, a decision that there is none of is wrong usage."""
    db = Path(shutil.copy(demo_file, tmp_path / "linked.atlas"))
    for words, code in ((("decide", "accept", "x"), 1), (("proposals", "P99"), 1), (("decide", "maybe", "x"), 2),
                        (("link", "--least", "2"), 2)):  # fmt: skip
        done = run(*words, db=db)
        assert (done.code, done.out) == (code, "")
        assert done.err.strip()
