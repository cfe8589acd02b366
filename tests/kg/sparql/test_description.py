"""Descriptions: what DESCRIBE gives of a thing, from which graphs, and where it stops."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pyoxigraph as ox
import pytest
from atmp.kg.bare import Bare
from atmp.kg.errors import QueryForbiddenError, QuerySyntaxError
from atmp.kg.iris import Names
from atmp.kg.ledger import Entry
from atmp.kg.records import ATMP, RDFS
from atmp.kg.sparql.answer import GRAPHS, answer, found
from atmp.kg.sparql.dataset import WHOLE, Dataset
from atmp.kg.sparql.description import Description, description
from atmp.kg.sparql.endpoint import ViewEndpoint
from atmp.kg.sparql.guard import guard
from atmp.kg.sparql.listing import Listing
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.view import View
from atmp.kg.viewer import OWNER, PUBLIC
from hypothesis import given
from hypothesis import strategies as st

NAMES = Names()
P04, PRODUCT = NAMES.record("lund", "project", "P04"), NAMES.record("lund", "product", "P04")
OPEN, CLOSED = NAMES.graph("lund", Tier.PUBLIC), NAMES.graph("lund", Tier.INTERNAL)
SEARCH = "https://w3id.org/atmp/search"


@pytest.fixture(scope="module")
def demo(demo_file: Path) -> Iterator[View]:
    """Return the demonstration as the public sees it."""
    with Store.open(demo_file) as store:
        yield store.view(PUBLIC)


@pytest.fixture
def view(store: Store) -> View:
    """Return a project with a label in an open graph and an aim in a closed one, as the owner sees it."""
    said = {f"<{RDFS}label>": ('"A therapy"', OPEN), f"<{ATMP}aim>": ('"Cure"', CLOSED)}
    quads = tuple((f"<{P04}>", prop, value, f"<{graph}>") for prop, (value, graph) in said.items())
    store.write("survey", "2024-01-01", [Entry("row", quads)], agent="test")
    return store.view(OWNER)


def _described(view: View, query: str, dataset: Dataset = WHOLE) -> set[ox.Triple]:
    order = ViewEndpoint(view, {}).order(guard(query), dataset, frozenset())
    given = found(view.engine, order).serialise("application/n-triples")
    return {quad.triple for quad in ox.parse(given, format=ox.RdfFormat.N_TRIPLES)}


def _properties(triples: set[ox.Triple]) -> set[str]:
    return {triple.predicate.value.rpartition("/")[2].rpartition("#")[2] for triple in triples}


def test_a_project_is_described_with_its_parts(demo: View) -> None:
    """All that is said of it, of its product, needs, stages and uses of methods, and the names of the rest."""
    found = _described(demo, f"DESCRIBE <{P04}>")
    about = {str(triple.subject.value) for triple in found}
    parts = demo.select(
        f"SELECT ?part {{ {{ ?part <{ATMP}usedIn>|<{ATMP}neededBy>|<{ATMP}observedProject> <{P04}> }}"
        f" UNION {{ <{P04}> <{ATMP}develops> ?part }} }}"
    ).rows
    assert len(parts) == 15
    for (thing,) in ((P04,), *parts):
        said = {quad.triple for quad in demo.engine.oxigraph.quads_for_pattern(ox.NamedNode(str(thing)), None, None)}
        assert said
        assert said <= found
    pointed = [triple.object.value for triple in found if isinstance(triple.object, ox.NamedNode)]
    named = {iri for iri in pointed if demo.select(f"SELECT ?l {{ <{iri}> <{RDFS}label> ?l }}").rows}
    assert f"{ATMP}vector-aav5" in named | about
    assert named <= about
    whole = {P04, *(str(part) for (part,) in parts)}
    assert _properties({triple for triple in found if triple.subject.value not in whole}) == {"label", "prefLabel"}


def test_a_facility_is_described_with_what_it_offers(demo: View) -> None:
    """Capabilities belong to whoever provides them, not to the projects that use them."""
    (offer, facility), *_ = demo.select(f"SELECT ?c ?o {{ ?c <{ATMP}providedBy> ?o }} ORDER BY ?c").rows
    found = _described(demo, f"DESCRIBE <{facility}>")
    assert {"providedBy", "category"} <= _properties({one for one in found if one.subject.value == offer})
    assert "Project" not in {str(getattr(one.object, "value", "")).rpartition("/")[2] for one in found}


def test_blank_nodes_are_closed_over(tmp_path: Path) -> None:
    """What is said of a node without a name comes with the thing that leads to it, and nothing beyond the next name."""
    file = tmp_path / "some.ttl"
    file.write_text("<urn:a> <urn:p> [ <urn:q> [ <urn:r> <urn:b> ] ] . <urn:b> <urn:p> 1 .")
    found = description(Bare.load(file), [ox.NamedNode("urn:a")])
    assert {triple.predicate.value for triple in found.triples()} == {"urn:p", "urn:q", "urn:r"}
    assert len(found) == 3


@pytest.mark.parametrize(
    ("query", "dataset", "said"),
    [
        (f"DESCRIBE <{P04}>", WHOLE, {"label", "aim"}),
        (f"DESCRIBE <{P04}> FROM <{OPEN}>", WHOLE, {"label"}),
        (f"BASE <{NAMES.base}/graph/> DESCRIBE <{P04}> FROM <lund/public> FROM <lund/internal>", WHOLE, {"label", "aim"}),
        (f"PREFIX g: <{NAMES.base}/graph/lund/> DESCRIBE <{P04}> FROM g:internal LIMIT 1", WHOLE, {"aim"}),
        (f"DESCRIBE <{P04}>#\nFROM <{CLOSED}> # all", WHOLE, {"aim"}),
        (f"DESCRIBE <{P04}> FROM NAMED <{OPEN}>", WHOLE, set()),
        (f"DESCRIBE ?s FROM NAMED <{OPEN}> FROM <{CLOSED}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", WHOLE, {"aim"}),
        (f"DESCRIBE <{P04}>", Dataset.chosen([CLOSED], []), {"aim"}),
        (f"DESCRIBE <{P04}> FROM <{OPEN}>", Dataset.chosen([CLOSED], []), {"aim"}),
        (f"DESCRIBE <{P04}>", Dataset.chosen([], [OPEN]), set()),
    ],
)  # fmt: skip
def test_only_the_graphs_that_are_asked_are_read(view: View, query: str, dataset: Dataset, said: set[str]) -> None:
    """FROM and the request's graphs hold for the description as for the pattern."""
    assert _properties(_described(view, query, dataset)) == said


