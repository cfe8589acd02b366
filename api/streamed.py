"""A worker's result on its way to whoever asked: whole where it is short, else as it is found."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from tempfile import SpooledTemporaryFile
from typing import Any

from atmp.kg.errors import AtlasError
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from .answering import Answering

_SPOOLED = 1 << 20
"""Bytes of a result that memory holds at most."""
_LOOK = 0.25
"""Seconds between two looks at whether a client is still there."""
_log = logging.getLogger(__name__)


async def while_asked(request: Request, running: Coroutine[Any, Any, Answering]) -> Answering | None:
    """Return what is running once it begins to answer, or stop it and return None where its asker has hung up."""
    loop = asyncio.get_running_loop()
    looking = list[asyncio.Task[None]]()
    try:
        async with asyncio.timeout(None) as limit:
            first = loop.call_later(_LOOK, lambda: looking.append(loop.create_task(_look(request, limit))))
            try:
                return await running
            finally:
                first.cancel()
                for one in looking:
                    one.cancel()
    except TimeoutError:
        if limit.expired():
            return None
        raise


async def _look(request: Request, limit: asyncio.Timeout) -> None:
    """Let a limit expire once the client has hung up."""
    while not await request.is_disconnected():
        await asyncio.sleep(_LOOK)
    limit.reschedule(asyncio.get_running_loop().time())


class Streamed(Response):
    """The result of a query; where it cannot be whole, the connection breaks, so that no client takes a part for it."""

    def __init__(self, answering: Answering, headers: Mapping[str, str]) -> None:
        """Give what is found."""
        self._answering = answering
        super().__init__(answering.whole, headers=dict(headers))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the result; where a limit is passed in its midst, return without its end, on which a server breaks off."""
        if self._answering.whole is not None:
            await super().__call__(scope, receive, send)
        elif scope["http_version"] == "1.0":
            await self._gathered(scope, receive, send)
        else:
            await self._as_found(scope, receive, send)

    async def _as_found(self, scope: Scope, receive: Receive, send: Send) -> None:
        del self.headers["content-length"]
        stream = StreamingResponse(self._answering.pieces())
        stream.raw_headers = self.raw_headers
        try:
            await stream(scope, receive, send)
        except* AtlasError as error:
            _log.info("a result was broken off: %s", error.exceptions[0])
        finally:
            self._answering.close()

    async def _gathered(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the result once it is whole: HTTP/1.0 ends an answer by closing the connection, as a break would."""
        with SpooledTemporaryFile(_SPOOLED) as file:
            try:
                async for piece in self._answering.pieces():
                    await run_in_threadpool(file.write, piece)
            finally:
                self._answering.close()
            self.headers["content-length"] = str(file.tell())
            file.seek(0)
            stream = StreamingResponse(iterate_in_threadpool(iter(lambda: file.read(_SPOOLED), b"")))
            stream.raw_headers = self.raw_headers
            await stream(scope, receive, send)
