"""What a writer writes, given piece by piece: it runs on a thread of its own, and waits while nobody reads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import Queue

from atmp.kg.sparql.rows import Output
from atmp.kg.sparql.wire import PIECE

_AHEAD = 4
"""Pieces that are written before anybody has read them."""


class _Left(Exception):  # noqa: N818 - a signal to the writer
    """Nobody reads any more."""


class _Sink:
    """Takes bytes, and hands them on in pieces."""

    def __init__(self) -> None:
        self.pieces = Queue[bytes | Exception | None](_AHEAD)
        self.left = threading.Event()
        self._held = bytearray()

    def write(self, data: bytes, /) -> int:
        self._held += data
        if len(self._held) >= PIECE:
            self.flush_piece()
        return len(data)

    def flush(self) -> None:
        """Wait for the rest of a piece."""

    def flush_piece(self) -> None:
        if self.left.is_set():
            raise _Left
        if self._held:
            self.pieces.put(bytes(self._held))
            self._held.clear()


def pieces(write: Callable[[Output], None]) -> Iterator[bytes]:
    """Yield what `write` writes, about 64 kB at once and a few pieces ahead; raises what it raises.

    Where whoever reads closes the iterator, writing ends at the next piece.
    """
    sink = _Sink()

    def run() -> None:
        end: Exception | None = None
        try:
            write(sink)
            sink.flush_piece()
        except _Left:
            return
        except (OSError, RuntimeError, ValueError) as error:  # all that an engine or its serialiser raises
            end = error
        sink.pieces.put(end)

    writer = threading.Thread(target=run, name="writing a graph", daemon=True)
    writer.start()
    try:
        while (piece := sink.pieces.get()) is not None:
            if isinstance(piece, Exception):
                raise piece
            yield piece
    finally:
        sink.left.set()
        while not sink.pieces.empty():  # where it waits, it sees now that nobody reads
            sink.pieces.get_nowait()
