"""Oxigraph engines: one for each set of readable graphs, filled from the file, brought forward by revision."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, BinaryIO

import pyoxigraph as ox

from .changes import Change
from .errors import QueryRefusedError, QuerySyntaxError
from .sparql.dataset import WHOLE, Dataset
from .store import Store
from .union import Claim, united
from .viewer import Viewer

KEPT = 8
_BATCH = 50_000
_STEPS = ((False, "DELETE"), (True, "INSERT"))


class Engine:
    """A graph in memory that holds only what one set of viewers may read."""

    def __init__(self, store: Store, viewer: Viewer, *, at: int | None = None) -> None:
        """Fill the engine at the newest revision, or at a past one."""
        self._store, self._viewer = store, viewer
        self._lock = threading.Lock()
        self.oxigraph = ox.Store()
        self.revision = store.revision() if at is None else at
        self.graphs = store.readable(viewer)
        lines = store.lines(self.graphs, at=self.revision)
        while batch := "\n".join(islice(lines, _BATCH)):
            self.oxigraph.bulk_load(batch.encode(), format=ox.RdfFormat.N_QUADS)
        for claim, holds in united(store, self.graphs, self.revision):
            if not holds:
                self.oxigraph.remove(next(iter(ox.parse(claim.line.encode(), format=ox.RdfFormat.N_QUADS))))

    def bring_forward(self) -> None:
        """Take in what was written since the engine's revision."""
        with self._lock:
            newest = self._store.revision()
            if newest == self.revision:
                return
            self.graphs = self._store.readable(self._viewer)
            changes = (change for change in self._store.changes(self.revision, newest) if change.graph in self.graphs)
            self._apply(changes, united(self._store, self.graphs, newest, self.revision))
            self.revision = newest

    def follow(self, news: Mapping[str, Any], facts: BinaryIO | None) -> None:
        """Bring the engine forward, as a nursery is asked to before it makes a worker."""
        self.bring_forward()

    def _apply(self, changes: Iterable[Change], claims: Iterable[tuple[Claim, bool]]) -> None:
        """Take in changes at one stroke: whoever reads meanwhile sees all of them or none.

        Of the claims that several graphs make, those that hold are there afterwards, and the others are not.
        """
        moved: dict[bool, list[str]] = {False: [], True: []}
        for change in changes:
            moved[change.added].append(f"GRAPH <{change.graph}> {{ {change.triple} }}")
        gone = set()
        for claim, holds in claims:
            quad = f"GRAPH {claim.g} {{ {claim.s} {claim.p} {claim.o} }}"
            moved[holds].append(quad)
            gone |= set() if holds else {quad}
        moved[True] = [quad for quad in moved[True] if quad not in gone]
        steps = [f"{word} DATA {{ {' '.join(moved[added])} }}" for added, word in _STEPS if moved[added]]
        if steps:
            self.oxigraph.update(" ;\n".join(steps))

    def query(self, text: str, bindings: Mapping[str, Any] | None = None, dataset: Dataset = WHOLE) -> Any:
        """Answer a query over the engine's graphs, with variables bound as terms.

        Returns pyoxigraph's solutions, boolean or triples. Raises QuerySyntaxError with line and column.
        """
        return evaluated(self.oxigraph, text, dataset, bindings)


def evaluated(graph: ox.Store, text: str, dataset: Dataset, bindings: Mapping[str, Any] | None = None) -> Any:
    """Return what a graph answers to a query; raises QuerySyntaxError with line and column, or QueryRefusedError."""
    bound = {ox.Variable(name): term for name, term in (bindings or {}).items()}
    try:
        return graph.query(text, substitutions=bound, **dataset.options())
    except SyntaxError as error:
        raise unread(str(error.msg)) from None
    except (ValueError, OSError, RuntimeError) as error:
        raise QueryRefusedError(f"the query cannot be evaluated: {error}") from None


_PLACE = re.compile(r"error at (\d+):(\d+): ")
_REASON = re.compile(r"\b[A-Z]\w*(?: \w+){2,}")


def unread(said: str) -> QuerySyntaxError:
    """Return a syntax error of the engine with its line and column, and its reason where that is in words."""
    place, reason = _PLACE.match(said), _REASON.search(said)
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    return QuerySyntaxError(f"the query cannot be read here{f': {reason[0]}' if reason else ''}", line, column)


def _quads(lines: str) -> Iterable[Any]:
    return ox.parse(lines.encode(), format=ox.RdfFormat.N_QUADS)


class Engines:
    """The few engines of one open store, shared by viewers that see the same graphs."""

    def __init__(self, store: Store) -> None:
        """Start with none; they are made when first needed."""
        self._store = store
        self._lock = threading.Lock()
        self._engines: list[Engine] = []

    def engine(self, viewer: Viewer) -> Engine:
        """Return an engine that holds just this viewer's graphs, at the newest revision."""
        with self._lock:
            wanted = self._store.readable(viewer)
            for engine in self._engines:
                engine.bring_forward()
                if engine.graphs == wanted:
                    self._engines.remove(engine)
                    self._engines.append(engine)  # the last one used is the last to go
                    return engine
            engine = Engine(self._store, viewer)
            self._engines = [*self._engines[-(KEPT - 1) :], engine]
            return engine


def iri_of(term: object) -> str:
    """Return the IRI of a term of the engine; facts have IRIs where a record is named, or the store had refused them."""
    if not isinstance(term, ox.NamedNode):
        raise TypeError(f"{term} is no IRI")
    return term.value
