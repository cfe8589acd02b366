"""The dictionary: what a text speaks of, found by all the words that the vocabulary has for its concepts."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from .inflection import inflected
from .terms import Terms, spelling
from .vocabulary import Concept, Vocabulary, vocabulary

SCHEMES = ("cell", "vector", "method", "class", "platform")
"""The schemes whose words are looked for, beside the diseases; of two that share a word the earlier one wins."""

STEP = 0.6
"""What is left of a concept's weight one step up."""

GROUPING = 120
"""A disease with more than so many below it only groups: that two therapies share it says nothing."""

_WORD = re.compile(r"(?:[^\W_]|\+)+")
EMPTY_NOTATIONS = frozenset({"other", "unknown", "not-applicable", "not-stated", "any", "not-an-atmp"})
_ROOTS = frozenset({"http://purl.obolibrary.org/obo/MONDO_0000001", "http://purl.obolibrary.org/obo/MONDO_0700096"})
_ORDINARY_WORDS = (
    "all as bind burn ca can cold din eps face gave hive incl iris mono od om plan plat rare rich scan scar ten was whim"
    " any isa none assay pet prom sev mouse rat viral qc annan alla arms moa imm abc gc cp pm dm ad fa fd fh hf hd hl mm"
    " mi mg"
)
_ORDINARY = frozenset(_ORDINARY_WORDS.split())
"""Short names that are also ordinary words or fragments: they count only where a text writes them in capitals."""

_CAPITALS = 2
_EXPLAINED = re.compile(r"\(([A-Za-z]{2,6}?)s?\)")
_BEFORE = 120  # characters in which the words of an abbreviation stand
_LONGEST = 6  # letters of an abbreviation
_COMMON = 100  # diseases that have a word in their name, from which on it does not tell one from another
_NUMBERED = re.compile(r"-[A-Z]?\d")  # behind PD, it is no disease but an antigen: PD-1
_PARTICLES = frozenset({"anti", "with"})  # words of names that any text may have


