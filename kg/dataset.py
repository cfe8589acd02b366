"""The graph as an rdflib Dataset for people who script against it: everything reads, nothing writes."""

from __future__ import annotations

from typing import Any, NoReturn

import rdflib
from oxrdflib import OxigraphStore

from .engine import Engine
from .errors import ReadOnlyError

# rdflib follows FROM, SERVICE and LOAD to files and the web by default; a reader's query never may
rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
rdflib.plugins.sparql.SPARQL_DEFAULT_GRAPH_UNION = False


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise ReadOnlyError("this dataset only reads: change facts with `atmp load` or Store.write")


class _ReadOnlyStore(OxigraphStore):
    """An Oxigraph store whose every way to write raises ReadOnlyError."""

    add = addN = remove = update = remove_graph = add_graph = open = destroy = _refuse  # noqa: N815 - rdflib's name


class _ReadOnlyDataset(rdflib.Dataset):
    """A dataset that refuses writes and looking things up on the web."""

    add = addN = remove = update = parse = add_graph = remove_graph = load = _refuse  # noqa: N815

    def graph(self, identifier: Any = None, base: str | None = None) -> Any:
        """Return one graph to read; unlike rdflib's own, makes none."""
        return rdflib.Graph(store=self.store, identifier=rdflib.URIRef(str(identifier)))

    get_graph = get_context = graph  # type: ignore[assignment]


def dataset(engine: Engine) -> rdflib.Dataset:
    """Return a Dataset over the engine's graphs, its default graph their union."""
    return _ReadOnlyDataset(store=_ReadOnlyStore(store=engine.oxigraph), default_union=True)
