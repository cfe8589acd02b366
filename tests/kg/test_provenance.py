"""Where facts stand: nothing tells of what its reader may not see."""

from __future__ import annotations

from typing import Any

import pytest
from atmp.kg.load import load
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER, PUBLIC, Viewer, viewer

PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}
HIDDEN = PROJECT | {"Project id": "P02", "Title": "Another", "Tier": "confidential"}
NEED = {"Need id": "N1", "Project id": "P02", "Category": "potency-assay", "Description": "A word of the need"}
PERSON = {"Investigator id": "I1", "Name": "Synthetic investigator", "E-mail": "i1@example.org", "Tier": "internal"}
OUTSIDERS = ["public", "partner"]


def _text(store: Store, reader: Viewer) -> str:
    return b"".join(store.view(reader).nquads()).decode()


@pytest.mark.parametrize("name", OUTSIDERS)
def test_a_link_is_no_more_open_than_what_it_leads_to(name: str, store: Store, survey: Any) -> None:
    """Nobody learns from a project's lead that a hidden person exists; who sees the person sees the link."""
    led = PROJECT | {"Lead investigator ids": "I1", "Organisation ids": "O1"}
    organisation = {"Organisation id": "O1", "Name": "A company", "Tier": "confidential"}
    load(store, survey(Projects=[led], Investigators=[PERSON], Organisations=[organisation]), agent="test")
    assert not any(word in _text(store, viewer(name)) for word in ("I1", "O1", "i1@example.org"))
    inside: Any = store.view(viewer("lund:internal")).find("project", "P01")
    assert (len(inside.lead), len(inside.organisations)) == (1, 0)
    whole: Any = store.view(OWNER).find("project", "P01")
    assert (len(whole.lead), len(whole.organisations)) == (1, 1)


@pytest.mark.parametrize("name", [*OUTSIDERS, "lund:internal"])
def test_a_need_is_no_more_open_than_its_project(name: str, store: Store, survey: Any) -> None:
    """A need of a confidential project stands in that project's graph."""
    load(store, survey(Projects=[PROJECT, HIDDEN], Needs=[NEED]), agent="test")
    text = _text(store, viewer(name))
    assert "P01" in text
    assert not any(word in text for word in ("P02", "N1", "A word of the need"))
    named = Viewer("named", projects=frozenset({"lund/P02"}))
    assert len(store.view(named).records("need")) == 1


def test_what_a_later_source_says_of_a_hidden_project_is_hidden(store: Store, survey: Any) -> None:
    """The store is asked about a project that the source itself does not hold."""
    load(store, survey(Projects=[HIDDEN]), agent="test")
    load(store, survey({"Round": "2024", "Date": "2024-06-01"}, Projects=[PROJECT], Needs=[NEED]), agent="test")
    assert "P02" not in _text(store, PUBLIC)
    assert len(store.view(OWNER).records("need")) == 1


def test_a_tier_that_becomes_stricter_takes_the_links_along(store: Store, survey: Any) -> None:
    """Nothing of a project is left outside when it is hidden, and it comes back when it is opened."""
    for tier, seen in (("", True), ("internal", False), ("confidential", False), ("", True)):
        load(store, survey(Projects=[PROJECT | {"Tier": tier}], Needs=[NEED | {"Project id": "P01"}]), agent="test")
        assert (len(store.view(PUBLIC).records("need")) == 1) is seen
        assert ("P01" in _text(store, PUBLIC)) is seen
        assert len(store.view(OWNER).records("need")) == 1
