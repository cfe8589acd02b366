"""What programs elsewhere meet: pages of other sites may read what is public here, and long answers come packed."""

from __future__ import annotations

from functools import lru_cache

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
        packing = GZipMiddleware(app, _PACKED, _LEVEL)
        self._alone: tuple[ASGIApp, ASGIApp] = (app, packing)
        self._shared: tuple[ASGIApp, ASGIApp] = (_shared(app, methods), _shared(packing, methods))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or not scope["path"].startswith(self._machine):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        packs = _packs(headers.get("accept-encoding", ""))
        plain, packing = self._alone  # most programs name no origin, and need nothing of CORS
        if "origin" in headers:
            plain, packing = self._shared
        await (packing if packs else plain)(scope, receive, _varying(send))


@lru_cache(256)
def _packs(header: str) -> bool:
    """Return whether an Accept-Encoding header takes gzip."""
    return parse_accept_header(header)["gzip"] > 0


def _shared(app: ASGIApp, methods: tuple[str, ...]) -> ASGIApp:
    return CORSMiddleware(app, allow_origins=["*"], allow_methods=methods, allow_headers=["*"], expose_headers=EXPOSED)


def _varying(send: Send) -> Send:
    """Return what says of every answer that it may come packed or plain, and to pages of other sites otherwise."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            said = headers.get("vary", "").lower()
            if more := [name for name in ("Origin", "Accept-Encoding") if name.lower() not in said]:
                headers.add_vary_header(", ".join(more))
        await send(message)

    return sent
