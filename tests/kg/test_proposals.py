"""Proposals in the store: beside the facts, as closed as their text, and decided by people."""

from __future__ import annotations

from typing import Any

import pytest
from atmp.kg.errors import UnknownRecordError
from atmp.kg.linking import INDICATION
from atmp.kg.load import load
from atmp.kg.proposals import ACCEPTED, DERIVED, REFUSED, decide, propose, statements
from atmp.kg.records import ATMP, PROV, Product
from atmp.kg.store import Store
from atmp.kg.validate import check
from atmp.kg.viewer import OWNER, PUBLIC

PROJECT = {"Project id": "P01", "Title": "AAV9 vectors for Parkinson's disease", "ATMP class": "GTMP", "Stage": "4"}
PARKINSON = "http://purl.obolibrary.org/obo/MONDO_0005180"
AAV9 = f"{ATMP}vector-aav9"


def _propose(store: Store, *folders: Any) -> dict[str | None, Any]:
    for folder in folders:
        load(store, folder, agent="test")
    propose(store, agent="test")
    return {one.value: one for one in statements(store, OWNER)}


def _product(store: Store) -> Product:
    found = store.view(OWNER).find("product", "P01")
    assert isinstance(found, Product)
    return found


def test_a_proposal_is_no_fact(store: Store, survey: Any) -> None:
    """What a title speaks of is proposed for the product, with its words; the product itself says nothing new."""
    found = _propose(store, survey(Projects=[PROJECT]))
    assert (found[PARKINSON].property, found[PARKINSON].status) == (INDICATION, DERIVED)
    assert found[AAV9].evidence == ("AAV9",)
    assert found[AAV9].about == _product(store).iri
    assert (_product(store).vectors, _product(store).indications) == ((), ())
    assert not [one for one in check(store.view(OWNER)) if "tatement" in one.message]


def test_what_is_stated_is_not_proposed(store: Store, survey: Any) -> None:
    """Neither a stated term nor a wider one than is stated."""
    stated = PROJECT | {"Vectors": "aav9", "Title": "AAV vectors, AAV9, for Parkinson's disease"}
    assert set(_propose(store, survey(Projects=[stated]))) == {PARKINSON}


def test_proposing_again_changes_nothing(store: Store, survey: Any) -> None:
    """The same texts propose the same; a text that changed takes its proposals along."""
    folder = survey(Projects=[PROJECT])
    _propose(store, folder)
    before = store.revision()
    _propose(store)
    assert store.revision() == before
    other = survey({"Round": "2024", "Date": "2024-06-01"}, Projects=[PROJECT | {"Title": "A therapy"}])
    assert _propose(store, other) == {}


def test_a_proposal_is_as_closed_as_its_text(store: Store, survey: Any) -> None:
    """What was read off a hidden text is hidden, and so is where it came from."""
    hidden = PROJECT | {
        "Project id": "P02",
        "Title": "Plain",
        "Description": "AAV9 and AAV9 again, AAV9.",
        "Tier": "internal",
    }
    found = _propose(store, survey(Projects=[PROJECT, hidden]))
    assert {one.value for one in statements(store, PUBLIC)} == {PARKINSON, AAV9}
    assert len([one for one in statements(store, OWNER) if one.value == AAV9]) == 2
    assert found
    public = b"".join(store.view(PUBLIC).nquads())
    assert b"P02" not in public


def test_an_accepted_proposal_is_a_fact_with_a_source(store: Store, survey: Any) -> None:
    """It stands beside what was stated, leads to the decision, and stays when texts are read again; undone, it goes."""
    found = _propose(store, survey(Projects=[PROJECT]))
    (decided,) = decide(store, [found[AAV9].identifier], agent="test", accepted=True)
    assert (decided.status, _product(store).vectors) == (ACCEPTED, (AAV9,))
    sources = store.view(OWNER).select(f"SELECT ?row {{ <{_product(store).iri}> <{PROV}wasDerivedFrom> ?row }}").rows
    assert any("decision-" in str(row[0]) for row in sources)
    _propose(store)
    assert _product(store).vectors == (AAV9,)
    assert {one.status for one in statements(store, OWNER) if one.value == AAV9} == {ACCEPTED}
    decide(store, [found[AAV9].identifier], agent="test", accepted=None)
    assert _product(store).vectors == ()
    assert _propose(store)[AAV9].status == DERIVED


def test_a_refused_proposal_stays_refused(store: Store, survey: Any) -> None:
    """It is no fact, and reading the texts again does not bring it back."""
    found = _propose(store, survey(Projects=[PROJECT]))
    decide(store, [found[PARKINSON].identifier], agent="test", accepted=False)
    assert _propose(store)[PARKINSON].status == REFUSED
    assert _product(store).indications == ()


def test_an_unknown_proposal_decides_nothing(store: Store, survey: Any) -> None:
    """One wrong id, and none of the others is decided."""
    found = _propose(store, survey(Projects=[PROJECT]))
    before = store.revision()
    with pytest.raises(UnknownRecordError, match="no proposal nothing"):
        decide(store, [found[AAV9].identifier, "nothing"], agent="test", accepted=True)
    assert store.revision() == before
