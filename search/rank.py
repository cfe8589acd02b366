"""Ranking: full text, vectors and concepts each give an order, and the three are fused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .concepts import rarity, weighed
from .lookup import Lookup
from .order import Found, Order
from .query import Query

K = 60
"""The constant of reciprocal rank fusion."""

WEIGHTS = {
    "question": {"words": 1.0, "meaning": 1.0, "concepts": 0.7},
    "text": {"words": 0.5, "meaning": 1.0, "concepts": 1.0},
    "identifier": {"words": 1.0},
}
DEPTH = 100


class Mode(StrEnum):
    """Which orders a search looks at: all three, or one alone."""

    HYBRID = "hybrid"
    TEXT = "text"
    DENSE = "dense"
    CONCEPTS = "concepts"

    @property
    def parts(self) -> frozenset[str]:
        """Return the names of the orders."""
        alone = {Mode.TEXT: "words", Mode.DENSE: "meaning", Mode.CONCEPTS: "concepts"}
        return frozenset({alone[self]}) if self in alone else frozenset(alone.values())


def weights(query: Query, mode: Mode, *, identified: bool) -> dict[str, float]:
    """Return how much each order counts: for an id, a question or a whole text, and of the orders that are looked at."""
    chosen = WEIGHTS["identifier" if identified else "text" if query.whole else "question"]
    return {name: weight for name, weight in chosen.items() if name in mode.parts}


@dataclass(frozen=True)
class Ranked:
    """One card's row with its score and the parts that add up to it; `near` is the vectors' cosine, where known."""

    row: int
    score: float
    parts: dict[str, float]
    near: float | None


def by_concepts(lookup: Lookup, query: Query) -> tuple[Found, dict[str, float]]:
    """Return rows by the cosine of their concepts with the query's, and the query's own vector of concepts."""
    if not query.weights:
        return [], {}
    rows = lookup.connection.execute(
        "SELECT concept, rarity, cards, weights FROM card_concept"
        " WHERE scope=? AND concept IN (SELECT value FROM json_each(?))",
        (lookup.partition.id, json.dumps(list(query.weights))),
    )
    posted: list[tuple[str, float, bytes, bytes]] = rows.fetchall()  # type: ignore[assignment]
    rarest = rarity(1, len(lookup.order.rows))
    asked = weighed(query.weights, {iri: rare for iri, rare, _, _ in posted}, rarest)
    if not posted:
        return [], asked
    cards = np.concatenate([np.frombuffer(ids, dtype=np.int64) for _, _, ids, _ in posted])
    values = np.concatenate([np.frombuffer(said, dtype=np.float32) * asked[iri] for iri, _, _, said in posted])
    ids, places = np.unique(cards, return_inverse=True)
    sums = np.asarray(np.bincount(places, weights=values), dtype=np.float64)
    inside = lookup.inside(ids)
    return lookup.best(ids[inside], sums[inside]), asked


def fused(found: Mapping[str, Found], weights: Mapping[str, float], order: Order) -> Iterator[Ranked]:
    """Yield rows best first, by reciprocal rank fusion scaled to 0..1: first in every order scores 1.

    An order that finds nothing gives nothing: the nearest to a text that no card has a word or concept of scores low.
    """
    whole = sum(weights.values())
    places = {name: {row: place for place, (row, _) in enumerate(rows, start=1)} for name, rows in found.items()}
    scores: dict[int, float] = {}
    for name, ranks in places.items():
        share = weights[name] / whole * (K + 1)
        for row, place in ranks.items():
            scores[row] = scores.get(row, 0.0) + share / (K + place)
    near = dict(found.get("meaning", ()))
    rows, values = np.array(list(scores), dtype=np.int64), np.array(list(scores.values()), dtype=np.float64)
    for row, _ in order.best(rows, values, len(rows)):
        parts = {
            name: weights[name] / whole * (K + 1) / (K + ranks[row]) for name, ranks in places.items() if row in ranks
        }
        yield Ranked(row, scores[row], parts, near.get(row))
