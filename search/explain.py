"""Why a hit is a hit: what it shares, its best-matching sentence, and both in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from atmp.ontology.dictionary import dictionary
from atmp.ontology.terms import spelling

from .hits import SharedConcept, SharedWord
from .query import words

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


@dataclass(frozen=True)
class Wanted:
    """A word as it was asked for, and as a text may have it: on its own, in the singular or plural."""

    word: str
    root: str
    pattern: re.Pattern[str]

    def within(self, plain: str) -> bool:
        """Return whether a text in lower case has the word: `rpe` is in neither `herpes` nor `rpe65`."""
        return self.root in plain and self.pattern.search(plain) is not None  # the first is fast, and mostly false


def wanted(words: Iterable[str]) -> tuple[Wanted, ...]:
    """Return words as a text is searched for them, each once; the longest first."""
    found: dict[str, Wanted] = {}
    for word in words:
        stem = spelling(word)
        if stem:
            root, endings = (stem[:-1], "y|ies") if stem.endswith("y") else (stem, "|s|es")
            pattern = re.compile(rf"(?<![^\W_]){re.escape(root)}(?:{endings})(?![^\W_])", re.IGNORECASE)
            found.setdefault(stem, Wanted(word, root, pattern))
    return tuple(found[stem] for stem in sorted(found, key=lambda stem: (-len(stem), stem)))


@lru_cache(maxsize=4096)
def labelled(labels: tuple[str, ...]) -> tuple[Wanted, ...]:
    """Return the words of concepts' labels, as a text is searched for them."""
    return wanted(word for label in labels for word in words(label))


def sentence(body: Sequence[str], facts: Sequence[str], *sought: Sequence[Wanted]) -> str:
    """Return the sentence that has most of the words sought, of the first of these lists that is met at all.

    Prose goes before facts, the earlier before the later.
    """
    lines = (*body[:_LOOKED_AT], *facts)
    best = next((found for words in sought if (found := _fullest(lines, words))), next(iter((*body, *facts)), ""))
    return best if len(best) <= _LONG else f"{best[:_LONG].rsplit(' ', 1)[0]} ..."


def _fullest(lines: Sequence[str], words: Sequence[Wanted]) -> str:
    best, most = "", 0
    for line in lines:
        plain = line.casefold()
        likely = [one for one in words if one.root in plain]
        if sum([len(one.root) for one in likely]) <= most:
            continue  # it cannot have more, however its words begin and end
        score = sum([len(one.root) for one in likely if one.within(plain)])
        if score > most:
            best, most = line, score
    return best


def why(
    concepts: Sequence[SharedConcept],
    words: Sequence[SharedWord],
    near: float | None,
    *,
    identifier: str = "",
    against: Sequence[str] = (),
) -> str:
    """Return the reasons in words: the id asked for, concepts shared, words in common, then closeness in meaning.

    `against` is what it has in common with the unwanted. With each stands the first field in which it was met.
    """
    said = [f"has the id {identifier}"] if identifier else []
    if concepts:
        said.append(f"shares {listed([_met(one.label, one.fields) for one in concepts[:_NAMED]])}")
    if words:
        common = [_met(one.word, one.fields) for one in words[:_NAMED]]
        said.append(f"has the word{'s' if len(common) > 1 else ''} {listed(common)}")
    if near is not None and near >= _CLOSE:
        said.append(f"close in meaning ({near:.2f})")
    distant = "has words akin to those asked for" if near is None else "among the nearest in meaning"
    said = said or [distant]
    return "; ".join([*said, f"but shares {listed(against[:_NAMED])} with what is not wanted"] if against else said)


def _met(what: str, fields: Sequence[str]) -> str:
    return f"{what} ({fields[0]})" if fields else what


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
