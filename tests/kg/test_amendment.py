"""Amendments: what an update may change, what it leaves as it was, and that nothing hidden moves it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from atmp.kg.amendment import Amended, amend
from atmp.kg.engine import Engine
from atmp.kg.errors import AtlasError, FindingsError, QueryForbiddenError, QueryRefusedError
from atmp.kg.iris import Names
from atmp.kg.literals import canonical
from atmp.kg.load import load
from atmp.kg.records import ATMP, DCT, FOAF, RDFS
from atmp.kg.sparql.dataset import Dataset
from atmp.kg.sparql.rehearsal import rehearse, rehearsed, update
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC, Viewer, viewer
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

NAMES = Names()
P01, P02 = (NAMES.record("lund", "project", key) for key in ("P01", "P02"))
N1, I1 = NAMES.record("lund", "need", "N1"), NAMES.record("lund", "person", "I1")
OPEN, INTERNAL, SECRET = (
    NAMES.graph("lund", tier, project="P01") for tier in (Tier.PUBLIC, Tier.INTERNAL, Tier.CONFIDENTIAL)
)
LUND = viewer("lund:internal")
HEAD = f"PREFIX a: <{ATMP}> PREFIX r: <{RDFS}> PREFIX d: <{DCT}> PREFIX f: <{FOAF}>\n"
NEED = f'<{N1}> a a:Need ; d:identifier "N1" ; a:neededBy <{P01}> ; a:category a:category-gmp-slot'
Survey = Callable[..., Path]


def _sheets(*, secret: bool = True) -> dict[str, list[dict[str, str]]]:
    projects = [
        {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4", "Lead investigator ids": "I1"},
        {"Project id": "P02", "Title": "A secret", "ATMP class": "TEP", "Stage": "2", "Tier": "confidential"},
    ]
    people = [{"Investigator id": "I1", "Name": "Synthetic investigator 01", "E-mail": "i1@example.org"}]
    return {"Projects": projects[: 1 + secret], "Investigators": people}


@pytest.fixture
def lund(store: Store, survey: Survey) -> Store:
    """Return a store with a public project of Lund, its lead, and a confidential project."""
    load(store, survey(**_sheets()), agent="test")
    return store


def _do(store: Store, text: str, who: Viewer = LUND) -> Amended:
    """Do an update, tried in this process."""
    told = HEAD + text
    return amend(
        store.view(who), lambda: rehearse(Engine(store, who), store.names, who, told), agent=who.name,
        form="sparql-update", text=told.encode(),
    )  # fmt: skip


def _notes(store: Store, who: Viewer = LUND) -> set[tuple[str, str]]:
    rows = store.view(who).select(f"SELECT ?note ?g {{ GRAPH ?g {{ <{P01}> <{ATMP}note> ?note }} }}").rows
    return {(str(note), str(graph)) for note, graph in rows}


def _title(store: Store, who: Viewer = LUND) -> str | None:
    return store.view(who).record(P01).label


RENAMED = (
    'DELETE { ?p r:label ?t } INSERT { ?p r:label "%s" } WHERE { ?p a a:Project ; d:identifier "P01" ; r:label ?t }'
)


def test_a_fact_is_replaced_where_it_stood(lund: Store) -> None:
    """What is said without a graph takes the place of what went; the writer is in the change log, and a source says when."""
    done = _do(lund, RENAMED % "Another therapy")
    assert (done.revision, done.added, done.removed, len(done.findings)) == (2, 1, 1, 0)
    assert [_title(lund, who) for who in (PUBLIC, LUND, OWNER)] == ["Another therapy"] * 3
    log = lund.connect().execute("SELECT agent, action, source FROM revision WHERE number=2").fetchone()
    assert (log[0], log[1], log[2].startswith("update-2-")) == ("lund:internal", "update", True)
    (source,) = lund.view(PUBLIC).select(
        f'SELECT ?s {{ ?s <{RDFS}label> ?l ; <{ATMP}contentDigest> ?d FILTER(STRSTARTS(?l, "Update of ")) }}'
    ).rows  # fmt: skip
    assert str(source[0]).startswith(lund.names.source("update-2-"))


def test_what_went_is_answered_at_an_earlier_revision(lund: Store) -> None:
    """Nothing is erased: the revision before says what it said."""
    _do(lund, f"DELETE WHERE {{ <{P01}> a:leadInvestigator ?who }}")
    lead = f"SELECT ?who {{ <{P01}> <{ATMP}leadInvestigator> ?who }}"
    assert lund.view(LUND).select(lead).rows == ()
    assert lund.view(LUND, at=1).select(lead).rows == ((I1,),)


@pytest.mark.parametrize(
    ("there", "back", "whole"),
    [
        (f'INSERT DATA {{ <{P01}> a:note "x" }}', f'DELETE DATA {{ <{P01}> a:note "x" }}', True),
        (f"INSERT DATA {{ GRAPH <{INTERNAL}> {{ {NEED} }} }}", f"DELETE WHERE {{ <{N1}> ?p ?o }}", True),
        (f'DELETE DATA {{ <{P01}> r:label "A therapy" }} ; INSERT DATA {{ <{P01}> r:label "B" }}', RENAMED % "A therapy", False),
        (f"DELETE WHERE {{ <{P01}> a:leadInvestigator ?w }}", f"INSERT DATA {{ <{P01}> a:leadInvestigator <{I1}> }}", False),
    ],
)  # fmt: skip
def test_the_inverse_of_an_update_gives_the_same_facts(there: str, back: str, *, whole: bool, lund: Store) -> None:
    """Done and undone, every viewer sees what was seen before; what an update alone had said leaves no trace of its source."""
    before = {who: (lund.view(who).facts_digest(), lund.view(who).digest()) for who in (PUBLIC, LUND, OWNER)}
    _do(lund, there)
    assert lund.view(LUND).facts_digest() != before[LUND][0]
    _do(lund, back)
    for who, (facts, all_) in before.items():
        assert lund.view(who).facts_digest() == facts
        assert lund.view(who).digest() == all_ or not whole


REFUSED = [
    ("INSERT DATA {", "cannot be read"),
    (f'INSERT DATA {{ <{P01}> a:note "x" }} ; DELETE WHERE {{ ?s ?p', "cannot be read"),
    (f'INSERT DATA {{ <{P01}> a:note "x" }} ; CREATE GRAPH <{OPEN}>', "cannot be done"),
    (f'INSERT DATA {{ <{P01}> r:label "Another" }}', "1 violation"),
    (f'INSERT DATA {{ <{P01}> a:startDate "soon" }}', "1 violation"),
    (f"DELETE WHERE {{ <{P01}> d:identifier ?i }}", "1 violation"),
    (f"DELETE WHERE {{ <{I1}> ?p ?o }}", "violation"),
    (f"INSERT DATA {{ <{P01}> a:leadInvestigator <{I1}9> }}", "1 violation"),
    (f'INSERT DATA {{ GRAPH <{OPEN}> {{ <{I1}> f:mbox "x@example.org" }} }}', "violation"),
    (f'INSERT DATA {{ GRAPH <{INTERNAL}> {{ <urn:x> a:note "x" }} }}', "1 violation"),
    ('INSERT DATA { <urn:x> a:note "x" }', "stands in no graph yet"),
    (f"INSERT DATA {{ <{P01}> a:note [] }}", "blank node"),
    (f"INSERT DATA {{ <{P01}> a:note <<( <urn:a> <urn:b> <urn:c> )>> }}", "a statement about a statement"),
    (f'INSERT DATA {{ <{P01}> a:leadInvestigator "x" }}', "violation"),
    (f"INSERT DATA {{ <{P01}> <http://www.w3.org/ns/prov#wasDerivedFrom> <{I1}> }}", "written by the atlas itself"),
    (f"DELETE WHERE {{ <{P01}> <http://www.w3.org/ns/prov#wasDerivedFrom> ?x }}", "written by the atlas itself"),
    ('INSERT DATA { GRAPH <urn:g> { <urn:x> a:note "x" } }', "you may not write the graph urn:g"),
    (f'INSERT DATA {{ GRAPH <{SECRET}> {{ <{P01}> a:note "x" }} }}', "you may not write"),
    (f"DROP GRAPH <{SECRET}>", "cannot be done"),
    (f'INSERT DATA {{ GRAPH <{NAMES.graph("kth", Tier.PUBLIC)}> {{ <{P01}> a:note "x" }} }}', "you may not write"),
    (f'INSERT DATA {{ GRAPH <{NAMES.graph(None, Tier.PUBLIC, source="ontology")}> {{ <{P01}> a:note "x" }} }}', "only read"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_a_refused_update_changes_nothing(text: str, words: str, lund: Store) -> None:
    """Whatever is wrong with it and wherever, the store stays at its revision, and it is said in words what it was."""
    before = (lund.revision(), lund.view(OWNER).digest())
    with pytest.raises(AtlasError, match=words) as caught:
        _do(lund, text)
    assert (lund.revision(), lund.view(OWNER).digest()) == before
    if "violation" in words:
        assert isinstance(caught.value, FindingsError)
        assert all(finding.record and finding.message for finding in caught.value.findings)


@pytest.mark.parametrize("text", ["LOAD <http://127.0.0.1:9/>", "INSERT {} WHERE { SERVICE <http://127.0.0.1:9/> {} }"])
def test_nothing_is_fetched(text: str, lund: Store) -> None:
    """LOAD and SERVICE are forbidden before anything is tried."""
    with pytest.raises(QueryForbiddenError):
        rehearsed(lund.view(LUND), text, Dataset())


def test_an_update_that_takes_too_long_is_ended(lund: Store) -> None:
    """The process that tries it is killed, and nothing is changed."""
    rows = " ".join(map(str, range(400)))
    slow = "".join(f"VALUES ?{name} {{ {rows} }} " for name in "abcd")
    with pytest.raises(QueryRefusedError, match="longer than 2 seconds"):
        rehearsed(
            lund.view(LUND),
            f"INSERT {{ ?a <urn:p> ?d }} WHERE {{ {slow} FILTER(?a + ?b + ?c + ?d < 0) }}",
            Dataset(),
            seconds=2,
        )
    assert lund.revision() == 1


def test_an_update_that_takes_too_much_memory_is_ended(lund: Store) -> None:
    """The process that tries it may take so much beside its copy, and nothing is changed; within that it is done."""
    doubled = " ".join(f"BIND(CONCAT(?a{step}, ?a{step}) AS ?a{step + 1})" for step in range(20))
    text = f'INSERT {{ <{P01}> <{ATMP}note> "x" }} WHERE {{ BIND("{"x" * 500}" AS ?a0) {doubled} FILTER(STRLEN(?a20) > 9) }}'
    with pytest.raises(QueryRefusedError, match="the 200 MB of memory that it may take"):
        rehearsed(lund.view(LUND), text, Dataset(), memory=200)
    assert lund.revision() == 1
    assert len(rehearsed(lund.view(LUND), text.replace("x" * 500, "x" * 5), Dataset(), memory=200).added) == 1


def test_a_syntax_error_is_told_at_its_place(lund: Store) -> None:
    """Also from the other process, and in a later operation."""
    with pytest.raises(AtlasError, match="line 2, column 31") as caught:
        rehearsed(lund.view(LUND), "INSERT DATA { <urn:a> <urn:b> 1 } ;\nINSERT DATA { <urn:a> <urn:b> ] }", Dataset())
    assert getattr(caught.value, "near", None) == "] }"


def test_what_was_loaded_again_as_it_was_revives_nothing(lund: Store, survey: Survey) -> None:
    """A row says what was withdrawn only once it has changed, and then all of it."""
    _do(lund, f"DELETE WHERE {{ <{P01}> a:leadInvestigator ?w }}")
    load(lund, survey(**_sheets()), agent="test")
    assert lund.view(LUND).record(P01).model_dump()["lead"] == ()
    changed = _sheets()
    changed["Projects"][0]["Notes"] = "It goes well."
    load(lund, survey(**changed), agent="test")
    assert lund.view(LUND).record(P01).model_dump()["lead"] == (I1,)


def test_no_older_word_comes_to_light(lund: Store, survey: Survey) -> None:
    """A title that is deleted does not give its place to the title of an earlier round."""
    later = _sheets()
    later["Projects"][0]["Title"] = "A better therapy"
    load(lund, survey({"Round": "2024", "Date": "2024-06-01", "Signed off": "2024-06-01"}, **later), agent="test")
    _do(lund, RENAMED % "The best")
    _do(lund, f"DELETE WHERE {{ <{P01}> a:startDate ?d }} ; {RENAMED % 'Mine'}")
    assert _title(lund) == "Mine"
    rows = lund.view(OWNER).select(f"SELECT ?t {{ <{P01}> <{RDFS}label> ?t }}").rows
    assert rows == (("Mine",),)


def test_a_whole_graph_goes_with_what_tells_of_its_sources(lund: Store) -> None:
    """DROP leaves the graph empty, and other graphs as they were."""
    hidden = set(lund.lines([NAMES.graph("lund", Tier.CONFIDENTIAL, project="P02")]))
    _do(lund, f"DROP GRAPH <{OPEN}>")
    assert list(lund.lines([OPEN])) == []
    assert set(lund.lines([NAMES.graph("lund", Tier.CONFIDENTIAL, project="P02")])) == hidden
    assert lund.view(PUBLIC).records("project") == []


def test_the_default_graph_is_the_union(lund: Store) -> None:
    """WHERE sees all that the writer sees, also what an operation before has changed; DELETE takes it from every graph."""
    _do(
        lund,
        f'INSERT DATA {{ GRAPH <{INTERNAL}> {{ <{P01}> a:note "x" }} }} ; INSERT {{ ?p a:note "y" }} WHERE {{ ?p a:note "x" }}',
    )
    assert _notes(lund) == {("x", INTERNAL), ("y", OPEN)}
    _do(lund, f"DELETE WHERE {{ <{P01}> a:note ?n }}")
    assert _notes(lund) == set()
    _do(lund, f'WITH <{INTERNAL}> INSERT {{ ?p a:note "z" }} WHERE {{ ?p ?q ?o }}')
    assert {graph for _, graph in _notes(lund)} == set()  # the graph says nothing of the project


def test_operations_see_what_those_before_them_did(lund: Store) -> None:
    """Data that come and go in turn, with and without the name of a graph, end as they would one by one."""
    named = f'{{ GRAPH <{INTERNAL}> {{ <{P01}> a:note "x" }} }}'
    plain = f'{{ <{P01}> a:note "x" }}'
    _do(lund, f'INSERT DATA {named} ; INSERT DATA {{ <{P01}> a:note "y" }} ; PREFIX z: <{ATMP}> DELETE DATA {plain}')
    assert _notes(lund) == {("y", OPEN)}
    _do(
        lund,
        f'DELETE DATA {{ <{P01}> a:note "y" }} ; INSERT DATA {plain} ; DELETE DATA {plain} ; INSERT DATA {named} ;',
    )
    assert _notes(lund) == {("x", INTERNAL)}
    with pytest.raises(QueryRefusedError, match="more than 1000 operations"):
        _do(lund, f"INSERT DATA {named} ; " * 1001)


def test_contact_details_and_links_find_the_graph_that_they_may_stand_in(lund: Store) -> None:
    """Said without a graph, an address stands within the centre; said in a public one, a link to what is closed is refused."""
    _do(
        lund, f'DELETE {{ <{I1}> f:mbox ?m }} INSERT {{ <{I1}> f:mbox "new@example.org" }} WHERE {{ <{I1}> f:mbox ?m }}'
    )
    assert b"new@example.org" not in b"".join(lund.view(PUBLIC).nquads())
    assert b"new@example.org" in b"".join(lund.view(LUND).nquads())
    link = f"GRAPH <{OPEN}> {{ {NEED.replace(P01, P02)} }}"
    with pytest.raises(FindingsError) as seen:
        _do(lund, f"INSERT DATA {{ {link} }}", OWNER)
    assert "it tells more people of" in " ".join(finding.message for finding in seen.value.findings)
    with pytest.raises(FindingsError) as unseen:
        _do(lund, f"INSERT DATA {{ {link} }}")
    assert "neither in this source nor in the store" in " ".join(finding.message for finding in unseen.value.findings)


def test_what_is_amiss_already_stands_in_nobodys_way(lund: Store) -> None:
    """Only what an update itself breaks is told: a writer who does not see a record's identifier may still add to it."""
    said = f'<{P01}> d:identifier "P01"'
    _do(lund, f"DELETE DATA {{ GRAPH <{OPEN}> {{ {said} }} }} ; INSERT DATA {{ GRAPH <{INTERNAL}> {{ {said} }} }}")
    _do(lund, f'INSERT DATA {{ <{P01}> a:note "x" }}', viewer("lund:public"))
    assert _notes(lund) == {("x", OPEN)}


