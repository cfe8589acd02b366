"""From Swedish words to English ones: the names of all schemes and diseases, and the everyday words of `glossary.tsv`.

It is no translator: what it does not know is left out. It gives a Swedish question the words that English texts have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from .dictionary import EMPTY_NOTATIONS, dictionary
from .inflection import inflected
from .terms import FOLDER, spelling
from .vocabulary import Vocabulary, read_table, vocabulary

_WORD = re.compile(r"(?:[^\W_]|\+)+")
_PART = 4
"""Letters of either part of a compound, at least: `renrumstid` is renrum and tid, `brännsår` is in the glossary."""


class Translation:
    """Swedish names with their English ones, found by the longest run of words, or as the parts of a compound."""

    def __init__(self, known: Vocabulary) -> None:
        """Read the glossary, the names of concepts, and the curated names of diseases."""
        self._english: dict[str, str] = {}
        names = list(_names(known))
        for swedish, english in names:
            self._english.setdefault(spelling(swedish), english)
        for swedish, english in names:
            for form in inflected(swedish):
                self._english.setdefault(spelling(form), english)
        self._english.pop("", None)
        self._longest = max(len(words.split()) for words in self._english)

    def english(self, text: str) -> tuple[str, ...]:
        """Return English names of what a Swedish text says, in its order, each once."""
        return tuple(dict.fromkeys(name for names, _ in self._found(text) for name in names))

    def known(self, text: str) -> frozenset[str]:
        """Return the words of a Swedish text that have an English name, in small letters."""
        return frozenset(word.casefold() for names, words in self._found(text) if names for word in words)

    def _found(self, text: str) -> Iterator[tuple[tuple[str, ...], list[str]]]:
        """Yield English names, none where there are none, with the words that they are for."""
        words = _WORD.findall(text)
        tokens = [spelling(word) for word in words]
        position = 0
        while position < len(tokens):
            lengths = range(min(self._longest, len(tokens) - position), 0, -1)
            spans = ((length, self._english.get(" ".join(tokens[position : position + length]))) for length in lengths)
            length, name = next(((length, name) for length, name in spans if name is not None), (1, None))
            names = (name,) if name is not None else self._parts(tokens[position])
            yield names, words[position : position + length]
            position += length

    def _parts(self, word: str) -> tuple[str, ...]:
        """Return both parts of a compound that is made of two known words, the first one as long as may be."""
        for cut in range(len(word) - _PART, _PART - 1, -1):
            last = self._english.get(word[cut:])
            first = self._english.get(word[:cut]) or self._english.get(word[:cut].removesuffix("s"))
            if first and last:
                return first, last
        return ()


def _names(known: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield Swedish names and English ones: everyday words, concepts, diseases."""
    for row in read_table(FOLDER / "glossary.tsv"):
        yield row["swedish"], row["english"]
    plain = dictionary().english
    for scheme in known.schemes.values():
        for concept in scheme.concepts:
            if concept.notation not in EMPTY_NOTATIONS:
                yield from ((name, plain(concept.iri)) for name in concept.called("sv"))
    for iri in known.diseases:
        yield from ((one.text, plain(iri)) for one in known.diseases.curated(iri) if one.language == "sv")


@lru_cache(maxsize=1)
def translation() -> Translation:
    """Return the translation by the vocabulary that ships with the package."""
    return Translation(vocabulary())
