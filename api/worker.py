"""A worker as the server sees it: asked over its channel, made to stand behind others, killed."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import socket
import time
from contextlib import suppress

from atmp.kg.sparql import wire
from atmp.kg.sparql.order import Order

_READ = 2 * wire.PIECE
_LAST = 19
"""The niceness of what goes last, where the system has no class for it."""
SPENT = -1
"""The revision of a worker that is not to be asked again, which is before all others."""


class Worker:
    """One process that answers orders, one at a time."""

    def __init__(self, channel: socket.socket, pid: int, revision: int) -> None:
        """Speak over `channel`; what comes there is read as long as it is not too much."""
        self._channel, self.pid, self.revision = channel, pid, revision
        self._loop = asyncio.get_running_loop()
        self._buffer, self._ended = bytearray(), False
        self._waiting: asyncio.Future[None] | None = None
        self._reads = False
        self._listen()

    async def ask(self, order: Order, media: str) -> None:
        """Give the worker an order; raises OSError where it has ended."""
        if order.updates:  # it holds then what nobody else does
            self.revision = SPENT
        said = wire.said(wire.ORDER, order=order.told(), media=media)
        sent = self._channel.send(said)  # an order is short, and who stands ready has read all others
        if sent < len(said):
            await self._loop.sock_sendall(self._channel, said[sent:])

    async def frame(self) -> tuple[bytes, bytes]:
        """Return the sort and body of what it says next; both are empty where it has ended."""
        while (found := wire.taken(self._buffer)) is None:
            if self._ended:
                return b"", b""
            self._listen()
            self._waiting = self._loop.create_future()
            await self._waiting
        return found

    def _listen(self) -> None:
        """Read what comes from now on."""
        if not (self._reads or self._ended):
            self._loop.add_reader(self._channel, self._read)
            self._reads = True

    def _deafen(self) -> None:
        """Leave what comes where it is."""
        if self._reads:
            self._loop.remove_reader(self._channel)
            self._reads = False

    def _read(self) -> None:
        """Take in what has come, and wake who waits for it."""
        try:
            some = self._channel.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            some = b""
        self._buffer += some
        self._ended = not some
        if self._ended or len(self._buffer) > _READ:
            self._deafen()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def computed(self) -> float:
        """Return the seconds that it has computed so far, infinitely many where the system does not tell."""
        try:
            return time.clock_gettime(~self.pid << 3 | 2)  # the clock of a process, as clock_getcpuclockid(3) makes it
        except OSError:
            return math.inf

    def yield_to_others(self) -> None:
        """Let every other process go first from now on: it computes only while nobody else would."""
        with suppress(ProcessLookupError):
            if hasattr(os, "SCHED_IDLE"):
                os.sched_setscheduler(self.pid, os.SCHED_IDLE, os.sched_param(0))
            else:
                os.setpriority(os.PRIO_PROCESS, self.pid, _LAST)

    def kill(self) -> None:
        """End it, whatever it does; its channel says so to whoever waits there."""
        with suppress(ProcessLookupError):  # of a nursery that has ended
            os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Close the channel."""
        self._deafen()
        self._ended = True
        self._channel.close()