def test_a_graph_moves_with_what_tells_of_its_sources(lund: Store) -> None:
    """MOVE takes the rows that facts are from along; nobody else reads them afterwards."""
    row = f"SELECT DISTINCT ?row {{ <{P01}> <http://www.w3.org/ns/prov#wasDerivedFrom> ?row }}"
    before = lund.view(LUND).select(row).rows
    _do(lund, f"MOVE <{OPEN}> TO <{INTERNAL}>")
    assert _title(lund) == "A therapy"
    assert set(before) < set(lund.view(LUND).select(row).rows)
    assert lund.readable(PUBLIC) == {OPEN}
    assert list(lund.lines([OPEN])) == []


MOVED = (
    f"DELETE {{ GRAPH <{OPEN}> {{ ?s ?p ?o }} }} INSERT {{ GRAPH <{INTERNAL}> {{ ?s ?p ?o }} }}"
    f" WHERE {{ GRAPH <{OPEN}> {{ ?s ?p ?o VALUES ?s {{ %s }} FILTER(?p != <http://www.w3.org/ns/prov#wasDerivedFrom>) }} }}"
)


def test_a_record_does_not_move_out_of_sight_of_what_leads_to_it(lund: Store) -> None:
    """An open link to what is closed from now on is refused; moved together with what leads to it, it goes."""
    with pytest.raises(FindingsError) as caught:
        _do(lund, MOVED % f"<{P01}>")
    said = {(one.message, one.mend) for one in caught.value.findings}
    assert said == {
        (f"it tells more people of {P01} than may know of it", f"name the graph {INTERNAL}, or one that is as closed")
    }
    assert lund.revision() == 1
    leading = lund.view(LUND).select(f"SELECT DISTINCT ?s {{ GRAPH <{OPEN}> {{ ?s ?p <{P01}> }} }}").rows
    _do(lund, MOVED % " ".join(f"<{iri}>" for (iri,) in (*leading, (P01,))))
    assert (_title(lund), lund.view(PUBLIC).records("project")) == ("A therapy", [])
    _do(lund, f'INSERT DATA {{ <{P01}> a:note "x" }}')
    assert _notes(lund) == {("x", INTERNAL)}


