"""The workers of a holding: a few stand ready at the newest revision, and others are made when needed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from atmp.kg.errors import StoreError
from atmp.kg.sparql.bounds import Bounds
from atmp.kg.sparql.holding import Holding

from .relay import Relay
from .worker import Worker

_MOMENT = 0.02
"""Seconds in which a worker returns, or another is made."""
_T = TypeVar("_T")


class Workers:
    """Who answers for one holding."""

    def __init__(self, holding: Holding, bounds: Bounds, ready: int) -> None:
        """Start the nursery; `ready` workers are to stand ready. Raises StoreError where there can be none."""
        self._nursery = Relay(holding, bounds)
        self._ready = ready
        self._standing: list[Worker] = []
        self._quick: set[Worker] = set()
        self._turns: deque[asyncio.Future[Worker | None]] = deque()
        self._coming, self._last = 0, 0.0
        self._making: set[asyncio.Task[Any]] = set()
        self._filling: asyncio.Task[None] | None = None

    async def take(self, revision: int) -> Worker:
        """Return a worker that stands at `revision` or later; raises StoreError where none can be made."""
        while True:
            worker = self._standing.pop() if self._standing else None
            if worker is None and len(self._quick) + self._coming >= self._ready:
                worker = await self._returned()
            if worker is None:
                worker = await self._made()
            self._quick.add(worker)
            if worker.revision >= revision:
                return worker
            self.dismiss(worker)

    async def _returned(self) -> Worker | None:
        """Return a worker that has ended its order; None where none has done so for a moment, for all are at long ones.

        The more are at work, the longer that is: they share what the machine can compute.
        """
        turn: asyncio.Future[Worker | None] = asyncio.get_running_loop().create_future()
        self._turns.append(turn)
        self._give_up_later(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if not turn.cancelled() and (worker := turn.result()) is not None:
                self.give_back(worker)
            raise
        finally:
            if turn in self._turns:
                self._turns.remove(turn)

    def _give_up_later(self, turn: asyncio.Future[Worker | None]) -> None:
        """Let who waits have None after a moment in which no worker returned, and look again after one in which some did."""
        loop = asyncio.get_running_loop()

        def look() -> None:
            if not turn.done():
                if loop.time() - self._last > _MOMENT * len(self._quick) / self._ready:
                    turn.set_result(None)
                else:
                    self._give_up_later(turn)

        loop.call_later(_MOMENT, look)

    async def _made(self) -> Worker:
        """Return a new worker; one whose asker is gone meanwhile is kept."""
        made = self._spawn(self._nursery.worker())
        self._coming += 1
        try:
            return await asyncio.shield(made)
        except asyncio.CancelledError:
            made.add_done_callback(self._unwanted)
            raise
        finally:
            self._coming -= 1

    def slow(self, worker: Worker) -> None:
        """Let a worker that takes its time stand behind all others, and another stand ready in its place."""
        worker.yield_to_others()
        self._quick.discard(worker)
        self._replenish()

    def give_back(self, worker: Worker) -> None:
        """Let a worker that has ended its order take the next; one that was slow, or is one too many, is ended.

        None is too many while somebody waits: to make another for every query would take longer than most queries do.
        """
        self._last = asyncio.get_running_loop().time()
        if worker in self._quick and (self._waited_for() or len(self._standing) + len(self._quick) <= self._ready):
            self._quick.discard(worker)
            self._stand(worker)
        else:
            self.dismiss(worker)

    def _stand(self, worker: Worker) -> None:
        """Give a worker to whoever has waited longest, or let it stand ready."""
        if self._waited_for():
            self._quick.add(worker)
            self._turns.popleft().set_result(worker)
        else:
            self._standing.append(worker)

    def _waited_for(self) -> bool:
        """Return whether somebody waits for a worker; who has given up at this moment is passed over."""
        while self._turns and self._turns[0].done():
            self._turns.popleft()
        return bool(self._turns)

    def dismiss(self, worker: Worker) -> None:
        """End a worker; it is buried with the next request."""
        worker.kill()
        worker.close()
        self._nursery.bury(worker)
        self._quick.discard(worker)
        self._replenish()

    async def status(self, worker: Worker) -> int:
        """Return how a worker ended that did so by itself: an exit code, or the negative number of a signal."""
        worker.close()
        self._quick.discard(worker)
        return await asyncio.shield(self._spawn(self._nursery.status(worker)))

    def close(self) -> None:
        """End the nursery, and with it every worker."""
        for task in self._making:
            task.cancel()
        for worker in self._standing:
            worker.close()
        self._nursery.close()

    def _spawn(self, work: Coroutine[Any, Any, _T]) -> asyncio.Task[_T]:
        task = asyncio.get_running_loop().create_task(work)
        self._making.add(task)
        task.add_done_callback(self._making.discard)
        return task

    def _unwanted(self, made: asyncio.Task[Worker]) -> None:
        """Keep a worker whose asker is gone."""
        if not made.cancelled() and made.exception() is None:
            self._quick.add(made.result())
            self.give_back(made.result())

    def _replenish(self) -> None:
        if self._filling is None or self._filling.done():
            self._filling = self._spawn(self._fill())

    async def _fill(self) -> None:
        with suppress(StoreError):  # whoever takes the next one hears of it
            while len(self._standing) + len(self._quick) < self._ready:
                self._stand(await self._nursery.worker())