@dataclass(frozen=True)
class Mention:
    """A concept that a text names: its IRI, the words, and the place of their first character."""

    iri: str
    words: str
    start: int


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
            for concept in _offered_first(known, name):
                if concept.notation not in EMPTY_NOTATIONS and not self._groups(concept.iri):
                    for word in concept.words():
                        self._concepts.setdefault(spelling(word), known.current(concept).iri)
        for word, iri in known.diseases.words().items():
            if iri not in _ROOTS:
                self._concepts.setdefault(word, iri)
        self._inflect()
        self._concepts.pop("", None)
        self._shouted = _ORDINARY | _abbreviations(known.diseases)
        self._longest = max((len(word.split()) for word in self._concepts), default=1)
        self._first = {word.split()[0] for word in self._concepts}

    def _inflect(self) -> None:
        """Add the forms of Swedish names, where they are no other word; the English plural is part of `spelling`."""
        swedish = [
            *((word, self._known.current(one).iri) for name in SCHEMES for one in _offered_first(self._known, name)
              for word in one.called("sv")),
            *((one.text, iri) for iri in self._known.diseases for one in self._known.diseases.curated(iri)
              if one.language == "sv"),
        ]  # fmt: skip
        for word, iri in swedish:
            if self._concepts.get(spelling(word)) == iri:
                for form in inflected(word):
                    self._concepts.setdefault(spelling(form), iri)

    @cached_property
    def _senses(self) -> dict[str, dict[str, frozenset[str]]]:
        """Return, by abbreviation of several meanings, each with the words that speak for it alone; the usual one first."""
        diseases = self._known.diseases
        counts = Counter(word for iri in diseases for word in set(spelling(diseases.label(iri) or "").split()))
        ours = {part for word, iri in self._concepts.items() if iri not in diseases for part in word.split()}
        found = {}
        for short, others in _also(diseases).items():
            usual = self._concepts.get(short, "")
            family = {usual, *(diseases.ancestors(usual) if usual in diseases else ())}
            rivals = [one for one in others if one not in family and usual not in diseases.ancestors(one)]
            if usual and rivals:
                said = {usual: self._telling(usual, counts)}
                said |= {iri: self._telling(iri, counts) - ours for iri in rivals}
                alone = Counter(word for words in said.values() for word in words)
                found[short] = {
                    iri: frozenset(word for word in words if alone[word] == 1) for iri, words in said.items()
                }
        return found

    def _telling(self, iri: str, counts: Mapping[str, int]) -> set[str]:
        """Return the words of a concept's or disease's names that few diseases have."""
        concept, diseases = self._known.concept(iri), self._known.diseases
        names = concept.words() if concept else (diseases.label(iri) or "", *diseases.synonyms(iri))
        words = {word for name in names for word in spelling(name).split() if len(name) > _LONGEST}
        return {word for word in words - _PARTICLES if counts[word] <= _COMMON and len(word) > 3}

    def senses(self, word: str) -> tuple[str, ...]:
        """Return the concepts that an abbreviation may mean, the usual one first; nothing where it means one at most."""
        return tuple(self._senses.get(spelling(word), ()))

    def _meant(self, short: str, tokens: Collection[str]) -> str:
        """Return what an abbreviation means among the words of a text: the sense that more of them speak for, else the usual."""
        said = {iri: len(words.intersection(tokens)) for iri, words in self._senses[short].items()}
        return max(said, key=said.__getitem__)  # the first of equals, which is the usual one

    def find(self, text: str) -> tuple[str, ...]:
        """Return the IRIs of the concepts that a text names, in order of appearance, each once."""
        return tuple(dict.fromkeys(mention.iri for mention in self.mentions(text)))

    def mentions(self, text: str) -> Iterator[Mention]:
        """Yield what a text names, in order of appearance, with the words that name it and where they stand."""
        said = plain(text)
        found = list(_WORD.finditer(said))
        words = [match.group() for match in found]
        tokens = [_token(word) for word in words]
        meant = abbreviations(said)
        position = 0
        while position < len(tokens):
            length = self._match(words, tokens, position) if tokens[position] in self._first else 0
            if length:
                start, end = found[position].start(), found[position + length - 1].end()
                iri = self._concepts[" ".join(tokens[position : position + length])]
                iri = self._meant(tokens[position], tokens) if length == 1 and tokens[position] in self._senses else iri
                long = meant.get(words[position].removesuffix("s")) if length == 1 else None
                iri = iri if long is None else self._concepts.get(spelling(long), "")
                iri = "" if length == 1 and iri in self._known.diseases and _NUMBERED.match(said, end) else iri
                if iri:
                    yield Mention(iri, said[start:end], start)
            position += length or 1

    def _match(self, words: list[str], tokens: list[str], position: int) -> int:
        for length in range(min(self._longest, len(tokens) - position), 0, -1):
            if " ".join(tokens[position : position + length]) in self._concepts:
                known = length > 1 or tokens[position] not in self._shouted or _capitals(words[position])
                return length if known else 0
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

    def spread(self, named: Mapping[str, float]) -> dict[str, float]:
        """Return the weights of concepts, and of what stands above them: 0.6 of it a step."""
        weights: dict[str, float] = {}
        for iri, weight in named.items():
            for one, steps in {iri: 0, **self.above(iri)}.items():
                weights[one] = max(weights.get(one, 0.0), weight * STEP**steps)
        return weights

    def english(self, iri: str) -> str:
        """Return the plainest English name of a concept or disease: of a concept the shortest one in small letters."""
        concept = self._known.concept(iri)
        if concept is None:
            return self._known.diseases.label(iri) or ""
        names = [word for word in concept.called("en") if not _capitals(word)]
        return min(names, key=len, default=concept.labels["en"])

    def label(self, iri: str) -> str | None:
        """Return the English label of a concept or disease."""
        concept = self._known.concept(iri)
        return concept.labels["en"] if concept else self._known.diseases.label(iri)


def _offered_first(known: Vocabulary, scheme: str) -> list[Concept]:
    """Return the concepts of a scheme, none where there is no such scheme; a deprecated one takes no word from another."""
    concepts = known.schemes[scheme].concepts if scheme in known.schemes else ()
    return sorted(concepts, key=lambda one: one.replaced_by is not None)


def plain(text: str) -> str:
    """Return a text as the places of mentions count it: in one form of its characters, without endings that possess."""
    return unicodedata.normalize("NFKC", text).replace("'s ", "   ").replace("’s ", "   ")


def _capitals(word: str) -> bool:
    """Return whether a word is written as an abbreviation."""
    return sum(mark.isupper() for mark in word) >= _CAPITALS


def _also(diseases: Terms) -> dict[str, list[str]]:
    """Return the diseases by the abbreviations that their ontology has for them, whatever else these mean."""
    found: dict[str, list[str]] = {}
    for iri in diseases:
        for word in diseases.synonyms(iri):
            if len(word) <= _LONGEST and " " not in word and _capitals(word):
                found.setdefault(spelling(word), []).append(iri)
    return found


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


def abbreviations(text: str) -> dict[str, str]:
    """Return the abbreviations that a text explains, `umbilical cord (UC)`, with the words each one stands for there."""
    found = {}
    for match in _EXPLAINED.finditer(text):
        short = match.group(1)
        before = _WORD.findall(text[max(0, match.start() - _BEFORE) : match.start()])
        long = before[-len(short) :]
        if "".join(word[0].lower() for word in long) == short.lower():
            found[short] = " ".join(long)
    return found
