"""The finder: search by text, similar records, and the index behind both."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from atmp.kg.errors import EmbedderError, StoreBusyError, UnknownRecordError, UsageError
from atmp.kg.progress import Progress, quiet
from atmp.kg.schema import BUSY_MS
from atmp.kg.store import Store
from atmp.kg.viewer import Viewer
from atmp.ontology.dictionary import dictionary

from .embedder import Embedder, Vector, embedder, sound
from .filters import Filters, candidates, checked
from .hits import Denial, Hit, Results, SharedConcept
from .index import Index, IndexStatus, read_text
from .lookup import Lookup
from .order import NONE, Fits, Orders, rows_of
from .query import Query, question, words
from .rank import DEPTH, Mode, by_concepts, fused, weights
from .tables import Partition, Tables
from .telling import Told, hits, told
from .vectors import Vectors
from .words import Words

__all__ = ["Finder", "Hit", "IndexStatus", "Results", "SharedConcept"]

AT_ONCE = 32
"""So many cards at most are embedded while somebody waits for an answer; more stay pending."""

_PATIENCE_MS = 1_000
_LIKELY = 12  # best cards by words, and by concepts, that are told of while the model works on the question
_NOTHING = Filters()


def _silent(_: str) -> None:
    return None


@dataclass(frozen=True)
class _Bounds:
    """Which hits are wanted: filters, how many, how good, which cards are left out, which orders count, among which."""

    filters: Filters
    limit: int
    min_score: float
    left_out: tuple[int, ...] = ()
    mode: Mode = Mode.HYBRID
    among: frozenset[str] | None = None


class Finder:
    """Search over one store, for any viewer."""

    def __init__(
        self, store: Store, model: Embedder | str | None = None, *, tell: Callable[[str], None] = _silent
    ) -> None:
        """Search `store` with an embedder, or one by name; nothing is loaded before it is needed."""
        self._store = store
        self._model = embedder(model, None, tell) if model is None or isinstance(model, str) else model
        self._tables = Tables(store)
        self._index = Index(store, self._tables)
        self._vectors, self._words, self._orders = Vectors(), Words(), Orders()
        self._aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedding")

    def index(self, progress: Progress | None = None, *, prepare: bool = True) -> IndexStatus:
        """Catch up: cards, full text and vectors of every scope. Raises EmbedderError for another model's index.

        `prepare` makes the model's fast form where there is none, which takes a minute and a gigabyte.
        """
        tell = progress or quiet
        self._index.check(self._model)
        if prepare:
            self._model.prepare()
        self._index.catch_up_all(tell)
        self._index.embed(self._model, tell)
        return self.status()

    def rebuild(self, progress: Progress | None = None) -> IndexStatus:
        """Make the index anew. Where it is another model's, that one serves until this model's vectors are all there."""
        if not self._index.foreign(self._model):
            self.clear()
            return self.index(progress)
        self._model.prepare()
        self._index.catch_up_all(progress or quiet)
        self._index.renew(self._model, progress or quiet)
        return self.status()

    def status(self) -> IndexStatus:
        """Return how far the index is, without changing it."""
        return self._index.status()

    def clear(self) -> None:
        """Remove the index; the next `index` makes it anew."""
        self._tables.clear()

    def search(
        self,
        viewer: Viewer,
        text: str,
        filters: Filters = _NOTHING,
        limit: int = 20,
        min_score: float = 0.0,
        mode: Mode = Mode.HYBRID,
        ignore: Collection[str] = (),
        among: frozenset[str] | None = None,
    ) -> Results:
        """Return what answers to a text best, by words, meaning and concepts, or by one of them alone.

        `ignore` are concepts, by IRI, and denied words that were understood so and not meant; where `among` is given,
        only records with these IRIs are ranked. Raises UsageError for an empty text, UnknownTermError for a word of a
        filter that nothing answers to.
        """
        checked(limit, min_score)
        query = question(text, ignore=ignore)
        vector = self._vector(query, mode)  # the model works on it from here on, whatever else there is to look up
        return self._results(self._current(viewer), query, _Bounds(filters, limit, min_score, (), mode, among), vector)

    def similar(
        self,
        viewer: Viewer,
        *,
        to: Sequence[str] = (),
        text: str | None = None,
        filters: Filters = _NOTHING,
        limit: int = 20,
        min_score: float = 0.0,
        mode: Mode = Mode.HYBRID,
        among: frozenset[str] | None = None,
    ) -> Results:
        """Return what is most like some records, a text, or all together; the records themselves are left out.

        Where `among` is given, only records with these IRIs are ranked.
        Raises UsageError for neither, UnknownRecordError for one that the viewer does not see or that has no card.
        """
        checked(limit, min_score)
        given = question(text, whole=True) if text is not None else None
        partition = self._current(viewer)
        rows = tuple(self._row(partition, iri) for iri in dict.fromkeys(to))
        query = self._like(rows, given) if rows else given
        if query is None:
            raise UsageError("name a record, or give a text: similar to what?")
        bounds = _Bounds(filters, limit, min_score, rows, mode, among)
        return self._results(partition, query, bounds, self._vector(query, mode))

    def _current(self, viewer: Viewer) -> Partition:
        """Return the viewer's part of the index, brought forward; as it is where another process is writing."""
        with self._patience():
            partition = self._index.partition(viewer)
            with suppress(StoreBusyError):
                while self._index.behind(partition):
                    self._index.catch_up(partition, quiet)
                    if self._tables.has_vectors() and self._index.pending(partition) <= AT_ONCE:
                        with suppress(EmbedderError):  # the search itself says so
                            self._index.embed(self._model, quiet, partition)
                    partition = self._index.partition(viewer)  # another, where the viewer's graphs changed meanwhile
                return partition
            return self._index.partition(viewer)

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """Wait only briefly for another process's write: whoever searches rather has the answer of a moment ago."""
        connection = self._tables.connect()
        connection.set_busy_timeout(_PATIENCE_MS)
        try:
            yield
        finally:
            connection.set_busy_timeout(BUSY_MS)

    def _row(self, partition: Partition, iri: str) -> int:
        """Return the card of a record; a project's for its product, needs and the like."""
        run = self._tables.connect().execute
        found = run("SELECT id FROM card WHERE scope=? AND iri=?", (partition.id, iri)).get
        found = found or run("SELECT card FROM card_part WHERE scope=? AND part=?", (partition.id, iri)).get
        if not isinstance(found, int):
            raise UnknownRecordError(f"search knows no record {iri}")
        return found

    def _like(self, rows: Sequence[int], given: Query | None) -> Query:
        """Return the query that cards make, together with a text where one is given."""
        cards = self._tables.connect().execute(
            "SELECT title, body, facts, concepts FROM card WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(rows),),
        )
        texts, titles = [given.text] if given else [], [given.text] if given else []
        concepts, named = dict(given.weights) if given else {}, list(given.named) if given else []
        for title, body, facts, said in cards:
            titles.append(str(title))
            texts.append(read_text(str(title), str(body), str(facts)))
            for iri, weight in json.loads(str(said)).items():
                concepts[iri] = max(concepts.get(iri, 0.0), weight)
                named += [iri] if weight == 1.0 else []
        query = Query(" ".join(texts), words(" ".join(titles)), tuple(dict.fromkeys(named)), concepts, whole=True)
        return replace(query, vector=self._middle(rows, texts, given))

    def _middle(self, rows: Sequence[int], texts: list[str], given: Query | None) -> Vector | None:
        """Return the vector in the middle of cards and a text, or None while there are none at all."""
        if not self._tables.has_vectors():
            return None
        known = list(self._index.vectors(rows))
        unknown = [given.text] if given else []
        if len(known) < len(rows):  # some still wait for theirs
            known, unknown = [], texts
        if unknown:
            try:
                self._index.check(self._model)
                known += list(sound(self._model, self._model.encode(unknown), len(unknown)))
            except EmbedderError:
                return None  # the search itself tries again, and says so
        middle = np.mean(np.stack(known), axis=0)
        return np.asarray(middle / (float(np.linalg.norm(middle)) or 1.0), dtype=np.float32)

    def _results(self, partition: Partition, query: Query, bounds: _Bounds, vector: Future[Vector | None]) -> Results:
        connection = self._tables.connect()
        with connection:  # one transaction: every part sees the same cards
            names, among = self._store.names, bounds.among
            allowed = candidates(connection, partition, bounds.filters, names, among, query.denied)
            depth = max(DEPTH, 2 * bounds.limit) + len(bounds.left_out)
            order = self._orders.order(connection, partition)
            lookup = Lookup(connection, partition, order, allowed, depth)
            identified = self._words.identified(lookup, query) if "words" in bounds.mode.parts else NONE
            found, asked, said, notice = {"words": identified}, dict[str, float](), dict[int, Told](), ""
            if not len(identified.rows):
                found, asked = self._found(lookup, query, bounds.mode)
            best = {name: lookup.best(fits) for name, fits in found.items()}
            if not len(identified.rows):
                likely = [row for rows in best.values() for row, _ in rows[:_LIKELY]]
                said = told(connection, likely, query, asked) if not vector.done() else said
                near, notice = _meaning(vector, bounds.mode)
                if near is not None:
                    found["meaning"] = self._vectors.fits(lookup, near, rows_of(best.values()))
                    best["meaning"] = lookup.best(found["meaning"])
            counting = weights(query, bounds.mode, identified=bool(len(identified.rows)))
            ranked = fused(found, rows_of(best.values()), counting, order)
            good = (one for one in ranked if one.row not in bounds.left_out and one.score >= bounds.min_score)
            chosen = list(islice(good, bounds.limit))
            said |= told(connection, [one.row for one in chosen if one.row not in said], query, asked)
            found_hits = tuple(hits(chosen, said, query))
            pending = self._index.pending(partition)
        label = dictionary().label
        understood = (SharedConcept(iri, label(iri) or iri, round(asked.get(iri, 0.0), 4)) for iri in query.named)
        without = (Denial(one, label(one) or one) for one in query.denied.said)
        return Results(found_hits, pending, partition.revision, tuple(understood), tuple(without), notice)

    def _vector(self, query: Query, mode: Mode) -> Future[Vector | None]:
        """Return the query's vector to come: words and concepts are looked up while a ready model works on it."""
        found: Future[Vector | None] = Future()
        if "meaning" not in mode.parts:
            found.set_result(None)
            return found
        if query.vector is not None or not self._tables.has_vectors():
            found.set_result(query.vector)
            return found
        try:
            self._index.check(self._model)
            if self._model.ready:
                return self._aside.submit(self._embedded, query)
            found.set_result(self._embedded(query))  # a slow start must not hold a transaction open
        except EmbedderError as error:
            found.set_exception(error)
        return found

    def _embedded(self, query: Query) -> Vector:
        vectors = self._model.encode([query.text], query=not query.whole)
        return np.asarray(sound(self._model, vectors, 1)[0])

    def _found(self, lookup: Lookup, query: Query, mode: Mode) -> tuple[dict[str, Fits], dict[str, float]]:
        """Return how well cards fit by words and by concepts, and the query's concepts with their weight."""
        concepts, asked = by_concepts(lookup, query)
        found = {"words": self._words.fits(lookup, query.words)} if "words" in mode.parts else {}
        return found | ({"concepts": concepts} if "concepts" in mode.parts else {}), asked


def _meaning(vector: Future[Vector | None], mode: Mode) -> tuple[Vector | None, str]:
    """Return the query's vector; without one, why the model gives none. Raises EmbedderError where that alone counts."""
    try:
        return vector.result(), ""
    except EmbedderError as error:
        if mode is Mode.DENSE:
            raise
        return None, f"Found by words and concepts alone: {error}"
