"""Why a hit is a hit: what it shares, its best-matching sentence, and both in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from atmp.ontology.dictionary import dictionary
from atmp.ontology.terms import spelling

from .hits import SharedConcept

_NAMED = 3
_LOOKED_AT = 20  # sentences of one record
_CLOSE = 0.5  # a cosine that is worth a word
_LONG = 300  # characters of a sentence that are shown


def shared(asked: Mapping[str, float], weights: Mapping[str, float], limit: int = 5) -> tuple[SharedConcept, ...]:
    """Return the concepts that weigh most in both, without those that stand above another one of them."""
    both = {iri: asked[iri] * weights[iri] for iri in asked.keys() & weights.keys()}
    below = {above for iri in both for above in dictionary().above(iri)}
    own = {iri: value for iri, value in both.items() if iri not in below}
    top = sum(own.values()) or 1.0
    best = sorted(own, key=lambda iri: (-own[iri], iri))[:limit]
    return tuple(SharedConcept(iri, dictionary().label(iri) or iri, round(own[iri] / top, 4)) for iri in best)


def stems(words: Iterable[str]) -> tuple[str, ...]:
    """Return words as a sentence is searched for them: without a plural's ending; the longest first."""
    return tuple(sorted({spelling(word) for word in words} - {""}, key=lambda word: (-len(word), word)))


def sentence(body: Sequence[str], facts: Sequence[str], wanted: Sequence[str]) -> str:
    """Return the sentence that has most of the wanted words; prose goes before facts, the earlier before the later."""
    best, most = "", 0
    for one in (*body[:_LOOKED_AT], *facts):
        plain, score = one.casefold(), 0
        for word in wanted:
            if word in plain:
                score += len(word)
        if score > most:
            best, most = one, score
    best = best or next(iter((*body, *facts)), "")
    return best if len(best) <= _LONG else f"{best[:_LONG].rsplit(' ', 1)[0]} ..."


def why(concepts: Sequence[SharedConcept], text: str, words: Sequence[str], near: float | None) -> str:
    """Return the reasons in words: concepts shared, then words in common, then closeness in meaning."""
    said = []
    if concepts:
        said.append(f"shares {_listed([concept.label for concept in concepts[:_NAMED]])}")
    plain = text.casefold()
    common = [word for word in words if len(word) > 2 and word in plain][:_NAMED]
    if common:
        said.append(f"has the word{'s' if len(common) > 1 else ''} {_listed(common)}")
    if near is not None and near >= _CLOSE:
        said.append(f"close in meaning ({near:.2f})")
    return "; ".join(said) or "the nearest in meaning that there is"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
