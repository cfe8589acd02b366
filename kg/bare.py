"""A bare store: plain RDF in memory behind the same protocol and guard, with no tiers, shapes or canonical names.

It is what the conformance suites run on, and serves any file of RDF for as long as the program runs.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import pyoxigraph as ox

from .engine import evaluated, unread
from .errors import Place, QueryRefusedError, SourceError
from .sparql.answer import GRAPHS, answer_from
from .sparql.dataset import WHOLE, Dataset
from .sparql.endpoint import sizes
from .sparql.guard import Guarded
from .sparql.services import forbid_others
from .sparql.tokens import placed
from .sparql.update import guarded_update

Name = str | None
"""The IRI of a graph, None for the default graph."""


class Bare:
    """RDF in memory; each write is whole or not at all, and moves the edition on by one."""

    union: ClassVar[bool] = False
    writes: ClassVar[bool] = True
    has_pages: ClassVar[bool] = False

    def __init__(self) -> None:
        """Start empty."""
        self._graph, self._edition = ox.Store(), 0
        self._lock = threading.Lock()

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
        return made

    def state(self) -> str:
        """Return the edition."""
        return str(self._edition)

    def query(self, text: str, bindings: Mapping[str, Any] | None = None, dataset: Dataset = WHOLE) -> Any:
        """Answer a query's text, its default graph one of its own; raises QuerySyntaxError with line and column."""
        return evaluated(self._graph, text, dataset.without_union(), bindings)

    def respond(self, query: Guarded, dataset: Dataset, media: str) -> bytes:
        """Return the answer in a media type; raises QueryForbiddenError for SERVICE."""
        return answer_from(self, query, lambda: _alone(query), dataset).serialise(media)

    def update(self, text: str, using: Dataset) -> None:
        """Take in an update; raises QuerySyntaxError with line and column, and QueryRefusedError."""
        guarded = guarded_update(text, using)
        with self._lock:
            try:
                self._graph.update(guarded, base_iri=using.base)
            except SyntaxError as error:
                raise placed(text, unread(str(error.msg))) from None
            except (ValueError, OSError, RuntimeError) as error:
                raise QueryRefusedError(f"the update cannot be done: {error}") from None
            self._edition += 1

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

    def graph(self, name: Name, media: str) -> bytes:
        """Return a graph in a media type."""
        node = ox.DefaultGraph() if name is None else ox.NamedNode(name)
        found = (quad.triple for quad in self._graph.quads_for_pattern(None, None, None, node))
        return bytes(ox.serialize(found, format=GRAPHS[media]) or b"")

    def put(self, name: Name, quads: Iterable[ox.Quad], *, keep: bool = False) -> bool:
        """Make a graph of these triples, or add them to it where `keep` is set; returns whether the graph is new."""
        where = f"GRAPH <{name}>" if name else ""
        lines = " ".join(f"{quad.triple} ." for quad in quads)
        steps = [f"CREATE SILENT GRAPH <{name}>"] if name else []
        steps += [] if keep else [f"CLEAR {where or 'DEFAULT'}"]
        steps.append(f"INSERT DATA {{ {where} {{ {lines} }} }}" if name else f"INSERT DATA {{ {lines} }}")
        with self._lock:
            new = not self.has(name)
            self._graph.update(" ;\n".join(steps))
            self._edition += 1
        return new

    def drop(self, name: Name) -> None:
        """Take a graph away."""
        with self._lock:
            self._graph.update(f"DROP SILENT GRAPH <{name}>" if name else "DROP DEFAULT")
            self._edition += 1


def _alone(query: Guarded) -> str:
    forbid_others(query, {})
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
