"""Meters: how far a file has been read, in records and in bytes, told while its records are laid on disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, TypeVar

from ..progress import Progress
from ..spool import Spool

_EVERY = 100

T = TypeVar("T")


class Meter:
    """Watches one file that is being read."""

    def __init__(self, tell: Progress) -> None:
        """Report to `tell`."""
        self._tell = tell
        self._file: BinaryIO | None = None
        self._size = 0

    def watch(self, path: Path, file: BinaryIO) -> None:
        """Watch where reading stands in an open file; of a packed one that is the file as it is packed."""
        self._file = file
        self._size = path.stat().st_size

    def taken(self, records: Iterable[T]) -> Spool[T]:
        """Return all records, as they are read from the file."""
        taken: Spool[T] = Spool()
        for record in records:
            if len(taken) % _EVERY == 0:
                self._report(len(taken))
            taken.append(record)
        self._tell("reading", len(taken), len(taken))
        if self._file is not None:
            self._tell("bytes read", self._size, self._size)
        return taken

    def _report(self, number: int) -> None:
        self._tell("reading", number, None)
        if self._file is not None and not self._file.closed:
            self._tell("bytes read", self._file.tell(), self._size)
