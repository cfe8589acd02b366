"""Merged: whoever reads sees one where it was decided so; what each source said stays, and comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from atmp.kg.answered import Answered
from atmp.kg.catalogue import question
from atmp.kg.engine import Engine
from atmp.kg.figures import figures
from atmp.kg.load import load
from atmp.kg.records import Capability, Organisation, Person, Project
from atmp.kg.reviews import decide, reconcile, state
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC, Viewer, viewer

Survey = Callable[..., Path]
ORCID = "https://orcid.org/0000-0002-1825-0097"
PLACES = [
    {"Organisation id": "O1", "Name": "Example Clinic", "Place": "Lund"},
    {"Organisation id": "O2", "Name": "Rhododendron Hospital", "Place": "Malmö", "Country": "Sweden"},
]
PEOPLE = [
    {"Investigator id": "I1", "Name": "Ada Prövare", "Organisation ids": "O1"},
    {"Investigator id": "I2", "Name": "Prövare, A.", "Organisation ids": "O2", "Expertise": "electroporation"},
    {"Investigator id": "I3", "Name": "Boel Testare", "Organisation ids": "O2"},
]
PROJECTS = [
    {"Project id": "P1", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4", "Lead investigator ids": "I1",
     "Organisation ids": "O1; O2"},
    {"Project id": "P2", "Title": "Another one", "ATMP class": "TEP", "Stage": "4", "Lead investigator ids": "I2"},
]  # fmt: skip
OFFERS = [{"Capability id": "C1", "Title": "Cells", "Category": "gmp-slot", "Provider id": "O2"}]


@pytest.fixture
def pipeline(store: Store, survey: Survey) -> Store:
    """Return a store with two organisations, three people and two projects."""
    answers = survey(Organisations=PLACES, Investigators=PEOPLE, Projects=PROJECTS, Capabilities=OFFERS)
    load(store, answers, agent="test")
    return store


def _facts(store: Store, seer: Viewer = OWNER) -> set[str]:
    return {str(quad) for quad in store.view(seer).engine.oxigraph}


def _fresh(store: Store, seer: Viewer = OWNER) -> set[str]:
    return {str(quad) for quad in Engine(store, seer).oxigraph}


def _iri(store: Store, kind: str, key: str) -> str:
    return store.names.record("lund", kind, key)


def test_what_leads_to_either_leads_to_one(pipeline: Store) -> None:
    """Projects, members and offers of both stand at the one that is kept; there is no other organisation to be seen."""
    state(pipeline, "O1", "O2", agent="test", same=True)
    view, one = pipeline.view(OWNER), _iri(pipeline, "organisation", "O1")
    assert view.iris("organisation") == [one]
    people = [person for person in view.records("person") if isinstance(person, Person)]
    assert {person.organisations for person in people} == {(one,)}
    projects = {project.identifier: project for project in view.records("project") if isinstance(project, Project)}
    assert projects["P1"].organisations == (one,)
    (offer,) = view.records("capability")
    assert isinstance(offer, Capability)
    assert offer.provider == one


def test_the_one_that_is_kept_has_the_first_word(pipeline: Store) -> None:
    """Of what takes one value its own stands; what only the other one says is added."""
    state(pipeline, "O1", "O2", agent="test", same=True)
    found = pipeline.view(OWNER).record(_iri(pipeline, "organisation", "O1"))
    assert isinstance(found, Organisation)
    assert (found.label, found.place, found.country) == ("Example Clinic", "Lund", "Sweden")


def test_it_is_found_by_every_id_and_name(pipeline: Store) -> None:
    """The other one's id and IRI lead to the one that is kept; its own name is still known."""
    state(pipeline, "O1", "O2", agent="test", same=True)
    view, other = pipeline.view(OWNER), _iri(pipeline, "organisation", "O2")
    one = view.find("organisation", "O1", "lund")
    assert view.find("organisation", "O2", "lund") == view.record(other) == one
    assert (view.tier(other), view.label(other)) == (Tier.PUBLIC, "Rhododendron Hospital")


