"""Streaming: a source is judged and written alike however it is cut into batches, and in memory that does not grow."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from atmp.kg import spool, validate
from atmp.kg.errors import FindingsError
from atmp.kg.findings import Severity
from atmp.kg.load import load
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

MAPPING = """
kind = "need"
id = "id"
[fields]
label = "label"
project = "project"
category = "category"
"""
SURVEY = [("Field", "Value"), ("Centre", "lund"), ("Round", "2023"), ("Date", "2023-06-01")]
GROWTH = """
import resource, sys
from pathlib import Path
from atmp.kg.load import load
from atmp.kg.proposals import propose
from atmp.kg.store import Store

with Store.create(Path(sys.argv[2])) as store:
    loaded = load(store, Path(sys.argv[1]), agent="test")
    linked = propose(store, agent="test")
assert (loaded.rows, linked.records) == (int(sys.argv[3]), int(sys.argv[3]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

projects = st.tuples(
    st.sampled_from(["P1", "P2", "P3"]), st.sampled_from(["4", "8", ""]), st.sampled_from(["TEP", "x"])
)
needs = st.tuples(
    st.sampled_from(["N1", "N2", "N3", "N4"]),
    st.sampled_from(["P1", "P2", "P3", "P9", ""]),
    st.sampled_from(["potency-assay", "no such thing", ""]),
    st.sampled_from(["A need", ""]),
)


def _write(path: Path, rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _survey(folder: Path, some: list[tuple[str, str, str]], others: list[tuple[str, ...]]) -> Path:
    survey = folder / "survey"
    survey.mkdir()
    _write(survey / "Survey.csv", SURVEY)
    _write(survey / "Projects.csv", [("Project id", "Stage", "ATMP class", "Title"), *((*one, "A") for one in some)])
    _write(survey / "Needs.csv", [("Need id", "Project id", "Category", "Description"), *others])
    return survey


def _outcome(store: Store, path: Path, **options: Any) -> tuple[Any, ...]:
    receipt = load(store, path, agent="test", keep_going=True, **options)
    return list(receipt.findings), receipt.left_out, receipt.records, receipt.rows, store.view(OWNER).facts_digest()


def _loaded(folder: Path, name: str, sources: list[tuple[Path, dict[str, Any]]]) -> list[tuple[Any, ...]]:
    with Store.create(folder / f"{name}.atlas") as store:
        return [_outcome(store, path, **options) for path, options in sources]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(projects, min_size=1, max_size=4),
    st.lists(needs, min_size=1, max_size=8),
    st.lists(needs, min_size=1, max_size=8),
    st.integers(1, 4),
)
def test_however_a_source_is_cut_it_gives_the_same(
    some: list[tuple[str, str, str]], asked: list[tuple[str, ...]], more: list[tuple[str, ...]], size: int
) -> None:
    """Batches of any size give the findings, in their order, the rows left out and the facts that one batch gives.

    There are ids twice, references to what is left out or nowhere, and records of which several rows speak.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        table, mapping = folder / "needs.csv", folder / "needs.toml"
        _write(table, [("id", "project", "category", "label"), *more])
        mapping.write_text(MAPPING)
        survey = _survey(folder, some, asked)
        sources: list[tuple[Path, dict[str, Any]]] = [(survey, {}), (table, {"mapping": mapping, "centre": "lund"})]
        whole = _loaded(folder, "whole", sources)
        with pytest.MonkeyPatch.context() as patch:
            for constant in ("_BATCH", "_WINDOW", "_KNOWN"):
                patch.setattr(validate, constant, size)
            for constant in ("_AT_ONCE", "_IN_MEMORY"):
                patch.setattr(spool, constant, size)
            assert _loaded(folder, "parts", sources) == whole


def _trials(path: Path, number: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for one in range(number):
            text = f"Trial {one} of cells for Parkinson's disease. " + f"{'inconspicuous' * 5}. " * 50
            file.write(
                json.dumps({"nct": f"NCT{one:08}", "title": f"Cells number {one}", "brief_summary": text}) + "\n"
            )
    return path


def test_a_violation_at_the_end_of_a_long_source_leaves_nothing_behind(store: Store, tmp_path: Path) -> None:
    """The last of many rows keeps all of them out, and all that was found is told, with its exact count."""
    path = _trials(tmp_path / "trials.jsonl", 3_000)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"nct": "", "title": "No id", "brief_summary": "None"}) + "\n")
    before = list(store.view(OWNER).nquads())
    with pytest.raises(FindingsError, match="1 violation") as refused:
        load(store, path, agent="test")
    assert (store.revision(), list(store.view(OWNER).nquads())) == (0, before)
    found = refused.value.findings
    assert [one.place.row for one in found if one.severity is Severity.VIOLATION] == [3_001]
    assert sum(one.severity is Severity.WARNING for one in found) == 3_000


def test_memory_does_not_grow_with_a_source(tmp_path: Path) -> None:
    """Loading and linking more rows takes less than half the memory that the rows themselves would."""
    peaks, sizes = [], []
    for number in (3_000, 12_000):
        path = _trials(tmp_path / f"{number}.jsonl", number)
        command = [sys.executable, "-c", GROWTH, str(path), str(tmp_path / f"{number}.atlas"), str(number)]
        peaks.append(int(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
        sizes.append(path.stat().st_size // 1024)
    assert peaks[1] - peaks[0] < (sizes[1] - sizes[0]) / 2, f"peaks of {peaks} kB for {sizes} kB"
