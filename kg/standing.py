"""Standing: whether a record stands in the store already, in which graph, and whether it is signed off."""

from __future__ import annotations

from collections.abc import Callable

from .records import ATMP
from .rounds import SOURCES
from .store import Store
from .triples import TYPE
from .viewer import Viewer


def store_knows(store: Store | None, viewer: Viewer) -> Callable[[str], bool]:
    """Return whether an IRI is the subject of a standing fact that the viewer sees: for references out of a source."""
    if store is None:
        return lambda _: False
    query = (
        "SELECT DISTINCT tg.value FROM term t JOIN quad q ON q.s = t.id JOIN span ON span.quad = q.id"
        " AND span.went IS NULL JOIN term tg ON tg.id = q.g WHERE t.value = ?"
    )
    readable = {f"<{graph}>" for graph in store.readable(viewer)}
    return lambda iri: any(graph in readable for (graph,) in store.connect().execute(query, (f"<{iri}>",)))


def store_signed(store: Store | None) -> Callable[[str, str], bool]:
    """Return whether a response, by its IRI, is signed off by another source of a survey than the one of a key."""
    if store is None:
        return lambda _, __: False
    query = (
        "SELECT 1 FROM term t JOIN quad q ON q.s = t.id JOIN term p ON p.id = q.p AND p.value = ?"
        " JOIN assertion a ON a.quad = q.id AND a.went IS NULL JOIN source_row r ON r.id = a.row"
        f" JOIN source src ON src.id = r.source AND src.key GLOB '{SOURCES}*' AND src.key <> ? WHERE t.value = ? LIMIT 1"
    )
    signed = f"<{ATMP}signedOff>"
    return lambda iri, key: store.connect().execute(query, (signed, key, f"<{iri}>")).fetchone() is not None


def store_home(store: Store) -> Callable[[str], str | None]:
    """Return where in the store a record stands: the most open graph that says what it is, or None."""
    query = (
        "SELECT tg.value FROM term t JOIN quad q ON q.s = t.id JOIN term tp ON tp.id = q.p AND tp.value = ?"
        " JOIN span ON span.quad = q.id AND span.went IS NULL JOIN term tg ON tg.id = q.g WHERE t.value = ?"
    )

    def home(iri: str) -> str | None:
        found = [str(row[0])[1:-1] for row in store.connect().execute(query, (f"<{TYPE}>", f"<{iri}>"))]
        return min(found, key=lambda graph: (store.names.read_graph(graph).tier.rank, graph), default=None)

    return home
