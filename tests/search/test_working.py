"""Works out of records: who did what together, since when, and what is written of it."""

from __future__ import annotations

from datetime import date

import pytest
from atmp.kg.errors import UsageError
from atmp.kg.records import Grant, Person, Publication, Trial
from atmp.search.working import PARTIES, works

from .conftest import iri

BEGAN = date(2015, 3, 1)


def test_grants_link_their_people() -> None:
    """The title and the abstract are the text, another language the rest, keywords the subjects."""
    grant = Grant(
        iri=iri("grant", "G1"), identifier="G1", label="Cells", title="Celler", description="About cells.",
        detail="Om celler.", officials=("one", "two"), keywords=("Biology",), started=BEGAN,
    )  # fmt: skip
    who, (work,) = works([grant])
    assert who == PARTIES["grant"]
    assert (work.key, work.parties, work.started, work.subjects) == ("G1", ("one", "two"), BEGAN, ("Biology",))
    assert (work.text, work.rest) == ("Cells. About cells.", "Celler Om celler.")


def test_an_abstract_in_one_language_alone_is_the_text() -> None:
    """What stands in the text is not repeated in the rest."""
    grant = Grant(iri=iri("grant", "G1"), label="Celler", detail="Om celler.", officials=("one",), started=BEGAN)
    _, (work,) = works([grant])
    assert (work.text, work.rest) == ("Celler. Om celler.", "")


def test_trials_link_sponsors_and_collaborators_once() -> None:
    """A sponsor that is named as a collaborator too is one party."""
    trial = Trial(iri=iri("trial", "N1"), label="T", sponsor="One", collaborators=("One", "Two"), started=BEGAN)
    who, (work,) = works([trial])
    assert (who, work.parties) == (PARTIES["trial"], ("One", "Two"))


def test_works_of_one_kind_are_taken() -> None:
    """What most records are of is taken; without a date or a party a record is no work."""
    papers = [
        Publication(iri=iri("publication", f"A{n}"), identifier=f"A{n}", label="P", authors=("a", "b"), published=BEGAN)
        for n in range(2)
    ]
    undated = Publication(iri=iri("publication", "A9"), authors=("a", "b"))
    grant = Grant(iri=iri("grant", "G1"), officials=("one",), started=BEGAN)
    who, found = works([grant, *papers, undated])
    assert who == PARTIES["publication"]
    assert [work.key for work in found] == ["A0", "A1"]


def test_records_that_link_nobody_are_refused() -> None:
    """What can be taken is said."""
    with pytest.raises(UsageError, match="people of grants"):
        works([Person(iri=iri("person", "I1"))])
