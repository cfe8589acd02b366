"""The finder: search by text, similar records, and the index behind both."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import apsw
import numpy as np
from atmp.kg import schema
from atmp.kg.errors import StoreBusyError, UnknownRecordError, UsageError
from atmp.kg.store import Store
from atmp.kg.viewer import Viewer

from .cards import Progress
from .concepts import dictionary
from .embedder import Embedder, embedder
from .explain import sentence, shared, stems, why
from .filters import Filters, candidates, checked
from .hits import Hit, Results, SharedConcept
from .index import Index, IndexStatus, read_text
from .query import Query, question, words
from .rank import DEPTH, WEIGHTS, Ranked, by_concepts, by_meaning, by_words, fused
from .tables import Partition, Tables

__all__ = ["Finder", "Hit", "IndexStatus", "Results", "SharedConcept"]

AT_ONCE = 32
"""So many cards at most are embedded while somebody waits for an answer; more stay pending."""

_PATIENCE_MS = 1_000
_NOTHING = Filters()


def _quiet(_what: str, _done: int, _total: int | None) -> None:
    return None


class Finder:
    """Search over one store, for any viewer."""

    def __init__(self, store: Store, model: Embedder | str | None = None, *, tell: Callable[[str], None] | None = None) -> None:
        """Search `store` with an embedder, or one by name; nothing is loaded before it is needed."""
        self._store = store
        self._model = embedder(model, None, tell or (lambda _: None)) if model is None or isinstance(model, str) else model
        self._index = Index(store, Tables(store))

    def index(self, progress: Progress | None = None) -> IndexStatus:
        """Catch up: cards, full text and vectors of every scope. Raises EmbedderError for another model's index."""
        tell = progress or _quiet
        self._index.check(self._model)
        self._model.prepare()
        self._index.catch_up_all(tell)
        self._index.embed(self._model, tell)
        return self.status()

    def status(self) -> IndexStatus:
        """Return how far the index is, without changing it."""
        return self._index.status()

    def clear(self) -> None:
        """Remove the index; the next `index` makes it anew."""
        self._index.tables.clear()

    def search(
        self, viewer: Viewer, text: str, filters: Filters = _NOTHING, limit: int = 20, min_score: float = 0.0
    ) -> Results:
        """Return what answers to a text best. Raises UsageError for an empty one, UnknownTermError for a filter's word."""
        checked(limit, min_score)
        query = question(text)
        partition = self._current(viewer)
        return self._found(partition, query, filters, limit, min_score, ())

    def similar(
        self,
        viewer: Viewer,
        *,
        to: Sequence[str] = (),
        text: str | None = None,
        filters: Filters = _NOTHING,
        limit: int = 20,
        min_score: float = 0.0,
    ) -> Results:
        """Return what is most like some records, a text, or all of them together; the records themselves are left out.

        Raises UsageError for neither, UnknownRecordError for a record that the viewer does not see or that has no card.
        """
        checked(limit, min_score)
        if not to and text is None:
            raise UsageError("name a record, or give a text: similar to what?")
        given = question(text, whole=True) if text is not None else None
        partition = self._current(viewer)
        rows = [self._row(partition, iri) for iri in dict.fromkeys(to)]
        query = self._like(rows, given) if rows else given
        assert query is not None  # noqa: S101 - one of the two is there
        return self._found(partition, query, filters, limit, min_score, rows)

    def _current(self, viewer: Viewer) -> Partition:
        """Return the viewer's part of the index, brought forward; as it is where another process is writing."""
        with self._patience():
            partition = self._index.partition(viewer)
            if not self._index.behind(partition):
                return partition
            try:
                self._index.catch_up(partition, _quiet)
                if self._index.tables.meta("model") is not None and self._index.pending(partition) <= AT_ONCE:
                    self._index.embed(self._model, _quiet, partition)
            except StoreBusyError:
                pass
            return self._index.partition(viewer)

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """Wait only briefly for another process's write: whoever searches rather has the answer of a moment ago."""
        connection = self._index.tables.connect()
        connection.set_busy_timeout(_PATIENCE_MS)
        try:
            yield
        finally:
            connection.set_busy_timeout(schema.BUSY_MS)

    def _row(self, partition: Partition, iri: str) -> int:
        run = self._index.tables.connect().execute
        found = run("SELECT id FROM card WHERE scope=? AND iri=?", (partition.id, iri)).fetchone()
        found = found or run("SELECT card FROM card_part WHERE scope=? AND part=?", (partition.id, iri)).fetchone()
        if found is None:
            raise UnknownRecordError(f"there is no project, product or trial {iri}")
        return int(found[0])

    def _like(self, rows: list[int], given: Query | None) -> Query:
        """Return the query that records make, together with a text where one is given."""
        run = self._index.tables.connect().execute
        titles, texts, weights, named = [], [], dict(given.weights if given else {}), list(given.named if given else ())
        for row in rows:
            title, body, facts, said = run("SELECT title, body, facts, concepts FROM card WHERE id=?", (row,)).fetchone()
            titles.append(title)
            texts.append(read_text(title, body, facts))
            for iri, weight in json.loads(said).items():
                weights[iri] = max(weights.get(iri, 0.0), weight)
                if weight == 1.0:
                    named.append(iri)
        vectors = list(self._index.vectors(rows))
        if self._index.tables.has_vectors() and (given is not None or len(vectors) < len(rows)):
            self._index.check(self._model)
            vectors += list(self._model.encode([given.text] if given else texts))
        vector = None
        if vectors:
            mean = np.mean(np.stack(vectors), axis=0)
            vector = mean / (float(np.linalg.norm(mean)) or 1.0)
        looked_up = words(" ".join([*titles, given.text if given else ""]))
        return Query(" ".join(texts), looked_up, tuple(dict.fromkeys(named)), weights, True, vector)

    def _found(
        self, partition: Partition, query: Query, filters: Filters, limit: int, min_score: float, left_out: Sequence[int]
    ) -> Results:
        connection = self._index.tables.connect()
        vector = query.vector
        if vector is None and self._index.tables.has_vectors():
            self._index.check(self._model)
            vector = self._model.encode([query.text], query=not query.whole)[0]
        with connection:  # one transaction: every part sees the same cards
            allowed = candidates(connection, partition, filters, self._store.names)
            depth = max(DEPTH, limit * 2) + len(left_out)
            parts = {"words": by_words(connection, partition, query, allowed, depth)} if query.words else {}
            if vector is not None:
                parts["meaning"] = by_meaning(connection, partition, vector, allowed, depth)
            concepts, asked = by_concepts(connection, partition, query, allowed, depth)
            if concepts:
                parts["concepts"] = concepts
            ranked = fused(parts, WEIGHTS["text" if query.whole else "question"], dict(parts.get("meaning", ())))
            chosen = [one for one in ranked if one.row not in left_out and one.score >= min_score][:limit]
            hits = self._hits(connection, chosen, query, asked)
        pending = self._index.pending(partition)
        understood = tuple(
            SharedConcept(iri, dictionary().label(iri) or iri, round(asked.get(iri, 0.0), 4)) for iri in query.named
        )
        return Results(tuple(hits), pending, partition.revision, understood)

    def _hits(
        self, connection: apsw.Connection, chosen: list[Ranked], query: Query, asked: dict[str, float]
    ) -> Iterator[Hit]:
        rows = connection.execute(
            "SELECT id, iri, kind, identifier, title, body, facts, concepts FROM card"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps([one.row for one in chosen]),),
        )
        cards = {row[0]: row[1:] for row in rows}
        wanted = stems(query.words)
        for rank, one in enumerate(chosen, start=1):
            iri, kind, identifier, title, body, facts, weights = cards[one.row]
            common = shared(asked, json.loads(weights))
            parts = {name: round(value, 4) for name, value in one.parts.items()}
            yield Hit(
                iri, kind, identifier, title, round(one.score, 4), rank, parts, common,
                sentence(body.split("\n"), facts.split("\n"), wanted), why(common, f"{title} {facts} {body}", wanted, one.near),
            )  # fmt: skip
