"""The SPARQL endpoint: the protocol's three ways to ask, media types, refusals, and a client from elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Xml

import pyoxigraph as ox
import pytest

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas
    from fastapi.testclient import TestClient

ATMP = "https://w3id.org/atmp/ontology/"
PROJECTS = f"SELECT ?s WHERE {{ ?s a <{ATMP}Project> }} ORDER BY ?s LIMIT 2"
CENTRE = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s a <{ATMP}Centre> ; ?p ?o }}"
FOUND = ["https://w3id.org/atmp/id/lund/project/P01", "https://w3id.org/atmp/id/lund/project/P02"]
ASKED = "application/sparql-query"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}


def _values(said: dict) -> list[str]:
    return [row["s"]["value"] for row in said["results"]["bindings"]]


def test_three_ways_to_ask_give_the_same(client: TestClient) -> None:
    """A query by GET, as a form, and as the body of a POST is answered alike."""
    answers = [
        client.get("/sparql", params={"query": PROJECTS}),
        client.post("/sparql", data={"query": PROJECTS}),
        client.post("/sparql", content=PROJECTS, headers={"content-type": f"{ASKED}; charset=utf-8"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all(_values(answer.json()) == FOUND for answer in answers)


@pytest.mark.parametrize("media", [JSON, XML, CSV, TSV, "application/json", "application/xml"])
def test_solutions_come_in_the_media_type_asked_for(client: TestClient, media: str) -> None:
    """Solutions are given as JSON, XML, CSV or TSV, and say which they are."""
    answer = client.get("/sparql", params={"query": PROJECTS}, headers={"accept": media})
    assert answer.headers["content-type"].partition(";")[0] == media
    if media.endswith("json"):
        found = _values(answer.json())
    elif media.endswith("xml"):
        found = [node.text for node in Xml.fromstring(answer.text).iter("{http://www.w3.org/2005/sparql-results#}uri")]  # noqa: S314
    else:
        marks = "\t" if media == TSV else ","
        found = [row[0].strip("<>") for row in csv.reader(io.StringIO(answer.text), delimiter=marks)][1:]
    assert found == FOUND


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", JSON), ("*/*", JSON), ("text/*", CSV), ("text/csv;q=0.2, application/sparql-results+xml;q=0.9", XML),
        ("text/csv;q=0.9, application/sparql-results+xml;q=0.2", CSV), (f"image/png, {TSV};q=0.1", TSV),
        ("application/json;q=0, text/html, */*;q=0.1", JSON), (f"{XML};charset=utf-8", XML),
        (f'{XML}; charset="utf-8" ;q=0.2, {CSV};header=present; q=0.3', CSV),
    ],
)  # fmt: skip
def test_the_preferred_media_type_of_solutions_wins(client: TestClient, accept: str, media: str) -> None:
    """Of the media types on offer the one with the highest q-value is given; JSON where the asker does not care."""
    answer = client.get("/sparql", params={"query": PROJECTS}, headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media)


@pytest.mark.parametrize("media", GRAPHS)
def test_graphs_come_in_the_media_type_asked_for(client: TestClient, media: str) -> None:
    """A CONSTRUCT is given in each form of RDF, by q-value, and reads back as the same triples."""
    accept = ", ".join(f"{one};q={1.0 if one == media else 0.5}" for one in GRAPHS)
    answer = client.get("/sparql", params={"query": CENTRE}, headers={"accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == media
    read = {str(quad) for quad in ox.parse(answer.content, format=GRAPHS[media])}
    lines = client.get("/sparql", params={"query": CENTRE}, headers={"accept": "application/n-triples"})
    assert read == {str(quad) for quad in ox.parse(lines.content, format=ox.RdfFormat.N_TRIPLES)}
    assert len(read) > 3


def test_a_graph_is_turtle_where_nothing_is_asked_for(client: TestClient) -> None:
    """Turtle is what a graph comes as, and the answer says that it depends on Accept."""
    answer = client.post("/sparql", data={"query": CENTRE})
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    assert {"accept", "accept-encoding"} <= {one.strip().lower() for one in answer.headers["vary"].split(",")}


def test_ask_gives_a_boolean(client: TestClient) -> None:
    """An ASK is answered with true or false."""
    assert client.get("/sparql", params={"query": f"ASK {{ ?s a <{ATMP}Project> }}"}).json()["boolean"] is True
    assert client.get("/sparql", params={"query": "ASK { ?s a <urn:nothing> }"}).json()["boolean"] is False


def test_head_says_what_get_would(client: TestClient) -> None:
    """HEAD gives the headers of the answer and no body."""
    answer = client.head("/sparql", params={"query": PROJECTS})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == JSON


@pytest.fixture
def address(serve: Callable[..., str], served: Atlas) -> str:
    """Serve the atlas, and return the address of its SPARQL endpoint."""
    from atmp.api.app import create_app

    return f"{serve(create_app(served))}/sparql"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # the client makes one
def test_a_sparql_client_reads_solutions_and_graphs(address: str) -> None:
    """SPARQLWrapper, asking over the network by GET and by POST, gets its JSON and its graph."""
    from SPARQLWrapper import JSON as AS_JSON
    from SPARQLWrapper import POST, POSTDIRECTLY, SPARQLWrapper

    client = SPARQLWrapper(address)
    client.setReturnFormat(AS_JSON)
    client.setQuery(PROJECTS)
    assert _values(client.queryAndConvert()) == FOUND
    client.setMethod(POST)
    assert _values(client.queryAndConvert()) == FOUND
    client.setRequestMethod(POSTDIRECTLY)
    assert _values(client.queryAndConvert()) == FOUND
    asked = SPARQLWrapper(address, returnFormat="turtle")
    asked.setQuery(CENTRE)
    assert b"atmp:Centre" in asked.queryAndConvert()
    asked = SPARQLWrapper(address, returnFormat="xml")
    asked.setQuery(CENTRE)
    graph = asked.queryAndConvert()
    assert {str(kind) for kind in graph.objects()} >= {f"{ATMP}Centre", "lund"}
