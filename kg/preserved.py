"""What a viewer may read, as a snapshot of the store preserves it: each process that answers from it opens it for itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO, Self

import pyoxigraph as ox

from . import snapshot
from .engine import evaluated
from .errors import StoreError
from .sparql.dataset import WHOLE, Dataset
from .store import Store
from .viewer import Viewer


class Preserved:
    """A store's snapshot, for as long as that is of the newest revision."""

    def __init__(self, store: Store, viewer: Viewer) -> None:
        """Find the snapshot; raises StoreError where there is none of what the viewer reads now."""
        self._store, self.revision = store, store.revision()
        self._graph: ox.Store
        if not snapshot.stands(store, store.readable(viewer), self.revision):
            raise StoreError("the store has no snapshot of what is asked for")

    def follow(self, news: Mapping[str, Any], facts: BinaryIO | None) -> None:
        """Raise StoreError where the store has moved on, for a snapshot cannot follow."""
        if self._store.revision() != self.revision:
            raise StoreError("the store has moved on from its snapshot")

    def opened(self) -> Self:
        """Return it with its files opened by this process: what another one has opened is not shared with its children."""
        self._graph = snapshot.opened(self._store)
        return self

    def query(self, text: str, bindings: Mapping[str, Any] | None = None, dataset: Dataset = WHOLE) -> Any:
        """Answer a query as `Engine.query` does."""
        return evaluated(self._graph, text, dataset, bindings)
