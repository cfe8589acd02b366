"""The direct way to a route that is asked by the thousand: most of its answers take less than to look all routes through."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request
from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import problems

METHODS = frozenset({"GET", "POST"})


class Direct:
    """Stands around an application, and has requests for one address answered by the function of its route."""

    def __init__(self, app: ASGIApp, address: str, respond: Callable[[Request], Awaitable[Response]]) -> None:
        """Let `respond` answer what comes to `address` by GET or POST; all else is for the application."""
        self.app, self._address, self._respond = app, address, respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on; an error is answered as the application would."""
        if scope["type"] != "http" or scope["path"] != self._address or scope["method"] not in METHODS:
            await self.app(scope, receive, send)
            return
        request, begun = Request(scope, receive, send), False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            response = await self._respond(request)
            await response(scope, receive, sent)
        except problems.FORESEEN as error:
            if begun:
                raise
            await problems.answer(request, error)(scope, receive, send)
