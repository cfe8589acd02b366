"""Whose query runs next: bounded in number, and fair to those who ask little."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from atmp.api.admission import Admission, Crowd
from atmp.kg.errors import QueryBusyError


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_who_asks_little_is_let_in_before_who_asks_much() -> None:
    """Of those who wait, the client with the fewest running goes first; one client's go in their order."""

    async def run() -> list[str]:
        admission, order = Admission(Crowd(running=2, client=9), 60), list[str]()
        for _ in range(2):
            await admission.enter("greedy")

        async def ask(client: str, name: str) -> None:
            await admission.enter(client)
            order.append(name)

        waiting = [asyncio.create_task(ask("greedy", f"greedy {number}")) for number in range(3)]
        await _settle()
        waiting += [asyncio.create_task(ask(client, client)) for client in ("modest", "shy")]
        await _settle()
        for client in ("greedy", "modest", "greedy", "shy", "greedy"):
            admission.leave(client)
            await _settle()
        await asyncio.gather(*waiting)
        return order

    assert asyncio.run(run()) == ["modest", "shy", "greedy 0", "greedy 1", "greedy 2"]


def test_one_client_cannot_take_every_place() -> None:
    """What is over its share waits, while another's query is let in."""

    async def run() -> None:
        admission = Admission(Crowd(running=3, client=2), 60)
        for _ in range(2):
            await admission.enter("greedy")
        third = asyncio.create_task(admission.enter("greedy"))
        await _settle()
        await admission.enter("modest")
        assert not third.done()
        admission.leave("greedy")
        await third

    asyncio.run(run())


def test_too_many_that_wait_are_told_when_to_come_back() -> None:
    """A client's own queries in the way are said to be its own, everybody's are not."""

    async def run() -> None:
        admission = Admission(Crowd(running=1, waiting=2, client=1), 60)
        await admission.enter("first")
        waiting = [asyncio.create_task(admission.enter(client)) for client in ("first", "second")]
        await _settle()
        for client, own in (("first", True), ("third", False)):
            with pytest.raises(QueryBusyError, match="try again in 15 seconds") as error:
                await admission.enter(client)
            assert (error.value.own, error.value.seconds) == (own, 15)
        for task in waiting:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    asyncio.run(run())


def test_who_gives_up_leaves_no_gap() -> None:
    """A query that waits too long, or whose asker is gone, takes no place, not even when its turn comes just then."""

    async def run() -> None:
        admission = Admission(Crowd(running=1), 0.05)
        await admission.enter("a")
        with pytest.raises(QueryBusyError, match="waited"):
            await admission.enter("b")
        gone = asyncio.create_task(admission.enter("b"))
        await _settle()
        gone.cancel()
        admission.leave("a")
        with suppress(asyncio.CancelledError):
            await gone
        just = asyncio.create_task(_entered_and_cancelled(admission))
        await just
        await asyncio.wait_for(admission.enter("c"), 5)

    asyncio.run(run())


async def _entered_and_cancelled(admission: Admission) -> None:
    await admission.enter("a")
    turn = asyncio.create_task(admission.enter("b"))
    await _settle()
    admission.leave("a")
    turn.cancel()
    with suppress(asyncio.CancelledError):
        await turn