def test_people_who_are_one_count_once(pipeline: Store) -> None:
    """The report counts two of three, what one masters the other does, and both lead what either leads."""
    assert figures(pipeline.view(OWNER), {}, "lund").investigators == 3
    state(pipeline, "I1", "I2", agent="test", same=True)
    view = pipeline.view(OWNER)
    assert figures(view, {}, "lund").investigators == figures(view, {}).investigators == 2
    one = view.record(_iri(pipeline, "person", "I1"))
    assert isinstance(one, Person)
    assert one.expertise
    assert {project.lead for project in view.records("project") if isinstance(project, Project)} == {(one.iri,)}


@pytest.mark.parametrize("pair", [("O1", "O2"), ("I1", "I2")])
def test_undo_brings_everything_back(pipeline: Store, pair: tuple[str, str]) -> None:
    """Every byte of what is kept, and every fact that a reader sees, is as it was."""
    before, facts = b"".join(pipeline.view(OWNER).nquads()), _facts(pipeline)
    report = figures(pipeline.view(OWNER), {})
    made = state(pipeline, *pair, agent="test", same=True)
    assert _facts(pipeline) != facts
    decide(pipeline, [made], agent="test", accepted=None)
    assert (b"".join(pipeline.view(OWNER).nquads()), _facts(pipeline)) == (before, facts)
    assert figures(pipeline.view(OWNER), {}).profiles == report.profiles


def test_an_engine_that_was_brought_forward_is_as_a_new_one(pipeline: Store, survey: Survey) -> None:
    """Through decisions, chains of them, new facts about a merged record, and their taking back."""
    assert _facts(pipeline) == _fresh(pipeline)
    people = [PEOPLE[0], PEOPLE[1] | {"Name": "A. Prövare", "E-mail": "a@example.org"}, PEOPLE[2]]
    more = survey(Organisations=PLACES, Investigators=people, Projects=PROJECTS[:1], Capabilities=[])
    first = state(pipeline, "I1", "I2", agent="test", same=True)
    second = state(pipeline, "I2", "I3", agent="test", same=True)
    steps: list[Callable[[], object]] = [
        lambda: load(pipeline, more, agent="test"),
        lambda: state(pipeline, "O1", "O2", agent="test", same=True),
        lambda: decide(pipeline, [first], agent="test", accepted=None),
        lambda: load(pipeline, survey(Organisations=PLACES, Investigators=PEOPLE, Projects=PROJECTS), agent="test"),
        lambda: decide(pipeline, [second], agent="test", accepted=None),
    ]
    for step in steps:
        assert _facts(pipeline) == _fresh(pipeline)
        assert _facts(pipeline, PUBLIC) == _fresh(pipeline, PUBLIC)
        step()
    assert _facts(pipeline) == _fresh(pipeline)


def test_a_triple_counts_once(pipeline: Store) -> None:
    """What two records say alike stands in one graph, however many it came from."""
    state(pipeline, "O1", "O2", agent="test", same=True)
    state(pipeline, "I2", "I3", agent="test", same=True)
    rows = pipeline.view(OWNER).select(
        "SELECT ?s ?p ?o (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s ?p ?o HAVING (?n > 1)"
    )
    assert rows.rows == ()


def test_a_part_that_is_the_whole_does_not_lead_to_itself(store: Store, survey: Survey) -> None:
    """An organisation that was written as part of what it is one with is no part of itself."""
    load(store, survey(Organisations=[PLACES[0], PLACES[1] | {"Part of": "O1"}]), agent="test")
    assert store.view(OWNER).select("SELECT ?o { ?o <https://w3id.org/atmp/ontology/partOf> ?whole }").rows
    state(store, "O1", "O2", agent="test", same=True)
    assert not store.view(OWNER).select("SELECT ?o { ?o <https://w3id.org/atmp/ontology/partOf> ?whole }").rows


