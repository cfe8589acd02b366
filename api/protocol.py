"""HTTP below the routes: HEAD is GET without its body, and no request is larger than it may be."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 1_000_000
"""Bytes of a request's body."""


class Protocol:
    """What holds for every address, around an application."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST, larger: Mapping[str, int] | None = None) -> None:
        """Stand around `app`; a body may have `largest` bytes, and more at the addresses of `larger` and below them."""
        self.app, self._largest, self._larger = app, largest, larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self.app({**scope, "method": "GET"}, receive, _without_body(send))
        else:
            await self.app(scope, _measured(receive, self._most(scope["path"])), send)

    def _most(self, path: str) -> int:
        """Return how many bytes a body may have at an address."""
        found = (most for address, most in self._larger.items() if f"{path}/".startswith(f"{address}/"))
        return next(found, self._largest)


def _without_body(send: Send) -> Send:
    async def sent(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return sent


def _measured(receive: Receive, largest: int) -> Receive:
    size = 0

    async def received() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > largest:
            raise HTTPException(413, f"a request may be {largest // 1000} kB long")
        return message

    return received
