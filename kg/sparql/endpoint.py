"""Endpoints: what the SPARQL protocol is spoken to, whether it is the atlas as a viewer sees it or a bare store."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import ClassVar, Protocol

from ..errors import QueryForbiddenError
from ..view import View
from .answer import Graphs, answer_guarded
from .dataset import Dataset
from .guard import Guarded
from .services import Services


class Endpoint(Protocol):
    """Answers queries that passed the guard; the one place that stands between a request and an engine."""

    union: ClassVar[bool]
    """Whether the default graph is the union of all graphs where a request names none."""
    has_pages: ClassVar[bool]
    """Whether a form for queries stands beside it."""

    @property
    def writes(self) -> bool:
        """Whether it takes updates."""

    def respond(self, query: Guarded, dataset: Dataset, media: str) -> bytes:
        """Return the answer in a media type; raises QuerySyntaxError with line and column, or QueryRefusedError."""

    def update(self, text: str, using: Dataset) -> None:
        """Take in an update, all of it or nothing; raises QueryForbiddenError where facts are only read."""

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

    def respond(self, query: Guarded, dataset: Dataset, media: str) -> bytes:
        """Return the answer over the viewer's graphs."""
        return answer_guarded(self.view, query, self.services, dataset).serialise(media)

    def update(self, text: str, using: Dataset) -> None:
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
