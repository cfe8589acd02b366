"""Nearest vectors: from memory, where a copy of what the file holds follows every change."""

from __future__ import annotations

import json
import threading

import apsw
import numpy as np
from numpy.typing import NDArray

from .changes import since, version
from .chunks import pieces
from .codes import Codes
from .embedder import Vector
from .lookup import Lookup
from .order import NONE, Fits
from .tables import Partition

_KEPT = 4  # parts of the index
_ONE_BY_ONE = 200  # one in so many vectors is looked up alone as fast as all are read


class Vectors:
    """Answers which vectors of a part are nearest to one; the parts asked last stay in memory."""

    def __init__(self) -> None:
        """Start with nothing in memory."""
        self._lock = threading.Lock()
        self._kept: dict[int, tuple[int, Codes]] = {}

    def fits(self, lookup: Lookup, vector: Vector, rows: NDArray[np.int64]) -> Fits:
        """Return how well cards fit by the cosine of their vector with `vector`: the nearest, and these rows.

        A part of 20,000 cards and fewer is looked at whole.
        """
        codes = self._codes(lookup.connection, lookup.partition)
        if codes is None:
            return NONE
        found, cosines = codes.nearest(vector, lookup.allowed, rows, lookup.depth)
        there = lookup.order.has(found)  # another thread may have brought the copy further than this transaction sees
        return Fits.of(found[there], cosines[there])

    def _codes(self, connection: apsw.Connection, partition: Partition) -> Codes | None:
        """Return a part's vectors, at the version that the search's own transaction sees or a later one."""
        now = version(connection, partition.id)
        with self._lock:
            kept = self._kept.get(partition.id)
            if kept is not None and kept[0] >= now:
                return kept[1]
            codes = _forward(connection, partition.id, *kept, now) if kept else None
            codes = codes or _read(connection, partition.id)
            self._kept.pop(partition.id, None)
            if codes is not None:
                self._kept[partition.id] = (now, codes)
            while len(self._kept) > _KEPT:
                self._kept.pop(next(iter(self._kept)))
        return codes


def _forward(connection: apsw.Connection, scope: int, seen: int, codes: Codes, now: int) -> Codes | None:
    """Return the vectors brought from the version `seen` to `now`; None where they are better read anew."""
    changed = since(connection, scope, seen, now)
    if changed is None or len(changed) > max(_ONE_BY_ONE, len(codes.rows) // _ONE_BY_ONE) or codes.outgrown:
        return None
    found: list[tuple[int, bytes]] = connection.execute(
        "SELECT c.id, v.vector FROM json_each(?) j CROSS JOIN card c ON c.id = j.value AND c.scope = ? AND c.embedded"
        " CROSS JOIN card_vector v ON v.rowid = c.id",
        (json.dumps(changed), scope),
    ).fetchall()  # type: ignore[assignment]
    vectors = {row: np.frombuffer(vector, np.float32) for row, vector in found}
    if not all(codes.append(row) for row in sorted(vectors)):
        return None
    gone = [row for row in changed if row not in vectors]
    codes.remove(np.intersect1d(np.array(gone, np.int64), codes.rows))
    if vectors:
        codes.put(np.array(list(vectors), np.int64), np.stack(list(vectors.values())))
    return codes


def _read(connection: apsw.Connection, scope: int) -> Codes | None:
    """Return all vectors of a part, with room for those of cards that still wait; None where there are none."""
    there = connection.execute("SELECT id FROM card WHERE scope=? ORDER BY id", (scope,)).fetchall()
    rows = np.fromiter((row for (row,) in there), np.int64, len(there))
    codes = None
    for held, vectors in pieces(connection, scope) if len(rows) else ():
        codes = codes or Codes(rows, vectors.shape[1])
        known = np.isin(held, rows)
        codes.put(held[known], vectors[known])
    return codes
