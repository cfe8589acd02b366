"""Ranking: how well a card fits by its words, its meaning and its concepts, and all of it together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .concepts import asked_for, rarity
from .lookup import Lookup
from .order import NONE, Fits, Order
from .postings import posted
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

DIGITS = 4
"""Of a score and its parts: they are ranked by as they are shown, so that parts add up and equal scores stand by IRI."""


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
    kept = posted(lookup.connection, lookup.partition.id, query.weights)
    rarest = rarity(1, len(lookup.order.rows))
    asked = asked_for(query.weights, kept.rarities, rarest, whole=query.whole)
    if not kept.lists:
        return NONE, asked
    first, last = (int(lookup.order.rows[at]) for at in (0, -1))
    sums, there = np.zeros(last - first + 1), np.zeros(last - first + 1, dtype=bool)
    for one in kept.lists:
        sums[one.cards - first] += one.weights * asked[one.concept]
        there[one.cards - first] = True
    ids = np.flatnonzero(there)
    sums, ids = sums[ids], ids + first
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
    parts = {name: np.round(counting[name] / whole * fits.at(rows), DIGITS) for name, fits in found.items()}
    scores = np.round(np.nansum(list(parts.values()), axis=0), DIGITS)
    near = found["meaning"].at(rows) if "meaning" in found else np.full(len(rows), np.nan)
    for row, score in order.best(rows, scores, len(rows)):
        at = int(np.searchsorted(rows, row))
        told = {name: float(values[at]) for name, values in parts.items() if not np.isnan(values[at])}
        yield Ranked(row, score, told, None if np.isnan(near[at]) else float(near[at]))


def in_order(lookup: Lookup, ranked: Iterable[Ranked]) -> Iterator[Ranked]:
    """Yield cards whose scores have changed, best first; of equal ones those whose IRI comes first."""
    scored = {one.row: one for one in ranked}
    rows = np.array(sorted(scored), dtype=np.int64)
    values = np.array([scored[row].score for row in rows.tolist()])
    return (scored[row] for row, _ in lookup.order.best(rows, values, len(rows)))
