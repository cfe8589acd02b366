"""Search inside SPARQL."""

from __future__ import annotations

import pytest
from atmp.kg.errors import QueryRefusedError, UnknownRecordError, UnknownTermError, UsageError
from atmp.kg.records import ATMP, Capability, Need
from atmp.kg.sparql.answer import answer
from atmp.kg.store import Store
from atmp.kg.table import Table, Value
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC, Viewer
from atmp.search.filters import Filters
from atmp.search.finder import Finder
from atmp.search.match import capabilities_for, needs_for
from atmp.search.rank import Mode
from atmp.search.service import SearchService
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import iri, project, write

SERVICE = "https://w3id.org/atmp/search"
POTENCY, GMP = f"{ATMP}category-potency-assay", f"{ATMP}grade-gmp"


def ask(store: Store, finder: Finder, body: str, select: str = "*", rest: str = "") -> Table:
    query = f"PREFIX search: <{SERVICE}#> SELECT {select} WHERE {{ SERVICE <{SERVICE}> {{ {body} }} {rest} }}"
    return answer(store.view(PUBLIC), query, {SERVICE: SearchService(finder)}).table()


def test_a_text_gives_hits_with_what_is_asked_of_them(store: Store, finder: Finder) -> None:
    """Score, rank, kind, label, sentence and reasons can each be had."""
    body = '?x search:text "stromal cells" ; search:limit 2 ; search:score ?s ; search:rank ?r ; search:kind ?k ; search:why ?w .'
    rows = ask(store, finder, body, "?x ?s ?r ?k ?w", "").dicts()
    hits = finder.search(PUBLIC, "stromal cells", limit=2).hits
    assert {row["x"] for row in rows} == {hit.iri for hit in hits}
    first = next(row for row in rows if row["r"] == 1)
    assert (first["k"], first["w"]) == ("trial", hits[0].why)
    assert first["s"] == pytest.approx(hits[0].score)


def test_like_takes_a_record_or_a_text(store: Store, finder: Finder) -> None:
    """The same property asks for both, as the catalogue's question does."""
    record = ask(store, finder, f"?x search:like <{iri('project', 'P02')}> ; search:limit 1")
    text = ask(store, finder, '?x search:like """AAV2 for\nthe retina"""@en ; search:limit 1 ; search:kind "product"')
    assert record.rows == text.rows == ((iri("product", "M1", None),),)


def test_hits_join_with_the_rest_of_the_query(store: Store, finder: Finder) -> None:
    """What is found by meaning is asked on by its facts."""
    rest = "?x <http://purl.org/dc/terms/identifier> ?id"
    rows = ask(
        store, finder, '?x search:text "progenitors for Parkinson\'s disease" ; search:kind "project"', "?id", rest
    ).rows
    assert ("P01",) in rows


def test_filters_and_a_least_score_may_be_given(store: Store, finder: Finder) -> None:
    """Every filter of search has its property; a decimal is a decimal."""
    assert ask(store, finder, '?x search:text "cells" ; search:vector "AAV" ; search:centre "lund"').rows == (
        (iri("project", "P02"),),
    )
    assert len(ask(store, finder, '?x search:text "stromal" ; search:minScore 1.0')) <= 1