def test_who_does_not_see_a_record_does_not_see_it_merged(store: Store, survey: Survey) -> None:
    """What the public sees of the one that is kept is the same before and after."""
    load(store, survey(Organisations=[PLACES[0], PLACES[1] | {"Tier": "internal"}]), agent="test")
    before = _facts(store, PUBLIC)
    state(store, "O1", "O2", agent="test", same=True)
    assert _facts(store, PUBLIC) == before
    inside = store.view(viewer("lund:internal")).record(_iri(store, "organisation", "O1"))
    assert isinstance(inside, Organisation)
    assert inside.country == "Sweden"


def test_a_person_of_two_centres_counts_in_each(store: Store, survey: Survey) -> None:
    """One ORCID at two centres is one person, of whom each centre's report and workbook speak."""
    for centre in ("lund", "umea"):
        person = {"Investigator id": f"I-{centre}", "Name": "Ada Prövare", "ORCID": ORCID}
        load(store, survey({"Centre": centre}, Investigators=[person]), agent="test")
    reconcile(store, agent="test")
    view = store.view(OWNER)
    assert [figures(view, {}, centre).investigators for centre in ("lund", "umea", None)] == [1, 1, 1]
    for centre in ("lund", "umea"):
        (row,) = Answered(store.view(OWNER, as_stated=True), centre).sheets()["Investigators"]
        assert row["Investigator id"] == f"I-{centre}"


def test_two_people_of_one_name_stay_two(store: Store, survey: Survey) -> None:
    """Nobody said that they are one, so readers see two."""
    people = [{"Investigator id": key, "Name": "Ada Prövare", "Organisation ids": "O1"} for key in ("I1", "I2")]
    load(store, survey(Organisations=PLACES, Investigators=people), agent="test")
    reconcile(store, agent="test")
    assert len(store.view(OWNER).iris("person")) == 2


def test_an_export_carries_the_decision(pipeline: Store, tmp_path: Path) -> None:
    """What is exported is what each source said, with the link: a store that loads it sees one as well."""
    state(pipeline, "O1", "O2", agent="test", same=True)
    path = tmp_path / "facts.nq"
    path.write_bytes(b"".join(pipeline.view(OWNER).nquads()))
    with Store.create(tmp_path / "copy.atlas") as copy:
        load(copy, path, agent="test")
        assert copy.view(OWNER).facts_digest() == pipeline.view(OWNER).facts_digest()
        assert len(copy.view(OWNER).iris("organisation")) == 1


def test_a_past_revision_is_merged_as_it_was(pipeline: Store) -> None:
    """Before the decision there were two."""
    before = pipeline.revision()
    state(pipeline, "O1", "O2", agent="test", same=True)
    assert len(pipeline.view(OWNER, at=before).iris("organisation")) == 2
    assert len(pipeline.view(OWNER, at=pipeline.revision()).iris("organisation")) == 1


def test_collaborators_are_counted_over_all_names(store: Store, tmp_path: Path) -> None:
    """Question 34 counts trials of an organisation's every spelling, and after a decision those of the other one too."""
    path = tmp_path / "trials.jsonl"
    names = ("Karolinska Inst.", "KI, Stockholm", "Karolinska Institutet", "Example Rhododendron")
    said = [
        {"NCTId": [f"NCT{number:08}"], "BriefTitle": ["Cells"], "LeadSponsorName": [name], "CollaboratorName": ["A Company"]}
        for number, name in enumerate(names, 1)
    ]  # fmt: skip
    path.write_text("".join(f"{json.dumps(one)}\n" for one in said), encoding="utf-8")
    load(store, path, agent="test")

    def asked() -> set[tuple[object, ...]]:
        return set(question(34).ask(store.view(OWNER), {}, {}).rows)

    assert asked() == {(*sorted((name, "A Company")), 1) for name in names}
    reconcile(store, agent="test")
    counted = {frozenset(map(str, row[:2])): row[2] for row in asked()}
    assert counted == {
        frozenset({"Karolinska Institutet", "A Company"}): 3,
        frozenset({"Example Rhododendron", "A Company"}): 1,
    }
    made = state(store, "Example Rhododendron", "Karolinska Institutet", agent="test", same=True)
    assert [row[2] for row in asked()] == [4]
    decide(store, [made], agent="test", accepted=None)
    assert {frozenset(map(str, row[:2])): row[2] for row in asked()} == counted
