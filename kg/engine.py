"""Oxigraph engines: one for each set of readable graphs, filled from the file, brought forward by revision."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Any, BinaryIO, Self

import pyoxigraph as ox

from . import snapshot
from .changes import Change
from .errors import QueryRefusedError, QuerySyntaxError
from .extract import Extract
from .merged import Merged, is_plain, links
from .sparql.dataset import WHOLE, Dataset
from .store import Store
from .union import Claim, outdated, united
from .viewer import Viewer

KEPT = 8
_BATCH = 50_000


class Engine:
    """A graph in memory that holds only what one set of viewers may read, what is one merged or, `as_stated`, not."""

    def __init__(
        self,
        store: Store,
        viewer: Viewer,
        *,
        at: int | None = None,
        as_stated: bool = False,
        soon: bool = False,
        extract: Extract | None = None,
    ) -> None:
        """Fill the engine at the newest revision, or at a past one; with an extract, with that alone.

        With `soon` it answers from the store's snapshot at once, if there is one of the newest revision, while memory fills.
        """
        self._store, self._viewer, self._as_stated, self._extract = store, viewer, as_stated, extract
        self._lock = threading.Lock()
        self._filling: threading.Thread | None = None
        self.oxigraph: ox.Store
        self.led: Mapping[str, str]
        """What is merged here: records, each with the one that stands for it."""
        self.revision = store.revision() if at is None else at
        self.graphs = store.readable(viewer)
        on_disk = snapshot.held(store, self.graphs, self.revision) if soon and not as_stated else None
        if on_disk is None:
            self._fill(self.revision)
        else:
            self.oxigraph, self.led = on_disk, links(on_disk)
            self._filling = threading.Thread(
                target=self._fill, args=(self.revision,), name="filling memory", daemon=True
            )
            self._filling.start()

    def _fill(self, at: int) -> None:
        """Fill a graph in memory from the file as it stood at a revision, and go over to it."""
        graph = ox.Store()
        self._left = _shown(graph, self._store, self.graphs, at, self._extract)
        self._merged = None if self._as_stated else Merged(graph, self._store.names)
        if self._merged is not None:
            _change(graph, *self._merged.step(set(), set()))
        self.oxigraph, self.led = graph, self._merged.led if self._merged is not None else {}

    def reads(self, graphs: frozenset[str], *, as_stated: bool) -> bool:
        """Return whether it holds what is asked for; where nothing is one, what is stated is what is merged."""
        return self.graphs == graphs and (self._as_stated == as_stated or is_plain(self.oxigraph))

    def bring_forward(self) -> None:
        """Take in what was written since the engine's revision."""
        with self._lock:
            newest = self._store.revision()
            if newest == self.revision:
                return
            if self._filling is not None:  # what is on disk cannot be brought forward
                self._filling.join()
                self._filling = None
            self.graphs = self._store.readable(self._viewer)
            if self._store.moved(self.revision, newest) > len(self.oxigraph):
                self._fill(newest)  # in parts, which takes less time and memory than so many changes at one stroke
            else:
                self._take_in(newest)
            self.revision = newest

    def _take_in(self, newest: int) -> None:
        """Take in what came and went up to a revision, change by change."""
        changes = (change for change in self._store.changes(self.revision, newest) if change.graph in self.graphs)
        left = outdated(self._store, self.graphs, newest)
        self._apply(changes, united(self._store, self.graphs, newest, left, self.revision, self._left))
        self._left = left

    def follow(self, news: Mapping[str, Any], facts: BinaryIO | None) -> None:
        """Bring the engine forward, as a nursery is asked to before it makes a worker."""
        self.bring_forward()

    def opened(self) -> Self:
        """Return the engine itself: a worker shares its memory."""
        return self

    def _apply(self, changes: Iterable[Change], claims: Iterable[tuple[Claim, bool]]) -> None:
        """Take in changes at one stroke: whoever reads meanwhile sees all of them or none.

        Of the claims that several graphs make, those that hold are there afterwards, and the others are not.
        """
        gone, come, outdone = set[str](), set[str](), set[str]()
        for change in changes:
            (come if change.added else gone).add(change.line)
        for claim, holds in claims:
            (come if holds else outdone).add(claim.line)
        gone, come = gone | outdone, come - outdone
        if self._merged is not None:
            gone, come = self._merged.step(gone, come)
            self.led = self._merged.led
        _change(self.oxigraph, gone, come)

    def query(self, text: str, bindings: Mapping[str, Any] | None = None, dataset: Dataset = WHOLE) -> Any:
        """Answer a query over the engine's graphs, with variables bound as terms.

        Returns pyoxigraph's solutions, boolean or triples. Raises QuerySyntaxError with line and column.
        """
        return evaluated(self.oxigraph, text, dataset, bindings)