@pytest.mark.parametrize("word", ["ADD", "COPY"])
def test_what_a_more_open_graph_says_is_not_said_twice(word: str, lund: Store) -> None:
    """What is added or copied to a less open graph stands where it stood: all who read the one read the other."""
    before = {who: lund.view(who).facts_digest() for who in (PUBLIC, LUND, OWNER)}
    mail = "ASK { ?s f:mbox ?m }"
    if word == "ADD":
        _do(lund, f"ADD <{OPEN}> TO <{INTERNAL}>")
        assert {who: lund.view(who).facts_digest() for who in before} == before
    else:  # what the graph said alone goes
        assert lund.view(LUND).engine.query(f"{HEAD}{mail}")
        _do(lund, f"COPY <{OPEN}> TO <{INTERNAL}>")
        assert not lund.view(LUND).engine.query(f"{HEAD}{mail}")
    assert lund.view(PUBLIC).facts_digest() == before[PUBLIC]


@pytest.mark.parametrize("word", ["ADD", "COPY", "MOVE"])
def test_a_graph_is_not_made_more_open_with_contact_details(word: str, lund: Store) -> None:
    """Addresses are not added to, copied or moved into a public graph, and nothing goes where the writer may not write."""
    with pytest.raises(FindingsError, match="Nothing was changed"):
        _do(lund, f"{word} <{INTERNAL}> TO <{OPEN}>")
    assert lund.revision() == 1
    with pytest.raises(QueryForbiddenError):
        _do(lund, f"{word} <{INTERNAL}> TO <{SECRET}>")
    assert lund.revision() == 1


