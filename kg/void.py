"""VoID: how many things of which class, and which properties with how many statements, a viewer's dataset holds."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from .triples import TYPE, XSD
from .view import View

VOID = "http://rdfs.org/ns/void#"
_CLASSES = "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER(ISIRI(?c)) } GROUP BY ?c ORDER BY ?c"
_PROPERTIES = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p"
_BOTH = "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o FILTER(ISIRI(?c)) } GROUP BY ?c ?p ORDER BY ?c ?p"


def void(view: View, dataset: str, endpoint: str) -> Iterator[ox.Triple]:
    """Yield the description of the dataset at an address: its size, its partitions by class, and those by property.

    A class's partition has partitions by property of its own, so that a reader sees which are used with it.
    """
    whole = ox.NamedNode(dataset)
    properties = view.select(_PROPERTIES).rows
    yield _said(whole, TYPE, ox.NamedNode(f"{VOID}Dataset"))
    yield _said(whole, f"{VOID}sparqlEndpoint", ox.NamedNode(endpoint))
    yield _said(whole, f"{VOID}uriSpace", ox.Literal(f"{view.store.names.base}/"))
    yield _count(whole, "triples", sum(int(str(count)) for _, count in properties))
    classes = {str(name): ox.BlankNode() for name, _ in view.select(_CLASSES).rows}
    yield _count(whole, "classes", len(classes))
    yield _count(whole, "properties", len(properties))
    for name, count in view.select(_CLASSES).rows:
        part = classes[str(name)]
        yield _said(whole, f"{VOID}classPartition", part)
        yield _said(part, f"{VOID}class", ox.NamedNode(str(name)))
        yield _count(part, "entities", count)
    for name, count in properties:
        yield from _property(whole, str(name), count)
    for name, prop, count in view.select(_BOTH).rows:
        yield from _property(classes[str(name)], str(prop), count)


def _property(owner: ox.NamedNode | ox.BlankNode, name: str, count: object) -> Iterator[ox.Triple]:
    part = ox.BlankNode()
    yield _said(owner, f"{VOID}propertyPartition", part)
    yield _said(part, f"{VOID}property", ox.NamedNode(name))
    yield _count(part, "triples", count)


def _count(subject: ox.NamedNode | ox.BlankNode, name: str, count: object) -> ox.Triple:
    return _said(subject, f"{VOID}{name}", ox.Literal(str(count), datatype=ox.NamedNode(f"{XSD}integer")))


def _said(
    subject: ox.NamedNode | ox.BlankNode, prop: str, value: ox.NamedNode | ox.BlankNode | ox.Literal
) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(prop), value)
