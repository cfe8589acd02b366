"""Full text: which cards have the words, by BM25 within one part of the index."""

from __future__ import annotations

import json
from collections.abc import Sequence

import apsw
import numpy as np

from .order import Found, Order
from .query import Query
from .tables import Partition

_WEIGHTS = "3.0, 1.0, 1.0, 1.0"  # title, body, facts, names
_KEPT = 10_000
_LONGEST_ID = 64  # characters


class Words:
    """Looks words up; remembers how common they are while a part of the index stays as it is."""

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self._counts: dict[tuple[int, int, str], int] = {}

    def best(
        self,
        connection: apsw.Connection,
        partition: Partition,
        order: Order,
        words: Sequence[str],
        allowed: Sequence[int] | None,
        depth: int,
    ) -> Found:
        """Return rows with their BM25, best first, of those allowed."""
        table = f"card_fts_{partition.id}"
        asked = self._telling(connection, partition, words)
        if not asked:
            return []
        # the plus sign keeps SQLite from looking every allowed row up by itself, which takes a hundred times as long
        only = "" if allowed is None else " AND +rowid IN (SELECT value FROM json_each(?))"
        values = () if allowed is None else (json.dumps(list(allowed)),)
        found = connection.execute(
            f"SELECT rowid, rank FROM {table} WHERE {table} MATCH ?{only} AND rank MATCH 'bm25({_WEIGHTS})'",
            (expression(asked), *values),
        ).fetchall()
        rows = np.array([row for row, _ in found], dtype=np.int64)
        return order.best(rows, -np.array([value for _, value in found], dtype=np.float64), depth)

    def identified(
        self,
        connection: apsw.Connection,
        partition: Partition,
        order: Order,
        query: Query,
        allowed: Sequence[int] | None,
        depth: int,
    ) -> Found:
        """Return rows where the question is nothing but a record's id: that record, then those that speak of it."""
        if query.whole or len(query.text) > _LONGEST_ID or not any(mark.isdigit() for mark in query.text):
            return []
        table = f"card_fts_{partition.id}"
        only = "" if allowed is None else " AND +card.id IN (SELECT value FROM json_each(?))"
        values = () if allowed is None else (json.dumps(list(allowed)),)
        found = connection.execute(
            f"SELECT card.id, card.identifier, rank FROM {table} CROSS JOIN card ON card.id = {table}.rowid"
            f" WHERE {table} MATCH ?{only} AND rank MATCH 'bm25({_WEIGHTS})'",
            (expression([query.text.replace('"', " ")]), *values),
        ).fetchall()
        named = np.array([query.names(str(said)) for _, said, _ in found], dtype=bool)
        rows = np.array([row for row, _, _ in found], dtype=np.int64)
        fits = -np.array([value for _, _, value in found], dtype=np.float64)
        first = order.best(rows[named], fits[named], depth)
        return first + order.best(rows[~named], fits[~named], depth) if first else []

    def _telling(self, connection: apsw.Connection, partition: Partition, words: Sequence[str]) -> list[str]:
        """Return the words without those on more than half of the cards: BM25 gives them no weight, only work."""
        total = int(connection.execute("SELECT count(*) FROM card WHERE scope=?", (partition.id,)).get)
        counts = {word: self._count(connection, partition, word) for word in words}
        return [word for word in words if 0 < counts[word] <= total / 2] or [word for word in words if counts[word]]

    def _count(self, connection: apsw.Connection, partition: Partition, word: str) -> int:
        key = (partition.id, partition.version, word)
        if key not in self._counts:
            if len(self._counts) >= _KEPT:
                self._counts.clear()
            table = f"card_fts_{partition.id}"
            query = f"SELECT count(*) FROM {table} WHERE {table} MATCH ?"
            self._counts[key] = int(connection.execute(query, (expression([word]),)).get)
        return self._counts[key]


def expression(words: Sequence[str]) -> str:
    """Return words as an FTS5 expression: each in quotes, so that nothing in them is an operator."""
    return " OR ".join(f'"{word}"' for word in words)