def test_no_hit_is_an_empty_answer(store: Store, finder: Finder) -> None:
    """Nothing found is nothing joined, not an error."""
    assert ask(store, finder, '?x search:text "cells" ; search:vector "AAV9" ; search:score ?s').rows == ()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "at least"),
        ("?x search:limit 3", "search:text a text"),
        ('?x search:text "a" ; search:like "b"', "one of the two"),
        ('?x search:text "a" ; search:matches <a:b>', "no place beside search:matches"),
        ('?x search:matches <a:b> ; search:stage "4"', "no place beside search:matches"),
        ("?x search:matches <a:b> ; search:sentence ?s", "no place beside search:matches"),
        ('?x search:text "a" ; search:missing ?m', "no place beside search:text"),
        ('?x search:matches "N1"', "the IRI of a need"),
        ('?x search:text "a" ; search:mode "fuzzy"', "one of hybrid, text, dense, concepts, not 'fuzzy'"),
        ('?x search:text "a" ; search:minScore "good"', "takes a number from 0 to 1, not 'good'"),
        ('?x search:text "a" ; search:limit 1001', "takes a whole number from 1 to 1000, not '1001'"),
        ('?x search:text "a" ; search:scor ?s', "did you mean search:score"),
        ('?x search:txt "a"', "did you mean search:text"),
        ("?x search:like ?x", "two things"),
        ("<a:b> search:matches ?x ; search:score ?x", "two things"),
        ("<a:b> search:matches <a:c>", "Only search:matches \\?found may have a record before it"),
        ("?x search:like ?p ; search:score ?p", "two things"),
        ('?x search:text "a" ; search:text "b"', "more than once"),
        ('?x search:text "a" ; search:limit "many"', "takes a whole number"),
        ('?x search:text "a" ; search:limit 0', "takes a whole number"),
        ('?x search:text "a" ; search:limit 2.5', "takes a whole number"),
        ('?x search:text "a" ; search:minScore 2', "takes a number"),
        ('?x search:text "a" ; search:colour ?c', "nothing that a hit has"),
        ('?x search:text "a" ; search:colour "red"', "cannot be asked for"),
        ("?x search:text ?t", "needs a value"),
        ('?x search:text "a" . ?y search:text "b"', "one variable"),
        ('<a:b> search:text "a"', "one variable"),
        ('?x <http://purl.org/dc/terms/title> "a"', "no place"),
        ("?x search:text", "no value"),
        ('?x search:text "a" ; search:score ?x', "two things"),
        ("?x search:text []", "cannot stand"),
        ('?x search:like "a", "b"', "one text only"),
    ],
)
def test_a_clause_that_cannot_be_answered_is_refused_in_words(
    store: Store, finder: Finder, body: str, said: str
) -> None:
    """An error, never an empty answer that looks like one."""
    with pytest.raises(QueryRefusedError, match=said):
        ask(store, finder, body)


def test_an_unknown_word_in_a_filter_is_an_error_there_too(store: Store, finder: Finder) -> None:
    """As on the command line."""
    with pytest.raises(UnknownTermError):
        ask(store, finder, '?x search:text "a" ; search:vector "nothing such"')


def test_a_past_revision_cannot_be_searched(store: Store, finder: Finder) -> None:
    """The index stands at the newest revision only, and says so."""
    query = f'SELECT * {{ SERVICE <{SERVICE}> {{ ?x <{SERVICE}#text> "a" }} }}'
    with pytest.raises(QueryRefusedError, match="newest"):
        answer(store.view(PUBLIC, at=1), query, {SERVICE: SearchService(finder)})


def rows(store: Store, finder: Finder, group: str, viewer: Viewer = PUBLIC) -> list[dict[str, Value]]:
    """Return what a whole group gives, `{service}` in it standing for the call."""
    prefixes = f"PREFIX search: <{SERVICE}#> PREFIX atmp: <{ATMP}> PREFIX dcterms: <http://purl.org/dc/terms/>"
    text = f"{prefixes} SELECT * WHERE {{ {group.replace('{service}', f'SERVICE <{SERVICE}>')} }}"
    return answer(store.view(viewer), text, {SERVICE: SearchService(finder)}).table().dicts()


