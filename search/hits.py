"""What search gives back: hits with their reasons."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SharedConcept:
    """A concept or disease that question and hit share; `weight`, 0 to 1, is its share in their likeness."""

    iri: str
    label: str
    weight: float


@dataclass(frozen=True)
class Hit:
    """One record found. `parts` (words, meaning, concepts) add up to `score`, 0 to 1; `why` says it in words."""

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


@dataclass(frozen=True)
class Denial:
    """What a question does not want: a concept by its IRI, or a word as it stands; and how it is called."""

    name: str
    label: str


@dataclass(frozen=True)
class Results:
    """Hits, best first. `pending` cards were looked at by their words only.

    `understood` is what the text names; what has something of `without` is left out. `notice` tells
    why meaning took no part, where the model or its index cannot be used.
    """

    hits: tuple[Hit, ...]
    pending: int
    revision: int
    understood: tuple[SharedConcept, ...] = ()
    without: tuple[Denial, ...] = ()
    notice: str = ""

    def by_kind(self) -> dict[str, tuple[Hit, ...]]:
        """Return the hits grouped by kind, the kind of the best hit first."""
        groups: dict[str, list[Hit]] = {}
        for hit in self.hits:
            groups.setdefault(hit.kind, []).append(hit)
        return {kind: tuple(hits) for kind, hits in groups.items()}
