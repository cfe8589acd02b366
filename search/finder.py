"""The finder: search by text, similar records, and the index behind both."""

from __future__ import annotations

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

from .aspect import Compared, compared, fitting
from .embedder import Embedder, Vector, embedder, mark, sound
from .example import Examples, apart
from .filters import Filters, candidates, checked
from .hits import Denial, Hit, Results, SharedConcept
from .index import Index, IndexStatus
from .lookup import Lookup
from .notes import notes
from .order import NONE, Fits, Orders, rows_of
from .prose import prose
from .query import Query, question
from .rank import DEPTH, Mode, Ranked, by_concepts, fused, in_order, weights
from .reranker import BEST, Reranker, reread
from .sense import read_rightly
from .tables import Partition, Tables
from .telling import Asking, Told, hits, lacking, told
from .vectors import Vectors
from .words import Words

__all__ = ["Finder", "Hit", "IndexStatus", "Results", "SharedConcept"]

AT_ONCE = 32
"""So many cards at most are embedded while somebody waits for an answer; more stay pending."""

_PATIENCE_MS = 1_000
_DEEPER = 4  # times as many cards are looked at where the best may fall behind, being like what is not wanted
_LIKELY = 12  # best cards by words, and by concepts, that are told of while the model works on the question
_NOTHING = Filters()


def _silent(_: str) -> None:
    return None


@dataclass(frozen=True)
class _Bounds:
    """Which hits are wanted: filters, how many, how good, which cards are left out, which orders count, among which.

    `unlike` is what they shall not be like, `compared` what they shall have in common with the examples.
    """

    filters: Filters
    limit: int
    min_score: float
    left_out: tuple[int, ...] = ()
    mode: Mode = Mode.HYBRID
    among: frozenset[str] | None = None
    unlike: Query | None = None
    compared: Compared = Compared()  # noqa: RUF009 - it is frozen


