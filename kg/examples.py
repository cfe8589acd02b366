"""The question catalogue as examples in RDF: SHACL's SPARQLExecutable, as editors and query writers pick them up."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from .catalogue import questions
from .errors import UnknownRecordError, UsageError
from .records import RDFS
from .sparql.guard import guard
from .triples import TYPE, XSD
from .view import View

SH, SCHEMA = "http://www.w3.org/ns/shacl#", "https://schema.org/"


def examples(view: View, stem: str, endpoint: str) -> Iterator[ox.Triple]:
    """Yield the questions that can be asked as they stand, parameters at their defaults; `stem` begins their names.

    A question that needs a parameter of the reader's is left out: as an example it could not be run.
    """
    for one in questions():
        try:
            text = one.filled(view, {})
        except (UsageError, UnknownRecordError):
            continue
        node = ox.NamedNode(f"{stem}/{one.number}")
        for name in ("SPARQLExecutable", "SPARQLSelectExecutable"):
            yield ox.Triple(node, ox.NamedNode(TYPE), ox.NamedNode(SH + name))
        yield ox.Triple(node, ox.NamedNode(f"{RDFS}comment"), ox.Literal(one.text, language="en"))
        yield ox.Triple(node, ox.NamedNode(f"{SH}select"), ox.Literal(text))
        yield ox.Triple(node, ox.NamedNode(f"{SCHEMA}target"), ox.NamedNode(endpoint))
        yield ox.Triple(node, ox.NamedNode(f"{SCHEMA}keywords"), ox.Literal(one.asked_by))
        for prefix, namespace in guard(text).prefixes.items():
            yield from _declared(node, prefix, namespace)


def _declared(node: ox.NamedNode, prefix: str, namespace: str) -> Iterator[ox.Triple]:
    """Yield a prefix of a query, as SHACL declares it."""
    owner, declared = ox.BlankNode(), ox.BlankNode()
    yield ox.Triple(node, ox.NamedNode(f"{SH}prefixes"), owner)
    yield ox.Triple(owner, ox.NamedNode(f"{SH}declare"), declared)
    yield ox.Triple(declared, ox.NamedNode(f"{SH}prefix"), ox.Literal(prefix))
    said = ox.Literal(namespace, datatype=ox.NamedNode(f"{XSD}anyURI"))
    yield ox.Triple(declared, ox.NamedNode(f"{SH}namespace"), said)