@pytest.mark.usefixtures("view")
def test_what_is_hidden_is_not_there(store: Store) -> None:
    """Of a thing in a closed graph the public gets what it would of none at all."""
    assert _properties(_described(store.view(PUBLIC), f"DESCRIBE <{P04}>")) == {"label"}
    hidden = store.view(PUBLIC)
    assert (
        _described(hidden, f"DESCRIBE ?s {{ ?s <{ATMP}aim> ?o }}") == _described(hidden, "DESCRIBE <urn:none>") == set()
    )


@pytest.mark.parametrize(
    ("query", "number"),
    [
        (f"DESCRIBE <{P04}> <{P04}> LIMIT 1", 2),
        (f"DESCRIBE <{P04}> {{ ?s <urn:none> ?o }}", 0),
        (f"describe*where{{?s <{RDFS}label> 'A therapy'}}", 2),
        (f"DESCRIBE ?s ?none <{P04}> {{ ?s <{RDFS}label> ?label }} ORDER BY ?label", 2),
        (f"DESCRIBE ?thing0x WHERE {{ ?thing0x <{ATMP}aim> ?thing }} VALUES ?thing {{ 'Cure' 'None' }}", 2),
        (f"# DESCRIBE\nPREFIX DESCRIBE: <{P04}>\nDESCRIBE DESCRIBE: # all\n", 2),
        (f"DESCRIBE <{P04}> VALUES ?x {{ 1 }}", 2),
        ("DESCRIBE ?o { ?s ?p ?o FILTER(isLiteral(?o)) }", 0),
    ],
)  # fmt: skip
def test_every_form_of_describe_is_read(view: View, query: str, number: int) -> None:
    """With pattern and without, by IRI, variable and star: the things are those of the engine's own DESCRIBE."""
    own = {triple for triple in view.engine.query(query) if triple.subject.value == P04}
    found = _described(view, query)
    assert found >= own
    assert len(found) == len(own) == number


