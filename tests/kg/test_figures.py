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
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4", "Platforms": "AAV vector"}
WANTED = {"Need id": "N01", "Project id": "P01", "Category": "animal models", "Horizon": "1-2 years"}
OFFER = {"Capability id": "C01", "Title": "Mice", "Category": "animal models", "Provider id": "O01"}
FACILITY = {"Organisation id": "O01", "Name": "A facility"}


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


def test_one_of_each_is_said_in_the_singular(store: Store, survey: Any) -> None:
    """One platform and one need are not said as if there were many."""
    said = _figures(store, survey(NORTH, Projects=[PROJECT], Needs=[WANTED])).summary()
    assert said == [
        "Synthetic North has 1 project that develops an advanced therapy: 1 GTMP.",
        "By stage, 1 in preclinical development.",
        "The only platform on record is AAV vector in 1.",
        "The only need stated is animal models (1).",
        "For 1 category of need the centre has no capability on record.",
        "1 category of need falls due within one to two years.",
    ]


def test_several_centres_are_said_in_the_plural(store: Store, survey: Any) -> None:
    """Two centres have projects, and each is asked for the capabilities that its own needs want."""
    here = survey(Projects=[PROJECT], Needs=[WANTED], Capabilities=[OFFER], Organisations=[FACILITY])
    there = survey({"Centre": "elsewhere"}, Projects=[PROJECT], Needs=[WANTED | {"Horizon": "5-10 years"}])
    said = _figures(store, here, there).summary()
    assert said[0] == "The 2 centres together have 2 projects that develop advanced therapies: 2 GTMP."
    assert "For 1 category of need the centre that states it has no capability on record." in said


@pytest.mark.parametrize(
    ("sheets", "sentences"),
    [
        ({}, ["No open need is on record."]),
        ({"Needs": [WANTED], "Capabilities": [OFFER], "Organisations": [FACILITY]},
         ["For every category of need the centre has a capability on record."]),
        ({"Needs": [WANTED | {"Horizon": "5-10 years"}]}, ["No need falls due within one to two years."]),
    ],
)  # fmt: skip
def test_what_there_is_none_of(
    store: Store, survey: Any, sheets: dict[str, list[dict[str, str]]], sentences: list[str]
) -> None:
    """No need, no gap, and nothing that falls due are each said as that."""
    said = _figures(store, survey(Projects=[PROJECT], **sheets)).summary()
    assert set(sentences) <= set(said)
