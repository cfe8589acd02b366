"""How alike two sets of concepts are: weights by rarity, and their cosine."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache

from atmp.ontology.dictionary import EMPTY_NOTATIONS
from atmp.ontology.vocabulary import vocabulary

DISEASES = 0.9
"""The share of diseases in how well a card fits by its concepts; methods, cells and vectors have the rest."""


def empty(iri: str) -> bool:
    """Return whether a concept says nothing, such as `not applicable`: two cards that have it share nothing."""
    concept = vocabulary().concept(iri)
    return concept is not None and concept.notation in EMPTY_NOTATIONS


def rarity(count: int, total: int) -> float:
    """Return how much a concept says that stands on `count` of `total` cards: the rarer, the more."""
    return math.log(1 + max(total, 1) / max(count, 1))


def weighed(weights: Mapping[str, float], rarities: Mapping[str, float], unseen: float) -> dict[str, float]:
    """Return weights times rarity, the diseases as a vector of length 1 and all else as another.

    Concepts that no card has weigh `unseen`. Held apart, a long list of methods does not thin out what is treated.
    """
    raw = {iri: weight * rarities.get(iri, unseen) for iri, weight in weights.items()}
    found: dict[str, float] = {}
    for group in grouped(raw):
        norm = math.sqrt(sum(raw[iri] ** 2 for iri in group))
        found |= {iri: raw[iri] / norm for iri in group} if norm else {}
    return found


def asked_for(
    weights: Mapping[str, float], rarities: Mapping[str, float], unseen: float, *, whole: bool
) -> dict[str, float]:
    """Return a query's vector: what is treated counts for more than by what, which very many cards have in common.

    A question that names no disease is about the rest; a whole text that names none most likely has one unknown to us.
    """
    found = weighed(weights, rarities, unseen)
    diseases, others = grouped(found)
    share = DISEASES if whole or (diseases and others) else 1.0 if diseases else 0.0
    return {iri: found[iri] * share for iri in diseases} | {iri: found[iri] * (1 - share) for iri in others}


def grouped(iris: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the diseases among these concepts, and the others."""
    known = vocabulary().diseases
    found: tuple[list[str], list[str]] = ([], [])
    for iri in iris:
        found[iri not in known].append(iri)
    return found


def platforms(terms: Iterable[str]) -> frozenset[str]:
    """Return the platforms that vectors, cells and platforms stand for."""
    return frozenset[str]().union(*map(_platforms, terms))


@lru_cache(maxsize=2048)
def _platforms(term: str) -> frozenset[str]:
    known = vocabulary()
    concept = known.concept(term)
    if concept is None or concept.scheme not in {"vector", "cell", "platform"} or empty(term):
        return frozenset()
    above = (known.concept(one) for one in (term, *known.ancestors(term)))
    found = {one for each in above if each for one in each.platforms}
    return frozenset(one for one in ({term} if concept.scheme == "platform" else found) if not empty(one))
