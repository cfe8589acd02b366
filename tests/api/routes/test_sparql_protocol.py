"""The SPARQL endpoint beyond asking: graphs by parameter, forms by name, ETags, other sites' pages, packed answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from atmp.kg.iris import Names
from atmp.kg.ledger import Entry
from atmp.kg.records import RDFS
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from fastapi.testclient import TestClient

if TYPE_CHECKING:
    from httpx import Response

Problem = Callable[["Response", int], dict[str, Any]]
OPEN, CLOSED = Names().graph("lund", Tier.PUBLIC), Names().graph("lund", Tier.INTERNAL)
REFERENCE = Names().graph(None, Tier.PUBLIC, source="eu-atmps")
NAMES = f"SELECT ?l {{ ?s <{RDFS}label> ?l }} ORDER BY ?l"
GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
NONE: list[str] = []


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[TestClient]:
    """Return a client of a small atlas: one name in each of two open graphs, and one in a graph that the public cannot see."""
    from atmp.api.app import create_app
    from atmp.api.atlas import Atlas

    atlas = Atlas(Store.create(tmp_path / "small.atlas"), model="hashing")
    _write(atlas, {"open": OPEN, "closed": CLOSED, "reference": REFERENCE})
    with TestClient(create_app(atlas)) as client:
        client.app.state.write = lambda said: _write(atlas, said)  # type: ignore[attr-defined]
        yield client
    atlas.close()


def _write(atlas: Any, said: dict[str, str]) -> None:
    entries = [
        Entry(
            f"row-{name}",
            ((f"<https://w3id.org/atmp/id/lund/project/{name}>", f"<{RDFS}label>", f'"{name}"', f"<{graph}>"),),
        )
        for name, graph in said.items()
    ]
    atlas.store.write("survey", "2024-01-01", entries, agent="test")


def _values(answer: Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [next(iter(row.values()))["value"] for row in answer.json()["results"]["bindings"]]


def _ways(client: TestClient, query: str, **params: str | list[str]) -> list[list[str]]:
    """Return what a query gives by GET, as a form, and as the body with parameters in the address."""
    direct = {"content-type": "application/sparql-query"}
    return [
        _values(client.get("/sparql", params={"query": query, **params})),
        _values(client.post("/sparql", data={"query": query, **params})),
        _values(client.post("/sparql", params=params, content=query, headers=direct)),
    ]


@pytest.mark.parametrize(
    ("query", "params", "found"),
    [
        (NAMES, {}, ["open", "reference"]),
        (NAMES, {"default-graph-uri": OPEN}, ["open"]),
        (NAMES, {"default-graph-uri": [OPEN, REFERENCE]}, ["open", "reference"]),
        (NAMES, {"named-graph-uri": OPEN}, NONE),
        (GRAPHS, {"named-graph-uri": OPEN}, [OPEN]),
        (GRAPHS, {"default-graph-uri": OPEN}, NONE),
        (GRAPHS, {"default-graph-uri": OPEN, "named-graph-uri": REFERENCE}, [REFERENCE]),
        (NAMES.replace("{", f"FROM <{OPEN}> {{", 1), {}, ["open"]),
        (GRAPHS.replace("{", f"FROM NAMED <{OPEN}> {{", 1), {}, [OPEN]),
        (NAMES.replace("{", f"FROM <{OPEN}> {{", 1), {"default-graph-uri": REFERENCE}, ["reference"]),
        (GRAPHS.replace("{", f"FROM NAMED <{OPEN}> {{", 1), {"named-graph-uri": REFERENCE}, [REFERENCE]),
    ],
)  # fmt: skip
def test_a_request_names_its_graphs(asked: TestClient, query: str, params: dict[str, Any], found: list[str]) -> None:
    """The default graph is what is named as that, GRAPH sees what is named for it, and both come before FROM."""
    assert _ways(asked, query, **params) == [found] * 3


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("query", [NAMES, GRAPHS, f"SELECT ?g {{ GRAPH ?g {{ ?s <{RDFS}label> 'closed' }} }}"])
def test_a_hidden_graph_equals_an_absent_one(asked: TestClient, name: str, query: str) -> None:
    """Named by the request or by FROM, a graph that the asker may not see answers as one that does not exist."""
    for graph in (CLOSED, "urn:absent"):
        assert _ways(asked, query, **{name: graph}) == [NONE] * 3
        word = "FROM" if name.startswith("default") else "FROM NAMED"
        assert _ways(asked, query.replace("{", f"{word} <{graph}> {{", 1)) == [NONE] * 3
    both = [asked.get("/sparql", params={"query": NAMES, name: [graph, OPEN]}) for graph in (CLOSED, "urn:absent")]
    assert both[0].content == both[1].content


@pytest.mark.parametrize("wrong", ["no iri", "urn:a> FROM <urn:b", ""])
def test_what_is_no_iri_names_no_graph(asked: TestClient, problem: Problem, wrong: str) -> None:
    """A graph is named by an IRI; parameters of updates have no place with a query."""
    assert (
        "is no IRI" in problem(asked.get("/sparql", params={"query": NAMES, "named-graph-uri": wrong}), 400)["detail"]
    )
    for name in ("using-graph-uri", "using-named-graph-uri"):
        assert name in problem(asked.get("/sparql", params={"query": NAMES, name: OPEN}), 400)["detail"]


def test_relative_names_are_read_against_the_endpoint(asked: TestClient) -> None:
    """The address of the endpoint is the base of a query that has none."""
    query = "SELECT (STR(<x>) AS ?x) {}"
    assert _values(asked.get("/sparql", params={"query": query})) == ["http://testserver/x"]


@pytest.mark.parametrize(
    ("form", "solutions", "graph"),
    [
        ("json", "application/sparql-results+json", "application/ld+json"),
        ("XML", "application/sparql-results+xml", "application/rdf+xml"),
        ("csv", "text/csv; charset=utf-8", None),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8", None),
        ("ttl", None, "text/turtle; charset=utf-8"),
        ("application/n-quads", None, "application/n-quads"),
    ],
)  # fmt: skip
def test_a_form_is_named_in_the_address(
    asked: TestClient, problem: Problem, form: str, solutions: str | None, graph: str | None
) -> None:
    """`format` and `output` come before Accept; a form that the result does not have is 406."""
    for name in ("format", "output"):
        for query, media in ((NAMES, solutions), ("CONSTRUCT WHERE { ?s ?p ?o }", graph)):
            answer = asked.get("/sparql", params={"query": query, name: form}, headers={"accept": "image/png"})
            if media is None:
                assert "this result is given as" in problem(answer, 406)["detail"]
            else:
                assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert "no format" in problem(asked.get("/sparql", params={"query": NAMES, "format": "pdf"}), 400)["detail"]


@pytest.mark.parametrize("media", ["text/csv", "text/tab-separated-values"])
def test_a_boolean_is_a_text_too(asked: TestClient, media: str) -> None:
    """ASK is answered as CSV and TSV by the word alone."""
    assert asked.get("/sparql", params={"query": "ASK {}"}, headers={"accept": media}).text == "true"


def test_a_type_that_is_not_wanted_is_not_given(asked: TestClient) -> None:
    """The most specific range of Accept decides, so that q=0 takes a type away and a lower q puts it behind others."""
    for accept, media in (
        ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        ("application/sparql-results+json;q=0.1, */*;q=0.5", "application/sparql-results+xml"),
        ("text/*;q=0.9, text/csv;q=0.2", "text/tab-separated-values; charset=utf-8"),
    ):
        answer = asked.get("/sparql", params={"query": NAMES}, headers={"accept": accept})
        assert answer.headers["content-type"] == media
    assert asked.get("/sparql", params={"query": NAMES}, headers={"accept": "image/png"}).status_code == 406


def test_an_answer_that_is_known_is_not_sent_again(asked: TestClient) -> None:
    """The same question of the same facts in the same form is 304, by GET and HEAD; after a write it is answered anew."""
    ask = {"query": NAMES}
    first = asked.get("/sparql", params=ask)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    for header in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = asked.get("/sparql", params=ask, headers={"if-none-match": header})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert asked.head("/sparql", params=ask, headers={"if-none-match": tag}).status_code == 304
    others = [
        asked.get("/sparql", params=ask, headers={"if-none-match": tag, "accept": "text/csv"}),
        asked.get("/sparql", params={"query": GRAPHS}, headers={"if-none-match": tag}),
        asked.get("/sparql", params={**ask, "default-graph-uri": OPEN}, headers={"if-none-match": tag}),
    ]
    assert [other.status_code for other in others] == [200, 200, 200]
    asked.app.state.write({"new": OPEN})  # type: ignore[attr-defined]
    assert _values(asked.get("/sparql", params=ask, headers={"if-none-match": tag})) == ["new"]


@pytest.mark.parametrize("word", ["NOW()", "RAND()", "UUID()", "struuid()"])
def test_what_differs_each_time_has_no_tag(asked: TestClient, word: str) -> None:
    """A query whose answer does not follow from the facts alone is never 304; neither is a post."""
    answer = asked.get("/sparql", params={"query": f"SELECT ({word} AS ?x) {{}}"}, headers={"if-none-match": "*"})
    assert (answer.status_code, "etag" in answer.headers) == (200, False)
    assert asked.post("/sparql", data={"query": NAMES}, headers={"if-none-match": "*"}).status_code == 200


def test_pages_of_other_sites_may_ask(asked: TestClient) -> None:
    """A script elsewhere may ask, and read the headers that matter; pages for people are not shared."""
    origin = {"origin": "https://yasgui.example"}
    answer = asked.get("/sparql", params={"query": NAMES}, headers=origin)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"ETag", "Location"} <= {*answer.headers["access-control-expose-headers"].split(", ")}
    wanted = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    before = asked.options("/sparql", headers=origin | wanted)
    assert (before.status_code, before.headers["access-control-allow-origin"]) == (200, "*")
    assert "POST" in before.headers["access-control-allow-methods"]
    assert asked.options("/sparql", headers=origin | {"access-control-request-method": "PUT"}).status_code == 400
    assert "access-control-allow-origin" not in asked.get("/questions", headers=origin).headers


def test_options_says_what_is_of_use(asked: TestClient) -> None:
    """OPTIONS names the methods and the bodies that are taken."""
    answer = asked.options("/sparql")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")
    assert "application/sparql-query" in answer.headers["accept-post"]


def test_long_answers_come_packed(asked: TestClient) -> None:
    """gzip where it is taken, and not where it is refused; either way the answer says what it depends on."""
    query = {"query": f"SELECT * {{ VALUES ?x {{ {' '.join(map(str, range(300)))} }} }}"}
    packed = asked.get("/sparql", params=query, headers={"accept-encoding": "gzip"})
    plain = asked.get("/sparql", params=query, headers={"accept-encoding": "gzip;q=0, identity"})
    assert (packed.headers.get("content-encoding"), plain.headers.get("content-encoding")) == ("gzip", None)
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 4
    assert packed.content == plain.content
    for answer in (packed, plain):
        assert {"accept", "accept-encoding"} <= {one.strip().lower() for one in answer.headers["vary"].split(",")}


@pytest.mark.parametrize(
    "media", ["text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples"]
)
def test_the_service_describes_itself(asked: TestClient, media: str) -> None:
    """A GET without parameters gives the service description, with the graphs that the asker may see."""
    answer = asked.get("/sparql", headers={"accept": media})
    assert answer.headers["content-type"].partition(";")[0] == media
    form = ox.RdfFormat.from_media_type(media)
    said = {(str(one.predicate), str(one.object)) for one in ox.parse(answer.content, format=form)}
    sd = "http://www.w3.org/ns/sparql-service-description#"
    assert (f"<{sd}endpoint>", "<http://testserver/sparql>") in said
    assert (f"<{sd}feature>", f"<{sd}UnionDefaultGraph>") in said
    assert {value for prop, value in said if prop == f"<{sd}name>"} == {f"<{OPEN}>", f"<{REFERENCE}>"}
    assert (f"<{sd}supportedLanguage>", f"<{sd}SPARQL11Update>") not in said


def test_a_browser_is_led_to_the_form(asked: TestClient) -> None:
    """A reader who asks for a page gets the SPARQL form."""
    answer = asked.get("/sparql", headers={"accept": "text/html,*/*;q=0.8"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/query")
