"""How alike two sets of concepts are: weights by rarity, and their cosine."""

from __future__ import annotations

import math
from collections.abc import Mapping

from atmp.ontology.dictionary import EMPTY_NOTATIONS
from atmp.ontology.vocabulary import vocabulary


def empty(iri: str) -> bool:
    """Return whether a concept says nothing, such as `not applicable`: two cards that have it share nothing."""
    concept = vocabulary().concept(iri)
    return concept is not None and concept.notation in EMPTY_NOTATIONS


def rarity(count: int, total: int) -> float:
    """Return how much a concept says that stands on `count` of `total` cards: the rarer, the more."""
    return math.log(1 + max(total, 1) / max(count, 1))


def weighed(weights: Mapping[str, float], rarities: Mapping[str, float], unseen: float) -> dict[str, float]:
    """Return a vector of length 1: weights times rarity; concepts that no card has weigh `unseen`."""
    raw = {iri: weight * rarities.get(iri, unseen) for iri, weight in weights.items()}
    norm = math.sqrt(sum(value * value for value in raw.values()))
    return {iri: value / norm for iri, value in raw.items()} if norm else {}


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return the cosine, 0 to 1, of two vectors of length 1."""
    small, large = sorted((one, other), key=len)
    return sum(value * large[iri] for iri, value in small.items() if iri in large)
