"""Linking: which terms a record's own words speak of, each with the words it rests on and how sure that is.

Proposals are read off text by the dictionary. They are no facts: what people stated stands apart, and a proposal
becomes a fact only when somebody accepts it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from atmp.ontology.dictionary import EMPTY_NOTATIONS, Mention, dictionary
from atmp.ontology.vocabulary import vocabulary

from .negation import affirmed
from .records import ATMP

PROPERTIES = {
    "cell": f"{ATMP}cellSource",
    "vector": f"{ATMP}vector",
    "method": f"{ATMP}usesMethod",
    "platform": f"{ATMP}platform",
}
INDICATION = f"{ATMP}indication"
LEAST = 0.7
"""The confidence at which proposals of diseases are right in nine of ten, measured on register trials."""

WEIGHTS = {"title": 0.9, "subtitle": 0.75, "text": 0.3}
"""How sure one mention is, by where it stands."""

_USED = 0.7
"""How sure a method of a description is: a project that tells of a method most often uses it."""

_AGAIN, _FIRST, _ALONE = (
    0.1,
    0.15,
    0.25,
)  # a second mention; one in the first sentences; where the title names none of the sort
_OPENING = 250  # characters
_WIDE, _WIDER = 25, 60  # a term with so many below it is likely named in passing
_TOP = 0  # steps below the top at which a disease only says of what sort it is, such as injury
_SHOWN = 3


Value = str | bool
"""A term's IRI, or yes or no."""


@dataclass(frozen=True)
class Proposal:
    """What a text speaks of: a property and the term, or yes or no, for it, the words, and a confidence from 0 to 1."""

    property: str
    term: Value
    words: tuple[str, ...]
    confidence: float


def proposals(title: str, subtitle: str = "", text: str = "", *, least: float = LEAST) -> tuple[Proposal, ...]:
    """Return what a title, a longer title and a description propose, the surest first, none below `least`."""
    found: dict[str, dict[str, list[Mention]]] = {}
    for place, said in (("title", title), ("subtitle", subtitle), ("text", text)):
        found[place] = defaultdict(list)
        for mention in affirmed(said):
            if _property(mention.iri):
                found[place][mention.iri].append(mention)
    named = {_property(iri) for place in ("title", "subtitle") for iri in found[place]}
    terms = {iri for mentions in found.values() for iri in mentions}
    sure = {iri: _confidence(iri, found, named, terms) for iri in terms}
    made = [
        Proposal(_property(iri) or "", iri, _words(iri, found.values()), round(min(value, 1.0), 2))
        for iri, value in sure.items()
        if value >= least
    ]
    return tuple(sorted(made, key=lambda one: (-one.confidence, one.property, str(one.term))))


def _property(iri: str) -> str | None:
    concept = vocabulary().concept(iri)
    if concept is None:
        return INDICATION
    return None if concept.notation in EMPTY_NOTATIONS else PROPERTIES.get(concept.scheme)


def _confidence(
    iri: str, found: dict[str, dict[str, list[Mention]]], named: set[str | None], terms: Iterable[str]
) -> float:
    value = max((WEIGHTS[place] for place in ("title", "subtitle") if iri in found[place]), default=0.0)
    inside = found["text"].get(iri, [])
    if inside and value:
        value += 0.05
    elif inside and _property(iri) == PROPERTIES["method"]:
        value = _USED
    elif inside:
        value = WEIGHTS["text"] + _AGAIN * min(len(inside), 3)
        value += _FIRST if inside[0].start < _OPENING else 0.0
        value += 0.0 if _property(iri) in named else _ALONE
    return value - _passing(iri, terms)


def _passing(iri: str, terms: Iterable[str]) -> float:
    """Return how much speaks for a term being named in passing: a wide one, or one above another that is named."""
    diseases = vocabulary().diseases
    below = len(diseases.narrower(iri)) if iri in diseases else 1
    top = iri in diseases and max(diseases.ancestors(iri).values(), default=0) <= _TOP
    wide = 0.35 if below > _WIDER or top else 0.15 if below > _WIDE else 0.0
    return wide + (0.3 if any(iri in dictionary().above(other) for other in terms if other != iri) else 0.0)


def _words(iri: str, places: Iterable[dict[str, list[Mention]]]) -> tuple[str, ...]:
    """Return the words that name a term, the most frequent first."""
    counted = Counter(" ".join(mention.words.split()) for mentions in places for mention in mentions.get(iri, ()))
    return tuple(words for words, _ in counted.most_common(_SHOWN))
