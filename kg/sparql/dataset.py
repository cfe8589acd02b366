"""The dataset of a request: which graphs a query is asked over, and against which address its short IRIs are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import pyoxigraph as ox

from ..errors import UsageError


@dataclass(frozen=True)
class Dataset:
    """The graphs of a query; a graph that is not in the store, or not for this viewer, counts as an empty one.

    Where a request names graphs, `default` are merged into the default graph and `named` are those of GRAPH; else the
    query's own FROM holds; else all graphs are named, and the default graph is their `union`, or one of its own.
    """

    union: bool = True
    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None
    base: str | None = None

    @classmethod
    def chosen(cls, default: Sequence[str], named: Sequence[str], *, base: str | None = None) -> Self:
        """Return the dataset that a request's parameters name; raises UsageError for what is no IRI."""
        for iri in (*default, *named):
            _node(iri)
        if not default and not named:
            return cls(base=base)
        return cls(True, tuple(dict.fromkeys(default)), tuple(dict.fromkeys(named)), base)

    @property
    def is_chosen(self) -> bool:
        """Return whether the request named graphs: then FROM in the query counts for nothing."""
        return self.default is not None

    def without_union(self) -> Self:
        """Return the dataset of a query that names its graphs with FROM."""
        return replace(self, union=False)

    def options(self) -> dict[str, Any]:
        """Return what the engine is told."""
        if self.default is None:
            return {"use_default_graph_as_union": self.union, "base_iri": self.base}
        default, named = ([_node(iri) for iri in some] for some in (self.default, self.named or ()))
        return {"default_graph": default, "named_graphs": named, "base_iri": self.base}


WHOLE = Dataset()
"""All that the engine holds, its default graph the union."""


def _node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise UsageError(f"'{iri[:200]}' is no IRI: name a graph by its whole IRI") from None
