"""Spools: lists that lie on disk, so that memory does not grow with a source, however long it is."""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import Generic, TypeVar, overload
from weakref import finalize

_IN_MEMORY = 1_000_000  # bytes that are kept before a file is made
_AT_ONCE = 256  # members that are read at once

T = TypeVar("T")


class Spool(Sequence[T], Generic[T]):
    """A list that grows at its end; in memory are 8 bytes a member and the first megabyte.

    The file has no name, so that nobody else can open it and nothing is left of it, whatever happens. One thread at a
    time reads or appends; several iterators may be under way.
    """

    def __init__(self, members: Iterable[T] = ()) -> None:
        """Hold these members, taken one by one."""
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed when nobody holds the spool
        finalize(self, self._file.close)
        self._starts = array("Q")
        self._end = 0
        self.extend(members)

    def append(self, member: T) -> None:
        """Add a member at the end."""
        content = pickle.dumps(member, pickle.HIGHEST_PROTOCOL)
        self._file.seek(self._end)
        self._file.write(content)
        self._starts.append(self._end)
        self._end += len(content)

    def extend(self, members: Iterable[T]) -> None:
        """Add members one by one."""
        for member in members:
            self.append(member)

    def __len__(self) -> int:
        """Return how many members there are."""
        return len(self._starts)

    def __iter__(self) -> Iterator[T]:
        """Yield the members in order, those too that are added meanwhile."""
        first = 0
        while first < len(self):
            batch = self._read(first, min(first + _AT_ONCE, len(self)))
            yield from batch
            first += len(batch)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        """Return a member, or several as a list."""
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = range(len(self))[index]
        return self._read(number, number + 1)[0]

    def _read(self, first: int, last: int) -> list[T]:
        ends = [*self._starts[first + 1 : last], self._starts[last] if last < len(self) else self._end]
        self._file.seek(self._starts[first])
        return [
            pickle.loads(self._file.read(end - start))  # noqa: S301 - written above, to a file that nobody else has
            for start, end in zip(self._starts[first:last], ends, strict=True)
        ]