def test_what_an_update_makes_doubtful_is_told(lund: Store) -> None:
    """A rule across records warns of the project whose product changes, and no longer once that is mended."""
    product = "?p a a:Product"
    done = _do(lund, f"INSERT {{ ?p a:vector a:vector-aav5 ; a:delivery a:delivery-in-vivo }} WHERE {{ {product} }}")
    assert [one.message for one in done.findings] == []
    done = _do(
        lund,
        f"DELETE {{ ?p a:atmpClass ?c }} INSERT {{ ?p a:atmpClass a:class-sctmp }} WHERE {{ {product} ; a:atmpClass ?c }}",
    )
    assert {(one.severity.value, one.record) for one in done.findings} == {("warning", P01)}
    assert any("the product contains a gene vector (AAV5)" in one.message for one in done.findings)
    done = _do(lund, f"DELETE {{ ?p a:vector ?v }} WHERE {{ {product} ; a:vector ?v }}")
    assert list(done.findings) == []


def test_what_leads_to_a_record_goes_with_it_or_keeps_it(lund: Store) -> None:
    """A project whose product or observation would lead nowhere stays; with all that leads to it, it goes."""
    with pytest.raises(FindingsError) as caught:
        _do(lund, f"DELETE WHERE {{ <{P01}> ?p ?o }}")
    assert {one.message for one in caught.value.findings} == {f"it leads to {P01}, which would be gone"}
    _do(lund, f"DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o {{ ?s ?q <{P01}> }} UNION {{ BIND(<{P01}> AS ?s) }} }}")
    assert lund.view(LUND).records("project") == []


