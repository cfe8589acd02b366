"""Ranking: how well a card fits by its words, its meaning and its concepts, and all of it together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .concepts import asked_for, rarity
from .lookup import Lookup
from .order import NONE, Fits, Order
from .query import Query

WEIGHTS = {
    "question": {"words": 1.5, "meaning": 1.0, "concepts": 1.0},
    "text": {"words": 0.5, "meaning": 1.0, "concepts": 1.0},
    "identifier": {"words": 1.0},
}
"""How much each order counts, by what is asked with; a question's concepts as far as they make up its words.

A Swedish question's words count as far as English texts have them too.
"""

_SPOKEN = 0.3
"""What a Swedish question's words count for at least: there may be Swedish texts."""

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
    """Return how much each order counts, of those that are looked at."""
    chosen = dict(WEIGHTS["identifier" if identified else "text" if query.whole else "question"])
    if not query.whole and mode is Mode.HYBRID and "concepts" in chosen:
        chosen["concepts"] *= query.understood
    if mode is Mode.HYBRID:
        chosen["words"] *= max(_SPOKEN, query.spoken)
    return {name: weight for name, weight in chosen.items() if name in mode.parts}


@dataclass(frozen=True)
class Ranked:
    """One card's row with its score and the parts that add up to it; `near` is the vectors' cosine, where known."""

    row: int
    score: float
    parts: dict[str, float]
    near: float | None


def by_concepts(lookup: Lookup, query: Query) -> tuple[Fits, dict[str, float]]:
    """Return how well cards fit by the likeness of their concepts, and the query's own vector of concepts."""
    rows = lookup.connection.execute(
        "SELECT concept, rarity, cards, weights FROM card_concept"
        " WHERE scope=? AND concept IN (SELECT value FROM json_each(?))",
        (lookup.partition.id, json.dumps(list(query.weights))),
    )
    posted: list[tuple[str, float, bytes, bytes]] = rows.fetchall()  # type: ignore[assignment]
    rarest = rarity(1, len(lookup.order.rows))
    asked = asked_for(query.weights, {iri: rare for iri, rare, _, _ in posted}, rarest, whole=query.whole)
    if not posted:
        return NONE, asked
    cards = np.concatenate([np.frombuffer(ids, dtype=np.int64) for _, _, ids, _ in posted])
    values = np.concatenate([np.frombuffer(said, dtype=np.float32) * asked[iri] for iri, _, _, said in posted])
    ids, places = np.unique(cards, return_inverse=True)
    sums = np.asarray(np.bincount(places, weights=values), dtype=np.float64)
    inside = lookup.inside(ids)
    return Fits.of(ids[inside], sums[inside]), asked


def fused(
    found: Mapping[str, Fits], rows: NDArray[np.int64], counting: Mapping[str, float], order: Order
) -> Iterator[Ranked]:
    """Yield rows, the best of every order, best first, by the weighted mean of how well they fit by each: 0 to 1.

    A card is held against every order, also where it is not among the best of it; an order that finds nothing gives
    nothing: the nearest to a text that no card has a word or concept of scores low.
    """
    whole = sum(counting.values())
    parts = {name: counting[name] / whole * fits.at(rows) for name, fits in found.items()}
    scores = np.nansum(list(parts.values()), axis=0)
    near = found["meaning"].at(rows) if "meaning" in found else np.full(len(rows), np.nan)
    for row, score in order.best(rows, scores, len(rows)):
        at = int(np.searchsorted(rows, row))
        told = {name: float(values[at]) for name, values in parts.items() if not np.isnan(values[at])}
        yield Ranked(row, score, told, None if np.isnan(near[at]) else float(near[at]))
