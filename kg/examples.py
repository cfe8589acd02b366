"""Examples in RDF, of the question catalogue and of search: SHACL's SPARQLExecutable, as editors and query writers pick them up."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox
from atmp.ontology.files import search_guide

from .catalogue import questions
from .errors import UnknownRecordError, UsageError
from .records import RDFS
from .sparql.guard import guard
from .triples import TYPE, XSD
from .view import View

SH, SCHEMA = "http://www.w3.org/ns/shacl#", "https://schema.org/"
_GUIDED = re.compile(r"^### \d+\. ([^\n]*)\n\n```sparql\n(.*?)```", re.MULTILINE | re.DOTALL)


def guided() -> tuple[tuple[str, str], ...]:
    """Return the examples of the guide to search inside SPARQL: a question in words, and its query."""
    found: list[tuple[str, str]] = _GUIDED.findall(search_guide().read_text(encoding="utf-8"))
    return tuple(found)


def search_examples(stem: str, endpoint: str) -> Iterator[ox.Triple]:
    """Yield the examples of that guide; `stem` begins their names."""
    for number, (words, query) in enumerate(guided(), start=1):
        yield from _example(ox.NamedNode(f"{stem}{number}"), words, query, "search", endpoint)


def examples(view: View, stem: str, endpoint: str) -> Iterator[ox.Triple]:
    """Yield the questions that can be asked as they stand, parameters at their defaults; `stem` begins their names.

    A question that needs a parameter of the reader's is left out: as an example it could not be run.
    """
    for one in questions():
        try:
            text = one.filled(view, {})
        except (UsageError, UnknownRecordError):
            continue
        yield from _example(ox.NamedNode(f"{stem}/{one.number}"), one.text, text, one.asked_by, endpoint)


def _example(node: ox.NamedNode, words: str, query: str, keyword: str, endpoint: str) -> Iterator[ox.Triple]:
    for name in ("SPARQLExecutable", "SPARQLSelectExecutable"):
        yield ox.Triple(node, ox.NamedNode(TYPE), ox.NamedNode(SH + name))
    yield ox.Triple(node, ox.NamedNode(f"{RDFS}comment"), ox.Literal(words, language="en"))
    yield ox.Triple(node, ox.NamedNode(f"{SH}select"), ox.Literal(query))
    yield ox.Triple(node, ox.NamedNode(f"{SCHEMA}target"), ox.NamedNode(endpoint))
    yield ox.Triple(node, ox.NamedNode(f"{SCHEMA}keywords"), ox.Literal(keyword))
    for prefix, namespace in guard(query).prefixes.items():
        yield from _declared(node, prefix, namespace)


def _declared(node: ox.NamedNode, prefix: str, namespace: str) -> Iterator[ox.Triple]:
    """Yield a prefix of a query, as SHACL declares it."""
    owner, declared = ox.BlankNode(), ox.BlankNode()
    yield ox.Triple(node, ox.NamedNode(f"{SH}prefixes"), owner)
    yield ox.Triple(owner, ox.NamedNode(f"{SH}declare"), declared)
    yield ox.Triple(declared, ox.NamedNode(f"{SH}prefix"), ox.Literal(prefix))
    said = ox.Literal(namespace, datatype=ox.NamedNode(f"{XSD}anyURI"))
    yield ox.Triple(declared, ox.NamedNode(f"{SH}namespace"), said)
