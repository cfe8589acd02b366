"""Vectors in memory: the bits of each, that a scan is quick with, and each as a whole, that the nearest are weighed by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .embedder import Vector
from .order import among

SCANNED = 20_000
"""Vectors up to which each is held against the one that is asked for; of more, those whose bits are nearest."""

_WEIGHED = 2_000  # vectors that are held against the one that is asked for, at least
_SHARE = 125  # and one in so many of all
_BLOCK = 32_768  # vectors whose bits are counted at a time: they stay in the processor's cache
_WHOLE = 32_767  # a vector's component of 1, in two bytes
_DIGITS = 6  # of a cosine: the rest is noise of the sum, and equal texts shall be equal
_FAR = np.iinfo(np.uint16).max

Rows = NDArray[np.int64]


class Codes:
    """Vectors of length 1, by rows that rise: bits in planes of 64 components, and whole, in 2 bytes a component.

    As few as `SCANNED` are held in 4 bytes. A component of 0 in the vector that is asked for counts for nothing, so that
    a vector of several parts can be asked for by one of them.
    """

    def __init__(self, rows: Rows, dimension: int) -> None:
        """Make room for these rows; each is without a vector until it is put in."""
        self._count, room = len(rows), len(rows) + len(rows) // 4 + 64
        self._rows = np.zeros(room, np.int64)
        self._rows[: len(rows)] = rows
        self._there = np.zeros(room, np.bool_)
        self._planes = np.zeros((-(-dimension // 64), room), np.uint64)
        self._whole = np.empty((room, dimension), np.float32 if len(rows) <= SCANNED else np.int16)
        self._dimension = dimension

    @property
    def rows(self) -> Rows:
        """Return the rows that there is room for, with a vector or without, rising."""
        return self._rows[: self._count]

    @property
    def outgrown(self) -> bool:
        """Return whether the vectors are better read anew: no room is left, or they are held as fewer are."""
        return self._count == len(self._rows) or (self._count > SCANNED and self._whole.dtype == np.float32)

    def append(self, row: int) -> bool:
        """Make room for a row; False where it stands among the others, or no room is left."""
        if self._count and row <= self._rows[self._count - 1]:
            return bool(self.rows[np.searchsorted(self.rows, row)] == row)
        if self._count == len(self._rows):
            return False
        self._rows[self._count] = row
        self._count += 1
        return True

    def put(self, rows: Rows, vectors: Vector) -> None:
        """Keep vectors, as an array (rows, dimension), for which there is room; one that is not of numbers is left out."""
        sound = np.isfinite(vectors).all(axis=1)
        self.remove(rows[~sound])
        rows, vectors = rows[sound], vectors[sound]
        slots = np.searchsorted(self.rows, rows)
        self._planes[:, slots] = _bits(vectors).T
        if self._whole.dtype == np.int16:
            self._whole[slots] = np.round(np.clip(vectors, -1.0, 1.0) * _WHOLE)
        else:
            self._whole[slots] = vectors
        self._there[slots] = True

    def remove(self, rows: Rows) -> None:
        """Forget the vectors of these rows."""
        self._there[np.searchsorted(self.rows, rows)] = False

    def nearest(
        self, vector: Vector, allowed: Rows | None, asked: Rows, depth: int
    ) -> tuple[Rows, NDArray[np.float64]]:
        """Return rows, rising, with the cosine of each vector with `vector`: the nearest `depth` at least, and those asked.

        Of `SCANNED` rows and fewer these are all; `allowed` rows alone where these are given.
        """
        slots = np.flatnonzero(self._there[: self._count]) if allowed is None else self._slots(allowed)
        if len(slots) > SCANNED:
            slots = np.union1d(self._near(vector, slots, allowed is None, depth), self._slots(asked))
        return self.rows[slots], self._cosines(vector, slots)

    def _slots(self, rows: Rows) -> NDArray[np.intp]:
        """Return where these rows stand, of those that have a vector."""
        slots = np.searchsorted(self.rows, rows[among(rows, self.rows)])
        return np.asarray(slots[self._there[slots]], dtype=np.intp)

    def _near(self, vector: Vector, slots: NDArray[np.intp], everywhere: bool, depth: int) -> NDArray[np.intp]:
        """Return where those vectors stand whose bits differ least from those of `vector`."""
        wanted = max(_WEIGHED, 10 * depth, len(slots) // _SHARE)
        apart = self._apart(vector)
        if not everywhere:
            inside = np.full(len(apart), _FAR, np.uint16)
            inside[slots] = apart[slots]
            apart = inside
        else:
            apart[~self._there[: self._count]] = _FAR
        reached = np.cumsum(np.bincount(apart, minlength=self._dimension + 1)[: self._dimension + 1])
        return np.flatnonzero(apart <= np.searchsorted(reached, min(wanted, len(slots))))

    def _apart(self, vector: Vector) -> NDArray[np.uint16]:
        """Return in how many bits each vector differs from `vector`, of the components that this one has."""
        bits, said = _bits(vector[None, :])[0], _bits(np.abs(vector)[None, :])[0]
        found = np.zeros(self._count, np.uint16)
        for start in range(0, self._count, _BLOCK):
            part = found[start : start + _BLOCK]
            for plane, bit, mask in zip(self._planes, bits, said, strict=True):
                if mask:
                    differ = plane[start : start + len(part)] ^ bit
                    part += np.bitwise_count(differ & mask if mask != _ALL else differ)
        return found

    def _cosines(self, vector: Vector, slots: NDArray[np.intp]) -> NDArray[np.float64]:
        found = self._whole[slots]
        # in this thread: BLAS would fight the model's threads for cores
        if found.dtype == np.int16:
            sums = np.einsum("ij,j->i", found.astype(np.float32), vector / np.float32(_WHOLE))
        else:
            sums = np.einsum("ij,j->i", found, vector, dtype=np.float64)
        return np.asarray(np.round(sums, _DIGITS), dtype=np.float64)


_ALL = np.uint64(2**64 - 1)


def _bits(vectors: Vector) -> NDArray[np.uint64]:
    """Return which components are above 0, as an array (vectors, planes) of 64 bits each."""
    packed = np.packbits(vectors > 0, axis=1)
    padded = np.zeros((len(vectors), -(-packed.shape[1] // 8) * 8), np.uint8)
    padded[:, : packed.shape[1]] = packed
    return padded.view(np.uint64)
