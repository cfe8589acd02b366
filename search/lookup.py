"""One look-up: what every order of cards needs to know to answer it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

import apsw
import numpy as np
from numpy.typing import NDArray

from .order import Fits, Found, Order, among
from .tables import Partition

_LISTED = 50_000  # rows


@dataclass(frozen=True)
class Lookup:
    """The part of the index that is read, in one transaction; the rows that pass the filters; how many are wanted.

    `allowed` are rising, or None where there is no filter, and `order` parts cards that are equally good.
    """

    connection: apsw.Connection
    partition: Partition
    order: Order
    allowed: NDArray[np.int64] | None
    depth: int

    @cached_property
    def only(self) -> tuple[str, ...]:
        """Return the rows that pass the filters as JSON, as a parameter of a statement.

        Nothing without filters, or where so many pass that what is found is sooner held against them.
        """
        return () if self.allowed is None or len(self.allowed) > _LISTED else (json.dumps(self.allowed.tolist()),)

    def inside(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which rows pass the filters."""
        return np.ones(len(rows), dtype=bool) if self.allowed is None else among(rows, self.allowed)

    def best(self, fits: Fits) -> Found:
        """Return the wanted number of rows that fit best, best first."""
        return self.order.best(fits.rows, fits.values, self.depth)
