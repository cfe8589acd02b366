"""What a text speaks of: concepts of the vocabulary found by their words, and how alike two sets of them are."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from atmp.ontology.terms import Terms, spelling
from atmp.ontology.vocabulary import Vocabulary, vocabulary

SCHEMES = ("cell", "vector", "method", "class", "platform")
"""The schemes whose words are looked for, beside the diseases; of two that share a word the earlier one wins."""

STEP = 0.6
"""What is left of a concept's weight one step up."""

GROUPING = 120
"""A disease with more than so many below it only groups: that two therapies share it says nothing."""

_WORD = re.compile(r"(?:[^\W_]|\+)+")
_EMPTY_NOTATIONS = frozenset({"other", "unknown", "not-applicable", "not-stated", "any", "not-an-atmp"})
_ROOTS = frozenset({"http://purl.obolibrary.org/obo/MONDO_0000001", "http://purl.obolibrary.org/obo/MONDO_0700096"})
_ORDINARY_WORDS = (
    "all as bind burn ca can cold din eps face gave hive incl iris mono od om plan plat rare rich scan scar ten was whim"
    " any isa none assay pet prom sev mouse rat viral qc annan alla arms moa imm abc gc cp pm dm ad fa fd fh hf hd hl mm"
    " mi mg"
)
_ORDINARY = frozenset(_ORDINARY_WORDS.split())
"""Short names that are also ordinary words or fragments: they count only where a text writes them in capitals."""

_CAPITALS = 2


@lru_cache(maxsize=50_000)
def _token(word: str) -> str:
    return spelling(word)


class Dictionary:
    """All words for concepts, looked up by the longest run of words that means something."""

    def __init__(self, known: Vocabulary) -> None:
        """Read the words of the vocabulary's schemes and diseases."""
        self._known = known
        self._concepts: dict[str, str] = {}
        self._above: dict[str, dict[str, int]] = {}
        for name in SCHEMES:
            for concept in known.schemes[name].concepts if name in known.schemes else ():
                if concept.notation not in _EMPTY_NOTATIONS and not self._groups(concept.iri):
                    for word in concept.words():
                        self._concepts.setdefault(spelling(word), concept.iri)
        for word, iri in known.diseases.words().items():
            if iri not in _ROOTS:
                self._concepts.setdefault(word, iri)
        self._concepts.pop("", None)
        self._shouted = _ORDINARY | _abbreviations(known.diseases)
        self._longest = max((len(word.split()) for word in self._concepts), default=1)
        self._first = {word.split()[0] for word in self._concepts}

    def find(self, text: str) -> tuple[str, ...]:
        """Return the IRIs of the concepts that a text names, in order of appearance, each once."""
        plain = unicodedata.normalize("NFKC", text).replace("'s ", " ").replace("’s ", " ")
        words = _WORD.findall(plain)
        tokens = [_token(word) for word in words]
        found: dict[str, None] = {}
        position = 0
        while position < len(tokens):
            length = self._match(words, tokens, position) if tokens[position] in self._first else 0
            if length:
                found[self._concepts[" ".join(tokens[position : position + length])]] = None
            position += length or 1
        return tuple(found)

    def _match(self, words: list[str], tokens: list[str], position: int) -> int:
        for length in range(min(self._longest, len(tokens) - position), 0, -1):
            if " ".join(tokens[position : position + length]) in self._concepts:
                plain = length > 1 or tokens[position] not in self._shouted or _capitals(words[position])
                return length if plain else 0
        return 0

    def above(self, iri: str) -> Mapping[str, int]:
        """Return what stands above a concept or disease, by steps; a vector's or cell's platform is one step up."""
        if iri not in self._above:
            self._above[iri] = self._find_above(iri)
        return self._above[iri]

    def _find_above(self, iri: str) -> dict[str, int]:
        known = self._known
        if iri in known.diseases:
            above = known.diseases.ancestors(iri).items()
            return {one: steps for one, steps in above if len(known.diseases.narrower(one)) <= GROUPING}
        found = {one: steps for one, steps in known.ancestors(iri).items() if not self._groups(one)}
        for one, steps in ((iri, 0), *found.items()):
            concept = known.concept(one)
            for platform in concept.platforms if concept else ():
                found[platform] = min(found.get(platform, steps + 1), steps + 1)
        return found

    def _groups(self, iri: str) -> bool:
        """Return whether a concept only groups methods: that two therapies use some clinical method says nothing."""
        concept = self._known.concept(iri)
        return concept is not None and concept.scheme == "method" and not concept.broader

    def spread(self, iris: Iterable[str]) -> dict[str, float]:
        """Return weights of the concepts, 1, and of what stands above them, 0.6 a step."""
        weights: dict[str, float] = {}
        for iri in iris:
            weights[iri] = 1.0
            for one, steps in self.above(iri).items():
                weights[one] = max(weights.get(one, 0.0), STEP**steps)
        return weights

    def label(self, iri: str) -> str | None:
        """Return the English label of a concept or disease."""
        concept = self._known.concept(iri)
        return concept.labels["en"] if concept else self._known.diseases.label(iri)


def _capitals(word: str) -> bool:
    """Return whether a word is written as an abbreviation."""
    return sum(mark.isupper() for mark in word) >= _CAPITALS


def _abbreviations(diseases: Terms) -> set[str]:
    """Return the abbreviations that a disease ontology brings along, such as chILD; curated ones are safe as they are."""
    found = {
        spelling(word) for iri in diseases for word in diseases.synonyms(iri) if " " not in word and _capitals(word)
    }
    return found - {spelling(one.text) for iri in diseases for one in diseases.curated(iri)}


@lru_cache(maxsize=1)
def dictionary() -> Dictionary:
    """Return the dictionary of the vocabulary that ships with the package."""
    return Dictionary(vocabulary())


def empty(iri: str) -> bool:
    """Return whether a concept says nothing, such as `not applicable`: two cards that have it share nothing."""
    concept = vocabulary().concept(iri)
    return concept is not None and concept.notation in _EMPTY_NOTATIONS


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
