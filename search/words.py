"""Full text: which cards have the words, by BM25 within one part of the index."""

from __future__ import annotations

import json
from collections.abc import Sequence

import apsw

from .rank import Found
from .tables import Partition

_WEIGHTS = "3.0, 1.0, 1.0, 1.0"  # title, body, facts, names
_KEPT = 10_000


class Words:
    """Looks words up; remembers how common they are while a part of the index stays as it is."""

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self._counts: dict[tuple[int, int, str], int] = {}

    def best(
        self,
        connection: apsw.Connection,
        partition: Partition,
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
        rows = connection.execute(
            f"SELECT rowid, rank FROM {table} WHERE {table} MATCH ?{only} AND rank MATCH 'bm25({_WEIGHTS})'"
            " ORDER BY rank, rowid LIMIT ?",
            (expression(asked), *values, depth),
        )
        return [(int(row), -float(value)) for row, value in rows]

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
