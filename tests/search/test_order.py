"""The order of cards that are equally good."""

from __future__ import annotations

import numpy as np
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC
from atmp.search.finder import Finder
from atmp.search.hashing import HashingEmbedder
from atmp.search.order import Order

from .conftest import project, write

ORDER = Order(np.array([2, 5, 9]), np.array([2, 0, 1]))


def test_the_higher_value_goes_first_and_of_equal_ones_the_earlier_place() -> None:
    """Where only some are wanted, they are the first of the whole list."""
    rows, values = np.array([2, 5, 9]), np.array([0.5, 0.5, 0.7])
    whole = ORDER.best(rows, values, 3)
    assert whole == [(9, 0.7), (5, 0.5), (2, 0.5)]
    for depth in (1, 2, 3):
        assert ORDER.best(rows, values, depth) == whole[:depth]


def test_nothing_is_in_order() -> None:
    """No row, no answer."""
    assert ORDER.best(np.array([], dtype=np.int64), np.array([], dtype=np.float64), 5) == []


def _alike(*numbers: int) -> dict[str, tuple]:
    return {f"Q{n:03}": project(f"Q{n:03}", "Cells of one sort", "They grow on AAV9.") for n in numbers}


def test_equal_hits_stand_in_the_same_order_however_they_came(store: Store) -> None:
    """Records that came late, or while hidden ones were indexed, stand where a new index would put them."""
    finder = Finder(store, HashingEmbedder())
    write(store, _alike(*range(60, 180)), key="late")
    finder.index()
    write(store, {"S1": project("S1", "Hidden cells", "Hidden.")}, key="secret", tier=Tier.INTERNAL)
    write(store, _alike(*range(60)), key="early")
    finder.index()
    asked = ("cells of one sort", "AAV9", "sort")
    before = [[finder.search(viewer, text, limit=150) for text in asked] for viewer in (PUBLIC, OWNER)]
    assert [hit.identifier for hit in before[0][2].hits[:3]] == ["Q000", "Q001", "Q002"]
    finder.clear()
    finder.index()
    assert [[finder.search(viewer, text, limit=150) for text in asked] for viewer in (PUBLIC, OWNER)] == before
