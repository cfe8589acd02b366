"""Who may write over HTTP: no page of another site, which a browser would let send a form in its user's name."""

from __future__ import annotations

from atmp.kg.errors import QueryForbiddenError
from fastapi import Request


def may_write(request: Request) -> None:
    """Raise QueryForbiddenError where a page of another site writes: a browser would do it without asking its user."""
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.url.netloc:
        raise QueryForbiddenError(f"a page of {origin[:100]} may read here, and write nothing")
