"""Reasons: why two records fit, in words and as a query that anyone can put to the graph."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox
from atmp.kg.view import View


@dataclass(frozen=True)
class Reason:
    """A sentence, the statements that it rests on, as SPARQL triple patterns, and `where` they have to compare."""

    words: str
    triples: tuple[str, ...]
    where: str = ""

    @property
    def ask(self) -> str:
        """Return the ASK query that is true of a graph exactly when the statements stand in it."""
        body = " ".join(f"{triple} ." for triple in self.triples)
        return f"ASK {{ {body} {self.where} }}".replace("  ", " ")

    def holds(self, view: View) -> bool:
        """Return whether the statements stand in what this viewer reads."""
        return bool(view.engine.query(self.ask))


def named(iri: str) -> str:
    """Return an IRI as SPARQL writes it."""
    return str(ox.NamedNode(iri))


def literal(value: object, datatype: str | None = None) -> str:
    """Return a value as a literal of SPARQL."""
    return str(ox.Literal(str(value), datatype=ox.NamedNode(datatype) if datatype else None))


def said(subject: str, prop: str, value: str) -> str:
    """Return a triple pattern of three IRIs."""
    return f"{named(subject)} {named(prop)} {named(value)}"
