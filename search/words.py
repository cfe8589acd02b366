"""Full text: which cards have the words, by BM25 within one part of the index."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .lookup import Lookup
from .order import Found
from .query import Query

_WEIGHTS = "3.0, 1.0, 1.0, 1.0"  # title, body, facts, names
_KEPT = 10_000
_LONGEST_ID = 64  # characters


class Words:
    """Looks words up; remembers how common they are while a part of the index stays as it is."""

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self._counts: dict[tuple[int, int, str], int] = {}

    def best(self, lookup: Lookup, words: Sequence[str]) -> Found:
        """Return rows with their BM25, best first."""
        table = f"card_fts_{lookup.partition.id}"
        asked = self._telling(lookup, words)
        if not asked:
            return []
        # the plus sign keeps SQLite from looking every allowed row up by itself, which takes a hundred times as long
        only = " AND +rowid IN (SELECT value FROM json_each(?))" if lookup.only else ""
        found = lookup.connection.execute(
            f"SELECT rowid, rank FROM {table} WHERE {table} MATCH ?{only} AND rank MATCH 'bm25({_WEIGHTS})'",
            (expression(asked), *lookup.only),
        ).fetchall()
        rows = np.array([row for row, _ in found], dtype=np.int64)
        return lookup.best(rows, -np.array([value for _, value in found], dtype=np.float64))

    def identified(self, lookup: Lookup, query: Query) -> Found:
        """Return rows where the question is nothing but a record's id: that record, then those that speak of it."""
        if query.whole or len(query.text) > _LONGEST_ID or not any(mark.isdigit() for mark in query.text):
            return []
        table = f"card_fts_{lookup.partition.id}"
        only = " AND +card.id IN (SELECT value FROM json_each(?))" if lookup.only else ""
        found = lookup.connection.execute(
            f"SELECT card.id, card.identifier, rank FROM {table} CROSS JOIN card ON card.id = {table}.rowid"
            f" WHERE {table} MATCH ?{only} AND rank MATCH 'bm25({_WEIGHTS})'",
            (expression([query.text.replace('"', " ")]), *lookup.only),
        ).fetchall()
        named = np.array([query.names(str(said)) for _, said, _ in found], dtype=bool)
        rows = np.array([row for row, _, _ in found], dtype=np.int64)
        fits = -np.array([value for _, _, value in found], dtype=np.float64)
        first = lookup.best(rows[named], fits[named])
        return first + lookup.best(rows[~named], fits[~named]) if first else []

    def _telling(self, lookup: Lookup, words: Sequence[str]) -> list[str]:
        """Return the words without those on more than half of the cards: BM25 gives them no weight, only work."""
        total = len(lookup.order.rows)
        counts = {word: self._count(lookup, word) for word in words}
        return [word for word in words if 0 < counts[word] <= total / 2] or [word for word in words if counts[word]]

    def _count(self, lookup: Lookup, word: str) -> int:
        part = lookup.partition
        key = (part.id, part.version, word)
        if key not in self._counts:
            if len(self._counts) >= _KEPT:
                self._counts.clear()
            table = f"card_fts_{part.id}"
            query = f"SELECT count(*) FROM {table} WHERE {table} MATCH ?"
            self._counts[key] = int(lookup.connection.execute(query, (expression([word]),)).get)
        return self._counts[key]


def expression(words: Sequence[str]) -> str:
    """Return words as an FTS5 expression: each in quotes, so that nothing in them is an operator."""
    return " OR ".join(f'"{word}"' for word in words)
