"""The report's figures: sentences that say no more than the data, whatever a centre has on record."""

from __future__ import annotations

from typing import Any

import pytest
from atmp.kg.errors import UnknownRecordError
from atmp.kg.figures import Figures, figures
from atmp.kg.load import load
from atmp.kg.reference import refresh
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER

NORTH = {"Centre": "north", "Centre name": "Synthetic North"}
NEED = {"Need id": "N1", "Project id": "P01", "Category": "potency-assay", "Needed from": "2024-06"}


def _figures(store: Store, *folders: Any, centre: str | None = None) -> Figures:
    refresh(store, agent="test")
    for folder in folders:
        load(store, folder, agent="test")
    return figures(store.view(OWNER), {}, centre)


def test_an_empty_atlas_claims_nothing(store: Store) -> None:
    """Without a project there is one sentence, and none on needs that were never stated."""
    found = _figures(store)
    assert (found.projects, found.investigators) == (0, 0)
    assert found.summary() == ["The atlas has no project on record."]


def test_one_project_is_spoken_of_in_the_singular(store: Store, survey: Any) -> None:
    """One project, one category and one centre each have their verb, and an unknown class is said in words."""
    project = {"Project id": "P01", "Title": "A therapy", "ATMP class": "unknown", "Stage": "4"}
    said = _figures(store, survey(NORTH, Projects=[project], Needs=[NEED])).summary()
    assert said[0] == "Synthetic North has 1 project that develops an advanced therapy: 1 of unknown class."
    assert said[1] == "By stage, 1 in preclinical development."
    assert "For 1 category of need the centre has no capability on record." in said
    assert said[-1] == "1 category of need falls due within one to two years."


def test_no_need_on_record_is_not_every_need_met(store: Store, survey: Any) -> None:
    """A centre that stated no need is not told that it has a capability for each."""
    assert _figures(store, survey()).summary()[-1] == "No open need is on record."


def test_a_centre_has_its_own_figures_and_sources(store: Store, survey: Any) -> None:
    """The figures of one centre hold its projects and its sources alone; together both are counted."""
    folders = survey(), survey(NORTH)
    one = _figures(store, *folders, centre="north")
    assert (one.centre, one.projects, len(one.profiles)) == ("Synthetic North", 1, 1)
    assert [row["source"] for row in one.sources.dicts()] == ["Survey of Synthetic North, 2023"]
    both = _figures(store)
    assert both.summary()[0].startswith("The 2 centres together have 2 projects")
    assert len(both.sources) == 2
    with pytest.raises(UnknownRecordError):
        _figures(store, centre="south")