def test_what_stands_beside_a_search_is_settled_before_it_ranks(store: Store, finder: Finder) -> None:
    """A narrow condition still gets as many hits as are asked for, the best of those that are left, ranked from one."""
    search = '{service} { ?x search:text "stromal cells" ; search:limit 2 ; search:rank ?r ; search:score ?s ; search:why ?w }'
    assert {row["x"] for row in rows(store, finder, search)} == {iri("trial", "NCT1", None), iri("project", "P01")}
    hits = finder.search(PUBLIC, "stromal cells", Filters(kinds=("project",)), limit=2).hits
    found = rows(store, finder, f"?x a atmp:Project . {search}")
    assert [(row["x"], row["r"], row["s"], row["w"]) for row in sorted(found, key=lambda row: str(row["r"]))] == [
        (hit.iri, hit.rank, pytest.approx(hit.score), hit.why) for hit in hits
    ]
    assert len(found) == 2


def test_a_condition_that_nothing_fits_leaves_no_hit(store: Store, finder: Finder) -> None:
    """No candidate is not the same as no restriction."""
    assert rows(store, finder, '?x a atmp:Centre . {service} { ?x search:text "cells" }') == []
    assert (
        rows(store, finder, '?x dcterms:identifier "P01" . {service} { ?x search:text "cells" ; search:kind "trial" }')
        == []
    )


def test_inside_an_optional_every_left_row_stays(store: Store, finder: Finder) -> None:
    """A record that is no hit keeps its row, without a score."""
    group = '?x a atmp:Project OPTIONAL { {service} { ?x search:text "retina" ; search:score ?s ; search:limit 1 } }'
    found = {row["x"]: row["s"] for row in rows(store, finder, group)}
    assert found.keys() == {iri("project", "P01"), iri("project", "P02")}
    assert found[iri("project", "P01")] is None
    assert found[iri("project", "P02")] is not None


@pytest.mark.parametrize("mode", list(Mode))
def test_records_texts_and_modes_go_together(store: Store, finder: Finder, mode: Mode) -> None:
    """Several records, and a text beside them, are asked with as the finder does; each mode looks at its own order."""
    first, second = iri("project", "P02"), iri("trial", "NCT1", None)
    asked = f'search:like <{first}>, <{second}> ; search:text "the knee" ; search:mode "{mode}"'
    found = rows(store, finder, f"{{service}} {{ ?x {asked} ; search:score ?s ; search:rank ?r }}")
    hits = finder.similar(PUBLIC, to=[first, second], text="the knee", mode=mode).hits
    assert {(row["x"], row["s"], row["r"]) for row in found} == {(hit.iri, hit.score, hit.rank) for hit in hits}


def test_a_variable_from_outside_makes_one_search_for_each_value(store: Store, finder: Finder) -> None:
    """Its values stand in the rows, so that each hit is beside what it was found for."""
    group = 'VALUES ?t { "retina"@en "knee" "" } {service} { ?x search:text ?t ; search:limit 1 ; search:rank ?r }'
    assert {(row["t"], row["x"]) for row in rows(store, finder, group)} == {
        ("retina", iri("product", "M1", None)),
        ("knee", iri("trial", "NCT2", None)),
    }
    pairs = "?p a atmp:Project . ?x a atmp:Project . {service} { ?x search:like ?p ; search:limit 1 }"
    assert {(row["p"], row["x"]) for row in rows(store, finder, pairs)} == {
        (iri("project", "P01"), iri("project", "P02")),
        (iri("project", "P02"), iri("project", "P01")),
    }


def test_values_that_hang_together_restrict_each_search_by_itself(store: Store, finder: Finder) -> None:
    """A row of VALUES says which records are to be ranked for which text."""
    one, other = f"<{iri('project', 'P01')}>", f"<{iri('project', 'P02')}>"
    group = (
        f'VALUES (?t ?x) {{ ("retina" {one}) ("cells" {other}) }} {{service}} {{ ?x search:text ?t ; search:rank ?r }}'
    )
    assert {(row["t"], row["x"], row["r"]) for row in rows(store, finder, group)} == {
        ("retina", one[1:-1], 1), ("cells", other[1:-1], 1),
    }  # fmt: skip


