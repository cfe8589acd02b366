"""The SPARQL Service Description: what an endpoint can do, in which forms it answers, and which graphs it holds."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
from atmp.kg.export import PREFIXES
from atmp.kg.records import RDFS
from atmp.kg.sparql.answer import GRAPHS
from atmp.kg.sparql.endpoint import Endpoint
from atmp.kg.triples import TYPE, XSD

SD, VOID = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"
_W3 = "http://www.w3.org/ns"
_SOLUTIONS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads")

DESCRIPTIONS = {
    media: form for media, form in GRAPHS.items() if not form.supports_datasets or media.endswith("ld+json")
}
"""The media types of a description, and their forms."""


def description(endpoint: Endpoint, address: str, media: str) -> bytes:
    """Return the description of the endpoint at an address."""
    prefixes = PREFIXES | {"sd": SD, "void": VOID}
    return bytes(ox.serialize(_triples(endpoint, address), format=DESCRIPTIONS[media], prefixes=prefixes) or b"")


def _triples(endpoint: Endpoint, address: str) -> Iterator[ox.Triple]:
    service, dataset = ox.BlankNode("service"), ox.BlankNode("dataset")
    yield _said(service, TYPE, f"{SD}Service")
    yield _said(service, f"{SD}endpoint", address)
    for language in ("SPARQL11Query", *(("SPARQL11Update",) if endpoint.writes else ())):
        yield _said(service, f"{SD}supportedLanguage", f"{SD}{language}")
    for form in (*_SOLUTIONS, *_GRAPHS):
        yield _said(service, f"{SD}resultFormat", f"{_W3}/formats/{form}")
    for form in _GRAPHS if endpoint.writes else ():
        yield _said(service, f"{SD}inputFormat", f"{_W3}/formats/{form}")
    if endpoint.union:
        yield _said(service, f"{SD}feature", f"{SD}UnionDefaultGraph")
    if endpoint.has_pages:
        yield _said(service, f"{RDFS}seeAlso", f"{address.rpartition('/')[0]}/query/search")
    yield _said(service, f"{SD}defaultEntailmentRegime", f"{_W3}/entailment/Simple")
    yield ox.Triple(service, ox.NamedNode(f"{SD}defaultDataset"), dataset)
    yield _said(dataset, TYPE, f"{SD}Dataset")
    yield from _graphs(endpoint, dataset)


def _graphs(endpoint: Endpoint, dataset: ox.BlankNode) -> Iterator[ox.Triple]:
    """Yield the graphs of the dataset with their sizes: those that the asker may see."""
    for place, (name, size) in enumerate(endpoint.sizes().items()):
        graph = ox.BlankNode(f"graph{place}")
        if name:
            named = ox.BlankNode(f"named{place}")
            yield ox.Triple(dataset, ox.NamedNode(f"{SD}namedGraph"), named)
            yield _said(named, TYPE, f"{SD}NamedGraph")
            yield _said(named, f"{SD}name", name)
            yield ox.Triple(named, ox.NamedNode(f"{SD}graph"), graph)
        else:
            yield ox.Triple(dataset, ox.NamedNode(f"{SD}defaultGraph"), graph)
        yield _said(graph, TYPE, f"{SD}Graph")
        count = ox.Literal(str(size), datatype=ox.NamedNode(f"{XSD}integer"))
        yield ox.Triple(graph, ox.NamedNode(f"{VOID}triples"), count)


def _said(subject: ox.BlankNode, prop: str, value: str) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(prop), ox.NamedNode(value))
