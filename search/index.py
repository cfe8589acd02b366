"""The index of a store: cards, full text and vectors of every scope that is asked for, able to catch up at any time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from atmp.kg.errors import StoreBusyError
from atmp.kg.progress import Progress
from atmp.kg.store import Store
from atmp.kg.view import scope
from atmp.kg.viewer import OWNER, PUBLIC, Viewer
from numpy.typing import NDArray

from .card import Card
from .cards import Cards
from .changes import forget, note
from .chunks import settle
from .embedder import Embedder, same_stamp, sound
from .renewal import renew
from .tables import Partition, Tables

_BATCH = 64  # texts in one resumable step
_SETTLED = 16  # pieces of the vectors that are emptied at a time: somebody may wait


@dataclass(frozen=True)
class IndexStatus:
    """How far the index is: records with a card, the revision they stand at, and how many wait for their embedding."""

    cards: int
    revision: int
    pending: int


class Index:
    """What search reads, kept in step with a store."""

    def __init__(self, store: Store, tables: Tables) -> None:
        """Keep the index of `store` in `tables`."""
        self._store, self.tables = store, tables
        self._cards = Cards(tables)
        self._keys: dict[str, tuple[int, str]] = {}

    def partition(self, viewer: Viewer) -> Partition:
        """Return the part of the index that holds what this viewer may read, made where there is none."""
        key = self._key(viewer)
        found = self.tables.partition(key)
        if found is None:
            return self.tables.add(key, viewer)
        if found.viewer.key != viewer.key and self._key(found.viewer) != key:  # who asked first reads other graphs now
            with suppress(StoreBusyError):  # only the next `index` needs it
                self.tables.hand_over(found, viewer)
        return replace(found, viewer=viewer)

    def _key(self, viewer: Viewer) -> str:
        """Return the key of a viewer's scope; graphs come only with a revision, so it is worked out once for each."""
        revision = self._store.revision()
        known = self._keys.get(viewer.key)
        if known is None or known[0] != revision:
            known = self._keys[viewer.key] = (revision, scope(self._store, viewer).key)
        return known[1]

    def behind(self, partition: Partition) -> bool:
        """Return whether the part's cards are older than the facts."""
        return self._cards.behind(partition)

    def catch_up(self, partition: Partition, progress: Progress) -> None:
        """Bring one part's cards up to the newest revision; their vectors may wait."""
        self._cards.catch_up(partition, progress)

    def catch_up_all(self, progress: Progress) -> None:
        """Bring up the owner's, the public's and every part ever asked for; drop parts that nobody's rights name now."""
        for viewer in (OWNER, PUBLIC):
            self.partition(viewer)
        for partition in self.tables.partitions():
            if scope(self._store, partition.viewer).key == partition.key:
                self._cards.catch_up(partition, progress)
            else:
                self.tables.drop(partition)

    def status(self, partition: Partition | None = None) -> IndexStatus:
        """Return how far one part, or the whole index, is."""
        which, values = ("WHERE scope=?", (partition.id,)) if partition else ("", ())
        run = self.tables.connect().execute
        count = run(f"SELECT count(DISTINCT iri) FROM card {which}", values).get
        pending = run(f"SELECT count(DISTINCT CASE WHEN NOT embedded THEN iri END) FROM card {which}", values).get
        where = which.replace("scope", "id")
        revision = run(f"SELECT coalesce(min(revision), 0) FROM search_scope {where}", values).get
        return IndexStatus(int(count), int(revision), int(pending))

    def pending(self, partition: Partition) -> int:
        """Return how many cards of a part wait for their embedding."""
        run = self.tables.connect().execute
        return int(run("SELECT count(*) FROM card WHERE scope=? AND embedded = 0", (partition.id,)).get)

    def foreign(self, model: Embedder) -> bool:
        """Return whether the vectors were made with another model."""
        return self.tables.meta("model") not in {None, model.stamp.line()}

    def check(self, model: Embedder) -> None:
        """Raise EmbedderError where the vectors were made with another model."""
        made_with = self.tables.meta("model")
        if made_with is not None:
            same_stamp(made_with, model.stamp)

    def embed(self, model: Embedder, progress: Progress, partition: Partition | None = None) -> None:
        """Give every waiting card its vector, in steps that each survive; no lock is held while a model runs."""
        self.check(model)
        if not self._waits():
            return
        self._adopt()
        while waiting := self._waiting(partition):
            for start in range(0, len(waiting), _BATCH):
                progress("embedding", start, len(waiting))
                self._embed(model, self._texts(waiting[start : start + _BATCH], "AND embedded = 0"))
            progress("embedding", len(waiting), len(waiting))
        self._settle()

    def _embed(self, model: Embedder, texts: dict[str, str]) -> None:
        """Give a batch of texts, by digest, their vectors."""
        if not texts:  # somebody else was quicker
            return
        vectors = sound(model, model.encode(list(texts.values())), len(texts))
        self._keep(model, dict(zip(texts, vectors, strict=True)))

    def _settle(self) -> None:
        """Give back the room that vectors which changed or went have left: a piece at a time, in short transactions."""
        for part in self.tables.partitions():
            for _ in range(_SETTLED):
                with self._store.transaction() as connection:
                    if not settle(connection, part.id):
                        break

    def _waits(self) -> bool:
        """Return whether any card waits; the index of those that do answers at once."""
        query = "SELECT EXISTS (SELECT 1 FROM card INDEXED BY card_pending WHERE embedded = 0)"
        return bool(self.tables.connect().execute(query).get)

    def _waiting(self, partition: Partition | None) -> list[str]:
        """Return the digests of all texts to embed, texts of like length together so that little is padded."""
        which, values = ("AND scope=?", (partition.id,)) if partition else ("", ())
        rows = self.tables.connect().execute(
            f"SELECT digest FROM card WHERE embedded = 0 {which}"
            " GROUP BY digest ORDER BY min(length(title) + length(facts) + length(body), 1800) DESC, digest",
            values,
        )
        return [str(digest) for (digest,) in rows]

    def renew(self, model: Embedder, progress: Progress) -> None:
        """Give every card the vector of another model; the old ones are searched until all new ones are there."""
        renew(self.tables, model, self._texts, progress)

    def _texts(self, digests: Sequence[str], which: str = "") -> dict[str, str]:
        """Return the texts of these digests that cards have, or those cards that a condition picks."""
        rows = self.tables.connect().execute(
            "SELECT card.digest, title, body, facts FROM json_each(?) j JOIN card ON card.digest = j.value"
            f" {which} GROUP BY card.digest",
            (json.dumps(list(digests)),),
        )
        return {str(row[0]): read_text(row[1], row[2], row[3]) for row in rows}

    def _adopt(self) -> None:
        """Give waiting cards the vector of a card with the same text in another scope."""
        if not self.tables.has_vectors():
            return
        run = self.tables.connect().execute
        rows = run(
            "SELECT a.digest, min(b.id) FROM card a JOIN card b ON b.digest = a.digest AND b.embedded"
            " WHERE a.embedded = 0 GROUP BY a.digest"
        ).fetchall()
        known = {}
        for digest, row in rows:
            found = run("SELECT vector FROM card_vector WHERE rowid=?", (row,)).fetchone()
            if found is not None:
                known[str(digest)] = np.frombuffer(found[0], dtype=np.float32)
        if known:
            self._keep(None, known)

    def _keep(self, model: Embedder | None, vectors: dict[str, NDArray[np.float32]]) -> None:
        """Write vectors to the cards whose text they are of, where these still wait."""
        with self._store.transaction() as connection:
            if model is not None:
                self.check(model)
                self.tables.make_vectors(model.dimension)
                self.tables.set_meta("model", model.stamp.line())
            waiting: list[tuple[int, int, str]] = connection.execute(
                "SELECT card.id, card.scope, card.digest FROM json_each(?) j JOIN card ON card.digest = j.value"
                " WHERE card.embedded = 0",
                (json.dumps(list(vectors)),),
            ).fetchall()  # type: ignore[assignment]
            for row, number, digest in waiting:
                connection.execute(
                    "INSERT INTO card_vector (rowid, scope, vector) VALUES (?, ?, ?)",
                    (row, number, vectors[digest].astype(np.float32).tobytes()),
                )
                connection.execute("UPDATE card SET embedded=1 WHERE id=?", (row,))
            for scope_number in {number for _, number, _ in waiting}:
                note(connection, scope_number, [row for row, number, _ in waiting if number == scope_number])
                forget(connection, scope_number)

    def vectors(self, rows: Sequence[int]) -> Iterator[NDArray[np.float32]]:
        """Yield the vectors of these cards, of those that have one of numbers."""
        run = self.tables.connect().execute
        for row in rows if self.tables.has_vectors() else ():
            found = run("SELECT vector FROM card_vector WHERE rowid=?", (row,)).fetchone()
            vector = np.frombuffer(found[0] if found else b"", dtype=np.float32)
            if len(vector) and np.isfinite(vector).all():
                yield vector


def read_text(title: str, body: str, facts: str) -> str:
    """Return what is embedded of a kept card."""
    return Card("", "", "", title, tuple(body.splitlines()), tuple(facts.splitlines())).text
