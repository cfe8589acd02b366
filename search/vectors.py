"""Nearest vectors: of a small part of the index from memory, of a large one by the file's own vector table."""

from __future__ import annotations

import threading

import apsw
import numpy as np
from numpy.typing import NDArray

from .embedder import Vector
from .lookup import Lookup
from .order import Found
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

    def nearest(self, lookup: Lookup, vector: Vector) -> Found:
        """Return rows by the cosine of their vector with `vector`, best first."""
        kept = self._matrix(lookup.connection, lookup.partition)
        if kept is None:
            return _asked(lookup, vector)
        rows, matrix = kept
        if lookup.allowed is not None:
            inside = lookup.inside(rows)
            rows, matrix = rows[inside], matrix[inside]
        cosines = np.einsum(
            "ij,j->i", matrix, vector, dtype=np.float64
        )  # in this thread: BLAS would fight the model's threads for cores
        return lookup.best(rows, np.round(cosines, _DIGITS))

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


def _asked(lookup: Lookup, vector: Vector) -> Found:
    only = " AND rowid IN (SELECT value FROM json_each(?))" if lookup.only else ""
    found = lookup.connection.execute(
        f"SELECT rowid, distance FROM card_vector WHERE vector MATCH ? AND k = ? AND scope = ?{only}",
        (vector.astype(np.float32).tobytes(), min(lookup.depth, _MOST), lookup.partition.id, *lookup.only),
    ).fetchall()
    rows = np.array([row for row, _ in found], dtype=np.int64)
    distances = np.array([distance for _, distance in found], dtype=np.float64)
    return lookup.best(rows, np.round(1.0 - distances, _DIGITS))
