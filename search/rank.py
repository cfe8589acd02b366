"""Ranking: full text, vectors and concepts each give an order, and the three are fused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import apsw
import numpy as np
from numpy.typing import NDArray

from .concepts import rarity, weighed
from .query import Query
from .tables import Partition

K = 60
"""The constant of reciprocal rank fusion."""

WEIGHTS = {
    "question": {"words": 1.0, "meaning": 1.0, "concepts": 0.7},
    "text": {"words": 0.2, "meaning": 1.0, "concepts": 0.5},
}
DEPTH = 200
_COLUMNS = "3.0, 1.0, 1.0, 1.0"  # title, body, facts, names
Found = list[tuple[int, float]]
"""Rows with how well they fit, best first."""


@dataclass(frozen=True)
class Ranked:
    """One card's row with its score and the parts that add up to it; `near` is the cosine of the vectors, where known."""

    row: int
    score: float
    parts: dict[str, float]
    near: float | None


def _among(allowed: Sequence[int] | None) -> tuple[str, tuple[str, ...]]:
    if allowed is None:
        return "", ()
    return " AND rowid IN (SELECT value FROM json_each(?))", (json.dumps(list(allowed)),)


def by_words(
    connection: apsw.Connection, partition: Partition, query: Query, allowed: Sequence[int] | None, depth: int
) -> Found:
    """Return rows by BM25 within the partition."""
    if not query.words:
        return []
    table, (only, values) = f"card_fts_{partition.id}", _among(allowed)
    rows = connection.execute(
        f"SELECT rowid, -bm25({table}, {_COLUMNS}) FROM {table} WHERE {table} MATCH ?{only}"  # noqa: S608 - our own names
        f" AND rank MATCH 'bm25({_COLUMNS})' ORDER BY rank LIMIT ?",
        (query.match, *values, depth),
    )
    return [(int(row), float(value)) for row, value in rows]


def by_meaning(
    connection: apsw.Connection,
    partition: Partition,
    vector: NDArray[np.float32],
    allowed: Sequence[int] | None,
    depth: int,
) -> Found:
    """Return rows by the cosine of their vector with `vector`."""
    only, values = _among(allowed)
    rows = connection.execute(
        f"SELECT rowid, distance FROM card_vector WHERE vector MATCH ? AND k = ? AND scope = ?{only} ORDER BY distance",  # noqa: S608
        (vector.astype(np.float32).tobytes(), min(depth, 4096), partition.id, *values),
    )
    return [(int(row), 1.0 - float(distance)) for row, distance in rows]


def by_concepts(
    connection: apsw.Connection, partition: Partition, query: Query, allowed: Sequence[int] | None, depth: int
) -> tuple[Found, dict[str, float]]:
    """Return rows by the cosine of their concepts with the query's, and the query's own vector of concepts."""
    if not query.weights:
        return [], {}
    rows = connection.execute(
        "SELECT concept, rarity, cards, weights FROM card_concept WHERE scope=? AND concept IN (SELECT value FROM json_each(?))",
        (partition.id, json.dumps(list(query.weights))),
    ).fetchall()
    total = connection.execute("SELECT count(*) FROM card WHERE scope=?", (partition.id,)).fetchone()[0]
    asked = weighed(query.weights, {str(row[0]): float(row[1]) for row in rows}, rarity(1, int(total)))
    if not rows:
        return [], asked
    cards = np.concatenate([np.frombuffer(row[2], dtype=np.int64) for row in rows])
    values = np.concatenate([np.frombuffer(row[3], dtype=np.float32) * asked[row[0]] for row in rows])
    ids, places = np.unique(cards, return_inverse=True)
    sums = np.bincount(places, weights=values)
    if allowed is not None:
        inside = np.isin(ids, np.array(allowed, dtype=np.int64))
        ids, sums = ids[inside], sums[inside]
    best = np.argsort(-sums, kind="stable")[:depth]
    return [(int(ids[place]), float(sums[place])) for place in best], asked


def fused(found: Mapping[str, Found], weights: Mapping[str, float], near: Mapping[int, float]) -> list[Ranked]:
    """Return rows best first, by reciprocal rank fusion scaled to 0..1: first in every order scores 1."""
    whole = sum(weights[name] for name in found) or 1.0
    parts: dict[int, dict[str, float]] = {}
    for name, rows in found.items():
        for place, (row, _) in enumerate(rows, start=1):
            parts.setdefault(row, {})[name] = weights[name] / whole * (K + 1) / (K + place)
    ranked = [Ranked(row, sum(said.values()), said, near.get(row)) for row, said in parts.items()]
    return sorted(ranked, key=lambda one: (-one.score, one.row))
