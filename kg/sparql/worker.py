"""A worker: answers orders over its one channel, within limits that the system holds, and can be killed at any time.

It holds its facts and nothing else: no file of the store but a snapshot that it reads them from, and no way to open a
file or a socket.
"""

from __future__ import annotations

import json
import math
import os
import resource
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import QueryError, QueryForbiddenError, QueryLimitError, QuerySyntaxError
from . import memory, wire
from .answer import Graphs, fulfilled
from .bounds import Bounds
from .order import Order
from .rows import TooManyRows

_CHANNEL = 3


def work(opened: Callable[[], Graphs], channel: socket.socket, bounds: Bounds) -> None:
    """Answer orders until the other side closes the channel, from what is `opened` when this process holds nothing else."""
    _leave(channel)
    graphs = opened()
    files = _files()
    memory.limit(bounds.memory)
    _reach(files)
    with socket.socket(fileno=_CHANNEL) as held:
        graphs.query("ASK { ?s ?p ?o }")  # the first query is the one that touches shared memory
        while (came := wire.read(held)) is not None:
            members = json.loads(came[1])
            order = Order.heard(members["order"])
            _reach(None if order.reaches else files)
            held.sendall(_outcome(graphs, order, members["media"], Pieces(held, bounds)))


def _leave(channel: socket.socket) -> None:
    """Keep of all files and sockets of this process its channel alone."""
    kept = channel.detach()
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(_CHANNEL):
        os.dup2(nothing, standard)
    os.dup2(kept, _CHANNEL)
    os.closerange(_CHANNEL + 1, _files())


def _files() -> int:
    """Return a number that is above those of all open files."""
    listed = {int(file.name) for file in Path("/dev/fd").iterdir()}  # with the listing itself, which is closed by now
    return max((number for number in listed if _is_open(number)), default=_CHANNEL) + 1


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _reach(files: int | None) -> None:
    """Let this process have files and sockets with numbers below this one, or with None as many as it likes."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if files is None else files, hard))


def _outcome(graphs: Graphs, order: Order, media: str, pieces: Pieces) -> bytes:
    """Write an order's result, and return what ends it: its last piece too, so that the server wakes once for a short one."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    until = math.ceil(used.ru_utime + used.ru_stime) + pieces.bounds.cpu
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))
    try:
        fulfilled(graphs, order).write(media, pieces, pieces.bounds.rows)
        return pieces.rest() + wire.said(wire.END)
    except (TooManyRows, MemoryError, QueryError, OSError, RuntimeError, ValueError) as error:
        return wire.said(wire.ERROR, **_members(error))


def _members(error: Exception) -> dict[str, Any]:
    """Return what the server is told of an error: a limit's name, a place in the query, or words."""
    if isinstance(error, TooManyRows | MemoryError):
        return {"limit": "rows" if isinstance(error, TooManyRows) else "memory"}
    if isinstance(error, QueryLimitError):
        return {"limit": error.limit}
    if isinstance(error, QuerySyntaxError):
        return {"syntax": error.said, "line": error.line, "column": error.column, "near": error.near}
    return {"forbidden" if isinstance(error, QueryForbiddenError) else "refused": str(error)}


class Pieces:
    """The result on its way to the server, in pieces of 64 kB."""

    def __init__(self, channel: socket.socket, bounds: Bounds) -> None:
        """Write to `channel`."""
        self.bounds, self._channel = bounds, channel
        self._held = bytearray()
        self._left = bounds.bytes

    def write(self, data: bytes, /) -> int:
        """Take bytes; raises QueryLimitError where they are more than a result may have."""
        self._left -= len(data)
        if self._left < 0:
            raise self.bounds.passed("bytes")
        self._held += data
        if len(self._held) >= wire.PIECE:
            self.pass_on()
        return len(data)

    def flush(self) -> None:
        """Wait for the rest of a piece: an error before the first is an error's status."""

    def pass_on(self) -> None:
        """Send what is held, which waits while the server does not read."""
        try:
            self._channel.sendall(self.rest())
        except OSError:
            raise SystemExit(1) from None  # nobody waits for the answer

    def rest(self) -> bytes:
        """Return what is held as a frame, and hold it no longer; nothing where nothing is."""
        held = wire.frame(wire.DATA, bytes(self._held)) if self._held else b""
        self._held.clear()
        return held
