"""The graphs of the atlas as one viewer sees them, for the Graph Store Protocol: read whole, and written as an update is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

import pyoxigraph as ox

from .affected import Amendment, of_source, quad_of
from .amendment import amend
from .errors import QueryForbiddenError
from .literals import canonical
from .sparql.answer import GRAPHS
from .sparql.dataset import WHOLE
from .sparql.rehearsal import update
from .triples import Quad
from .view import View

Name = str | None
"""The IRI of a graph, None for the default graph: the union of all."""
_FORM = "graph-store"


@dataclass(frozen=True)
class ViewGraphs:
    """A viewer's graphs; those of a centre that lets the viewer in by name may be written."""

    view: View

    def named(self, _: str, path: str) -> str:
        """Return the graph at a path below the store's address."""
        return f"{self.view.store.names.base}/graph/{path}"

    def fresh(self, _: str) -> str:
        """Raise QueryForbiddenError: a graph says by its name who reads it."""
        raise QueryForbiddenError("a new graph has no name yet that says who may read it: name one with ?graph=")

    def has(self, name: Name) -> bool:
        """Return whether the viewer sees a fact in a graph; the default graph is always there."""
        return name is None or any(True for _ in self._quads(name))

    def write(self, name: Name, media: str, output: IO[bytes]) -> None:
        """Write a graph in a media type as it is found; what several graphs say is in the union of all once."""
        graph = self.view.engine.oxigraph
        found = (quad.triple for quad in self._quads(name) if name is not None or _is_first(graph, quad))
        ox.serialize(found, output, format=GRAPHS[media])

    def put(self, name: Name, quads: Iterable[ox.Quad], *, keep: bool = False) -> bool:
        """Make a graph of these triples, or add them to it where `keep` is set; returns whether the graph is new.

        What tells of sources stays with its facts. Raises as `amend` does.
        """
        said = (quad_of(quad) for quad in quads)
        triples = {(subject, prop, canonical(term)) for subject, prop, term, _ in said}
        lines = "".join(f"{' '.join(triple)} .\n" for triple in sorted(triples))
        if name is None:
            if not keep:
                raise QueryForbiddenError(_UNION)
            update(self.view, f"INSERT DATA {{\n{lines}}}", WHOLE, agent=self.view.viewer.name)
            return False
        new, graph = not self.has(name), str(ox.NamedNode(name))
        wanted = frozenset((*triple, graph) for triple in triples)

        def propose() -> Amendment:
            revision, held = self.view.engine.revision, frozenset(self._held(name))
            facts = (quad for quad in held - wanted if not of_source(self.view.store.names, quad))
            return Amendment(revision, wanted - held, frozenset(() if keep else facts))

        amend(self.view, propose, agent=self.view.viewer.name, form=_FORM, text=lines.encode())
        return new and self.has(name)

    def drop(self, name: Name) -> None:
        """Take all that a graph says away; raises as `amend` does."""
        if name is None:
            raise QueryForbiddenError(_UNION)

        def propose() -> Amendment:
            revision = self.view.engine.revision
            return Amendment(revision, frozenset(), frozenset(self._held(name)))

        amend(self.view, propose, agent=self.view.viewer.name, form=_FORM, text=b"")

    def _quads(self, name: Name) -> Iterator[ox.Quad]:
        node = None if name is None else ox.NamedNode(name)
        return self.view.engine.oxigraph.quads_for_pattern(None, None, None, node)

    def _held(self, name: str) -> Iterator[Quad]:
        return map(quad_of, self._quads(name))


def _is_first(graph: ox.Store, quad: ox.Quad) -> bool:
    """Return whether a quad is the first of those that say the same."""
    return next(iter(graph.quads_for_pattern(quad.subject, quad.predicate, quad.object, None))) == quad


_UNION = "the default graph is the union of all graphs: name the one that you mean with ?graph="
