"""Counting a result's rows while the engine writes it: it writes all of them or none, and tells nobody how many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import pyoxigraph as ox


class TooManyRows(Exception):  # noqa: N818 - a signal to the one who set the number, who says it in words
    """A result has more rows than were asked for at most."""


class Output(Protocol):
    """What the engine writes to."""

    def write(self, data: bytes, /) -> int:
        """Take bytes, and return how many."""
        ...

    def flush(self) -> None:
        """Let nothing wait."""
        ...


def counted(triples: Iterable[Any], most: int | None) -> Iterator[Any]:
    """Yield triples; raises TooManyRows instead of one more than `most`."""
    for number, triple in enumerate(triples, 1):
        if most is not None and number > most:
            raise TooManyRows
        yield triple


class _Counter:
    """Passes bytes on, and counts the marks that begin or end a row; a subclass says what they are."""

    before = 0
    """Marks that are no row's: those of the heading."""

    def __init__(self, output: Output, most: int) -> None:
        """Pass on to `output`."""
        self._output, self._left = output, most + self.before

    def write(self, data: bytes, /) -> int:
        """Pass bytes on; raises TooManyRows where they hold one row more than there may be."""
        self._left -= self.marks(bytes(data))
        if self._left < 0:
            raise TooManyRows
        return self._output.write(data)

    def flush(self) -> None:
        """Let nothing wait."""
        self._output.flush()

    def marks(self, data: bytes) -> int:
        """Return how many marks the next bytes hold."""
        raise NotImplementedError


class _Lines(_Counter):
    """TSV: a row is a line, its heading too."""

    before = 1

    def marks(self, data: bytes) -> int:
        return data.count(b"\n")


class _Quoted(_Counter):
    """CSV: a row is a line, where the line does not end within quotes; a quote within them is doubled."""

    before = 1
    _inside = 0

    def marks(self, data: bytes) -> int:
        return self._outside(data).count(b"\n")

    def _outside(self, data: bytes) -> bytes:
        """Return the bytes that stand outside of quotes."""
        parts = data.split(b'"')
        outside = b'"'.join(parts[self._inside :: 2])
        self._inside = (self._inside + len(parts) - 1) % 2
        return outside


class _Json(_Quoted):
    """JSON: a row is an object in a list; all other objects are values, after a colon."""

    before = 0
    _held, _last = b"", b""

    def marks(self, data: bytes) -> int:
        data = self._held + data
        slashes = len(data) - len(data.rstrip(b"\\"))
        self._held = b"\\" if slashes % 2 else b""
        whole = data[: len(data) - len(self._held)]
        text = self._last + self._outside(whole.replace(b"\\\\", b"").replace(b'\\"', b""))
        self._last = text[-1:]
        return text.count(b",{") + text.count(b"[{")


class _Xml(_Counter):
    """XML: a row is a `result`, and every other `<` is written as an entity."""

    _mark, _last = b"<result>", b""

    def marks(self, data: bytes) -> int:
        text = self._last + data
        self._last = text[1 - len(self._mark) :]
        return text.count(self._mark)


_COUNTERS: dict[Any, type[_Counter]] = {
    ox.QueryResultsFormat.TSV: _Lines,
    ox.QueryResultsFormat.CSV: _Quoted,
    ox.QueryResultsFormat.JSON: _Json,
    ox.QueryResultsFormat.XML: _Xml,
}


def counter(form: Any, output: Output, most: int | None) -> Output:
    """Return `output`, such that writing more than `most` rows of a result in this format raises TooManyRows."""
    return output if most is None else _COUNTERS[form](output, most)
