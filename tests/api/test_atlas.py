"""The atlas in Python, as a notebook uses it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import atmp.api
import pytest
from atmp.kg.errors import StoreError, StoreMissingError, UsageError
from rdflib import Dataset


def test_a_reader_gives_records_hits_matches_and_the_graph(demo_file: Path) -> None:
    """One open atlas gives all of what HTTP and the command line give, as one viewer sees it."""
    with atmp.api.open(demo_file, "public", model="hashing") as atlas:
        assert len(atlas.records("project")) == 23
        assert atlas.record("project", "P04").identifier == "P04"
        assert atlas.search("inherited blindness", limit=3).hits[0].rank == 1
        assert "P04" not in [hit.identifier for hit in atlas.similar("P04").hits]
        assert atlas.match("need", "N050")[0].identifier == "C01"
        assert atlas.query("SELECT (1 AS ?one) {}").dicts() == [{"one": 1}]
        graph = atlas.dataset()
        assert isinstance(graph, Dataset)
        assert len(graph) == atlas.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows[0][0]


def test_parameters_may_be_what_they_are(demo_file: Path) -> None:
    """A number is given as a number and a date as a date; None is as if it were not given."""
    with atmp.api.open(demo_file, "public", model="hashing") as atlas:
        assert len(atlas.ask(4, project="P04", limit=3)) == 3
        assert atlas.ask(28, today=date(2024, 7, 1)) == atlas.ask(28, today="2024-07-01")
        assert atlas.ask(1, centre=None) == atlas.ask(1)


def test_a_closed_atlas_says_so(demo_file: Path) -> None:
    """What is asked of a closed atlas is an error, and no new connection; to close it twice is nothing."""
    atlas = atmp.api.open(demo_file, "public", model="hashing")
    assert atlas.records("project")
    atlas.close()
    atlas.close()
    for ask in (lambda: atlas.records("project"), lambda: atlas.search("AAV"), lambda: atlas.ask(1)):
        with pytest.raises(StoreError, match="closed"):
            ask()


def test_what_cannot_be_opened(demo_file: Path, tmp_path: Path) -> None:
    """An unknown viewer and a missing file are errors that say what there is, and no file is made."""
    with pytest.raises(UsageError, match="owner, public"):
        atmp.api.open(demo_file, "nobody")
    with pytest.raises(StoreMissingError):
        atmp.api.open(tmp_path / "none.atlas", "public")
    assert list(tmp_path.iterdir()) == []
