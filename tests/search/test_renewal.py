"""Another model takes the index over, while the first one serves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from atmp.kg.errors import EmbedderError
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from atmp.search.embedder import Vector
from atmp.search.finder import Finder
from atmp.search.hashing import HashingEmbedder

from .conftest import project, write


class Watched(HashingEmbedder):
    """Another model, that tells when it is given documents, and counts them."""

    def __init__(self, tell: Callable[[], None]) -> None:
        super().__init__(64)
        self.tell, self.texts = tell, 0

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vector:
        if not query:
            self.tell()
            self.texts += len(texts)
        return super().encode(texts, query=query)


def many(count: int) -> dict[str, tuple]:
    """Return projects."""
    return {f"Q{n}": project(f"Q{n}", f"Project number {n}", f"It grows cells of sort {n}.") for n in range(count)}


def test_the_old_model_serves_until_the_new_one_is_whole(store: Store, finder: Finder) -> None:
    """Whoever searches meanwhile has the answers of before; afterwards, those of an index that only the new one made."""
    before = finder.search(PUBLIC, "chondrocytes").hits

    def looked() -> None:
        assert finder.search(PUBLIC, "chondrocytes").hits == before

    other = Finder(store, Watched(looked))
    assert other.rebuild().pending == 0
    after = other.search(PUBLIC, "chondrocytes")
    assert after.notes == ()
    assert "meaning" in after.hits[0].parts
    assert "index --rebuild" in " ".join(finder.search(PUBLIC, "chondrocytes").notes)
    other.clear()
    alone = Finder(store, HashingEmbedder(64))
    alone.index()
    assert alone.search(PUBLIC, "chondrocytes").hits == after.hits


def test_stopped_half_way_it_goes_on_where_it_was_and_nothing_is_mixed(store: Store, finder: Finder) -> None:
    """The batches that were made are not made again; until the end, the first model's index is as it was."""
    write(store, many(150), key="many")
    finder.index()
    before = finder.search(PUBLIC, "chondrocytes").hits
    turns = iter([None, None])

    def tired() -> None:
        if next(turns, 1) is not None:
            raise EmbedderError("the machine is tired")

    stopped = Watched(tired)
    with pytest.raises(EmbedderError, match="tired"):
        Finder(store, stopped).rebuild()
    assert finder.search(PUBLIC, "chondrocytes").hits == before
    rested = Watched(lambda: None)
    assert Finder(store, rested).rebuild().pending == 0
    assert stopped.texts == 128
    assert rested.texts == 155 - 128


def test_what_changes_meanwhile_is_in_the_new_index(store: Store, finder: Finder) -> None:
    """A card that comes while the new vectors are made has one of them."""
    writes = iter([{"Z1": project("Z1", "Zebra cells", "They came late.")}])

    def written() -> None:
        for late in writes:
            write(store, late, key="late")
            finder.search(PUBLIC, "zebra")

    other = Finder(store, Watched(written))
    assert other.rebuild().pending == 0
    hit = other.search(PUBLIC, "zebra").hits[0]
    assert hit.identifier == "Z1"
    assert "meaning" in hit.parts


def test_a_model_that_gives_what_is_no_number_takes_nothing_over(store: Store, finder: Finder) -> None:
    """The index stays with the model that made it."""

    class Broken(HashingEmbedder):
        def encode(self, texts: Sequence[str], *, query: bool = False) -> Vector:
            return np.full((len(texts), self.dimension), np.nan, dtype=np.float32)

    before = finder.search(PUBLIC, "chondrocytes")
    with pytest.raises(EmbedderError, match="cannot be used"):
        Finder(store, Broken(64)).rebuild()
    assert finder.search(PUBLIC, "chondrocytes") == before


def test_an_index_of_the_same_model_is_made_anew(store: Store, finder: Finder) -> None:
    """Rebuilding is always possible."""
    before = finder.search(PUBLIC, "chondrocytes")
    assert finder.rebuild().pending == 0
    assert finder.search(PUBLIC, "chondrocytes") == before
