"""A nursery as the server sees it: a process that is given facts, and makes workers that hold them."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from typing import Any

from atmp.kg.errors import StoreError
from atmp.kg.sparql.bounds import Bounds
from atmp.kg.sparql.holding import Holding

from .worker import Worker


class Nursery:
    """The process that holds the facts of one holding, asked one thing after the other."""

    def __init__(self, holding: Holding, bounds: Bounds, hello: Mapping[str, Any] | None = None) -> None:
        """Start the process, which takes in its facts meanwhile; `hello` is told it first, else what the holding says.

        Raises StoreError where the system has no processes that share memory.
        """
        if not hasattr(os, "fork"):
            raise StoreError("SPARQL over HTTP needs Linux or macOS: ask with `atmp query`, which runs anywhere")
        self._holding, self._revision = holding, 0
        self._filled, self._lock = False, asyncio.Lock()
        self._dead: list[int] = []
        self._control, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "atmp.kg.sparql.nursery", str(theirs.fileno())]
            self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)  # noqa: S603
        self._control.sendall(json.dumps({**(hello or holding.hello()), "bounds": asdict(bounds)}).encode() + b"\n")
        self._control.setblocking(False)

    async def filled(self) -> None:
        """Wait until the process has its facts; raises StoreError where it is gone."""
        async with self._lock:
            with _present():
                await self._hear()

    async def worker(self) -> Worker:
        """Return a new worker, at the newest revision; raises StoreError where the process is gone, or can make none."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        bury, self._dead = self._dead, []
        try:
            with theirs:
                made = await self._asked({"bury": bury}, theirs)
        except BaseException:
            ours.close()
            raise
        return Worker(ours, made["pid"], made["revision"])

    def bury(self, worker: Worker) -> None:
        """Let the process see to a worker that was killed, with the next request."""
        self._dead.append(worker.pid)

    async def status(self, worker: Worker) -> int:
        """Return how a worker ended that did so by itself: an exit code, or the negative number of a signal."""
        return int((await self._asked({"status": worker.pid}))["status"])

    def close(self) -> None:
        """End the process, and with it every worker."""
        self._control.close()
        if not self._filled:  # it would look at its channel only after it has taken in its facts
            self.process.kill()
        self.process.wait()

    async def _asked(self, members: dict[str, Any], channel: socket.socket | None = None) -> dict[str, Any]:
        """Return what the process replies, one request after the other; raises StoreError where it is gone."""
        async with self._lock:
            with _present():
                await self._hear()
                if channel is None:
                    return await self._said(members, [])
                return await self._with_news(members, channel)

    async def _hear(self) -> None:
        """Wait for what the process says when it has its facts, unless it has said so."""
        if not self._filled:
            self._revision = (await self._reply())["revision"]
            self._filled = True

    async def _with_news(self, members: dict[str, Any], channel: socket.socket) -> dict[str, Any]:
        """Return the reply to a request for a worker; the facts go with it where they have moved on."""
        news = await asyncio.to_thread(self._holding.news, self._revision)
        with news.facts if news else nullcontext():
            files = [channel.fileno(), *([news.facts.fileno()] if news else ())]
            said = await self._said({**members, "news": news.members if news else None}, files)
        if "error" in said:
            raise StoreError(said["error"])
        self._revision = said["revision"]
        return said

    async def _said(self, members: dict[str, Any], files: list[int]) -> dict[str, Any]:
        """Return the reply to a request, with which open files go."""
        line = json.dumps(members).encode() + b"\n"
        sent = socket.send_fds(self._control, [line], files)
        await asyncio.get_running_loop().sock_sendall(self._control, line[sent:])
        return await self._reply()

    async def _reply(self) -> dict[str, Any]:
        loop, said = asyncio.get_running_loop(), b""
        while not said.endswith(b"\n"):
            some = await loop.sock_recv(self._control, 4096)
            if not some:
                raise EOFError
            said += some
        return dict(json.loads(said))


@contextmanager
def _present() -> Iterator[None]:
    """Raise StoreError where the process turns out to be gone."""
    try:
        yield
    except (OSError, EOFError):
        raise StoreError(
            "the process that answers SPARQL queries has ended: try again; if it ends again, the server's log says why"
        ) from None
