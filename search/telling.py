"""What is told of the cards found: their record, what they share with the question, their best passage, and why."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import apsw
from atmp.ontology.dictionary import dictionary

from .card import READ
from .example import told_against
from .explain import Wanted, labelled, sentence, shared, wanted, why
from .fields import Fields, marks
from .hits import Hit, SharedConcept, SharedWord
from .lack import missing
from .path import meeting, source
from .query import Query
from .rank import Ranked
from .words import expression

_EXPLAINED = 4_000  # characters of a record's prose in which its best sentence is looked for
_WORDS = 3  # words in common that are named


@dataclass(frozen=True)
class Told:
    """One card as a hit tells of it: its record and texts, what it names, what it shares, its best sentence.

    `whole` tells whether all its text was read for what it names.
    """

    iri: str
    kind: str
    identifier: str
    title: str
    facts: tuple[str, ...]
    body: tuple[str, ...]
    whole: bool
    said: Mapping[str, float]
    shared: tuple[SharedConcept, ...]
    sentence: str
    met: tuple[Wanted, ...]


@dataclass(frozen=True)
class Asking:
    """What hits are told by: the query, its concepts with their weight, the orders that count, and what is not wanted."""

    query: Query
    asked: Mapping[str, float]
    orders: Collection[str]
    unlike: Query | None = None


def told(
    connection: apsw.Connection, chosen: Sequence[int], query: Query, asked: Mapping[str, float]
) -> dict[int, Told]:
    """Return what is told of these cards, by row; `asked` are the query's concepts with their weight."""
    rows = connection.execute(
        "SELECT id, iri, kind, identifier, title, substr(body, 1, ?), facts, concepts FROM card"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (_EXPLAINED, json.dumps(list(chosen))),
    )
    sought, found = wanted(query.words), {}
    for row, *cells in rows:
        iri, kind, identifier, title, body, facts, weights = map(str, cells)
        said: dict[str, float] = json.loads(weights)
        common = shared(asked, said)
        right = [one for one in sought if not misread(one.word, query, said)]
        best = sentence(body.splitlines(), facts.splitlines(), right, labelled(tuple(one.label for one in common)))
        plain = f"{title} {facts} {body}".casefold()
        met = [one for one in right if len(one.word) > 2 and one.within(plain)][:_WORDS]
        found[int(row)] = Told(
            iri, kind, identifier, title, tuple(facts.splitlines()), tuple(body.splitlines()), len(plain) < READ, said,
            common, best, tuple(met),
        )  # fmt: skip
    return found


def misread(word: str, query: Query, said: Mapping[str, float]) -> bool:
    """Return whether a card that names these concepts means something else than the query by an abbreviation."""
    senses = dictionary().senses(word)
    meant = next((iri for iri in senses if iri in query.named), None)
    return meant is not None and meant not in said and any(iri in said for iri in senses)


def lacking(connection: apsw.Connection, scope: int, rows: Sequence[int], words: Sequence[str]) -> dict[int, set[str]]:
    """Return, by the card's row, which of these words no part of it has, in the singular, the plural or inflected."""
    table, found = f"card_fts_{scope}", {row: set(words) for row in rows}
    for word in words:
        having = connection.execute(
            f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid IN (SELECT value FROM json_each(?))",
            (expression([word]), json.dumps(list(rows))),
        )
        for (row,) in having:
            found[int(row)].discard(word)
    return found


def hits(
    chosen: Sequence[Ranked],
    said: Mapping[int, Told],
    asking: Asking,
    prose: Mapping[int, Mapping[str, str]],
    without: Mapping[int, Collection[str]],
) -> Iterator[Hit]:
    """Yield the chosen cards as hits, with their rank, the parts of their score and the reason in words.

    `prose` are the fields of their prose, and `without` the words of the query that they lack, by row.
    """
    for rank, one in enumerate(chosen, start=1):
        card, query = said[one.row], asking.query
        fields = Fields.of(card.title, card.facts, card.body, prose.get(one.row, {}))
        concepts = tuple(_located(concept, asking.asked, card, query, fields) for concept in card.shared)
        words = tuple(SharedWord(word.word, fields.having(word)) for word in card.met)
        asked_for = card.identifier if query.names(card.identifier) else ""
        own = [named for concept in card.shared if (named := source(concept.iri, card.said))]
        lacks = missing(
            query, asking.asked, card.said, fields=fields.short, whole=card.whole, without=without.get(one.row, ()),
            near="meaning" not in asking.orders or one.near is not None,
        )  # fmt: skip
        yield Hit(
            card.iri, card.kind, card.identifier, card.title, one.score, rank, one.parts, concepts, card.sentence,
            why(concepts, words, one.near, identifier=asked_for, against=told_against(asking.unlike, card.said)),
            words, fields.where(card.sentence),
            marks(card.sentence, [*card.met], own), () if asked_for else lacks,
        )  # fmt: skip


def _located(
    concept: SharedConcept, asked: Mapping[str, float], card: Told, query: Query, fields: Fields
) -> SharedConcept:
    """Return a shared concept with its path through the ontology, and the fields that name the path's end."""
    path = meeting(concept.iri, query.weights, card.said)
    labels = tuple(dictionary().label(iri) or iri for iri in path)
    return replace(concept, path=labels, fields=fields.naming(path[-1]) if path else ())
