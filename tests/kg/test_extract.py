"""Extracts: the facts that one sort of work reads are those of the whole store, whatever else it holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from atmp.kg.extract import Extract
from atmp.kg.load import load
from atmp.kg.mentions import MENTIONS
from atmp.kg.records import ATMP, KINDS, RDF
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER, PUBLIC, Viewer

Survey = Callable[..., Path]
PLACES = [{"Organisation id": "O1", "Name": "Example Clinic", "Place": "Lund"}]
PEOPLE = [{"Investigator id": "I1", "Name": "Ada Prövare", "Organisation ids": "O1", "E-mail": "ada@example.org"}]
PROJECTS = [{"Project id": "P1", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}]


@pytest.fixture
def told(store: Store, survey: Survey) -> Store:
    """Return a store with an organisation that moved, a person and a project."""
    for place in ("Lund", "Malmö"):
        load(
            store,
            survey(Organisations=[PLACES[0] | {"Place": place}], Investigators=PEOPLE, Projects=PROJECTS),
            agent="test",
        )
    return store


def _whole(store: Store, seer: Viewer, at: int, extract: Extract) -> set[str]:
    """Return what an extract should be, worked out from all facts."""
    lines = set(store.lines(store.readable(seer), at=at))
    marks = tuple(f" <{prop}> <{value}> " for prop, value in extract.marks)
    subjects = {line.split(" ", 1)[0] for line in lines if any(mark in line for mark in marks)}
    return {
        line for line in lines if line.split(" ", 1)[0] in subjects or line.split(" ", 2)[1][1:-1] in extract.properties
    }


@pytest.mark.parametrize("seer", [OWNER, PUBLIC])
@pytest.mark.parametrize(
    "extract",
    [
        MENTIONS,
        Extract(frozenset(), frozenset({f"{ATMP}develops"})),
        Extract(frozenset({(f"{RDF}type", KINDS["project"].type)}), frozenset()),
        Extract(frozenset({(f"{RDF}type", f"{ATMP}Nothing")}), frozenset({f"{ATMP}nothing"})),
    ],
)
def test_an_extract_has_its_facts_and_no_others(seer: Viewer, extract: Extract, told: Store) -> None:
    """Those that a viewer may read, now and at a past revision."""
    for at in range(told.revision() + 1):
        found = list(extract.lines(told, told.readable(seer), at))
        assert set(found) == _whole(told, seer, at, extract)
        assert len(found) == len(set(found))


def test_a_view_of_an_extract_sees_what_it_reads_and_nothing_else(told: Store, survey: Survey) -> None:
    """Its records are those that the whole store has; what came later is not in it."""
    part, whole = told.view(OWNER, extract=MENTIONS), told.view(OWNER)
    assert part.records("organisation") == whole.records("organisation") != []
    assert part.records("person") == whole.records("person") != []
    assert part.records("project") == []
    before, seen = part.revision, part.records("organisation")
    load(told, survey(Organisations=PLACES, Investigators=PEOPLE, Projects=PROJECTS), agent="test")
    assert (part.revision, part.records("organisation")) == (before, seen)
    assert told.view(OWNER, extract=MENTIONS).records("organisation") == whole.records("organisation") != seen