def test_who_reads_by_no_name_writes_nothing(lund: Store) -> None:
    """The public, and a reader of a tier of all centres, may change nothing, whatever they see."""
    for who in (PUBLIC, viewer("internal"), viewer("kth:confidential")):
        with pytest.raises(QueryForbiddenError):
            _do(lund, f'INSERT DATA {{ GRAPH <{OPEN}> {{ <{P01}> a:note "x" }} }}', who)
    assert [who.writes for who in (PUBLIC, viewer("internal"), LUND, OWNER)] == [False, False, True, True]


def test_too_much_at_once_is_refused(lund: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a bound on what one update may change."""
    monkeypatch.setattr("atmp.kg.amendment.MOST", 1)
    with pytest.raises(QueryRefusedError, match="more than 1 statements"):
        _do(lund, f'INSERT DATA {{ <{P01}> a:note "x", "y" }}')


def test_two_writers_at_once_both_count(lund: Store) -> None:
    """A writer whose facts have moved meanwhile is asked again, over what the other has left."""
    _do(lund, f'INSERT DATA {{ <{P01}> a:note "1" }}')
    counted = "BIND(STR(1 + x:integer(?n)) AS ?m)"
    count = f"DELETE {{ <{P01}> a:note ?n }} INSERT {{ <{P01}> a:note ?m }} WHERE {{ <{P01}> a:note ?n {counted} }}"
    text = f"PREFIX x: <http://www.w3.org/2001/XMLSchema#> {HEAD}{count}"
    asked = 0

    def propose() -> Any:
        nonlocal asked
        found, asked = rehearse(Engine(lund, LUND), lund.names, LUND, text), asked + 1
        if asked == 1:  # another writer comes between
            update(lund.view(LUND), text, Dataset(), agent="other")
        return found

    amend(lund.view(LUND), propose, agent="one", form="sparql-update", text=b"")
    assert (asked, _notes(lund)) == (2, {("3", OPEN)})


def test_updates_wait_for_one_another(lund: Store) -> None:
    """Sent at the same time by several, all of them are done."""
    notes = [f'INSERT DATA {{ <{P01}> <{ATMP}note> "{number}" }}' for number in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda text: update(lund.view(LUND), text, Dataset(), agent="test"), notes))
    assert {note for note, _ in _notes(lund)} == {"0", "1", "2"}


def test_an_export_after_an_update_comes_back_as_it_was(lund: Store, tmp_path: Path) -> None:
    """What was changed by hand is exported and loaded as any fact is."""
    _do(lund, f"{RENAMED % 'Another'} ; INSERT DATA {{ GRAPH <{INTERNAL}> {{ {NEED} }} }}")
    file = tmp_path / "all.nq"
    file.write_bytes(b"".join(lund.view(OWNER).nquads()))
    with Store.create(tmp_path / "other.atlas") as other:
        load(other, file, agent="test", as_format="n-quads")
        for who in (OWNER, LUND, PUBLIC):
            assert other.view(who).facts_digest() == lund.view(who).facts_digest()


STEPS = [
    RENAMED % "Another", RENAMED % "Secret", f'INSERT DATA {{ <{P01}> a:note "x" }}', f'DELETE DATA {{ <{P01}> a:note "x" }}',
    f"DELETE WHERE {{ <{P01}> a:leadInvestigator ?w }}", f"DELETE WHERE {{ <{P01}> ?p ?o }}", f"DELETE WHERE {{ <{P02}> ?p ?o }}",
    f"INSERT DATA {{ GRAPH <{INTERNAL}> {{ {NEED} }} }}", f"INSERT DATA {{ GRAPH <{OPEN}> {{ {NEED.replace(P01, P02)} }} }}",
    f"DELETE WHERE {{ <{N1}> ?p ?o }}", f"DROP GRAPH <{SECRET}>", f"CLEAR SILENT GRAPH <{SECRET}>", f"MOVE <{OPEN}> TO <{INTERNAL}>",
    f'INSERT DATA {{ GRAPH <{SECRET}> {{ <{P01}> a:note "x" }} }}', f"CREATE GRAPH <{SECRET}>",
    f'INSERT {{ <{P01}> a:note ?c }} WHERE {{ {{ SELECT (STR(COUNT(*)) AS ?c) {{ GRAPH ?g {{ ?s a ?k }} }} }} }}',
]  # fmt: skip
KIND = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
HIDDEN = [
    (P01, f"<{RDFS}label>", '"Secret"'), (P01, f"<{ATMP}note>", '"x"'), (P01, f"<{ATMP}leadInvestigator>", f"<{I1}>"),
    (N1, f"<{ATMP}neededBy>", f"<{P01}>"), (N1, f"<{RDFS}label>", '"A need"'), (N1, KIND, f"<{ATMP}Need>"),
]  # fmt: skip


def _outcomes(store: Store, steps: list[int]) -> Iterator[Any]:
    """Do updates in turn; yield how each ended, and what the writer and the public see then."""
    for step in steps:
        try:
            done = _do(store, STEPS[step])
            said: Any = (done.revision is None, done.added, done.removed, [one.message for one in done.findings])
        except AtlasError as error:
            findings = getattr(error, "findings", ())
            said = (type(error), str(error), sorted((one.message, one.record, one.mend) for one in findings))
        yield said, [store.view(who).facts_digest() for who in (LUND, PUBLIC)]


GRAPHS = [OPEN, NAMES.graph("lund", Tier.PARTNER), INTERNAL]
_SAID = st.tuples(
    st.sampled_from(GRAPHS), st.sampled_from([P01, I1]),
    st.sampled_from(["urn:x:one", "urn:x:two"]),
    st.sampled_from(['"x"', '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"å\\n\\"b"@SV', "<urn:x:y>"]),
)  # fmt: skip


def _added(store: Store) -> dict[tuple[str, str, str], str]:
    """Return where what was added stands."""
    quads = [quad for name in ("one", "two") for quad in store.view(LUND).engine.oxigraph.quads_for_pattern(
        None, ox.NamedNode(f"urn:x:{name}"), None, None)]  # fmt: skip
    return {(quad.subject.value, quad.predicate.value, str(quad.object)): quad.graph_name.value for quad in quads}


@settings(
    max_examples=15, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # fmt: skip
@given(said=st.lists(_SAID, min_size=1, max_size=6, unique=True), gone=st.integers(0, 6))
def test_a_store_holds_what_sparql_says_it_does(said: list[Any], gone: int, survey: Survey, tmp_path: Path) -> None:
    """What comes stands in its most open graph, what goes is gone; and taken back, nothing is left, not even a source."""
    for path in tmp_path.glob("one.atlas*"):
        path.unlink()
    with Store.create(tmp_path / "one.atlas") as store:
        load(store, survey(**_sheets()), agent="test")
        before = store.view(OWNER).digest()
        lines = [f"GRAPH <{graph}> {{ <{s}> <{p}> {o} }}" for graph, s, p, o in said]
        _do(store, f"INSERT DATA {{ {' '.join(lines)} }}")
        named = [(graph, (s, p, canonical(o))) for graph, s, p, o in said]
        stands = {one: min((graph for graph, other in named if other == one), key=GRAPHS.index) for _, one in named}
        assert _added(store) == stands
        _do(store, f"DELETE DATA {{ {' '.join(lines[:gone])} }}")
        assert _added(store) == {one: graph for one, graph in stands.items() if (graph, one) not in named[:gone]}
        _do(store, f"DELETE DATA {{ {' '.join(lines)} }}")
        assert store.view(OWNER).digest() == before


# shrinking an example would take minutes: each makes two stores, and validates with pyshacl
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    hidden=st.sets(st.sampled_from(range(len(HIDDEN))), min_size=1),
    steps=st.lists(st.sampled_from(range(len(STEPS))), min_size=1, max_size=4),
)
def test_what_is_hidden_moves_nothing(hidden: set[int], steps: list[int], survey: Survey, tmp_path: Path) -> None:
    """The same updates end alike, in the same words, and leave the same to see, with facts that are hidden and without."""
    outcomes = []
    for secret in (False, True):
        for path in tmp_path.glob("one.atlas*"):
            path.unlink()
        with Store.create(tmp_path / "one.atlas") as store:
            load(store, survey(**_sheets(secret=secret)), agent="test")
            if secret:
                lines = [f"<{s}> {p} {o} <{SECRET}> ." for s, p, o in (HIDDEN[one] for one in sorted(hidden))]
                typed = f"<{P01}> {KIND} <{ATMP}Project> <{SECRET}> ."
                file = tmp_path / "hidden.nq"
                file.write_text("\n".join([*lines, typed, ""]), encoding="utf-8")
                load(
                    store, file, agent="test", as_format="n-quads", centre="lund", tier=Tier.CONFIDENTIAL, keep_going=True
                )  # fmt: skip
            outcomes.append(list(_outcomes(store, steps)))
    assert outcomes[0] == outcomes[1]
