"""A relay: until a nursery has taken in its facts, another one makes workers that read them from the store's snapshot."""

from __future__ import annotations

import asyncio
import subprocess
from contextlib import suppress

from atmp.kg.errors import StoreError
from atmp.kg.sparql.bounds import Bounds
from atmp.kg.sparql.holding import Holding

from .nursery import Nursery
from .worker import SPENT, Worker


class Relay:
    """The nursery of a holding, with an early one before it where the store has a snapshot."""

    def __init__(self, holding: Holding, bounds: Bounds) -> None:
        """Start them; raises StoreError where there can be none."""
        self._lasting = Nursery(holding, bounds)
        said = holding.early()
        self._early = Nursery(holding, bounds, said) if said else None
        self._over = said is None
        self._lent: set[Worker] = set()
        self._asking = 0
        self._passing = None if self._over else asyncio.get_running_loop().create_task(self._pass_when_filled())

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """Return the process that holds the facts in memory."""
        return self._lasting.process

    async def worker(self) -> Worker:
        """Return a new worker; raises StoreError where none can be made."""
        if self._early is not None and not self._over:
            with suppress(StoreError):
                return await self._lend(self._early)
            self._pass()  # the snapshot is not of the newest revision, or is doubtful
        return await self._lasting.worker()

    async def _lend(self, early: Nursery) -> Worker:
        """Return a worker of the early nursery; raises StoreError where it makes none."""
        self._asking += 1
        try:
            worker = await early.worker()
            self._lent.add(worker)
        finally:
            self._asking -= 1
        if self._over:  # meanwhile
            self._pass()
        return worker

    def bury(self, worker: Worker) -> None:
        """Let its nursery see to a worker that was killed."""
        if worker in self._lent and self._early is not None:
            self._early.bury(worker)
            self._take_back(worker)
        else:
            self._lasting.bury(worker)

    async def status(self, worker: Worker) -> int:
        """Return how a worker ended that did so by itself: an exit code, or the negative number of a signal."""
        if worker not in self._lent or self._early is None:
            return await self._lasting.status(worker)
        self._asking += 1
        try:
            return await self._early.status(worker)
        finally:
            self._asking -= 1
            self._take_back(worker)

    def close(self) -> None:
        """End both, and with them every worker."""
        if self._passing is not None:
            self._passing.cancel()
        if self._early is not None:
            self._early.close()
        self._lasting.close()

    async def _pass_when_filled(self) -> None:
        with suppress(StoreError):  # whoever asks for the next worker hears of it
            await self._lasting.filled()
        self._pass()

    def _pass(self) -> None:
        """Have every next worker from the lasting nursery; those of the early one end what they are at."""
        self._over = True
        for worker in self._lent:
            worker.revision = SPENT
        self._leave()

    def _take_back(self, worker: Worker) -> None:
        self._lent.discard(worker)
        self._leave()

    def _leave(self) -> None:
        """End the early nursery once nobody has a worker of it, or asks it for anything."""
        if self._over and not self._lent and not self._asking and self._early is not None:
            self._early.close()
            self._early = None
