"""One look-up: what every order of cards needs to know to answer it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import apsw
import numpy as np
from numpy.typing import NDArray

from .order import Fits, Found, Order
from .tables import Partition


@dataclass(frozen=True)
class Lookup:
    """The part of the index that is read, in one transaction; the rows that pass the filters; how many are wanted.

    `allowed` is None where there is no filter, and `order` parts cards that are equally good.
    """

    connection: apsw.Connection
    partition: Partition
    order: Order
    allowed: Sequence[int] | None
    depth: int

    @property
    def only(self) -> tuple[str, ...]:
        """Return the rows that pass the filters as JSON, as a parameter of a statement; nothing without filters."""
        return () if self.allowed is None else (json.dumps(list(self.allowed)),)

    def inside(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which rows pass the filters."""
        if self.allowed is None:
            return np.ones(len(rows), dtype=bool)
        return np.isin(rows, np.array(self.allowed, dtype=np.int64))

    def best(self, fits: Fits) -> Found:
        """Return the wanted number of rows that fit best, best first."""
        return self.order.best(fits.rows, fits.values, self.depth)
