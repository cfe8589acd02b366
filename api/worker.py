"""A worker as the server sees it: asked over its channel, made to stand behind others, killed."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

from atmp.kg.sparql import wire
from atmp.kg.sparql.order import Order

_READ = 2 * wire.PIECE


SPENT = -1
"""The revision of a worker that is not to be asked again, which is before all others."""


class Worker:
    """One process that answers orders, one at a time."""

    def __init__(self, channel: socket.socket, pid: int, revision: int) -> None:
        """Speak over `channel`."""
        self._channel, self.pid, self.revision = channel, pid, revision
        self._buffer = bytearray()

    async def ask(self, order: Order, media: str) -> None:
        """Give the worker an order."""
        if order.updates:  # it holds then what nobody else does
            self.revision = SPENT
        said = wire.said(wire.ORDER, order=order.told(), media=media)
        await asyncio.get_running_loop().sock_sendall(self._channel, said)

    async def frame(self) -> tuple[bytes, bytes]:
        """Return the sort and body of what it says next; both are empty where it has ended."""
        loop = asyncio.get_running_loop()
        while (found := wire.taken(self._buffer)) is None:
            some = await loop.sock_recv(self._channel, _READ)
            if not some:
                return b"", b""
            self._buffer += some
        return found

    def computed(self) -> float:
        """Return the seconds that it has computed so far, infinitely many where the system does not tell."""
        try:
            return int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[0]) / 1e9
        except OSError:
            return math.inf

    def yield_to_others(self) -> None:
        """Let every other process go first from now on."""
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self.pid, 19)

    def kill(self) -> None:
        """End it, whatever it does; its channel says so to whoever waits there."""
        with suppress(ProcessLookupError):  # of a nursery that has ended
            os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Close the channel."""
        self._channel.close()