def test_a_record_from_outside_that_search_does_not_know_is_like_nothing(store: Store, finder: Finder) -> None:
    """Only a record that the query itself names must be there."""
    assert rows(store, finder, "?p a atmp:Centre . {service} { ?x search:like ?p }") == []
    with pytest.raises(UnknownRecordError):
        rows(store, finder, "{service} { ?x search:like <urn:nobody> }")


@pytest.mark.parametrize(
    ("group", "said"),
    [
        ("{service} { ?x search:text ?t }", "nothing beside the search gives \\?t one"),
        ("OPTIONAL { ?p dcterms:title ?t } {service} { ?x search:text ?t }", "nothing beside"),
        ("{ SELECT ?p { ?p a atmp:Project } LIMIT 1 } {service} { ?x search:like ?p }", "sub-select with LIMIT"),
        ("?t a ?c . {service} { ?x search:text ?t }", "100 times at most"),
        ("?c a atmp:Project . {service} { ?x search:matches <urn:x> ; search:stage ?c }", "no place"),
        ('VALUES ?n { 0 } {service} { ?x search:text "a" ; search:limit ?n }', "whole number from 1 to 1000, not '0'"),
    ],
)
def test_a_variable_without_a_value_or_with_too_many_is_refused(
    store: Store, finder: Finder, group: str, said: str
) -> None:
    """What cannot be searched for is said, with what to do."""
    write(store, {f"T{n}": project(f"T{n}", f"Therapy {n}", "Cells.") for n in range(120)}, key="many")
    with pytest.raises(QueryRefusedError, match=said):
        rows(store, finder, group)


def test_silent_makes_any_failure_one_row_without_values(store: Store, finder: Finder) -> None:
    """As SPARQL has it, also for what cannot be answered at all."""
    group = "?x a atmp:Project . SERVICE SILENT <https://w3id.org/atmp/search> { ?x search:text ?t ; search:score ?s }"
    assert {row["x"] for row in rows(store, finder, group)} == {iri("project", "P01"), iri("project", "P02")}


offers = {
    "C1": (Capability(iri=iri("capability", "C1"), identifier="C1", label="Potency", category=POTENCY, grade=GMP),),
    "C2": (Capability(iri=iri("capability", "C2"), identifier="C2", label="Assays", category=POTENCY),),
    "N2": (Need(iri=iri("need", "N2"), identifier="N2", category=POTENCY, project=iri("project", "P02"), grade=GMP),),
}  # fmt: skip


def test_matches_are_those_of_the_matching(store: Store, finder: Finder) -> None:
    """A need gets capabilities and a capability needs, with score, rank, reasons and what is missing."""
    write(store, offers, key="offers")
    view, need = store.view(PUBLIC), iri("need", "N2")
    gives = "search:score ?s ; search:rank ?r ; search:why ?w ; search:missing ?m ; search:kind ?k ; search:label ?l"
    for record, expected in (
        (need, capabilities_for(view, need)),
        (iri("capability", "C1"), needs_for(view, iri("capability", "C1"))),
    ):
        found = rows(store, finder, f"{{service}} {{ ?x search:matches <{record}> ; {gives} }}")
        assert expected
        assert sorted(found, key=lambda row: str(row["r"])) == [
            {"x": one.iri, "s": one.score, "r": rank, "w": "; ".join(one.reasons), "m": "; ".join(one.missing),
             "k": one.kind, "l": one.label}
            for rank, one in enumerate(expected, start=1)
        ]  # fmt: skip


