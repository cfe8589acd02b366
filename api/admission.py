"""Admission: how many queries run and wait, and whose turn it is."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass

from atmp.kg.errors import QueryBusyError


@dataclass(frozen=True)
class Crowd:
    """How many queries may run at once, how many may wait, how many of one client may run, and workers that stand ready."""

    running: int = 32
    waiting: int = 64
    client: int = 24
    ready: int = 4


class Admission:
    """Lets queries in: those of a client that has few of them first, and of one client in the order they came."""

    def __init__(self, crowd: Crowd, patience: float) -> None:
        """Let nobody wait longer than `patience` seconds."""
        self._crowd, self._patience = crowd, patience
        self._running: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    async def enter(self, client: str) -> None:
        """Return when a client's query may run; raises QueryBusyError where it may not even wait, or waits too long."""
        if self._free(client) and client not in self._waiting:
            self._running[client] += 1
            return
        if len(self._waiting.get(client, ())) >= self._crowd.client:
            raise self._busy("too many queries of yours run and wait", own=True)
        if sum(map(len, self._waiting.values())) >= self._crowd.waiting:
            raise self._busy("too many queries run and wait")
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        try:
            async with asyncio.timeout(self._patience):
                await turn
        except BaseException as error:
            self._give_up(client, turn)
            if isinstance(error, TimeoutError):
                raise self._busy(f"the query has waited {self._patience:g} seconds for its turn") from None
            raise

    def leave(self, client: str) -> None:
        """Count a query of a client as ended, and let the next one in."""
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        while waiting := [one for one in self._waiting if self._free(one)]:
            following = min(waiting, key=self._running.__getitem__)
            turn = self._waiting[following].popleft()
            if not self._waiting[following]:
                del self._waiting[following]
            if not turn.done():  # whoever gave up at this moment is passed over
                self._running[following] += 1
                turn.set_result(None)

    def _free(self, client: str) -> bool:
        return self._running.total() < self._crowd.running and self._running[client] < self._crowd.client

    def _give_up(self, client: str, turn: asyncio.Future[None]) -> None:
        """Take a query that waits no longer out of its line, or count it as ended where its turn had just come."""
        turns = self._waiting.get(client, deque())
        if turn in turns:
            turns.remove(turn)
            if not turns:
                del self._waiting[client]
        elif turn.done() and not turn.cancelled():
            self.leave(client)

    def _busy(self, why: str, *, own: bool = False) -> QueryBusyError:
        seconds = max(1, round(self._patience / 4))
        return QueryBusyError(f"{why}: try again in {seconds} seconds", seconds, own=own)
