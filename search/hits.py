"""What search gives back: hits with their reasons."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SharedConcept:
    """A concept or disease that question and hit share; `weight`, 0 to 1, is its share in their likeness.

    `path` leads by labels from what was asked for, by way of this concept, to what the hit names in `fields`.
    """

    iri: str
    label: str
    weight: float
    path: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class SharedWord:
    """A word of the question that the hit has, and the fields that have it."""

    word: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """One record found. `parts` add up to `score`, 0 to 1; `why` says it in words, `missing` what would make it better.

    `sentence` is the passage that answers best: it stands in `field`, and `marks` are the places, start and end, of what
    in it was asked for.
    """

    iri: str
    kind: str
    identifier: str
    label: str
    score: float
    rank: int
    parts: dict[str, float]
    concepts: tuple[SharedConcept, ...]
    sentence: str
    why: str
    words: tuple[SharedWord, ...] = ()
    field: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Denial:
    """What a question does not want: a concept by its IRI, or a word as it stands; and how it is called."""

    name: str
    label: str


@dataclass(frozen=True)
class Results:
    """Hits, best first. `pending` cards were looked at by their words only.

    `understood` is what the text names; what has something of `without` is left out. The same `revision` of the facts,
    `recipe` of the cards, `model` and question give the same answer anywhere. `notes` say what could not be done.
    """

    hits: tuple[Hit, ...]
    pending: int
    revision: int
    understood: tuple[SharedConcept, ...] = ()
    without: tuple[Denial, ...] = ()
    recipe: str = ""
    model: str = ""
    notes: tuple[str, ...] = ()

    def by_kind(self) -> dict[str, tuple[Hit, ...]]:
        """Return the hits grouped by kind, the kind of the best hit first."""
        groups: dict[str, list[Hit]] = {}
        for hit in self.hits:
            groups.setdefault(hit.kind, []).append(hit)
        return {kind: tuple(hits) for kind, hits in groups.items()}
