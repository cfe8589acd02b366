"""Paths: how what was asked for and what a card names meet in the ontology."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from atmp.ontology.dictionary import STEP, dictionary
from atmp.ontology.vocabulary import vocabulary

from .card import PASSING

_NAMED = frozenset({1.0, PASSING})
"""The weights of what a text itself names; what stands above it weighs less than 1, and never the second of these."""


def meeting(iri: str, asked: Mapping[str, float], said: Mapping[str, float]) -> tuple[str, ...]:
    """Return the IRIs from a concept that is asked for, up to the shared one, and down to one that the card names.

    `asked` and `said` are weights of what a text names and of all that stands above it.
    """
    start, end = source(iri, asked), source(iri, said)  # a concept of either's own is its own source
    down = upwards(end, iri)[::-1] if end else ()
    return (*upwards(start, iri), *down[1:]) if start else down


def source(iri: str, weights: Mapping[str, float]) -> str | None:
    """Return the named concept that gives another its weight: itself, or the nearest below it that weighs most."""
    weight = weights.get(iri)
    if weight is None or weight == 1.0:
        return iri if weight else None
    found = [
        (-weight * STEP**steps, steps, one)
        for one, weight in weights.items()
        if weight in _NAMED and (steps := _steps(one, iri)) is not None
    ]
    return min(found)[2] if found else None


def _steps(lower: str, upper: str) -> int | None:
    return 0 if lower == upper else dictionary().above(lower).get(upper)


@lru_cache(maxsize=10_000)
def upwards(lower: str, upper: str) -> tuple[str, ...]:
    """Return the IRIs of a shortest way up from one concept to another, both among them; nothing where there is none."""
    paths: dict[str, tuple[str, ...]] = {lower: (lower,)}
    level = [lower]
    while level and upper not in paths:
        following = []
        for one in level:
            for above in parents(one):
                if above not in paths:
                    paths[above] = (*paths[one], above)
                    following.append(above)
        level = following
    return paths.get(upper, ())


def parents(iri: str) -> tuple[str, ...]:
    """Return what stands right above a concept or disease, sorted; a vector's or cell's platform is above it."""
    known = vocabulary()
    concept = known.concept(iri)
    above = known.diseases.parents(iri) if concept is None else (*concept.broader, *concept.platforms)
    return tuple(sorted(above))
