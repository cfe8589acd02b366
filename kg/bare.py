"""A bare store: plain RDF in memory behind the same protocol and guard, with no tiers, shapes or canonical names.

It is what the conformance suites run on, and serves any file of RDF for as long as the program runs.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, ClassVar, Self

import pyoxigraph as ox

from .engine import evaluated, unread
from .errors import Place, QueryRefusedError, SourceError
from .sparql.answer import GRAPHS, Graphs
from .sparql.dataset import WHOLE, Dataset
from .sparql.endpoint import Trial, sizes
from .sparql.guard import Guarded
from .sparql.holding import News
from .sparql.order import Order, ordered
from .sparql.services import forbid_others
from .sparql.tokens import placed
from .sparql.update import guarded_update

Name = str | None
"""The IRI of a graph, None for the default graph."""


class Bare:
    """RDF in memory; each write is whole or not at all, and moves the revision on by one.

    Queries are answered by workers, whose nursery is a copy of it: one that is asked after a write is given all facts
    anew (measured: 1 M triples take 3.6 seconds of computing), for what an update did cannot be done twice (`UUID()`).
    """

    union: ClassVar[bool] = False
    writes: ClassVar[bool] = True
    has_pages: ClassVar[bool] = False
    key = "bare"

    def __init__(self) -> None:
        """Start empty."""
        self._graph, self.revision = ox.Store(), 0
        self._lock, self._turn = threading.Lock(), threading.Lock()

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return a store that holds a file of RDF; raises SourceError in words where it cannot be read."""
        made = cls()
        form = ox.RdfFormat.from_extension(path.suffix.lstrip("."))
        if form is None:
            raise SourceError(
                "its ending tells no form of RDF: use .ttl, .nt, .nq, .trig, .rdf or .jsonld", Place(path.name)
            )
        try:
            data = path.read_bytes()
        except OSError as error:
            raise SourceError(f"it cannot be read ({error.strerror})", Place(path.name)) from None
        made._graph.bulk_extend(parsed(data, form, path.resolve().as_uri(), path.name))
        made.revision += 1
        return made

    @property
    def holding(self) -> Self:
        """Return the store itself: a nursery holds a copy of it."""
        return self

    def hello(self) -> dict[str, Any]:
        """Return nothing: a nursery begins empty."""
        return {}

    def early(self) -> dict[str, Any] | None:
        """Return None: its facts come with the first query."""
        return None

    def news(self, revision: int) -> News | None:
        """Return all facts, and the graphs that hold none; None where a copy of that revision has them."""
        with self._lock:
            if revision == self.revision:
                return None
            facts: Any = TemporaryFile()  # noqa: SIM115 - whoever is given the news closes it
            self._graph.dump(facts, ox.RdfFormat.N_QUADS)
            facts.seek(0)
            return News(facts, {"revision": self.revision, "empty": _empty(self._graph)})

    def follow(self, news: Mapping[str, Any], facts: BinaryIO | None) -> None:
        """Become a copy of another store, of which this is its news."""
        if facts is None:
            return
        self._graph, self.revision = _loaded(facts, news["empty"]), news["revision"]

    def opened(self) -> Self:
        """Return the store itself: a worker shares its memory."""
        return self

    def state(self) -> str:
        """Return the revision."""
        return str(self.revision)

    def query(self, text: str, bindings: Mapping[str, Any] | None = None, dataset: Dataset = WHOLE) -> Any:
        """Answer a query's text, its default graph one of its own; raises QuerySyntaxError with line and column."""
        return evaluated(self._graph, text, dataset.without_union(), bindings)

    def order(self, query: Guarded, dataset: Dataset, allowed: frozenset[str], graphs: Graphs | None = None) -> Order:
        """Return the order for a query, which forbids one that calls a service."""
        return ordered(query, lambda: _alone(query, allowed), dataset, allowed)

    def update(self, text: str, using: Dataset, trial: Trial) -> None:
        """Take in an update that is done in a worker, whose facts take the place of these.

        Raises QuerySyntaxError with line and column, QueryRefusedError, and QueryLimitError.
        """
        order = Order(guarded_update(text, using), using, plain=text, updates=True)
        with self._turn:
            graph = _whole(trial(order))
            with self._lock:
                self._graph, self.revision = graph, self.revision + 1

    def updated(self, order: Order) -> Whole:
        """Do an update here, in a worker; raises QuerySyntaxError with line and column, and QueryRefusedError."""
        try:
            self._graph.update(order.text, base_iri=order.dataset.base)
        except SyntaxError as error:
            raise placed(order.plain or order.text, unread(str(error.msg))) from None
        except (ValueError, OSError, RuntimeError) as error:
            raise QueryRefusedError(f"the update cannot be done: {error}") from None
        return Whole(self._graph)

    def sizes(self) -> dict[str, int]:
        """Return the number of triples of each graph, the default graph under an empty name."""
        counted = sizes(self)
        return {"": len(self._graph) - sum(counted.values()), **counted}

    def named(self, address: str, path: str) -> str:
        """Return the graph at a path below the store's address: it has its own address for a name."""
        return f"{address}/{path}"

    def fresh(self, address: str) -> str:
        """Return a name for a new graph."""
        return f"{address}/{uuid.uuid4()}"

    def has(self, name: Name) -> bool:
        """Return whether there is such a graph; the default graph is always there."""
        return name is None or self._graph.contains_named_graph(ox.NamedNode(name))

    def write(self, name: Name, media: str, output: IO[bytes]) -> None:
        """Write a graph in a media type as it is found."""
        node = ox.DefaultGraph() if name is None else ox.NamedNode(name)
        found = (quad.triple for quad in self._graph.quads_for_pattern(None, None, None, node))
        ox.serialize(found, output, format=GRAPHS[media])

    def put(self, name: Name, quads: Iterable[ox.Quad], *, keep: bool = False) -> bool:
        """Make a graph of these triples, or add them to it where `keep` is set; returns whether the graph is new."""
        where = f"GRAPH <{name}>" if name else ""
        lines = " ".join(f"{quad.triple} ." for quad in quads)
        steps = [f"CREATE SILENT GRAPH <{name}>"] if name else []
        steps += [] if keep else [f"CLEAR {where or 'DEFAULT'}"]
        steps.append(f"INSERT DATA {{ {where} {{ {lines} }} }}" if name else f"INSERT DATA {{ {lines} }}")
        with self._turn, self._lock:
            new = not self.has(name)
            self._graph.update(" ;\n".join(steps))
            self.revision += 1
        return new

    def drop(self, name: Name) -> None:
        """Take a graph away."""
        with self._turn, self._lock:
            self._graph.update(f"DROP SILENT GRAPH <{name}>" if name else "DROP DEFAULT")
            self.revision += 1


