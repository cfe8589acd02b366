"""What stands beside a service: which parts count, and that counting them changes no answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox
import pytest
from atmp.kg.engine import evaluated
from atmp.kg.errors import QueryRefusedError, QuerySyntaxError
from atmp.kg.sparql.answer import check
from atmp.kg.sparql.dataset import WHOLE, Dataset
from atmp.kg.sparql.guard import guard
from atmp.kg.sparql.services import Rows, answered
from atmp.kg.sparql.siblings import Siblings
from atmp.kg.store import Store
from atmp.kg.view import View
from atmp.kg.viewer import PUBLIC
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

PREFIXES = "PREFIX : <urn:> PREFIX s: <urn:service#> "
FACTS = """
GRAPH :g1 { :a a :A ; :q 1 , 2 ; :r :b . :b a :A ; :q 2 . :c a :B ; :q 3 ; :r :d }
GRAPH :g2 { :d a :B ; :q 1 ; :r :a . :e :r :c . :g1 :of :x }
"""
FOUND = {"a": 1, "b": 2, "c": 3, "d": 4, "z": 5}
"""What the service of these tests finds: records with a score."""


class Memory:
    """A few facts in two graphs, that remember what they were asked."""

    def __init__(self) -> None:
        self.graph, self.asked = ox.Store(), list[str]()
        self.graph.update(f"{PREFIXES} INSERT DATA {{ {FACTS} }}")

    def query(self, text: str, bindings: Mapping[str, Any] | None = None, dataset: Dataset = WHOLE) -> Any:
        self.asked.append(text)
        return evaluated(self.graph, text, dataset, bindings)


class Finding:
    """A service that finds the same records always, or of them those only that fit what stands beside it."""

    def __init__(self, *, narrow: bool) -> None:
        self.narrow = narrow
        self.found: list[list[str]] = []

    def __call__(
        self, _: View, body: str, prefixes: Mapping[str, str], beside: Siblings
    ) -> tuple[tuple[str, ...], Rows]:
        among = _among(beside) if self.narrow else None
        rows: Rows = [
            (f"<urn:{name}>", str(score)) for name, score in FOUND.items() if among is None or f"<urn:{name}>" in among
        ]
        self.found.append([str(row[0])[5:-1] for row in rows])
        return ("p", "score"), rows


def _among(beside: Siblings) -> set[str] | None:
    rows = beside.rows(("p",)) if "p" in beside.names else [{}]
    return None if {} in rows else {row["p"] for row in rows}


def ask(view: View, query: str, *, narrow: bool, dataset: Dataset = WHOLE) -> tuple[list[str], list[list[str]]]:
    """Return the sorted rows of a query, and what each service found."""
    memory, service = Memory(), Finding(narrow=narrow)
    text = answered(view, guard(PREFIXES + query), {"urn:service": service}, dataset, memory)
    over = dataset.without_union() if guard(PREFIXES + query).chooses else dataset
    rows = memory.query(text, dataset=over).serialize(format=ox.QueryResultsFormat.TSV).decode().splitlines()
    return sorted(rows[1:]), service.found


@pytest.fixture
def view(store: Store) -> View:
    """Return a view, which these tests ask nothing."""
    return store.view(PUBLIC)


S = "SERVICE <urn:service> { ?p s:x 1 }"
EVERY = list(FOUND)


@pytest.mark.parametrize(
    ("group", "left"),
    [
        (f"{S} ?p a :A", "ab"),
        (f"?p a :A . {S}", "ab"),
        (f"?p :r ?x {S} ?x a :A", "ad"),
        (f"VALUES ?p {{ :c :z }} {S}", "cz"),
        (f"VALUES (?p ?x) {{ (:c UNDEF) (:a 1) }} {S}", "ac"),
        (f"VALUES (?p ?x) {{ (UNDEF 1) (:a 2) }} {S}", EVERY),
        (f"?p :q ?x FILTER(?x > 2) {S}", "c"),
        (f"{S} ?p :q ?x FILTER(?score > 1 && ?x < 3)", "abcd"),
        (f"?p a :A {S} FILTER(?score > 1) FILTER(?p != :a)", "b"),
        (f"?p a :A FILTER EXISTS {{ ?p :q 1 }} {S}", "ab"),
        (f"{{ ?p a :A FILTER EXISTS {{ ?p :q 1 }} }} {S}", "a"),
        (f"?p a :A MINUS {{ ?p :q 1 }} {S}", "ab"),
        (f"{{ ?p a :A MINUS {{ ?p :q 1 }} }} {S}", "b"),
        (f"?p a :A OPTIONAL {{ ?p :r ?x }} {S}", "ab"),
        (f"?p a :A OPTIONAL {{ ?p :r ?x }} FILTER(!BOUND(?x)) {S}", "ab"),
        (f"OPTIONAL {{ ?p a :A }} {S}", EVERY),
        (f"BIND(:c AS ?p) {S}", "c"),
        (f":a :r ?x BIND(?x AS ?p) {S}", "b"),
        (f"OPTIONAL {{ :a :r ?x }} BIND(?x AS ?p) {S}", EVERY),
        (f"{{ ?p a :A }} UNION {{ ?p a :B }} {S}", "abcd"),
        (f"{{ ?p a :A }} UNION {{ ?x a :B }} {S}", EVERY),
        (f"?p a :A {{ {{ {S} }} }} ?p :q 2", "ab"),
        (f"?p a :A {{ ?p :q 1 {S} }}", "a"),
        (f"?p a :A {{ FILTER(?x > 1) {S} }}", "ab"),
        (f"{{ SELECT ?p {{ ?p a :B ; :q ?x FILTER(?x > 1) }} }} {S}", "c"),
        (f"{{ SELECT ?p {{ ?p a :B }} ORDER BY ?p LIMIT 1 }} {S}", EVERY),
        (f"{{ SELECT ?p {{ ?p a :B }} GROUP BY ?p HAVING(COUNT(*) > 0) }} {S}", "cd"),
        (f"?p a :B {{ SELECT * {{ ?p :q ?x {S} }} LIMIT 9 }}", "abcd"),
        (f"?p a :B {{ SELECT ?p {{ {S} }} }}", EVERY),
        (f"GRAPH :g1 {{ ?p a ?t {S} }}", "abc"),
        (f"?g :of :x GRAPH ?g {{ ?p a ?t {S} }}", "abc"),
        (f"?p a :A GRAPH ?g {{ {S} }}", "ab"),
        (f"?x :r :c . ?p a :A {S}", "ab"),
        (f"?p a :A OPTIONAL {{ {S} }}", "ab"),
        (f"?p a :A OPTIONAL {{ ?p :q 1 {S} }} ?p :r ?x", "a"),
        (f"?p a :B OPTIONAL {{ ?p :q ?x {S} }} FILTER(?x > 1 || !BOUND(?x))", "cd"),
        (f"?x a :A OPTIONAL {{ {S} }} ?p :q 3", EVERY),
        (f"?x a :A {{ ?x :q 1 OPTIONAL {{ {S} }} }} ?p a :A", EVERY),
        (f"?p a :A MINUS {{ {S} }}", EVERY),
        (f"?p a :A MINUS {{ ?p :q 1 {S} }}", "ad"),
        (f"?p a :A FILTER NOT EXISTS {{ {S} }}", EVERY),
        (f"?p :r [ a :A ] {S}", "ad"),
        (f"?p :r/:r ?x , :b . {S}", "d"),
        (f"# ?p a :A .\n{S}", EVERY),
        (f"?p :q ?x FILTER(RAND() >= 0) FILTER(?x=1) {S}", "ad"),
        (f"?p a ?t . ?p :q ?a , ?b , ?c FILTER(?a<?b&&?c>?a) {S}", "a"),
    ],
)
def test_what_is_joined_with_a_service_restricts_it(view: View, group: str, left: str | list[str]) -> None:
    """What the service may find is known before it ranks; where that is not certain, it finds all."""
    query = f"SELECT * {{ {group} }}"
    rows, found = ask(view, query, narrow=True)
    assert found == [list(left)]
    assert rows == ask(view, query, narrow=False)[0]


def test_each_branch_of_a_union_is_restricted_by_itself_and_by_what_stands_beside(view: View) -> None:
    """Two services in two branches find different records."""
    query = f"SELECT * {{ ?p :q ?x {{ ?p a :A {S} }} UNION {{ ?p a :B {S} }} UNION {{ {S} }} }}"
    assert ask(view, query, narrow=True)[1] == [["a", "b"], ["c", "d"], ["a", "b", "c", "d"]]


def test_what_one_service_found_restricts_the_next(view: View) -> None:
    """They are answered as they stand, from the top to the bottom."""
    query = f"SELECT * {{ ?p a :A . {S} ?x :r ?p . SERVICE <urn:service> {{ ?p s:x 2 }} }}"
    assert ask(view, query, narrow=True)[1] == [["a", "b"], ["a", "b"]]
    within = f"SELECT * {{ {{ SELECT ?p {{ ?p a :B {S} }} }} SERVICE <urn:service> {{ ?p s:x 2 }} }}"
    assert ask(view, within, narrow=True)[1] == [["c", "d"], ["c", "d"]]
    memory = Memory()
    answered(view, guard(PREFIXES + query), {"urn:service": Finding(narrow=True)}, WHOLE, memory)
    assert "VALUES (?p ?score)" in memory.asked[1]


@pytest.mark.parametrize(
    ("query", "dataset", "left"),
    [
        (f"SELECT * FROM :g2 WHERE {{ ?p a ?t {S} }}", WHOLE, "d"),
        (f"SELECT * FROM NAMED :g2 {{ GRAPH ?g {{ ?p a ?t }} {S} }}", WHOLE, "d"),
        (f"SELECT * {{ ?p a ?t {S} }}", Dataset(default=("urn:g2",), named=()), "d"),
        (f"CONSTRUCT {{ ?p a :Found }} WHERE {{ ?p a :A {S} }}", WHOLE, "ab"),
        (f"ASK {{ ?p a :A {S} }}", WHOLE, "ab"),
        (f"DESCRIBE ?p WHERE {{ ?p a :A {S} }}", WHOLE, "ab"),
        (f"SELECT (EXISTS {{ ?x a :A }} AS ?any) ?p {{ ?p a :A {S} }} ORDER BY EXISTS {{ {S} }}", WHOLE, "ab"),
    ],
)
def test_every_form_and_every_dataset(view: View, query: str, dataset: Dataset, left: str) -> None:
    """What stands beside a service is asked over the same graphs as the query."""
    memory, service = Memory(), Finding(narrow=True)
    answered(view, guard(PREFIXES + query), {"urn:service": service}, dataset, memory)
    assert service.found[0] == list(left)


def test_parts_that_are_not_tied_to_what_is_wanted_are_not_asked(view: View) -> None:
    """Crossing them with it would cost much and say nothing."""
    memory = Memory()
    query = f"{PREFIXES} SELECT * {{ ?p a :A . ?x :r ?y . ?y :q ?z FILTER(?z > 1) {S} }}"
    answered(view, guard(query), {"urn:service": Finding(narrow=True)}, WHOLE, memory)
    assert [":r" in text for text in memory.asked] == [False]


def test_values_may_be_asked_together_and_with_others_given(view: View) -> None:
    """Variables that hang together have their values in common."""
    seen: list[Any] = []

    def look(_: View, body: str, prefixes: Mapping[str, str], beside: Siblings) -> tuple[tuple[str, ...], Rows]:
        seen.extend(
            [beside.rows(("x", "p")), beside.rows(("p",), {"x": "<urn:b>", "k": '"1"'}), beside.rows(("p",), most=1)]
        )
        return ("p",), []

    answered(
        view, guard(f"{PREFIXES} SELECT * {{ ?p :r ?x . ?k :of ?l . {S} }}"), {"urn:service": look}, WHOLE, Memory()
    )
    assert [(row["p"], row["x"]) for row in seen[0]] == [
        ("<urn:a>", "<urn:b>"), ("<urn:c>", "<urn:d>"), ("<urn:d>", "<urn:a>"), ("<urn:e>", "<urn:c>"),
    ]  # fmt: skip
    assert seen[1] == [{"p": "<urn:a>"}]
    assert len(seen[2]) == 1


def test_many_calls_are_refused(view: View) -> None:
    """Each costs time before the query's own limits count."""
    ask(view, f"SELECT * {{ {S * 10} }}", narrow=True)
    with pytest.raises(QueryRefusedError, match="10 times at most, not 11"):
        ask(view, f"SELECT * {{ {S * 11} }}", narrow=True)


