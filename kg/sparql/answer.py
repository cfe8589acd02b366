"""Answering a stranger's query: guarded, services filled in, evaluated over the viewer's graphs, serialised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from ..errors import QuerySyntaxError, UsageError
from ..table import Table, value
from ..view import View
from .guard import Guarded, Limits, guard
from .services import Services, answered

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
}
_PREFIXES = {
    "atmp": "https://w3id.org/atmp/ontology/",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True)
class Answer:
    """A query's result, to be serialised once."""

    result: Any

    @property
    def is_graph(self) -> bool:
        """Return whether the result is triples, of CONSTRUCT or DESCRIBE."""
        return isinstance(self.result, ox.QueryTriples)

    @property
    def offers(self) -> tuple[str, ...]:
        """Return the media types it can be given in, the preferred one first."""
        if self.is_graph:
            return tuple(GRAPHS)
        if isinstance(self.result, ox.QueryBoolean):  # the CSV and TSV results know no booleans
            return tuple(media for media in SOLUTIONS if not media.startswith("text/"))
        return tuple(SOLUTIONS)

    def serialise(self, media: str) -> bytes:
        """Return the result in a media type; raises UsageError for one that is not offered."""
        if media not in self.offers:
            raise UsageError(f"this result cannot be given as {media}: use one of {', '.join(self.offers)}")
        if self.is_graph:
            chosen = GRAPHS[media]
            prefixes = _PREFIXES if chosen in {ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML} else None
            return bytes(ox.serialize(self.result, format=chosen, prefixes=prefixes) or b"")
        return bytes(self.result.serialize(format=SOLUTIONS[media]) or b"")

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
    guarded = guard(query, limits)
    try:
        return Answer(view.engine.query(answered(view, guarded, services)))
    except QuerySyntaxError:
        if guarded.services:  # what the engine read is longer than what was asked: its place is looked for again
            view.engine.query(_emptied(guarded))
        raise


def _emptied(query: Guarded) -> str:
    """Return a query whose services are empty groups of the same length, so that all else keeps its place."""
    text = list(query.text)
    for service in query.services:
        span = range(service.start, service.end)
        text[service.start : service.end] = [text[at] if text[at] in "\r\n" else " " for at in span]
        text[service.start], text[service.end - 1] = "{", "}"
    return "".join(text)
