"""What programs elsewhere meet: pages of other sites may read what is public here, and long answers come packed."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from werkzeug.http import parse_accept_header

EXPOSED = ("ETag", "Location", "Retry-After", "Allow", "Link")
_PACKED = 1_000
_LEVEL = 5  # of 9: a third larger at most, several times faster


class Exchange:
    """CORS and gzip around an application, at addresses with a beginning among `machine`."""

    def __init__(
        self, app: ASGIApp, machine: tuple[str, ...], methods: tuple[str, ...] = ("GET", "HEAD", "POST")
    ) -> None:
        """Stand around `app`; pages of other sites may use these methods."""
        self.app, self._machine = app, machine
        self._plain = _shared(app, methods)
        self._packing = _shared(GZipMiddleware(app, _PACKED, _LEVEL), methods)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or not scope["path"].startswith(self._machine):
            await self.app(scope, receive, send)
            return
        wanted = parse_accept_header(Headers(scope=scope).get("accept-encoding"))
        app = self._packing if wanted["gzip"] > 0 else self._plain
        await app(scope, receive, _varying(send))


def _shared(app: ASGIApp, methods: tuple[str, ...]) -> ASGIApp:
    return CORSMiddleware(app, allow_origins=["*"], allow_methods=methods, allow_headers=["*"], expose_headers=EXPOSED)


def _varying(send: Send) -> Send:
    """Return what says of every answer that it may come packed or plain."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if "accept-encoding" not in headers.get("vary", "").lower():
                headers.add_vary_header("Accept-Encoding")
        await send(message)

    return sent
