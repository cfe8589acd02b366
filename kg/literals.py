"""Literals in the engine's canonical form, so that digests and removals find what they look for."""

from __future__ import annotations

from functools import lru_cache

import pyoxigraph as ox

_SHORT = 100  # characters of a term that is remembered: dates and numbers come again, texts do not
_PROBE = ox.NamedNode("urn:x-atmp:probe")


def canonical(term: str) -> str:
    """Return an N-Triples term as the engine gives it back (1.50 as 1.5, +00:00 as Z, @EN as @en).

    IRIs and plain strings stand as they are. Raises SyntaxError for text that is no term.
    """
    if not term.startswith('"') or term.endswith('"'):
        return term
    return _canonical(term) if len(term) <= _SHORT else _canonical.__wrapped__(term)


@lru_cache(maxsize=10_000)
def _canonical(term: str) -> str:
    store = ox.Store()
    store.extend(ox.parse(f"{_PROBE} {_PROBE} {term} .".encode(), format=ox.RdfFormat.N_TRIPLES))
    return str(next(iter(store)).object)