class Finder:
    """Search over one store, for any viewer."""

    def __init__(
        self,
        store: Store,
        model: Embedder | str | None = None,
        *,
        reranker: Reranker | None = None,
        tell: Callable[[str], None] = _silent,
    ) -> None:
        """Search `store` with an embedder, or one by name, and a re-ranker; nothing is loaded before it is needed."""
        self._store = store
        self._model = embedder(model, None, tell) if model is None or isinstance(model, str) else model
        self._reranker = reranker
        self._tables = Tables(store)
        self._index = Index(store, self._tables)
        self._examples = Examples(self._tables, self._index, self._model)
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
        unlike: Sequence[str] = (),
        same: Collection[str] = (),
        other: Collection[str] = (),
        filters: Filters = _NOTHING,
        limit: int = 20,
        min_score: float = 0.0,
        mode: Mode = Mode.HYBRID,
        among: frozenset[str] | None = None,
    ) -> Results:
        """Return what is most like some records, a text, or all together; the records themselves are left out.

        What the records of `unlike` have and the others have not lowers a score. `same` and `other` name what hits have
        in common with the examples and what not, indication or modality. Where `among` is given, only records with these
        IRIs are ranked. Raises UsageError for neither record nor text, UnknownRecordError for a record that the viewer
        does not see or that has no card.
        """
        checked(limit, min_score)
        given = question(text, whole=True) if text is not None else None
        partition = self._current(viewer)
        rows, unwanted = (tuple(self._row(partition, iri) for iri in dict.fromkeys(some)) for some in (to, unlike))
        if set(rows) & set(unwanted):
            raise UsageError("a record is both wanted and unwanted: name it once")
        query = self._examples.query(rows, given) if rows else given
        if query is None:
            raise UsageError("name a record, or give a text: similar to what?")
        asked = compared(same, other, rows, given.named if given else ())
        against = None
        if unwanted:
            query = replace(query, vector=_meaning(self._vector(query, mode), mode)[0])
            against = self._examples.against(unwanted, query)
        bounds = _Bounds(filters, limit, min_score, (*rows, *unwanted), mode, among, against, asked)
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

    def _results(self, partition: Partition, query: Query, bounds: _Bounds, vector: Future[Vector | None]) -> Results:
        connection = self._tables.connect()
        wrong = self._reranker.note if self._reranker else ""  # it is loaded before a transaction is open
        reading = None if wrong else self._reranker
        with connection:  # one transaction: every part sees the same cards
            names, among = self._store.names, bounds.among
            allowed = candidates(connection, partition, bounds.filters, names, among, query.denied)
            passing = fitting(connection, partition, bounds.compared, allowed)
            depth = max(DEPTH, 2 * bounds.limit) * (1 if bounds.unlike is None else _DEEPER) + len(bounds.left_out)
            order = self._orders.order(connection, partition)
            lookup = Lookup(connection, partition, order, passing, depth)
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
            if bounds.unlike is not None:
                ranked = self._apart(lookup, list(ranked), bounds)
            ranked = (one for one in ranked if one.row not in bounds.left_out)
            if reading is not None and not len(identified.rows):
                ranked = self._reread(lookup, query, list(ranked), reading)
            good = (one for one in ranked if one.score >= bounds.min_score)
            chosen = list(islice(good, bounds.limit))
            said |= told(connection, [one.row for one in chosen if one.row not in said], query, asked)
            told_of = {one.row: said[one.row].iri for one in chosen}
            found_hits = tuple(
                hits(
                    chosen,
                    said,
                    Asking(query, asked, frozenset(best), bounds.unlike),
                    prose(connection, self._store, partition.viewer, told_of),
                    lacking(connection, partition.id, list(told_of), query.loose),
                )
            )
            pending = self._index.pending(partition)
            model = self._tables.meta("model")
        label = dictionary().label
        understood = (SharedConcept(iri, label(iri) or iri, round(asked.get(iri, 0.0), 4)) for iri in query.named)
        without = (Denial(one, label(one) or one) for one in query.denied.said)
        return Results(
            found_hits, pending, partition.revision, tuple(understood), tuple(without), partition.recipe,
            " ".join(one for one in (mark(model), reading.mark if reading else "") if one),
            (*notes(query, found), *(one for one in (notice, wrong) if one)),
        )  # fmt: skip

    def _apart(self, lookup: Lookup, ranked: Sequence[Ranked], bounds: _Bounds) -> Iterator[Ranked]:
        """Yield cards, best first, with what likeness to the unwanted takes from their score."""
        unlike = bounds.unlike
        assert unlike is not None  # noqa: S101 - asked before
        found, _ = self._found(lookup, unlike, bounds.mode)
        if unlike.vector is not None and "meaning" in bounds.mode.parts:
            found["meaning"] = self._vectors.fits(lookup, unlike.vector, np.array(sorted(one.row for one in ranked)))
        return in_order(lookup, apart(ranked, found, weights(unlike, bounds.mode, identified=False)))

    def _reread(self, lookup: Lookup, query: Query, ranked: Sequence[Ranked], reading: Reranker) -> Iterator[Ranked]:
        """Yield cards, best first, the best of them in the order that a re-ranker gives them."""
        best = [one.row for one in ranked[:BEST]]
        texts = self._examples.texts(best)
        scores = (
            dict(zip(best, reading.scores(query.text, [texts[row] for row in best]).tolist(), strict=True))
            if best
            else {}
        )
        return in_order(lookup, reread(ranked, scores))

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
        found = dict[str, Fits]()
        if "words" in mode.parts:
            found["words"] = read_rightly(lookup, self._words, query, self._words.fits(lookup, query.words))
        return found | ({"concepts": concepts} if "concepts" in mode.parts else {}), asked


def _meaning(vector: Future[Vector | None], mode: Mode) -> tuple[Vector | None, str]:
    """Return the query's vector; without one, why the model gives none. Raises EmbedderError where that alone counts."""
    try:
        return vector.result(), ""
    except EmbedderError as error:
        if mode is Mode.DENSE:
            raise
        return None, f"Found by words and concepts alone: {error}"