@given(st.lists(st.sampled_from(["?s", "$s", "<urn:a>", "p:a"]), min_size=1), st.booleans(), st.booleans())
def test_a_listing_can_always_be_read(things: list[str], chooses: bool, matches: bool) -> None:
    """Whatever a DESCRIBE names, and whether it has graphs and a pattern, it becomes a SELECT that the engine reads."""
    graphs, pattern = ("FROM <urn:g> FROM NAMED p:h" if chooses else ""), ("WHERE { ?s ?p ?o }" if matches else "")
    listing = Listing.of(f"PREFIX p: <urn:> DESCRIBE {' '.join(things)} {graphs} {pattern} LIMIT 3")
    assert len(list(ox.Store().query(listing.text()))) == (0 if matches else 1)
    assert listing.over(WHOLE) == (Dataset(True, ("urn:g",), ("urn:h",)) if chooses else WHOLE)


def test_a_mistake_is_told_at_its_place(view: View) -> None:
    """A syntax error stands where it is in the query as it was written, and no service of others is called."""
    with pytest.raises(QuerySyntaxError) as told:
        answer(view, "DESCRIBE <urn:a>\n{ ?s ?p ] }", {})
    assert (told.value.line, told.value.column, told.value.near) == (2, 11, "}")
    with pytest.raises(QueryForbiddenError):
        answer(view, "DESCRIBE ?s { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", {})


def test_a_service_inside_finds_the_things(demo: View) -> None:
    """What a search finds can be described."""
    found = answer(
        demo, f"DESCRIBE ?project {{ SERVICE <{SEARCH}> {{ ?project <urn:text> 'eye' }} }}",
        {SEARCH: lambda *_: (("project",), [(f"<{P04}>",), (None,)])},
    ).serialise("application/n-triples")  # fmt: skip
    assert f"<{P04}> <{RDFS}label>".encode() in found


def test_a_long_description_says_where_it_stops(demo: View) -> None:
    """Own statements come first and names last; the end is told in the data, in every form that they have."""
    things = [ox.NamedNode(P04), ox.NamedNode(PRODUCT)]
    whole = list(description(demo.engine, things).triples())
    for largest in (5, len(whole) - 1):
        cut = description(demo.engine, things, largest=largest)
        assert (len(cut), cut.is_whole) == (largest, False)
        *_, words = said = list(cut.triples())
        assert said[:largest] == whole[:largest]
        assert words.object.value.startswith(f"This description stops at {largest} statements")
    assert description(demo.engine, things, largest=len(whole)).is_whole
    for media, form in GRAPHS.items():
        told = answer(demo, "DESCRIBE ?s { ?s ?p ?o }", {}).serialise(media)
        read = {quad.triple for quad in ox.parse(told, format=form)}
        assert len(read) == 10_003
        assert [1 for one in read if getattr(one.object, "value", "").startswith("This description stops at 10000")]


def test_nothing_is_looked_for_beyond_the_end(demo: View) -> None:
    """Of a list without end only so much is read as the description holds."""
    read = 0

    def endless() -> Iterator[ox.NamedNode]:
        nonlocal read
        for read in count(1):
            yield ox.NamedNode(P04 if read == 1 else f"urn:{read}")
            assert read < 1_000

    assert not description(demo.engine, endless(), largest=5).is_whole
    assert read < 1_000


def test_a_description_that_just_fits_is_whole() -> None:
    """A statement that comes twice counts once, and does not make a description too long."""
    found, said = Description(1), ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c"))
    found.take([said, said])
    assert found.is_whole
    assert list(found.triples()) == [said]
