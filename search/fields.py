"""Fields: title, facts and prose of one card kept apart, so that a reason can tell where it was met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from atmp.kg.negation import affirmed
from atmp.ontology.dictionary import Mention, dictionary

from .explain import Wanted

TITLE, TEXT = "title", "text"
_CUT = " ..."


@dataclass(frozen=True)
class Fields:
    """The texts of one card by field: the title, facts such as `vector`, and prose such as `aim`."""

    short: Mapping[str, str]
    prose: Mapping[str, str]

    @classmethod
    def of(cls, title: str, facts: Iterable[str], body: Sequence[str], prose: Mapping[str, str]) -> Fields:
        """Return the fields of a card; prose whose fields are not known is its text."""
        short = {TITLE: title}
        for fact in facts:
            name, _, _ = fact.partition(":")
            short[name.lower()] = fact
        return cls(short, prose or ({TEXT: " ".join(body)} if body else {}))

    def where(self, sentence: str) -> str:
        """Return the field that has a sentence, cut or whole; nothing for no sentence."""
        said = sentence.removesuffix(_CUT)
        texts = (*self.short.items(), *self.prose.items())
        return next((name for name, text in texts if said in text), TEXT) if said else ""

    def having(self, word: Wanted) -> tuple[str, ...]:
        """Return the fields that have a word."""
        texts = (*self.short.items(), *self.prose.items())
        return tuple(name for name, text in texts if word.within(text.casefold()))

    def naming(self, iri: str) -> tuple[str, ...]:
        """Return the fields that name a concept: title and facts, or prose where these do not."""
        return _naming(self.short, iri) or _naming(self.prose, iri)


def _naming(texts: Mapping[str, str], iri: str) -> tuple[str, ...]:
    label = dictionary().label(iri) or iri
    return tuple(name for name, text in texts.items() if label in text or iri in _named(text))


def _named(text: str) -> frozenset[str]:
    return frozenset(one.iri for one in _affirmed(text))


@lru_cache(maxsize=4096)
def _affirmed(text: str) -> tuple[Mention, ...]:
    """Return what a text names; the same passages are shown again and again."""
    return tuple(affirmed(text))


def marks(sentence: str, words: Sequence[Wanted], concepts: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Return where a sentence has these words or names these concepts: start and end of each place, rising and apart."""
    sought = frozenset(concepts)
    places = [found.span() for word in words for found in word.pattern.finditer(sentence)]
    for one in _affirmed(sentence) if sought else ():
        end = one.start + len(one.words)
        if (
            one.iri in sought and sentence[one.start : end] == one.words
        ):  # the dictionary reads another form of some marks
            places.append((one.start, end))
    found: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)
