"""A sandbox: a copy of what a writer sees, in which an update is tried, operation by operation.

Its default graph is the union of its graphs, as it is to a query: what is deleted there goes from every graph that says
it, and what is inserted there gets a graph by what it takes the place of, or speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from ..affected import quad_of
from ..amendment import MOST, check_graph
from ..errors import QueryRefusedError, UsageError
from ..iris import Names
from ..provenance import LINKS, PRIVATE
from ..tiers import Tier
from ..triples import TYPE, Quad, iri_of
from ..viewer import Viewer

_UNION = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"


class Sandbox:
    """A copy of what a viewer sees, with the union of its graphs as the default graph, and account of what changes."""

    def __init__(self, graph: ox.Store, names: Names, viewer: Viewer) -> None:
        """Make a copy of a graph that is used up by it."""
        self._graph, self._names, self._viewer = graph, names, viewer
        self.added: set[Quad] = set()
        self.removed: set[Quad] = set()
        graph.update(_UNION)
        self._held = self._lines()

    def _lines(self) -> set[bytes]:
        """Return all that the copy holds, a line each."""
        return set((self._graph.dump(format=ox.RdfFormat.N_QUADS) or b"").splitlines())

    def settle(self) -> None:
        """Bring default graph and named graphs together again, after an operation that changed either."""
        now = self._lines()
        come, gone = _parsed(now - self._held), _parsed(self._held - now)
        self._held = now
        for quad in (*come, *gone):
            self._check(quad)
        if len(come) + len(gone) > 2 * MOST:
            raise QueryRefusedError(f"the update changes more than {MOST} statements: do it in parts")
        left = self._take_away(gone, set(come))
        self._place((quad for quad in come if isinstance(quad.graph_name, ox.DefaultGraph)), left)
        for quad in come:
            self._move(quad, come=True)
            self._move(ox.Quad(quad.subject, quad.predicate, quad.object), come=True)
        for quad in gone:
            if isinstance(quad.graph_name, ox.NamedNode):
                self._move(quad, come=False)
            if not self._said(quad):
                self._move(ox.Quad(quad.subject, quad.predicate, quad.object), come=False)

    def _check(self, quad: ox.Quad) -> None:
        if isinstance(quad.graph_name, ox.NamedNode):
            check_graph(self._names, self._viewer, quad.graph_name.value)

    def _move(self, quad: ox.Quad, *, come: bool) -> None:
        """Let a quad come or go, and keep account of it."""
        (self._graph.add if come else self._graph.remove)(quad)
        line = f"{quad} .".encode()
        (self._held.add if come else self._held.discard)(line)
        if isinstance(quad.graph_name, ox.NamedNode):
            one, there, away = quad_of(quad), *((self.added, self.removed) if come else (self.removed, self.added))
            if one in away:
                away.remove(one)
            else:
                there.add(one)

    def _take_away(self, gone: Iterable[ox.Quad], come: set[ox.Quad]) -> dict[tuple[Any, Any], str]:
        """Take what went from the default graph from the graphs that say it; returns where what is said of a pair stood."""
        left: dict[tuple[Any, Any], str] = {}
        for quad in gone:
            if isinstance(quad.graph_name, ox.DefaultGraph):
                for one in self._said(quad):
                    if one not in come:
                        self._check(one)
                        self._move(one, come=False)
                        self._leave(left, one)
            else:
                self._leave(left, quad)
        return left

    def _leave(self, left: dict[tuple[Any, Any], str], quad: ox.Quad) -> None:
        pair, graph = (quad.subject, quad.predicate), iri_of(quad.graph_name)
        left[pair] = max(left.get(pair, graph), graph, key=self._rank)

    def _place(self, come: Iterable[ox.Quad], left: dict[tuple[Any, Any], str]) -> None:
        """Give a graph to what came into the default graph: that of what it takes the place of, else that of its subject."""
        for quad in come:
            graph = left.get((quad.subject, quad.predicate)) or self._home(quad.subject)
            if graph is None:
                raise UsageError(
                    f"{quad.subject} stands in no graph yet, so that nobody can tell who may read it:"
                    " name one, as in INSERT DATA { GRAPH <...> { ... } }"
                )
            known = self._names.read_graph(graph)
            if quad.predicate.value in PRIVATE and known.tier.rank < Tier.INTERNAL.rank and known.centre:
                graph = self._names.graph(known.centre, Tier.INTERNAL)
            if quad.predicate.value in LINKS:
                graph = max(graph, self._home(quad.object) or graph, key=self._rank)
            self._move(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph)), come=True)

    def _home(self, subject: Any) -> str | None:
        """Return the most open graph that says what a subject is."""
        if not isinstance(subject, ox.NamedNode):
            return None
        said = self._graph.quads_for_pattern(subject, ox.NamedNode(TYPE), None, None)
        graphs = [quad.graph_name.value for quad in said if isinstance(quad.graph_name, ox.NamedNode)]
        return min(graphs, key=self._rank, default=None)

    def _rank(self, graph: str) -> tuple[int, str]:
        return self._names.read_graph(graph).tier.rank, graph

    def _said(self, quad: ox.Quad) -> list[ox.Quad]:
        """Return the quads that say the same in a named graph."""
        found = self._graph.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        return [one for one in found if isinstance(one.graph_name, ox.NamedNode)]


def _parsed(lines: Iterable[bytes]) -> list[ox.Quad]:
    return list(ox.parse(b"\n".join(lines), format=ox.RdfFormat.N_QUADS))
