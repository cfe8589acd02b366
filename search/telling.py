"""What is told of the cards found: their record, what they share with the question, their best sentence, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import apsw

from .explain import labelled, met, sentence, shared, wanted, why
from .hits import Hit, SharedConcept
from .query import Query
from .rank import Ranked

_EXPLAINED = 4_000  # characters of a record's prose in which its best sentence is looked for


@dataclass(frozen=True)
class Told:
    """One card as a hit tells of it: its record, what it shares with the query, its best sentence, and words it has."""

    iri: str
    kind: str
    identifier: str
    title: str
    shared: tuple[SharedConcept, ...]
    sentence: str
    met: tuple[str, ...]


def told(connection: apsw.Connection, chosen: Sequence[int], query: Query, asked: dict[str, float]) -> dict[int, Told]:
    """Return what is told of these cards, by row; `asked` are the query's concepts with their weight."""
    rows = connection.execute(
        "SELECT id, iri, kind, identifier, title, substr(body, 1, ?), facts, concepts FROM card"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (_EXPLAINED, json.dumps(list(chosen))),
    )
    sought, found = wanted(query.words), {}
    for row, *cells in rows:
        iri, kind, identifier, title, body, facts, weights = map(str, cells)
        common = shared(asked, json.loads(weights))
        meant = labelled(tuple(concept.label for concept in common))
        best = sentence(body.splitlines(), facts.splitlines(), sought, meant)
        words_met = met(f"{title} {facts} {body}", sought)
        found[int(row)] = Told(iri, kind, identifier, title, common, best, words_met)
    return found


def hits(chosen: Sequence[Ranked], said: dict[int, Told], query: Query) -> Iterator[Hit]:
    """Yield the chosen cards as hits, with their rank, the parts of their score and the reason in words."""
    for rank, one in enumerate(chosen, start=1):
        card = said[one.row]
        parts = {name: round(value, 4) for name, value in one.parts.items()}
        asked_for = card.identifier if query.names(card.identifier) else ""
        reasons = why(card.shared, card.met, one.near, identifier=asked_for)
        yield Hit(
            card.iri, card.kind, card.identifier, card.title, round(one.score, 4), rank, parts, card.shared,
            card.sentence, reasons,
        )  # fmt: skip
