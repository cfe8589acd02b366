"""A text card: one record in words, and the draft it is written as."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from atmp.kg.negation import affirmed
from atmp.kg.records import Record
from atmp.ontology.dictionary import dictionary
from atmp.ontology.vocabulary import vocabulary

from .concepts import empty

PASSING = 0.4
"""The weight of a concept that prose names, beside one that title or fields name."""

READ = 1800  # characters of a card that are embedded: the packaged model reads 256 word pieces
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\w(\"“])|\s*\n\s*")


@dataclass(frozen=True)
class Card:
    """One record in words. `body` is its own prose, `facts` what its fields say, `terms` what filters look at.

    `passing` are those of its concepts and diseases that only its prose names.
    """

    iri: str
    kind: str
    identifier: str
    title: str
    body: tuple[str, ...]
    facts: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    diseases: tuple[str, ...] = ()
    centre: str | None = None
    terms: tuple[tuple[str, str], ...] = ()
    parts: tuple[str, ...] = ()
    passing: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return what is embedded: title, facts, then prose, cut at what a model reads."""
        return " ".join((f"{self.title}.", *self.facts, *self.body))[:READ]

    @property
    def weights(self) -> dict[str, float]:
        """Return how much its concepts, and those above them, weigh."""
        return dictionary().spread(leaning((*self.concepts, *self.diseases), self.passing))


def sentences(*texts: str | None) -> tuple[str, ...]:
    """Return the sentences of these texts, in order, each once."""
    found: dict[str, None] = {}
    for text in texts:
        for part in _SENTENCE.split((text or "").replace("\x00", " ")):
            plain = " ".join(part.split())
            if plain:
                found.setdefault(plain)
    return tuple(found)


@dataclass
class Draft:
    """A card in the making."""

    record: Record
    title: str
    prose: list[str | None] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    concepts: list[str] = field(default_factory=list)
    terms: list[tuple[str, str]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def say(self, name: str, *words: str | None) -> None:
        """Add a fact sentence, `Vector: AAV9.`, where there is something to say."""
        said = dict.fromkeys(plain for word in words if (plain := " ".join((word or "").replace("\x00", " ").split())))
        if said:
            self.facts.append(f"{name}: {', '.join(said)}.")

    def concept(self, name: str, iris: Iterable[str | None], term: str | None = None) -> None:
        """Add concepts as a fact sentence, and as what a filter finds."""
        known = [iri for iri in iris if iri and not empty(iri)]
        self.say(name, *(label_of(iri) for iri in known))
        self.concepts += known
        if term:
            self.terms += [(term, iri) for iri in known]

    def card(self) -> Card:
        """Return the finished card; what its words name counts beside what its fields say."""
        record = self.record
        plain = Card(
            record.iri,
            record.kind,
            record.identifier or "",
            " ".join(self.title.split()),
            sentences(*self.prose),
            tuple(self.facts),
        )
        words = tuple(one.iri for one in affirmed(plain.text))
        diseases = vocabulary().diseases
        concepts = tuple(dict.fromkeys((*self.concepts, *words)))
        told = {*self.concepts, *(one.iri for one in affirmed(" ".join((f"{plain.title}.", *plain.facts))))}
        terms = [*self.terms, *self._implied(words), ("kind", record.kind)]
        terms += [("centre", record.centre)] if record.centre else []
        return Card(
            plain.iri, plain.kind, plain.identifier, plain.title, plain.body, plain.facts,
            tuple(one for one in concepts if one not in diseases), tuple(one for one in concepts if one in diseases),
            record.centre, tuple(sorted(set(terms))), tuple(sorted(self.parts)),
            tuple(one for one in concepts if one not in told),
        )  # fmt: skip

    def _implied(self, words: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield vectors, cells and indications that the words name where the record's fields state none of the sort."""
        stated = {name for name, _ in self.terms}
        for iri in words:
            concept = vocabulary().concept(iri)
            name = concept.scheme if concept else "indication"
            if name in {"vector", "cell", "indication"} - stated:
                yield name, iri


def leaning(named: Iterable[str], passing: Collection[str]) -> dict[str, float]:
    """Return weights of what a text names: 1, and less for what it only speaks of in passing."""
    return {iri: PASSING if iri in passing else 1.0 for iri in named}


def label_of(iri: str) -> str | None:
    """Return the English label of a concept or disease."""
    return dictionary().label(iri)
