"""A query while a worker answers it: its result, piece by piece, within its limits."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Callable
from typing import Any

from atmp.kg.errors import AtlasError, QueryForbiddenError, QueryRefusedError, QuerySyntaxError, StoreError
from atmp.kg.sparql import wire
from atmp.kg.sparql.bounds import Bounds
from atmp.kg.sparql.wire import PIECE

from .worker import Worker
from .workers import Workers

_QUICK, _COMPUTING, _WAITING = 0.1, 0.05, 1.0
"""Seconds after which a query stands behind all others: of its life where it computed so many, and of its life anyhow.

One that computed less has waited for others, or for its asker to read.
"""
_ENDS = {
    signal.SIGXCPU: "cpu",
    signal.SIGABRT: "memory",  # the engine's way out where it is given none
    signal.SIGKILL: "memory",  # not by us: the system's, where all memory is taken
    signal.SIGSEGV: "depth",
    signal.SIGBUS: "depth",
}
"""The limits that the system holds, by the signal that it ends a worker with."""


class Answering:
    """A query that a worker answers: its result until it is whole, stopped or closed."""

    def __init__(self, workers: Workers, worker: Worker, bounds: Bounds, ended: Callable[[], None]) -> None:
        """Hold a worker for as long as it answers, and call `ended` then."""
        self._workers, self._worker, self._ended = workers, worker, ended
        self._bounds, self._left = bounds, bounds.seconds
        self._loop = asyncio.get_running_loop()
        self._began, self._before = self._loop.time(), worker.computed()
        self._slow = self._loop.call_later(_QUICK, self._look)
        self._clock: asyncio.TimerHandle | None = None
        self._first: bytes | None = None
        self._open, self._late, self._short = True, False, False

    @property
    def whole(self) -> bytes | None:
        """Return the result where it is whole already, for it is short; else it is to be had in pieces."""
        return self._first or b"" if self._short else None

    async def begin(self) -> None:
        """Wait for the first piece of the result; raises what the query may raise."""
        try:
            self._first = await self._piece()
            self._short = self._first is None or len(self._first) < PIECE
            if self._first is not None and self._short:  # a short piece is the last, unless an error follows
                await self._piece()
        except BaseException:
            self.close()
            raise
        if self._open:
            self._watch(self._bounds.seconds, self.close)

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the result; raises QueryLimitError where it cannot be whole."""
        piece = self._first
        while piece is not None:
            yield piece
            piece = None if self._short else await self._piece()
            if self._open:  # a client that takes nothing more has as good as hung up
                self._watch(self._bounds.seconds, self.close)

    async def gathered(self, most: int) -> bytes | None:
        """Return the whole result and end, None where it is longer than so many bytes; raises as `pieces`."""
        data = bytearray()
        try:
            async for piece in self.pieces():
                data += piece
                if len(data) > most:
                    return None
        finally:
            self.close()
        return bytes(data)

    def close(self) -> None:
        """Stop the query, unless it has ended."""
        if self._release():
            self._workers.dismiss(self._worker)

    async def _piece(self) -> bytes | None:
        """Return the worker's next piece, None at the end."""
        if not self._open:  # stopped while its asker took nothing
            raise self._bounds.passed("seconds")
        began = self._loop.time()
        self._watch(self._left, self._stop)
        sort, body = await self._worker.frame()
        self._left -= self._loop.time() - began
        if sort == wire.DATA:
            return body
        if sort == wire.ERROR:
            self._end()
            raise self._error(json.loads(body))
        if sort == wire.END:
            self._end()
            return None
        raise await self._fallen()

    def _watch(self, seconds: float, act: Callable[[], None]) -> None:
        """Act after so many seconds, unless something else is watched for before."""
        if self._clock is not None:
            self._clock.cancel()
        self._clock = self._loop.call_later(max(seconds, 0), act)

    def _look(self) -> None:
        """Let the worker stand behind all others where its query is a long one, and look again later where it is not yet."""
        waited = self._loop.time() - self._began < _WAITING
        if waited and self._worker.computed() - self._before < _COMPUTING:
            self._slow = self._loop.call_later(_QUICK, self._look)
        else:
            self._workers.slow(self._worker)

    def _stop(self) -> None:
        """End the worker, of which whoever waits for its next piece hears."""
        self._late = True
        self._worker.kill()

    def _release(self) -> bool:
        """Hold the worker no longer; returns False where that has happened before."""
        was, self._open = self._open, False
        if was:
            self._slow.cancel()
            if self._clock is not None:
                self._clock.cancel()
            self._ended()
        return was

    def _end(self) -> None:
        if self._release():
            self._workers.give_back(self._worker)

    def _error(self, said: dict[str, Any]) -> AtlasError:
        """Return the error that the worker told of."""
        if "limit" in said:
            return self._bounds.passed(said["limit"])
        if "syntax" in said:
            return QuerySyntaxError(said["syntax"], said["line"], said["column"], said["near"])
        if "forbidden" in said:
            return QueryForbiddenError(said["forbidden"])
        return QueryRefusedError(said["refused"])

    async def _fallen(self) -> AtlasError:
        """Return the error for a worker that ended within its order: it was stopped, or the system ended it."""
        if self._late:
            self.close()
            return self._bounds.passed("seconds")
        self._release()
        status = await self._workers.status(self._worker)
        if -status in _ENDS:
            return self._bounds.passed(_ENDS[signal.Signals(-status)])
        return StoreError(f"the process that answered the query ended unforeseen ({status}): try again")
