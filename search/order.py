"""The order of cards that are equally good: by IRI, so that it hangs on the facts and never on when they were indexed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass

import apsw
import numpy as np
from numpy.typing import NDArray

from .changes import since, version
from .tables import Partition

Found = list[tuple[int, float]]
"""Rows with how well they fit, best first."""

_KEPT = 4  # parts of the index
_ONE_BY_ONE = 200  # one in so many cards is looked up alone as fast as all are read


@dataclass(frozen=True)
class Fits:
    """How well rows fit, 0 to 1: `rows` rising and each once, a value for each."""

    rows: NDArray[np.int64]
    values: NDArray[np.float64]

    @classmethod
    def of(cls, rows: NDArray[np.int64], values: NDArray[np.floating]) -> Fits:
        """Return the fits of rows that come in any order; less than nothing is nothing."""
        if bool((rows[1:] > rows[:-1]).all()):
            return cls(rows, np.clip(values.astype(np.float64), 0.0, 1.0))
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


def among(rows: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which rows are among the known ones; these rise, and each stands there once."""
    if not len(known):
        return np.zeros(len(rows), dtype=np.bool_)
    found: NDArray[np.bool_] = known[np.minimum(np.searchsorted(known, rows), len(known) - 1)] == rows
    return found


def rows_of(best: Iterable[Found]) -> NDArray[np.int64]:
    """Return the rows that are among the best of any order, rising and each once."""
    return np.array(sorted({row for found in best for row, _ in found}), dtype=np.int64)


@dataclass(frozen=True)
class Order:
    """The rows of one part of the index, sorted, and the place of each by its IRI."""

    rows: NDArray[np.int64]
    places: NDArray[np.int64]

    @classmethod
    def listed(cls, rows: NDArray[np.int64]) -> Order:
        """Return the order of rows that are listed by their IRIs."""
        places = np.argsort(rows)
        return cls(rows[places], places)

    def has(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which rows are of this part."""
        return among(rows, self.rows)

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the places of rows of this part."""
        return self.places[np.searchsorted(self.rows, rows)]

    def by_iri(self) -> NDArray[np.int64]:
        """Return the rows in the order of their IRIs."""
        listed = np.empty_like(self.rows)
        listed[self.places] = self.rows
        return listed

    def best(self, rows: NDArray[np.int64], values: NDArray[np.floating], depth: int) -> Found:
        """Return so many rows with the highest values, best first; of equal ones those whose place comes first."""
        if len(rows) > depth:
            least = np.partition(values, len(rows) - depth)[len(rows) - depth]
            inside = values >= least
            rows, values = rows[inside], values[inside]
        chosen = np.lexsort((self.of(rows), -values))[:depth]
        return list(zip(rows[chosen].tolist(), values[chosen].tolist(), strict=True))


class Orders:
    """Keeps the order of the parts that are asked, and brings it forward with their changes."""

    def __init__(self) -> None:
        """Start with nothing in memory."""
        self._lock = threading.Lock()
        self._kept: dict[int, tuple[int, Order]] = {}

    def order(self, connection: apsw.Connection, partition: Partition) -> Order:
        """Return a part's order; asked within the search's own transaction, it is of the same moment as all else."""
        now = version(connection, partition.id)
        with self._lock:
            kept = self._kept.get(partition.id)
        if kept is not None and kept[0] == now:
            return kept[1]
        order = _forward(connection, partition.id, *kept, now) if kept else None
        order = order or _read(connection, partition.id)
        with self._lock:
            if self._kept.get(partition.id, (-1, order))[0] < now:
                self._kept[partition.id] = (now, order)
            while len(self._kept) > _KEPT:
                self._kept.pop(next(iter(self._kept)))
        return order


def _read(connection: apsw.Connection, scope: int) -> Order:
    found = connection.execute("SELECT id FROM card WHERE scope=? ORDER BY iri", (scope,)).fetchall()
    return Order.listed(np.fromiter((row for (row,) in found), np.int64, len(found)))


def _forward(connection: apsw.Connection, scope: int, seen: int, order: Order, now: int) -> Order | None:
    """Return the order brought from the version `seen` to `now`; None where it is better read anew."""
    changed = since(connection, scope, seen, now)
    if changed is None or len(changed) > max(_ONE_BY_ONE, len(order.rows) // _ONE_BY_ONE):
        return None
    # each with the card that stands before it: those that follow one another are put in one after the other
    found: list[tuple[int, int | None]] = connection.execute(
        "SELECT c.id, (SELECT b.id FROM card b WHERE b.scope=c.scope AND b.iri<c.iri ORDER BY b.iri DESC LIMIT 1)"
        " FROM json_each(?) j CROSS JOIN card c ON c.id=j.value AND c.scope=? ORDER BY c.iri",
        (json.dumps(changed), scope),
    ).fetchall()  # type: ignore[assignment]
    rows = np.array(changed, np.int64)
    if order.has(rows).all() and len(found) == len(changed):
        return order
    listed = order.by_iri()
    left = listed[~np.isin(listed, rows)]
    kept = Order.listed(left)
    came, places = [], dict[int | None, int]()
    for row, before in found:
        place = places.get(before)
        if place is None:
            place = 0 if before is None else int(kept.of(np.array([before]))[0]) + 1
        places[row] = place
        came.append((int(row), place))
    return Order.listed(np.insert(left, [place for _, place in came], [row for row, _ in came]))
