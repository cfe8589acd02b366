"""Full text: which cards have the words, by BM25 within one part of the index."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from .lookup import Lookup
from .order import NONE, Fits
from .query import Query

_WEIGHTS = "3.0, 1.0, 1.0, 1.0"  # title, body, facts, names
BOUND = 20_000
"""Cards of a part up to which all words are looked up."""

_WORK = 5_000  # cards of a larger part whose words are weighed in one search, at most: a millisecond is good for 500

_KEPT = 10_000
_AGED = 1_000  # versions
_LONGEST_ID = 64  # characters
_SPOKEN_OF = 0.5  # how well a card fits at most that only speaks of the id
_SATURATED = 2.2  # what a word adds at most, in its rarities: FTS5's k1 and one


class Words:
    """Looks words up; remembers how common they are while a part of the index stays as it is."""

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self._counts: dict[tuple[int, int, int, str], int] = {}

    def fits(self, lookup: Lookup, words: Sequence[str]) -> Fits:
        """Return how well cards fit by BM25, as a share of what a card would have that is about every word.

        In a part of more than 20,000 cards the rarest words are looked up, which together stand on no more than 5,000.
        Where even the rarest does, cards that have every word are looked at, the newest of them.
        """
        if len(lookup.order.rows) <= BOUND:
            asked = self._telling(lookup, words)
            return self._looked_up(lookup, asked, " OR ") if asked else NONE
        counts = {word: count for word in words if (count := self._count(lookup, word, _WORK + 1))}
        rarest = sorted(counts, key=lambda word: counts[word])
        rare = [
            word
            for word, work in zip(rarest, accumulate(map(counts.__getitem__, rarest)), strict=True)
            if work <= _WORK
        ]
        if rare or not counts:
            return self._looked_up(lookup, rare, " OR ") if rare else NONE
        found = self._looked_up(lookup, rarest, " AND ")
        return found if len(found.rows) else self._looked_up(lookup, self._telling(lookup, words)[:1], " OR ")

    def _looked_up(self, lookup: Lookup, asked: Sequence[str], join: str) -> Fits:
        table = f"card_fts_{lookup.partition.id}"
        # the plus sign keeps SQLite from looking every allowed row up by itself, which takes a hundred times as long
        only = " AND +rowid IN (SELECT value FROM json_each(?))" if lookup.only else ""
        found = lookup.connection.execute(
            f"SELECT rowid, rank FROM {table} WHERE {table} MATCH ?{only} AND rank MATCH 'bm25({_WEIGHTS})'"
            f" ORDER BY rowid DESC LIMIT {_WORK if len(lookup.order.rows) > BOUND else -1}",
            (expression(asked, join), *lookup.only),
        ).fetchall()
        pairs = np.array(found, dtype=np.float64).reshape(-1, 2)[::-1]
        rows = pairs[:, 0].astype(np.int64)
        inside = lookup.inside(rows)
        return Fits.of(rows[inside], -pairs[inside, 1] / self._most(lookup, asked))

    def identified(self, lookup: Lookup, query: Query) -> Fits:
        """Return what fits where the question is nothing but a record's id: that record, then those that speak of it."""
        if query.whole or len(query.text) > _LONGEST_ID or not any(mark.isdigit() for mark in query.text):
            return NONE
        table = f"card_fts_{lookup.partition.id}"
        only = " AND +card.id IN (SELECT value FROM json_each(?))" if lookup.only else ""
        found = lookup.connection.execute(
            f"SELECT card.id, card.identifier, rank FROM {table} CROSS JOIN card ON card.id = {table}.rowid"
            f" WHERE {table} MATCH ?{only} AND rank MATCH 'bm25({_WEIGHTS})'",
            (expression([query.text.replace('"', " ")]), *lookup.only),
        ).fetchall()
        named = np.array([query.names(str(said)) for _, said, _ in found], dtype=bool)
        if not named.any():
            return NONE
        ranks = -np.array([value for _, _, value in found], dtype=np.float64)
        rows = np.array([row for row, _, _ in found], dtype=np.int64)
        return Fits.of(rows, np.where(named, 1.0, _SPOKEN_OF * ranks / ranks.max()))

    def _most(self, lookup: Lookup, words: Sequence[str]) -> float:
        """Return the BM25 that no card can pass: every word with its full weight, which FTS5 never lets fall to 0."""
        total = len(lookup.order.rows)
        counts = [self._count(lookup, word) for word in words]
        return sum(_SATURATED * max(1e-6, math.log((total - count + 0.5) / (count + 0.5))) for count in counts)

    def _telling(self, lookup: Lookup, words: Sequence[str]) -> list[str]:
        """Return the words without those on more than half of the cards: BM25 gives them no weight, only work."""
        total = len(lookup.order.rows)
        counts = {word: self._count(lookup, word) for word in words}
        return [word for word in words if 0 < counts[word] <= total / 2] or [word for word in words if counts[word]]

    def _count(self, lookup: Lookup, word: str, most: int = -1) -> int:
        """Return on how many cards a word is, or `most`. In a large part counts grow old a little: each one costs time."""
        part = lookup.partition
        version = part.version // _AGED if len(lookup.order.rows) > BOUND else part.version
        key = (part.id, version, most, word)
        if key not in self._counts:
            if len(self._counts) >= _KEPT:
                self._counts.clear()
            table = f"card_fts_{part.id}"
            query = f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT ?)"
            self._counts[key] = int(lookup.connection.execute(query, (expression([word]), most)).get)
        return self._counts[key]


def expression(words: Sequence[str], join: str = " OR ") -> str:
    """Return words as an FTS5 expression: each in quotes, so that nothing in them is an operator."""
    return join.join(f'"{word}"' for word in words)
