"""Circles: works and who did them together, up to a day. A work is a project, a grant or a trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_YEAR = 365.25  # days
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Work:
    """What some parties do together: who they are, since when, its title and text, and its subjects by name.

    `rest` is what more is written of it, such as the same in another language.
    """

    key: str
    parties: tuple[str, ...]
    started: date | None = None
    text: str = ""
    rest: str = ""
    subjects: tuple[str, ...] = ()


class Circle:
    """Works and their parties. Rows and columns of all arrays are places in `parties` and `works`."""

    def __init__(self, works: Sequence[Work], day: date) -> None:
        """Take these works, and look at them from `day`; a party is whoever stands in one of them."""
        self.works, self.day = tuple(works), day
        self.parties = tuple(sorted({party for work in works for party in work.parties}))
        self.place = {party: place for place, party in enumerate(self.parties)}

    @cached_property
    def done(self) -> csr_array[Any]:
        """Return 1 where a party did a work, as a sparse array (parties, works)."""
        from scipy.sparse import csr_array

        pairs = [(self.place[party], at) for at, work in enumerate(self.works) for party in dict.fromkeys(work.parties)]
        rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
        return csr_array((np.ones(len(pairs)), (rows, columns)), shape=(len(self.parties), len(self.works)))

    @cached_property
    def ties(self) -> csr_array[Any]:
        """Return 1 where two parties did a work together, as a sparse array (parties, parties); none with oneself."""
        from scipy.sparse import csr_array

        pairs = (self.done @ self.done.T).tocoo()
        apart = pairs.row != pairs.col
        ones = np.ones(int(apart.sum()))
        return csr_array((ones, (pairs.row[apart], pairs.col[apart])), shape=pairs.shape)

    @cached_property
    def partners(self) -> Values:
        """Return how many others each party did a work with."""
        return np.asarray(self.ties.sum(axis=1), dtype=np.float64)

    @cached_property
    def ages(self) -> Values:
        """Return the years since each work began; a work without a date is as old as the oldest."""
        days = [None if work.started is None else max((self.day - work.started).days, 0) for work in self.works]
        oldest = max((one for one in days if one is not None), default=0)
        return np.array([(oldest if one is None else one) / _YEAR for one in days], dtype=np.float64)

    def known(self, asked: Sequence[int]) -> NDArray[np.bool_]:
        """Return, for each party asked for, who is itself or did a work with it: (asked, parties)."""
        found = self.ties[list(asked)].toarray() > 0
        found[np.arange(len(asked)), list(asked)] = True
        return np.asarray(found, dtype=np.bool_)
