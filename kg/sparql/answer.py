"""Answering a stranger's query: guarded, services filled in, evaluated over the viewer's graphs, serialised."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import pyoxigraph as ox

from ..engine import evaluated
from ..errors import QueryForbiddenError, QueryRefusedError, QuerySyntaxError, UsageError
from ..table import Table, value
from ..view import View
from .dataset import WHOLE, Dataset
from .description import description
from .guard import Limits, guard
from .listing import Listing, things
from .order import Order, ordered
from .rows import counted, counter
from .services import Services, answered
from .tokens import placed

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


_LINES, _ROWS = "application/n-triples", "application/sparql-results+json"
WIRED = {"SELECT": _ROWS, "ASK": _ROWS, "CONSTRUCT": _LINES, "DESCRIBE": _LINES}
"""The media types that `tabled` reads, by the form of query."""


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
        return not isinstance(self.result, ox.QuerySolutions | ox.QueryBoolean)

    def serialise(self, media: str) -> bytes:
        """Return the result in a media type; raises UsageError for one that is not offered."""
        output = io.BytesIO()
        self.write(media, output)
        return output.getvalue()

    def write(self, media: str, output: Any, rows: int | None = None) -> None:
        """Write the result as it is found, to what has `write` and `flush`.

        Raises UsageError for a media type that is not offered, TooManyRows after `rows` rows or triples.
        """
        given: dict[str, Any] = dict(GRAPHS if self.is_graph else SOLUTIONS)
        if media not in given:
            raise UsageError(f"this result cannot be given as {media}: use one of {', '.join(given)}")
        if self.is_graph:
            prefixes = _PREFIXES if given[media] in _PREFIXED else None
            ox.serialize(counted(self.result, rows), output, format=given[media], prefixes=prefixes)
        else:
            self.result.serialize(counter(given[media], output, rows), format=given[media])

    def table(self) -> Table:
        """Return the result as a table: triples as three columns, a boolean as one cell."""
        return _listed(self.result) if self.is_graph else _solved(self.result)


def tabled(data: bytes, media: str) -> Table:
    """Return a result that was serialised, in one of `WIRED`'s media types, as the same table."""
    if media == _LINES:
        return _listed(ox.parse(data, format=ox.RdfFormat.N_TRIPLES))
    return _solved(ox.parse_query_results(data, format=SOLUTIONS[media]))


def _listed(triples: Any) -> Table:
    rows = tuple((str(one.subject), str(one.predicate), str(one.object)) for one in triples)
    return Table(("subject", "predicate", "object"), rows)


def _solved(result: Any) -> Table:
    if isinstance(result, ox.QueryBoolean):
        return Table(("answer",), ((bool(result),),))
    names = tuple(variable.value for variable in result.variables)
    return Table(names, tuple(tuple(value(term) for term in row) for row in result))


def answer(view: View, query: str, services: Services, *, limits: Limits | None = None) -> Answer:
    """Answer a query as this viewer; raises QuerySyntaxError with line and column, or QueryRefusedError."""
    guarded = guard(query, limits)
    return found(view.engine, ordered(guarded, lambda: answered(view, guarded, services), describes=True))


class Result(Protocol):
    """What is written once, to whoever asked."""

    def write(self, media: str, output: Any, rows: int | None = None) -> None:
        """Write the result in a media type, of at most so many rows; raises TooManyRows."""


class Graphs(Protocol):
    """What evaluates a query's text: an engine."""

    def query(self, text: str, bindings: Mapping[str, Any] | None = None, dataset: Dataset = WHOLE) -> Any:
        """Return pyoxigraph's solutions, boolean or triples; raises QuerySyntaxError, or QueryRefusedError."""


@runtime_checkable
class Updated(Graphs, Protocol):
    """What evaluates updates too, in a copy that nobody else reads."""

    def updated(self, order: Order) -> Result:
        """Do an update, and return all that is held then; raises QuerySyntaxError, or QueryRefusedError."""


def fulfilled(engine: Graphs, order: Order) -> Result:
    """Return what an engine finds; a syntax error is told at its place in the query as it came.

    Raises QueryRefusedError for an update of what takes none, else as `found` does.
    """
    if not order.updates:
        return found(engine, order)
    if not isinstance(engine, Updated):
        raise QueryRefusedError("these facts take no updates here")
    return engine.updated(order)


def found(engine: Graphs, order: Order) -> Answer:
    """Return what an engine finds for a query.

    Raises QuerySyntaxError, QueryRefusedError, and QueryForbiddenError for an order that forbids its query.
    """
    if order.forbidden is not None or order.refused is not None:
        check(order.text, order.dataset)
        raise QueryForbiddenError(order.forbidden) if order.forbidden else QueryRefusedError(str(order.refused))
    if order.describes:
        return _described(engine, order)
    try:
        return Answer(engine.query(order.text, dataset=order.dataset))
    except QuerySyntaxError as error:
        if order.plain is not None:  # what the engine read is longer than what was asked: its place is looked for again
            check(order.plain, order.dataset)
        raise placed(order.plain or order.text, error) from None


def _described(engine: Graphs, order: Order) -> Answer:
    """Return descriptions of ours of what a DESCRIBE names."""
    check(
        order.plain or order.text, order.dataset
    )  # places are told in the query as it came, not in the list it becomes
    listing = Listing.of(order.text)
    named = found(engine, replace(order, text=listing.text(), describes=False))
    return Answer(description(engine, things(named.result), listing.over(order.dataset)).triples())


def check(query: str, dataset: Dataset = WHOLE) -> None:
    """Raise QuerySyntaxError, with the text at its place, where the engine cannot read a query; no fact is looked at."""
    try:
        evaluated(ox.Store(), query, dataset)
    except QuerySyntaxError as error:
        raise placed(query, error) from None