@dataclass(frozen=True)
class Whole:
    """All that a store holds, as a worker gives it: a line that names the graphs that hold nothing, and N-Quads."""

    graph: ox.Store

    def write(self, media: str, output: IO[bytes], rows: int | None = None) -> None:
        """Write it; neither media types nor rows are for what no client sees."""
        output.write(json.dumps(_empty(self.graph)).encode() + b"\n")
        self.graph.dump(output, ox.RdfFormat.N_QUADS)


def _whole(said: bytes) -> ox.Store:
    """Return the store that a worker gave."""
    names, _, facts = said.partition(b"\n")
    return _loaded(facts, json.loads(names))


def _loaded(facts: BinaryIO | bytes, empty: Iterable[str]) -> ox.Store:
    graph = ox.Store()
    graph.bulk_load(facts, ox.RdfFormat.N_QUADS)
    for name in empty:
        graph.add_graph(ox.NamedNode(name))
    return graph


def _empty(graph: ox.Store) -> list[str]:
    """Return the names of graphs that hold nothing."""
    quads = ((name, graph.quads_for_pattern(None, None, None, name)) for name in graph.named_graphs())
    return [str(name.value) for name, found in quads if next(iter(found), None) is None]


def _alone(query: Guarded, allowed: frozenset[str]) -> str:
    forbid_others(query, allowed)
    return query.text


def parsed(data: bytes, form: ox.RdfFormat, base: str | None, name: str = "the body") -> Sequence[Any]:
    """Return the quads of a text, its blank nodes named anew; raises SourceError with line and column."""
    if b"<!DOCTYPE" in data[:100_000].upper():
        raise SourceError("it has a DOCTYPE: such texts are not read, for they can name other files", Place(name))
    try:
        return list(ox.parse(data, format=form, base_iri=base, rename_blank_nodes=True))
    except SyntaxError as error:
        where = Place(name, None, error.lineno, str(error.offset) if error.offset else None)
        raise SourceError(f"the syntax is broken: {error.msg}", where) from None
    except ValueError as error:
        raise SourceError(f"the syntax is broken: {error}", Place(name)) from None
