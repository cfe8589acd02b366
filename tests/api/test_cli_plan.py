"""The command line on gaps, investments, readiness and what cannot serve."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_gaps_are_listed(run: Run) -> None:
    """By the number of projects that wait, with who they are."""
    found = _rows(run("gaps", "--format", "csv").out)
    assert (found[0]["need"], found[0]["waiting"]) == ("animal models", "P06, P07, P09, P16, P18")
    assert run("gaps", "--centre", "nowhere").code == 1


def test_costs_come_from_options_and_from_a_file(run: Run, tmp_path: Path) -> None:
    """A CSV with a header, and an option that counts for more than its line; a line that is none is told by its number."""
    costs = tmp_path / "costs.csv"
    costs.write_text("name,cost\nanimal-models,2\npotency-assay,5\n", encoding="utf-8")
    done = run("invest", "--budget", "3", "--costs", str(costs), "--cost", "potency-assay=1", "--format", "json")
    assert {one["key"]: one["cost"] for one in json.loads(done.out)} == {"potency-assay@gmp": 1, "animal-models": 2}
    assert "no choice can help more than" in done.err
    costs.write_text("nonsense\n", encoding="utf-8")
    wrong = run("invest", "--costs", str(costs))
    assert (wrong.code, "line 1" in wrong.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [(("invest", "--budget", "much"), "takes a number"), (("invest", "--budget", "0"), "buys nothing"),
     (("match", "people", "P01", "--refused"), "--refused is for a need")],
)  # fmt: skip
def test_what_makes_no_sense_is_wrong_usage(run: Run, words: tuple[str, ...], said: str) -> None:
    """One line that says how to mend it, and exit code 2."""
    done = run(*words)
    assert (done.code, said in done.err) == (2, True)


def test_likely_needs_say_that_they_are_inferred(run: Run) -> None:
    """Each has its rule's source, and the note says what it is."""
    done = run("readiness", "P15", "--format", "csv")
    assert [row["rule"] for row in _rows(done.out)] == ["donor-consent", "sterility"]
    assert all(row["source"] for row in _rows(done.out))
    assert "inferred by rules" in done.err


def test_all_needs_are_matched_at_once(run: Run) -> None:
    """The best for each need, in one list."""
    found = {
        row["need"]: (row["id"], row["score"])
        for row in _rows(run("match", "all", "--limit", "1", "--format", "csv").out)
    }
    one = _rows(run("match", "need", "N050", "--format", "csv").out)[0]
    assert found["N050"] == (one["id"], one["score"])


def test_what_cannot_serve_is_listed(run: Run) -> None:
    """With the constraint that it breaks."""
    (row,) = _rows(run("match", "need", "N041", "--refused", "--format", "csv").out)
    assert (row["id"], row["constraint"]) == ("C03", "grade")
