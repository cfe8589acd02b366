"""Proposals in the store: beside the facts, as closed as their text, and decided by people."""

from __future__ import annotations

from typing import Any

import pytest
from atmp.kg.errors import UnknownRecordError, UsageError
from atmp.kg.linking import INDICATION
from atmp.kg.load import load
from atmp.kg.proposals import ACCEPTED, DERIVED, REFUSED, decide, propose, statements
from atmp.kg.records import ATMP, PROV, MethodUse, Need, Product
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
    """Neither a stated term nor a wider one than is stated, nor anything where one value there may be is stated."""
    stated = PROJECT | {
        "Vectors": "aav9",
        "Delivery": "ex-vivo",
        "GMO": "no",
        "Title": "AAV vectors, AAV9, for Parkinson's disease",
    }
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
    assert {one.value for one in statements(store, PUBLIC)} >= {PARKINSON, AAV9}
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


RICH = PROJECT | {
    "Title": "Gene-edited T cells",
    "Description": "The patient's own T cells are made by electroporation, without viral vectors.",
}


def _kinds(store: Store) -> dict[str, Any]:
    return {str(one.property).rpartition("/")[2]: one for one in statements(store, OWNER)}


def test_class_facts_and_methods_are_proposed(store: Store, survey: Any) -> None:
    """A yes is proposed as an answer, a method for the project; what is denied is not; all are sound records."""
    _propose(store, survey(Projects=[RICH]))
    found = _kinds(store)
    assert (found["gmo"].answer, found["gmo"].value, found["gmo"].status) == (True, None, DERIVED)
    assert found["donorType"].value == f"{ATMP}donor-autologous"
    assert found["delivery"].value == f"{ATMP}delivery-ex-vivo"
    assert found["usesMethod"].value == f"{ATMP}method-electroporation"
    assert found["usesMethod"].about == store.view(OWNER).find("project", "P01").iri
    assert "vector" not in found
    assert not [one for one in check(store.view(OWNER)) if "tatement" in one.message]


def test_accepted_class_facts_and_methods_stand_until_undone(store: Store, survey: Any) -> None:
    """A fact of the product, and a use of the method whose role is not known; undone, the facts are as they were."""
    _propose(store, survey(Projects=[RICH]))
    before, found = store.view(OWNER).facts_digest(), _kinds(store)
    chosen = [found[name].identifier for name in ("gmo", "donorType", "usesMethod")]
    decide(store, chosen, agent="test", accepted=True)
    assert (_product(store).gmo, _product(store).donor_type) == (True, f"{ATMP}donor-autologous")
    (use,) = store.view(OWNER).records("method-use")
    assert isinstance(use, MethodUse)
    assert (use.method, use.role) == (f"{ATMP}method-electroporation", f"{ATMP}method-role-unknown")
    propose(store, agent="test")
    assert {one.status for one in statements(store, OWNER) if one.identifier in chosen} == {ACCEPTED}
    decide(store, chosen, agent="test", accepted=None)
    propose(store, agent="test")
    assert store.view(OWNER).facts_digest() == before


def test_a_stated_method_is_not_proposed(store: Store, survey: Any) -> None:
    """In whatever role it is stated."""
    _propose(store, survey(Projects=[RICH | {"Research methods": "nucleofection"}]))
    assert "usesMethod" not in _kinds(store)


def test_accepting_never_overwrites_what_was_stated_since(store: Store, survey: Any) -> None:
    """That is said in words, what was stated stays, and nothing of what was decided with it is."""
    _propose(store, survey(Projects=[RICH]))
    donor, gmo = (_kinds(store)[name].identifier for name in ("donorType", "gmo"))
    later = survey({"Round": "2024", "Date": "2024-06-01"}, Projects=[RICH | {"Donor type": "allogeneic"}])
    load(store, later, agent="test")
    with pytest.raises(UsageError, match="stated already, as allogeneic"):
        decide(store, [gmo, donor], agent="test", accepted=True)
    assert _product(store).gmo is None
    assert _product(store).donor_type == f"{ATMP}donor-allogeneic"


def test_what_a_hidden_text_proposes_stays_hidden_when_accepted(store: Store, survey: Any) -> None:
    """The use of a method and the yes of a confidential project are as closed as it is."""
    _propose(store, survey(Projects=[RICH | {"Tier": "confidential"}]))
    found = _kinds(store)
    decide(store, [found["gmo"].identifier, found["usesMethod"].identifier], agent="test", accepted=True)
    public = b"".join(store.view(PUBLIC).nquads())
    assert b"electroporation" not in public
    assert b"P01" not in public


def test_a_need_is_proposed_and_accepted(store: Store, survey: Any) -> None:
    """What a text lacks becomes an open need of the project with its words, unless that is stated."""
    text = {"Description": "We lack a potency assay and need GMP AAV vector."}
    need = {"Need id": "N1", "Project id": "P01", "Category": "GMP AAV vector", "Horizon": "3-4"}
    _propose(store, survey(Projects=[PROJECT | text], Needs=[need]))
    wanted = _kinds(store)["category"]
    assert (wanted.value, wanted.evidence) == (f"{ATMP}category-potency-assay", ("potency assay",))
    decide(store, [wanted.identifier], agent="test", accepted=True)
    made = store.view(OWNER).find("need", "P01-potency-assay")
    assert isinstance(made, Need)
    assert (made.category, made.project) == (wanted.value, store.view(OWNER).find("project", "P01").iri)
    assert made.status == f"{ATMP}need-status-open"
    decide(store, [wanted.identifier], agent="test", accepted=None)
    assert len(store.view(OWNER).records("need")) == 1
