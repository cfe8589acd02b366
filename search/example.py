"""Examples: the query that records and a text make together, and what of the unwanted ones the wanted have nothing of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from atmp.kg.errors import EmbedderError
from atmp.ontology.dictionary import dictionary

from .embedder import Embedder, Vector, sound
from .index import Index, read_text
from .order import Fits
from .query import Query, words
from .rank import DIGITS, Ranked
from .tables import Tables

UNLIKE = "unlike"
"""The part of a score, never above 0, that likeness to what is not wanted takes away."""


class Examples:
    """Makes queries of cards."""

    def __init__(self, tables: Tables, index: Index, model: Embedder) -> None:
        """Read cards from `tables` and their vectors from `index`; what waits for its vector is embedded with `model`."""
        self._tables, self._index, self._model = tables, index, model

    def query(self, rows: Sequence[int], given: Query | None = None) -> Query:
        """Return the query that cards make, together with a text where one is given."""
        cards = self._tables.connect().execute(
            "SELECT title, body, facts, concepts FROM card WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(rows),),
        )
        texts, titles = [given.text] if given else [], [given.text] if given else []
        concepts, named = dict(given.weights) if given else {}, list(given.named) if given else []
        for title, body, facts, said in cards:
            titles.append(str(title))
            texts.append(read_text(str(title), str(body), str(facts)))
            for iri, weight in json.loads(str(said)).items():
                concepts[iri] = max(concepts.get(iri, 0.0), weight)
                named += [iri] if weight == 1.0 else []
        query = Query(" ".join(texts), words(" ".join(titles)), tuple(dict.fromkeys(named)), concepts, whole=True)
        return replace(query, vector=self._middle(rows, texts, given))

    def against(self, rows: Sequence[int], wanted: Query) -> Query:
        """Return what cards have that a query has nothing of: their other words and concepts, and the rest of their vector.

        What the unwanted have in common with the wanted is no reason against a hit.
        """
        made = self.query(rows)
        own = {iri: weight for iri, weight in made.weights.items() if iri not in wanted.weights}
        rest = None
        if made.vector is not None and wanted.vector is not None:
            rest = made.vector - float(made.vector @ wanted.vector) * wanted.vector  # its length says how much is left
        return replace(
            made, words=tuple(word for word in made.words if word not in wanted.words),
            named=tuple(iri for iri in made.named if iri in own), weights=own, vector=rest,
        )  # fmt: skip

    def texts(self, rows: Sequence[int]) -> dict[int, str]:
        """Return what is embedded of these cards, by row."""
        cards = self._tables.connect().execute(
            "SELECT id, title, body, facts FROM card WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(rows),)
        )
        return {int(row): read_text(str(title), str(body), str(facts)) for row, title, body, facts in cards}

    def _middle(self, rows: Sequence[int], texts: list[str], given: Query | None) -> Vector | None:
        """Return the vector in the middle of cards and a text, or None while there are none at all."""
        if not self._tables.has_vectors():
            return None
        known = list(self._index.vectors(rows))
        unknown = [given.text] if given else []
        if len(known) < len(rows):  # some still wait for theirs
            known, unknown = [], texts
        if unknown:
            try:
                self._index.check(self._model)
                known += list(sound(self._model, self._model.encode(unknown), len(unknown)))
            except EmbedderError:
                return None  # the search itself tries again, and says so
        middle = np.mean(np.stack(known), axis=0)
        return np.asarray(middle / (float(np.linalg.norm(middle)) or 1.0), dtype=np.float32)


def apart(ranked: Sequence[Ranked], unwanted: Mapping[str, Fits], counting: Mapping[str, float]) -> Iterator[Ranked]:
    """Yield cards with what likeness to the unwanted takes from their score, which never falls below 0."""
    rows = np.array([one.row for one in ranked], dtype=np.int64)
    whole = sum(counting.values()) or 1.0
    taken = np.zeros(len(rows))
    for name, fits in unwanted.items():
        taken += counting[name] / whole * np.nan_to_num(fits.at(rows))
    for one, loss in zip(ranked, np.round(taken, DIGITS).tolist(), strict=True):
        less = min(loss, one.score)
        parts = one.parts | ({UNLIKE: -less} if less else {})
        yield replace(one, score=round(one.score - less, DIGITS), parts=parts)


def told_against(query: Query | None, said: Mapping[str, float]) -> tuple[str, ...]:
    """Return the labels of what a card has in common with the unwanted: the concepts that they name and it does."""
    shared = (iri for iri in (query.named if query else ()) if iri in said)
    return tuple(dict.fromkeys(dictionary().label(iri) or iri for iri in shared))
