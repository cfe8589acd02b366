"""The pool: strangers' queries run in workers, within limits of time, memory and length, and beside each other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from atmp.kg.errors import StoreError
from atmp.kg.sparql.bounds import Bounds
from atmp.kg.sparql.holding import Holding
from atmp.kg.sparql.order import NOWHERE, Order
from atmp.kg.viewer import PUBLIC
from fastapi import FastAPI

from .admission import Admission, Crowd
from .answering import Answering
from .worker import Worker
from .workers import Workers

KEPT = 4
"""Holdings whose workers are kept."""


class Pool:
    """The workers of the few holdings that are asked: those of a store's few sorts of viewers, or a bare store."""

    def __init__(
        self, bounds: Bounds | None = None, crowd: Crowd | None = None, services: frozenset[str] = NOWHERE
    ) -> None:
        """Start with none; they are made when first needed. Queries may call the `services` elsewhere."""
        self.bounds, self._crowd = bounds or Bounds(), crowd or Crowd()
        self.services = services
        self._admission = Admission(self._crowd, self.bounds.seconds)
        self._workers: dict[str, Workers] = {}

    def workers(self, holding: Holding) -> Workers:
        """Return the workers of a holding; the holdings asked for longest ago lose theirs."""
        found = self._workers.pop(holding.key, None) or Workers(holding, self.bounds, self._crowd.ready)
        self._workers[holding.key] = found  # the last one used is the last to go
        while len(self._workers) > KEPT:
            self._workers.pop(next(iter(self._workers))).close()
        return found

    async def answer(self, holding: Holding, revision: int, order: Order, media: str, client: str) -> Answering:
        """Have an order evaluated over a holding at `revision` or later, and return its result from its first byte.

        Raises QuerySyntaxError, QueryRefusedError, QueryLimitError, QueryBusyError, and StoreError where no worker can be made.
        """
        await self._admission.enter(client)
        try:
            held = await self._asked(holding, revision, order, media)
        except BaseException:
            self._admission.leave(client)
            raise
        answering = Answering(*held, self.bounds, lambda: self._admission.leave(client))
        await answering.begin()
        return answering

    async def _asked(self, holding: Holding, revision: int, order: Order, media: str) -> tuple[Workers, Worker]:
        """Return a worker that was given the order; one that ended while it stood ready is passed over."""
        while True:
            workers, worker = await self._taken(holding, revision)
            try:
                await worker.ask(order, media)
            except OSError:
                workers.dismiss(worker)
            except BaseException:
                workers.dismiss(worker)
                raise
            else:
                return workers, worker

    async def _taken(self, holding: Holding, revision: int) -> tuple[Workers, Worker]:
        workers = self.workers(holding)
        try:
            return workers, await workers.take(revision)
        except StoreError:  # its nursery has ended, which nobody needs to hear of where another can be made
            if self._workers.get(holding.key) is workers:
                self._workers.pop(holding.key).close()
        workers = self.workers(holding)
        return workers, await workers.take(revision)

    def start(self, holding: Holding) -> None:
        """Make ready for queries over a holding, without waiting; where no worker can be made, their asker hears of it."""
        with suppress(StoreError):
            self.workers(holding)

    def close(self) -> None:
        """End every worker."""
        for workers in self._workers.values():
            workers.close()
        self._workers.clear()


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[None]:
    """Run the pool of an application for as long as that is served, ready for the public's first query."""
    pool: Pool = app.state.pool
    pool.start(app.state.endpoint(PUBLIC).holding)  # takes in its facts while the rest starts
    yield
    pool.close()