def test_matches_are_restricted_cut_and_asked_for_each_need_outside(store: Store, finder: Finder) -> None:
    """What stands beside them is settled first; a limit and a least score cut what is left."""
    write(store, offers, key="offers")
    asked = f"{{service}} {{ ?x search:matches <{iri('need', 'N2')}> ; search:rank ?r ; "
    assert [row["x"] for row in rows(store, finder, f"{asked} search:limit 1 }}")] == [iri("capability", "C1")]
    other = f"?x dcterms:identifier ?id FILTER(?id > 'C1') {asked} search:limit 1 }}"
    assert [(row["id"], row["r"]) for row in rows(store, finder, other)] == [("C2", 1)]
    assert len(rows(store, finder, f"{asked} search:minScore 0.7 }}")) == 1
    each = "?n a atmp:Need ; atmp:neededBy ?p . {service} { ?x search:matches ?n }"
    assert {(row["n"], row["x"]) for row in rows(store, finder, each)} == {
        (iri("need", "N2"), iri("capability", "C1")), (iri("need", "N2"), iri("capability", "C2")),
    }  # fmt: skip


def test_matches_hold_both_ways(store: Store, finder: Finder) -> None:
    """Whichever side has a value is matched, and the other is found; where both have one, the subject is found."""
    write(store, offers, key="offers")
    given = "search:limit 1 ; search:score ?s ; search:kind ?k"
    one = iri("need", "N2")
    expected = [
        (row["x"], row["s"], "capability")
        for row in rows(store, finder, f"{{service}} {{ ?x search:matches <{one}> ; {given} }}")
    ]
    assert len(expected) == 1
    for group in (
        f"{{service}} {{ <{one}> search:matches ?x ; {given} }}",
        f'?n dcterms:identifier "N2" . {{service}} {{ ?n search:matches ?x ; {given} }}',
        f'?n dcterms:identifier "N2" . ?x a atmp:Capability . {{service}} {{ ?x search:matches ?n ; {given} }}',
    ):
        assert [(row["x"], row["s"], row["k"]) for row in rows(store, finder, group)] == expected


def test_what_cannot_be_matched_is_said(store: Store, finder: Finder) -> None:
    """Another kind of record is named; one that is hidden is as one that is not there."""
    with pytest.raises(UsageError, match="is a trial, and matches are found for"):
        rows(store, finder, f"{{service}} {{ ?x search:matches <{iri('trial', 'NCT1', None)}> }}")
    write(store, {"P09": project("P09", "Secret cells", "Hidden.")}, key="hidden", tier=Tier.INTERNAL)
    for record in (iri("project", "P09"), iri("project", "P08")):
        with pytest.raises(UnknownRecordError, match=f"there is no record {record}"):
            rows(store, finder, f"{{service}} {{ ?x search:matches <{record}> }}")


WORDS = st.lists(st.sampled_from(["retina", "AAV2", "stromal", "cells", "Parkinson", "dopamine", "knee"]), min_size=1)
ASKED = (
    '{service} { ?x search:text "AAV2 for the retina, stromal cells" ; search:score ?s ; search:rank ?r ; search:why ?w }',
    'VALUES ?t { "cells" } ?x a atmp:Project . {service} { ?x search:text ?t ; search:score ?s ; search:rank ?r ; search:limit 2 }',
    "?p a atmp:Project . {service} { ?x search:like ?p ; search:score ?s ; search:rank ?r ; search:limit 3 }",
    "?n a atmp:Need . {service} { ?x search:matches ?n ; search:score ?s ; search:rank ?r }",
    "?n a atmp:Project . {service} { ?x search:matches ?n ; search:score ?s ; search:rank ?r }",
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=WORDS, tier=st.sampled_from([Tier.PARTNER, Tier.INTERNAL, Tier.CONFIDENTIAL]))
def test_a_hidden_project_changes_no_visible_score_or_rank(
    store: Store, finder: Finder, words: list[str], tier: Tier
) -> None:
    """Whatever it says, and however many there are: for whoever may not read it, it is not there."""
    before = [rows(store, finder, group) for group in ASKED]
    key = f"H{store.revision()}"
    write(store, {key: project(key, " ".join(words), "Cells for the retina of the knee.")}, key=key, tier=tier)
    finder.index()
    assert [rows(store, finder, group) for group in ASKED] == before
    assert any(row["x"] == iri("project", key) for row in rows(store, finder, ASKED[0], OWNER))
