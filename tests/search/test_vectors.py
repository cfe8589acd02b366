"""Nearest vectors, of a small part and of a large one."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from atmp.search import codes
from atmp.search.embedder import Vector
from atmp.search.filters import Filters
from atmp.search.finder import Finder
from atmp.search.hashing import HashingEmbedder

from .conftest import project, trials, write


def test_a_large_index_gives_the_answers_of_a_small_one(
    store: Store, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether every vector is held against the question, or those with the nearest bits, is a matter of speed only."""
    filters = Filters(kinds=("trial", "product"))
    small = [finder.search(PUBLIC, "retina cells"), finder.search(PUBLIC, "retina cells", filters)]
    monkeypatch.setattr(codes, "SCANNED", 0)
    large = Finder(store, HashingEmbedder())
    assert [large.search(PUBLIC, "retina cells"), large.search(PUBLIC, "retina cells", filters)] == small


class Trembling(HashingEmbedder):
    """An embedder to which all texts mean the same, up to the last digits of a sum."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vector:
        noise = np.array([[len(text) % 7 * 1e-7] for text in texts])
        alike = np.ones((len(texts), self.dimension)) / self.dimension**0.5
        alike[:, 0] += noise[:, 0]
        return alike.astype(np.float32)


@pytest.mark.parametrize("scanned", [0, 20_000])
def test_what_a_sum_leaves_behind_its_sixth_digit_decides_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, scanned: int
) -> None:
    """Cards that are equally near stand in the order of their IRIs, in a small part and in a large one."""
    monkeypatch.setattr(codes, "SCANNED", scanned)
    write(store, {f"Q{n}": project(f"Q{n}", "Cells", "They grow" + " on" * n) for n in range(9)}, key="many")
    finder = Finder(store, Trembling())
    finder.index()
    found = [hit.iri for hit in finder.search(PUBLIC, "xyzzy").hits]
    assert len(found) == 14
    assert found == sorted(found)


def test_what_is_scanned_follows_the_index(store: Store, finder: Finder) -> None:
    """A vector that came, changed or went, in this process or another, is no longer searched as it was."""
    assert "meaning" in finder.search(PUBLIC, "chondrocytes on a scaffold").hits[0].parts
    with Store.open(store.path) as other:
        write(other, {**trials(), "NCT2": ()}, key="trials", collection="trials")
        write(other, {"P9": project("P9", "Cartilage from chondrocytes", "On a scaffold.")}, key="more")
        Finder(other, HashingEmbedder()).index()
    hits = finder.search(PUBLIC, "chondrocytes on a scaffold").hits
    assert "NCT2" not in {hit.identifier for hit in hits}
    assert hits[0].identifier == "P9"
    assert "meaning" in hits[0].parts


@pytest.mark.parametrize("scanned", [0, 20_000])
def test_what_followed_the_changes_answers_as_what_is_read_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch, scanned: int
) -> None:
    """A finder that was there all the time and one that begins now give the same hits in the same order."""
    monkeypatch.setattr(codes, "SCANNED", scanned)
    chance = random.Random(11)  # noqa: S311 - the same every time
    everything = {f"Q{n}": project(f"Q{n}", f"Cells {n % 4}", f"Grown on {n % 3}.") for n in range(30)}
    finder = Finder(store, HashingEmbedder())
    for turn in range(6):
        write(store, {key: everything[key] for key in everything if chance.random() < 0.5}, key="many")
        everything[f"Q{turn}"] = project(f"Q{turn}", f"Cells changed {turn}", "Grown anew.")
        for text in ("cells grown on 2", "changed", "retina"):
            kept = finder.search(PUBLIC, text, limit=100)
            assert kept == Finder(store, HashingEmbedder()).search(PUBLIC, text, limit=100)
