"""Standing: whether a record stands in the store already, and in which graph."""

from __future__ import annotations

from collections.abc import Callable

from .store import Store
from .triples import TYPE


def store_knows(store: Store | None) -> Callable[[str], bool]:
    """Return whether an IRI is the subject of a standing fact: for references out of a source being loaded."""
    if store is None:
        return lambda _: False
    query = (
        "SELECT 1 FROM term t JOIN quad q ON q.s = t.id JOIN span ON span.quad = q.id AND span.went IS NULL"
        " WHERE t.value = ? LIMIT 1"
    )
    return lambda iri: store.connect().execute(query, (f"<{iri}>",)).fetchone() is not None


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
