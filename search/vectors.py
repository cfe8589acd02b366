"""Nearest vectors: of a small part of the index from memory, of a large one by the file's own vector table."""

from __future__ import annotations

import json
import threading

import apsw
import numpy as np
from numpy.typing import NDArray

from .embedder import Vector
from .lookup import Lookup
from .order import Fits
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

    def fits(self, lookup: Lookup, vector: Vector, rows: NDArray[np.int64]) -> Fits:
        """Return how well cards fit by the cosine of their vector with `vector`: the nearest, and these rows."""
        kept = self._matrix(lookup.connection, lookup.partition)
        if kept is None:
            return _asked(lookup, vector, rows)
        known, matrix = kept
        if lookup.allowed is not None:
            inside = lookup.inside(known)
            known, matrix = known[inside], matrix[inside]
        return Fits.of(known, _cosines(matrix, vector))

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
        matrix = _matrix_of([bytes(vector) for _, vector in found])  # type: ignore[arg-type]
        with self._lock:
            self._kept[partition.id] = (version, rows, matrix)
            while len(self._kept) > _KEPT:
                self._kept.pop(next(iter(self._kept)))
        return rows, matrix


def _cosines(matrix: Vector, vector: Vector) -> NDArray[np.float64]:
    # in this thread: BLAS would fight the model's threads for cores
    return np.asarray(np.round(np.einsum("ij,j->i", matrix, vector, dtype=np.float64), _DIGITS), dtype=np.float64)


def _asked(lookup: Lookup, vector: Vector, rows: NDArray[np.int64]) -> Fits:
    only = " AND rowid IN (SELECT value FROM json_each(?))" if lookup.only else ""
    found = lookup.connection.execute(
        f"SELECT rowid FROM card_vector WHERE vector MATCH ? AND k = ? AND scope = ?{only}",
        (vector.astype(np.float32).tobytes(), min(lookup.depth, _MOST), lookup.partition.id, *lookup.only),
    )
    wanted = sorted({int(row) for (row,) in found} | set(rows.tolist()))
    kept = lookup.connection.execute(
        "SELECT v.rowid, v.vector FROM json_each(?) j JOIN card_vector v ON v.rowid = j.value", (json.dumps(wanted),)
    ).fetchall()
    near = np.array([row for row, _ in kept], dtype=np.int64)
    return Fits.of(near, _cosines(_matrix_of([bytes(one) for _, one in kept]), vector))  # type: ignore[arg-type]


def _matrix_of(vectors: list[bytes]) -> Vector:
    """Return kept vectors as an array, one a row."""
    if not vectors:
        return np.zeros((0, 1), np.float32)
    return np.frombuffer(b"".join(vectors), dtype=np.float32).reshape(len(vectors), -1)
