"""Endpoints: what the SPARQL protocol is spoken to, whether it is the atlas as a viewer sees it or a bare store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Protocol

from ..errors import QueryForbiddenError
from ..view import View
from .answer import Graphs
from .dataset import Dataset
from .guard import Guarded
from .holding import Holding, ViewHolding
from .order import Order, ordered
from .services import Services, answered

Trial = Callable[[Order], bytes]
"""Returns the result of an order that updates, as a worker gives it."""


class Endpoint(Protocol):
    """Makes orders of queries that passed the guard; the one place that stands between a request and an engine."""

    union: ClassVar[bool]
    """Whether the default graph is the union of all graphs where a request names none."""
    has_pages: ClassVar[bool]
    """Whether a form for queries stands beside it."""

    @property
    def writes(self) -> bool:
        """Whether it takes updates."""

    @property
    def holding(self) -> Holding:
        """Return what workers hold to answer its orders."""

    @property
    def revision(self) -> int:
        """Return the revision that an answer must stand at, or later."""

    def order(self, query: Guarded, dataset: Dataset, allowed: frozenset[str], graphs: Graphs | None = None) -> Order:
        """Return the order for a query, its services filled in but those `allowed` elsewhere; raises what a service raises.

        What stands beside a service is asked of `graphs`, which must be what the endpoint holds, or else in this process.
        """

    def update(self, text: str, using: Dataset, trial: Trial) -> None:
        """Take in an update, all of it or nothing; raises QueryForbiddenError where facts are only read.

        `trial` runs an order in a worker; raises QueryLimitError where that takes too much, and as a query does.
        """

    def state(self) -> str:
        """Return what changes whenever an answer may: the revision, and which graphs are seen."""

    def sizes(self) -> dict[str, int]:
        """Return the number of triples of each named graph, and under an empty name of the default graph."""


@dataclass(frozen=True)
class ViewEndpoint:
    """The atlas as one viewer sees it, with its services; it takes updates from a viewer who may write."""

    view: View
    services: Services
    union: ClassVar[bool] = True
    has_pages: ClassVar[bool] = True

    @property
    def writes(self) -> bool:
        """Whether the viewer may write anything."""
        return self.view.viewer.writes

    @property
    def holding(self) -> Holding:
        """Return what the viewer may read of the store."""
        return ViewHolding(self.view.store.path, self.view.viewer)

    @property
    def revision(self) -> int:
        """Return the store's newest revision."""
        return self.view.revision

    def order(self, query: Guarded, dataset: Dataset, allowed: frozenset[str], graphs: Graphs | None = None) -> Order:
        """Return the order for a query; what a service answers is for this viewer."""
        filled = partial(answered, self.view, query, self.services, dataset, allowed=allowed, graphs=graphs)
        return ordered(query, filled, dataset, allowed, describes=True)

    def update(self, text: str, using: Dataset, trial: Trial) -> None:
        """Take in an update of the graphs that the viewer may write; raises as `amend` does, and FindingsError."""
        if not self.writes:
            raise QueryForbiddenError(
                "this endpoint answers queries and takes no updates from you: sign in as a writer, or change facts with `atmp load`"
            )
        from .rehearsal import update

        update(self.view, text, using, agent=self.view.viewer.name)

    def state(self) -> str:
        """Return the revision and the viewer's rights."""
        rights = hashlib.sha256(self.view.viewer.key.encode()).hexdigest()[:12]
        return f"{self.view.revision}-{rights}"

    def sizes(self) -> dict[str, int]:
        """Return the number of triples of each graph that the viewer sees; the default graph is their union."""
        counted = sizes(self.view.engine)
        return {"": sum(counted.values()), **counted}


def sizes(engine: Graphs) -> dict[str, int]:
    """Return the number of triples of each named graph of an engine, by name."""
    rows = engine.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g")
    return {row["g"].value: int(row["n"].value) for row in rows}