@pytest.mark.parametrize("query", ["?p :q trueFILTER(?score > 1) " + S, "?p :q 1 . FILTERs:x(?p) " + S])
def test_what_could_be_read_in_two_ways_is_refused(view: View, query: str) -> None:
    """The engine sees a keyword where its neighbour ends; nothing is guessed."""
    with pytest.raises(QuerySyntaxError, match="part its words"):
        ask(view, f"SELECT * {{ {query} }}", narrow=True)


LEAVES = [
    "?p a :A .", "?p :q ?x .", "?x :r ?p .", "?p :r ?y .", "?y :q ?x .", "?x ?y 1 .", "VALUES ?p { :a :c :z }",
    "VALUES (?p ?x) { (:a UNDEF) (UNDEF 1) }", "VALUES ?x { 1 2 :b }", "FILTER(?x > 1)", "FILTER(!BOUND(?y))",
    "FILTER(?p != :a)", "FILTER(?score > 2)", "FILTER(BOUND(?x) || ?score < 3)", "FILTER NOT EXISTS { ?p :q ?x }",
    "BIND(?x AS ?k)", "BIND(:c AS ?p)", "BIND(?score AS ?y)", S, S, S,
]  # fmt: skip
WRAPPED = [
    "OPTIONAL {{ {0} }}", "OPTIONAL {{ {0} }}", "MINUS {{ {0} }}", "GRAPH ?g {{ {0} }}", "GRAPH :g1 {{ {0} }}", "{{ {0} }}",
    "{{ {0} }} UNION {{ {1} }}", "{{ SELECT ?p ?x {{ {0} }} }}", "{{ SELECT DISTINCT ?p {{ {0} }} }}",
    "{{ SELECT * {{ {0} }} }}", "{{ SELECT ?p (COUNT(?x) AS ?y) {{ {0} }} GROUP BY ?p }}", "FILTER EXISTS {{ {0} }}",
]  # fmt: skip
groups = st.recursive(
    st.lists(st.sampled_from(LEAVES), min_size=1, max_size=3).map(" ".join),
    lambda inner: st.lists(
        st.one_of(st.sampled_from(LEAVES), st.builds(lambda how, one, two: how.format(one, two), st.sampled_from(WRAPPED), inner, inner)),
        min_size=1, max_size=4,
    ).map(" ".join),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(group=groups)
def test_a_restriction_changes_no_answer_of_an_unlimited_service(view: View, group: str) -> None:
    """Whatever the query: what is kept from a service could not have been in the answer."""
    assume(0 < group.count(S) <= 10)
    query = f"SELECT * {{ {group} }}"
    try:
        check(PREFIXES + query.replace(S, "VALUES (?p ?score) { (:a 1) }"))
    except QuerySyntaxError:
        assume(False)
    assert ask(view, query, narrow=True)[0] == ask(view, query, narrow=False)[0]
