"""VoID and the examples: true of what the reader sees, in each form of RDF, and examples that run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import rdflib

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

VOID, SH = rdflib.Namespace("http://rdfs.org/ns/void#"), rdflib.Namespace("http://www.w3.org/ns/shacl#")
FORMS = {
    "text/turtle": "turtle",
    "application/rdf+xml": "xml",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
}


def _graph(client: TestClient, address: str, media: str = "text/turtle") -> rdflib.Graph:
    answer = client.get(address, headers={"accept": media})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media)
    return rdflib.Graph().parse(data=answer.text, format=FORMS[media])


def _number(client: TestClient, pattern: str) -> int:
    query = f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
    return int(client.get("/sparql", params={"query": query}).json()["results"]["bindings"][0]["n"]["value"])


def test_the_partitions_count_what_is_there(client: TestClient) -> None:
    """The size, each class, and the properties of the whole and of one class are those that the endpoint counts."""
    graph = _graph(client, "/.well-known/void")
    whole = rdflib.URIRef("http://testserver/.well-known/void#dataset")
    assert graph.value(whole, VOID.sparqlEndpoint) == rdflib.URIRef("http://testserver/sparql")
    assert int(str(graph.value(whole, VOID.triples))) == _number(client, "?s ?p ?o")
    project = rdflib.URIRef("https://w3id.org/atmp/ontology/Project")
    part = next(one for one in graph.objects(whole, VOID.classPartition) if graph.value(one, VOID["class"]) == project)
    assert int(str(graph.value(part, VOID.entities))) == 23
    for owner, pattern in ((whole, "?s {p} ?o"), (part, f"?s a <{project}> ; {{p}} ?o")):
        parts = list(graph.objects(owner, VOID.propertyPartition))
        assert parts
        for one in parts[:5]:
            name, count = f"<{graph.value(one, VOID.property)}>", int(str(graph.value(one, VOID.triples)))
            assert count == _number(client, pattern.format(p=name))


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib makes one for JSON-LD
@pytest.mark.parametrize("media", FORMS)
def test_each_form_says_the_same(client: TestClient, media: str) -> None:
    """Turtle, RDF/XML, N-Triples and JSON-LD hold as many statements; another form is 406."""
    assert len(_graph(client, "/.well-known/void", media)) == len(_graph(client, "/.well-known/void"))
    assert client.get("/.well-known/void", headers={"accept": "image/png"}).status_code == 406


def test_the_examples_run(client: TestClient) -> None:
    """Each example has its question in words, its prefixes and its endpoint, and is answered as it stands."""
    graph = _graph(client, "/.well-known/sparql-examples")
    found = list(graph.subjects(rdflib.RDF.type, SH.SPARQLExecutable))
    assert len(found) > 5
    for one in found:
        assert str(graph.value(one, rdflib.RDFS.comment)).endswith("?")
        assert list(graph.objects(one, SH.prefixes / SH.declare / SH.prefix))
        answer = client.post("/sparql", data={"query": str(graph.value(one, SH.select))})
        assert answer.status_code == 200, answer.text
