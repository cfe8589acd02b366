"""The report's sentences: true and well-formed for few and for many."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from atmp.kg.figures import figures
from atmp.kg.load import load
from atmp.kg.reference import refresh
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC

Survey = Callable[..., Path]
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4", "Platforms": "AAV vector"}
NEED = {"Need id": "N01", "Project id": "P01", "Category": "animal models", "Horizon": "1-2 years"}
OFFER = {"Capability id": "C01", "Title": "Mice", "Category": "animal models", "Provider id": "O01"}
FACILITY = {"Organisation id": "O01", "Name": "A facility"}


def _said(store: Store, *sources: Path) -> list[str]:
    refresh(store, agent="test")
    for source in sources:
        load(store, source, agent="test")
    return figures(store.view(PUBLIC), {}).summary()


def test_nothing_is_said_of_no_project(store: Store) -> None:
    """A store without projects says so, and nothing about their needs."""
    assert _said(store) == ["There is no project on record yet."]


def test_one_of_each_is_said_in_the_singular(store: Store, survey: Survey) -> None:
    """One project, one platform and one need are not said as if there were many."""
    assert _said(store, survey({"Centre name": "A centre"}, Projects=[PROJECT], Needs=[NEED])) == [
        "A centre has 1 project that develops advanced therapies: 1 GTMP.",
        "By stage, 1 in preclinical development.",
        "The only platform on record is AAV vector in 1.",
        "The only need stated is animal models (1).",
        "For 1 category of need the centre has no capability on record.",
        "1 category of need falls due within one to two years.",
    ]


def test_several_centres_are_said_in_the_plural(store: Store, survey: Survey) -> None:
    """Two centres have projects, and each is asked for the capabilities that its own needs want."""
    here = survey(Projects=[PROJECT], Needs=[NEED], Capabilities=[OFFER], Organisations=[FACILITY])
    there = survey({"Centre": "elsewhere"}, Projects=[PROJECT], Needs=[NEED | {"Horizon": "5-10 years"}])
    said = _said(store, here, there)
    assert said[0] == "The 2 centres together have 2 projects that develop advanced therapies: 2 GTMP."
    assert "For 1 category of need the centre that states it has no capability on record." in said


@pytest.mark.parametrize(
    ("sheets", "sentences"),
    [
        ({}, ["No open need is on record."]),
        ({"Needs": [NEED], "Capabilities": [OFFER], "Organisations": [FACILITY]},
         ["For every category of need the centre has a capability on record."]),
        ({"Needs": [NEED | {"Horizon": "5-10 years"}]}, ["No need falls due within one to two years."]),
    ],
)  # fmt: skip
def test_what_there_is_none_of(
    store: Store, survey: Survey, sheets: dict[str, list[dict[str, str]]], sentences: list[str]
) -> None:
    """No need, no gap, and nothing that falls due are each said as that."""
    said = _said(store, survey(Projects=[PROJECT], **sheets))
    assert set(sentences) <= set(said)
