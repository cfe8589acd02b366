"""Nearest vectors: of a small part of the index from memory, of a large one by the file's own vector table."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence

import apsw
import numpy as np
from numpy.typing import NDArray

from .embedder import Vector
from .order import Found, Order
from .tables import Partition

IN_MEMORY = 20_000
"""Cards up to which a part's vectors are kept in memory: 30 MB, and a tenth of the time."""

_KEPT = 4  # parts of the index
_MOST = 4096  # neighbours that the vector table gives
_DIGITS = 6  # of a cosine: the rest is noise of the sum, and equal texts shall be equal in memory and in the file


class Vectors:
    """Answers which vectors of a part are nearest to one; keeps small parts in memory while they stay as they are."""

    def __init__(self) -> None:
        """Start with nothing in memory."""
        self._lock = threading.Lock()
        self._kept: dict[int, tuple[int, NDArray[np.int64], Vector]] = {}

    def nearest(
        self,
        connection: apsw.Connection,
        partition: Partition,
        order: Order,
        vector: Vector,
        allowed: Sequence[int] | None,
        depth: int,
    ) -> Found:
        """Return rows by the cosine of their vector with `vector`, best first, of those allowed."""
        kept = self._matrix(connection, partition)
        if kept is None:
            return _asked(connection, partition, order, vector, allowed, depth)
        rows, matrix = kept
        if allowed is not None:
            inside = np.isin(rows, np.array(allowed, dtype=np.int64))
            rows, matrix = rows[inside], matrix[inside]
        cosines = np.einsum(
            "ij,j->i", matrix, vector, dtype=np.float64
        )  # in this thread: BLAS would fight the model's threads for cores
        return order.best(rows, np.round(cosines, _DIGITS), depth)

    def _matrix(self, connection: apsw.Connection, partition: Partition) -> tuple[NDArray[np.int64], Vector] | None:
        with self._lock:
            kept = self._kept.get(partition.id)
        # asked within the search's own transaction: the version and the vectors are of one moment
        version = int(connection.execute("SELECT version FROM search_scope WHERE id=?", (partition.id,)).get or 0)
        if kept is not None and kept[0] == version:
            return kept[1], kept[2]
        count = connection.execute("SELECT count(*) FROM card WHERE scope=? AND embedded", (partition.id,)).get
        if int(count) > IN_MEMORY:
            return None
        found = connection.execute("SELECT rowid, vector FROM card_vector WHERE scope=?", (partition.id,)).fetchall()
        rows = np.array([row for row, _ in found], dtype=np.int64)
        whole = b"".join(bytes(vector) for _, vector in found)  # type: ignore[arg-type]
        matrix = (
            np.frombuffer(whole, dtype=np.float32).reshape(len(found), -1) if found else np.zeros((0, 1), np.float32)
        )
        with self._lock:
            self._kept[partition.id] = (version, rows, matrix)
            while len(self._kept) > _KEPT:
                self._kept.pop(next(iter(self._kept)))
        return rows, matrix


def _asked(
    connection: apsw.Connection,
    partition: Partition,
    order: Order,
    vector: Vector,
    allowed: Sequence[int] | None,
    depth: int,
) -> Found:
    only = "" if allowed is None else " AND rowid IN (SELECT value FROM json_each(?))"
    values = () if allowed is None else (json.dumps(list(allowed)),)
    found = connection.execute(
        f"SELECT rowid, distance FROM card_vector WHERE vector MATCH ? AND k = ? AND scope = ?{only}",
        (vector.astype(np.float32).tobytes(), min(depth, _MOST), partition.id, *values),
    ).fetchall()
    rows = np.array([row for row, _ in found], dtype=np.int64)
    distances = np.array([distance for _, distance in found], dtype=np.float64)
    return order.best(rows, np.round(1.0 - distances, _DIGITS), depth)