def _shown(graph: ox.Store, store: Store, graphs: frozenset[str], at: int, part: Extract | None) -> frozenset[str]:
    """Fill a graph with what stands at a revision for whoever reads all of these graphs; return what lists leave out."""
    fill(graph, store.lines(graphs, at=at) if part is None else part.lines(store, graphs, at))
    left = outdated(store, graphs, at)
    _change(graph, [claim.line for claim, holds in united(store, graphs, at, left) if not holds], ())
    return left


def fill(graph: ox.Store, lines: Iterable[str]) -> None:
    """Put lines of N-Quads or N-Triples into a graph, as text and in parts: neither objects nor all of it at once."""
    left = iter(lines)
    while batch := "\n".join(islice(left, _BATCH)):
        graph.bulk_load(batch.encode(), format=ox.RdfFormat.N_QUADS)


def _change(graph: ox.Store, gone: Collection[str], come: Collection[str]) -> None:
    """Take lines of N-Quads out of a graph and put lines in, as one update."""
    steps = [
        f"{word} DATA {{ {' '.join(map(_statement, lines))} }}"
        for word, lines in (("DELETE", gone), ("INSERT", come))
        if lines
    ]
    if steps:
        graph.update(" ;\n".join(steps))
    for name in {_parted(line)[1] for line in gone}:  # an empty graph would still have its name
        node = ox.NamedNode(name[1:-1])
        if next(iter(graph.quads_for_pattern(None, None, None, node)), None) is None:
            graph.remove_graph(node)


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


def _statement(line: str) -> str:
    """Return a line of N-Quads as SPARQL says it."""
    triple, graph = _parted(line)
    return f"GRAPH {graph} {{ {triple} }}"


def _parted(line: str) -> tuple[str, str]:
    """Return the triple and the graph of a line of N-Quads."""
    triple, graph = line.removesuffix(" .").rsplit(" ", 1)
    return triple, graph


class Engines:
    """The few engines of one open store, shared by viewers that see the same graphs."""

    def __init__(self, store: Store) -> None:
        """Start with none; they are made when first needed."""
        self._store = store
        self._lock = threading.Lock()
        self._engines: list[Engine] = []

    def engine(self, viewer: Viewer, *, as_stated: bool = False, soon: bool = False) -> Engine:
        """Return an engine that holds just this viewer's graphs, at the newest revision; `soon` as for `Engine`."""
        with self._lock:
            wanted = self._store.readable(viewer)
            for engine in self._engines:
                engine.bring_forward()
                if engine.reads(wanted, as_stated=as_stated):
                    self._engines.remove(engine)
                    self._engines.append(engine)  # the last one used is the last to go
                    return engine
            engine = Engine(self._store, viewer, as_stated=as_stated, soon=soon)
            self._engines = [*self._engines[-(KEPT - 1) :], engine]
            return engine

    def keep(self, viewer: Viewer) -> bool:
        """Write what a viewer may read as the store's snapshot, where it is large; return whether it stands.

        It goes from the file to the snapshot in parts: no engine is made for it, which would hold it all in memory.
        """
        store = self._store
        revision, graphs = store.revision(), store.readable(viewer)

        def write(graph: ox.Store) -> None:
            _shown(graph, store, graphs, revision, None)
            _change(graph, *Merged(graph, store.names).step(set(), set()))

        large = store.size(graphs) >= snapshot.LEAST
        return large and snapshot.keep(store, graphs, revision, write, lambda: store.revision() == revision)
