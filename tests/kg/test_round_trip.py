"""An export that is loaded into an empty store gives the same facts, each in its graph, with its first provenance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from atmp.api.atlas import Atlas
from atmp.kg.load import load
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER, PUBLIC
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TEXT = st.text(alphabet="aå =+-\"\\n;,'<>", min_size=1, max_size=12).filter(lambda text: bool(text.strip("; \n")))


def _again(store: Store, folder: Path) -> None:
    """Load what the owner sees into an empty store, and hold it against the first."""
    file, other = folder / "all.nq", folder / "other.atlas"
    for path in folder.glob("other.atlas*"):
        path.unlink()
    file.write_bytes(b"".join(store.view(OWNER).nquads()))
    with Store.create(other) as made:
        load(made, file, agent="test", as_format="n-quads")
        for viewer in (OWNER, PUBLIC):
            assert made.view(viewer).facts_digest() == store.view(viewer).facts_digest()
        assert set(store.view(OWNER).nquads()) <= set(made.view(OWNER).nquads())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(TEXT, st.sampled_from(["", "internal", "confidential"])), min_size=1, max_size=3))
def test_a_survey_comes_back_from_its_export(rows: Any, survey: Any, tmp_path: Path) -> None:
    """Whatever its texts and tiers are, both viewers see the same facts, and no statement of the export is lost."""
    for path in tmp_path.glob("first.atlas*"):
        path.unlink()
    projects = [
        {"Project id": f"P{number}", "Title": title, "ATMP class": "GTMP", "Stage": "4", "Tier": tier}
        for number, (title, tier) in enumerate(rows)
    ]
    with Store.create(tmp_path / "first.atlas") as store:
        load(store, survey(Projects=projects), agent="test")
        _again(store, tmp_path)


def test_the_demonstration_comes_back_from_its_export(demo: Atlas, tmp_path: Path) -> None:
    """The demonstration with its vocabulary and references, too."""
    _again(demo.store, tmp_path)


@pytest.mark.parametrize("viewer", [OWNER, PUBLIC])
def test_the_digest_tells_facts_apart(viewer: Any, survey: Any, store: Store) -> None:
    """Another title is another digest; the same survey loaded again is not."""
    project = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}
    load(store, survey(Projects=[project]), agent="test")
    first = store.view(viewer).facts_digest()
    load(store, survey(Projects=[project]), agent="test")
    assert store.view(viewer).facts_digest() == first
    load(store, survey(Projects=[project | {"Title": "Another"}]), agent="test")
    assert store.view(viewer).facts_digest() != first
