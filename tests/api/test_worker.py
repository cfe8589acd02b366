"""A worker's channel: what comes is read as it comes, not more than is wanted, and its end is noticed."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from atmp.api.worker import _READ, Worker
from atmp.kg.sparql import wire
from atmp.kg.sparql.order import Order

Run = Callable[[Callable[[Worker, socket.socket], Coroutine[Any, Any, None]]], None]
LINES = "application/n-triples"
_MANY = 20


@pytest.fixture
def run() -> Iterator[Run]:
    """Return what runs a test with a worker that is this process, and the other end of its channel."""
    with asyncio.Runner() as runner:

        def begun(test: Callable[[Worker, socket.socket], Coroutine[Any, Any, None]]) -> None:
            ours, theirs = socket.socketpair()
            ours.setblocking(False)

            async def whole() -> None:
                worker = Worker(ours, os.getpid(), 1)
                await test(worker, theirs)
                worker.close()

            with theirs:
                runner.run(whole())

        yield begun


def test_a_frame_is_whole_however_it_comes(run: Run) -> None:
    """Byte by byte or two at once; an order arrives as it was given."""

    async def test(worker: Worker, other: socket.socket) -> None:
        await worker.ask(Order("ASK {}"), LINES)
        assert wire.taken(bytearray(other.recv(_READ))) == (
            wire.ORDER,
            wire.said(wire.ORDER, order=Order("ASK {}").told(), media=LINES)[wire.HEAD.size :],
        )
        waiting = asyncio.create_task(worker.frame())
        for byte in wire.frame(wire.DATA, b"abc") + wire.frame(wire.END, b""):
            other.send(bytes([byte]))
            await asyncio.sleep(0)
        assert await waiting == (wire.DATA, b"abc")
        assert await worker.frame() == (wire.END, b"")

    run(test)


def test_no_more_is_read_than_is_wanted(run: Run) -> None:
    """A worker whose result nobody takes must wait: the server holds a few pieces of it, and goes on with the rest."""

    async def test(worker: Worker, other: socket.socket) -> None:
        piece = b"x" * wire.PIECE
        sending = asyncio.create_task(asyncio.to_thread(other.sendall, wire.frame(wire.DATA, piece) * _MANY))
        while worker._reads:
            await asyncio.sleep(0.01)
        assert len(worker._buffer) <= 2 * _READ
        for _ in range(_MANY):
            assert await worker.frame() == (wire.DATA, piece)
        await sending

    run(test)


def test_the_end_of_a_worker_is_noticed(run: Run) -> None:
    """Whoever waits for its next frame hears of it, and so does who would give it an order."""

    async def test(worker: Worker, other: socket.socket) -> None:
        waiting = asyncio.create_task(worker.frame())
        await asyncio.sleep(0)
        other.close()
        assert await waiting == (b"", b"")
        with pytest.raises(OSError, match="Broken pipe"):
            await worker.ask(Order("ASK {}"), LINES)

    run(test)
