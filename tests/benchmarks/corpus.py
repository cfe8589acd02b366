"""Stores of any size to search in: real texts, real vectors and what is made from them.

The vectors of `SAMPLE` real titles are embedded once, and kept by the hash of their text in a folder. All others are
made of two of these that were drawn: four fifths of one, and three fifths of what the other has at right angles to it,
so that they spread as real ones do. The full text is of 101,016 real trials; beyond these, two trials share a card, the
title of one and the summary of the other. Concepts are read off the sample's texts, and given to the others in turn.
Cards go straight into the index's tables: through a load, a million would take hours.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from atmp.ontology.dictionary import dictionary
from atmp.search.changes import note
from atmp.search.embedder import Stamp, Vector, embedder
from atmp.search.index import Index
from atmp.search.postings import weigh
from atmp.search.tables import Partition, Tables

TEXTS = Path(__file__).parents[3] / "shared" / "data" / "trials-101k-title-summary.jsonl.gz"
SAMPLE = 3_000
_STEP = 10_000  # cards in one transaction
_QUESTIONS = 200


@dataclass
class Corpus:
    """Real texts, a sample's vectors, and questions, which are the beginnings of titles that are not in the sample."""

    folder: Path

    @cached_property
    def texts(self) -> list[tuple[str, str]]:
        """Return title and summary of each trial, the drawn sample first."""
        with gzip.open(TEXTS, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        found = [(str(row["title"]), str(row["brief_summary"])) for row in rows]
        drawn = random.Random(7).sample(range(len(found)), SAMPLE)  # noqa: S311 - which texts, not a secret
        return [found[at] for at in (*drawn, *sorted(set(range(len(found))).difference(drawn)))]

    @cached_property
    def questions(self) -> list[str]:
        """Return questions of six words."""
        return [
            " ".join(title.split()[:6]) for title, _ in self.texts[SAMPLE :: (len(self.texts) - SAMPLE) // _QUESTIONS]
        ]

    @cached_property
    def vectors(self) -> Vector:
        """Return the sample's vectors, as an array (texts, 384)."""
        return self.embedded([title for title, _ in self.texts[:SAMPLE]])

    def embedded(self, texts: Sequence[str]) -> Vector:
        """Return the vectors of texts, of which those that were embedded before are read from the folder."""
        kept = self.folder / "embeddings.npz"
        known: dict[str, Vector] = {}
        if kept.exists():
            with np.load(kept) as read:
                known = dict(zip(read["keys"].tolist(), read["vectors"], strict=True))
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            model = embedder(None, self.folder / "model")
            model.prepare()
            known |= dict(zip(new, model.encode(list(new.values())), strict=True))
            np.savez(kept, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
        return np.stack([known[key] for key in keys])

    def made(self, count: int, seed: int = 1) -> Iterator[Vector]:
        """Yield so many vectors in steps, as arrays (vectors, 384): the sample first, then what is made of it."""
        generator = np.random.default_rng(seed)
        sample = self.vectors
        yield sample[:count]
        for start in range(len(sample), count, _STEP):
            wanted = min(_STEP, count - start)
            one, other = (sample[generator.integers(0, len(sample), wanted)] for _ in range(2))
            aside = other - np.sum(one * other, axis=1, keepdims=True) * one
            aside += 1e-6 * generator.standard_normal(aside.shape).astype(np.float32)
            mixed = 0.8 * one + 0.6 * aside / np.linalg.norm(aside, axis=1, keepdims=True)
            yield (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)

    @cached_property
    def concepts(self) -> list[str]:
        """Return the concepts of the sample's texts with their weights, as cards keep them."""
        found = dictionary()
        return [
            json.dumps(found.spread({one.iri: 1.0 for one in found.mentions(f"{title}. {summary[:600]}")}))
            for title, summary in self.texts[:1_000]
        ]

    def text(self, number: int) -> tuple[str, str]:
        """Return the title and the summary of a card."""
        turn, at = divmod(number, len(self.texts))
        return self.texts[at][0], self.texts[(at + 7_919 * turn) % len(self.texts)][1]


class Known:
    """An embedder that knows the vectors of the questions: what is timed is search, not the model."""

    name = "known"

    def __init__(self, texts: Sequence[str], vectors: Vector) -> None:
        """Know these texts by their vectors."""
        self._known = dict(zip(texts, vectors, strict=True))
        self.dimension = vectors.shape[1]
        self.stamp = Stamp(self.name, "none", self.dimension)
        self.ready = True

    def prepare(self) -> None:
        """Do nothing."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vector:
        """Return what is known; of other texts, the vector of one that is."""
        first = next(iter(self._known.values()))
        return np.stack([self._known.get(text, first) for text in texts])


def build(path: Path, corpus: Corpus, count: int, model: Known) -> Partition:
    """Write a store with an index of so many cards, and return the public's part of it."""
    with Store.create(path) as store:
        tables = Tables(store)
        index = Index(store, tables)
        partition = index.partition(PUBLIC)
        index.catch_up_all(lambda *_: None)
        tables.connect().execute("PRAGMA synchronous=OFF").fetchall()
        start = 0
        for vectors in corpus.made(count):
            _write(tables, partition, corpus, start, vectors, model)
            start += len(vectors)
        with store.transaction() as connection:
            weigh(connection, partition.id)
            note(connection, partition.id, [1])
        return tables.partitions()[0]


def _write(tables: Tables, partition: Partition, corpus: Corpus, start: int, vectors: Vector, model: Known) -> None:
    scope, concepts = partition.id, corpus.concepts
    numbers = range(start, start + len(vectors))
    with tables.store.transaction() as connection:
        tables.make_vectors(model.dimension)
        tables.set_meta("model", model.stamp.line())
        connection.executemany(
            "INSERT INTO card VALUES (?, ?, ?, ?, ?, ?, ?, '', ?, '', ?, 1)",
            (
                (at + 1, scope, f"https://example.org/{hash_of(at)}", "trial", f"T{at}", *corpus.text(at),
                 concepts[at % len(concepts)], hash_of(at))
                for at in numbers
            ),
        )  # fmt: skip
        connection.executemany(
            f"INSERT INTO card_fts_{scope} (rowid, title, body, facts, names) VALUES (?, ?, ?, '', ?)",
            ((at + 1, *corpus.text(at), f"T{at}") for at in numbers),
        )
        connection.executemany(
            "INSERT INTO card_term VALUES (?, 'kind', ?, ?)",
            ((scope, "product" if at % 100 == 0 else "trial", at + 1) for at in numbers),
        )
        connection.executemany(
            "INSERT INTO card_vector (rowid, scope, vector) VALUES (?, ?, ?)",
            ((at + 1, scope, vector.tobytes()) for at, vector in zip(numbers, vectors, strict=True)),
        )


def hash_of(number: int) -> str:
    """Return a name for a card, in no order."""
    return hashlib.sha256(str(number).encode()).hexdigest()
