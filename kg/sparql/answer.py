"""Answering a stranger's query: guarded, services filled in, evaluated over the viewer's graphs, serialised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import pyoxigraph as ox

from ..engine import evaluated
from ..errors import QueryForbiddenError, QuerySyntaxError, UsageError
from ..table import Table, value
from ..view import View
from .dataset import WHOLE, Dataset
from .guard import Guarded, Limits, guard
from .services import Services, answered
from .tokens import placed, tokens

SOLUTIONS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/xml": ox.QueryResultsFormat.XML,
}
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}
_PREFIXED = frozenset({ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.RDF_XML})
_PREFIXES = {
    "atmp": "https://w3id.org/atmp/ontology/",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def offers(form: str) -> tuple[str, ...]:
    """Return the media types that a form of query (SELECT, ASK, CONSTRUCT, DESCRIBE) is answered in, the preferred first."""
    return tuple(GRAPHS if form in {"CONSTRUCT", "DESCRIBE"} else SOLUTIONS)


@dataclass(frozen=True)
class Answer:
    """A query's result, to be serialised once."""

    result: Any

    @property
    def is_graph(self) -> bool:
        """Return whether the result is triples, of CONSTRUCT or DESCRIBE."""
        return isinstance(self.result, ox.QueryTriples)

    def serialise(self, media: str) -> bytes:
        """Return the result in a media type; raises UsageError for one that is not offered."""
        given: dict[str, Any] = dict(GRAPHS if self.is_graph else SOLUTIONS)
        if media not in given:
            raise UsageError(f"this result cannot be given as {media}: use one of {', '.join(given)}")
        if self.is_graph:
            prefixes = _PREFIXES if given[media] in _PREFIXED else None
            return bytes(ox.serialize(self.result, format=given[media], prefixes=prefixes) or b"")
        return bytes(self.result.serialize(format=given[media]) or b"")

    def table(self) -> Table:
        """Return the result as a table: triples as three columns, a boolean as one cell."""
        if isinstance(self.result, ox.QueryBoolean):
            return Table(("answer",), ((bool(self.result),),))
        if self.is_graph:
            rows = tuple((str(one.subject), str(one.predicate), str(one.object)) for one in self.result)
            return Table(("subject", "predicate", "object"), rows)
        names = tuple(variable.value for variable in self.result.variables)
        return Table(names, tuple(tuple(value(term) for term in row) for row in self.result))


def answer(view: View, query: str, services: Services, *, limits: Limits | None = None) -> Answer:
    """Answer a query as this viewer; raises QuerySyntaxError with line and column, or QueryRefusedError."""
    return answer_guarded(view, guard(query, limits), services)


def answer_guarded(view: View, query: Guarded, services: Services, dataset: Dataset = WHOLE) -> Answer:
    """Answer a query that passed the guard, over the graphs of a dataset."""
    return answer_from(view.engine, query, lambda: answered(view, query, services, dataset), dataset)


class Graphs(Protocol):
    """What evaluates a query's text: an engine."""

    def query(self, text: str, bindings: Mapping[str, Any] | None = None, dataset: Dataset = WHOLE) -> Any:
        """Return pyoxigraph's solutions, boolean or triples; raises QuerySyntaxError, or QueryRefusedError."""


def answer_from(engine: Graphs, query: Guarded, filled: Callable[[], str], dataset: Dataset) -> Answer:
    """Answer a guarded query whose services are `filled` in; a syntax error is told at its place in the query as it came."""
    over = dataset.without_union() if query.chooses else dataset
    try:
        return Answer(engine.query(filled(), dataset=over))
    except QueryForbiddenError:
        check(_as_graphs(query), dataset)  # what cannot be read is said to be that first
        raise
    except QuerySyntaxError as error:
        if query.services:  # what the engine read is longer than what was asked: its place is looked for again
            check(_emptied(query), dataset)
        raise placed(query.text, error) from None


def check(query: str, dataset: Dataset = WHOLE) -> None:
    """Raise QuerySyntaxError, with the text at its place, where the engine cannot read a query; no fact is looked at."""
    try:
        evaluated(ox.Store(), query, dataset)
    except QuerySyntaxError as error:
        raise placed(query, error) from None


def _emptied(query: Guarded) -> str:
    """Return a query whose services are empty groups of the same length, so that all else keeps its place."""
    text = list(query.text)
    for service in query.services:
        span = range(service.start, service.end)
        text[service.start : service.end] = [text[at] if text[at] in "\r\n" else " " for at in span]
        text[service.start], text[service.end - 1] = "{", "}"
    return "".join(text)


def _as_graphs(query: Guarded) -> str:
    """Return a query whose services, nested ones too, are graphs: these are read alike, reach nowhere, and keep their place."""
    text, before = list(query.text), ""
    for token in tokens(query.text):
        if token.word == "SERVICE" or (token.word == "SILENT" and before == "SERVICE"):
            said = "GRAPH" if token.word == "SERVICE" else ""
            text[token.start : token.start + len(token.text)] = said.ljust(len(token.text))
        before = token.word
    return "".join(text)
