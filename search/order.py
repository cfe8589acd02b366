"""The order of cards that are equally good: by IRI, so that it hangs on the facts and never on when they were indexed."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

import apsw
import numpy as np
from numpy.typing import NDArray

from .tables import Partition

Found = list[tuple[int, float]]
"""Rows with how well they fit, best first."""

_KEPT = 4  # parts of the index


@dataclass(frozen=True)
class Fits:
    """How well rows fit, 0 to 1: `rows` rising and each once, a value for each."""

    rows: NDArray[np.int64]
    values: NDArray[np.float64]

    @classmethod
    def of(cls, rows: NDArray[np.int64], values: NDArray[np.floating]) -> Fits:
        """Return the fits of rows that come in any order; less than nothing is nothing."""
        rising = np.argsort(rows, kind="stable")
        return cls(rows[rising], np.clip(values[rising].astype(np.float64), 0.0, 1.0))

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return how well these rows fit: not a number for those that are not among the fits."""
        if not len(self.rows):
            return np.full(len(rows), np.nan)
        places = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
        return np.where(self.rows[places] == rows, self.values[places], np.nan)


NONE = Fits(np.array([], dtype=np.int64), np.array([], dtype=np.float64))
"""Where nothing fits."""


def rows_of(best: Iterable[Found]) -> NDArray[np.int64]:
    """Return the rows that are among the best of any order, rising and each once."""
    return np.array(sorted({row for found in best for row, _ in found}), dtype=np.int64)


@dataclass(frozen=True)
class Order:
    """The rows of one part of the index, sorted, and the place of each by its IRI."""

    rows: NDArray[np.int64]
    places: NDArray[np.int64]

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the places of rows of this part."""
        return self.places[np.searchsorted(self.rows, rows)]

    def best(self, rows: NDArray[np.int64], values: NDArray[np.floating], depth: int) -> Found:
        """Return so many rows with the highest values, best first; of equal ones those whose place comes first."""
        if len(rows) > depth:
            least = np.partition(values, len(rows) - depth)[len(rows) - depth]
            inside = values >= least
            rows, values = rows[inside], values[inside]
        chosen = np.lexsort((self.of(rows), -values))[:depth]
        return list(zip(rows[chosen].tolist(), values[chosen].tolist(), strict=True))


class Orders:
    """Keeps the order of the parts that are asked, while they stay as they are."""

    def __init__(self) -> None:
        """Start with nothing in memory."""
        self._lock = threading.Lock()
        self._kept: dict[int, tuple[int, Order]] = {}

    def order(self, connection: apsw.Connection, partition: Partition) -> Order:
        """Return a part's order; asked within the search's own transaction, it is of the same moment as all else."""
        version = int(connection.execute("SELECT version FROM search_scope WHERE id=?", (partition.id,)).get or 0)
        with self._lock:
            kept = self._kept.get(partition.id)
        if kept is not None and kept[0] == version:
            return kept[1]
        found = connection.execute("SELECT id FROM card WHERE scope=? ORDER BY iri", (partition.id,)).fetchall()
        by_iri = np.array([row for (row,) in found], dtype=np.int64)
        places = np.argsort(by_iri)
        order = Order(by_iri[places], places)
        with self._lock:
            self._kept[partition.id] = (version, order)
            while len(self._kept) > _KEPT:
                self._kept.pop(next(iter(self._kept)))
        return order
