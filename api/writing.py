"""Who may write over HTTP: who has signed in, and no page of another site, which a browser would let send a form in its user's name."""

from __future__ import annotations

from atmp.kg.errors import QueryForbiddenError
from fastapi import Request

from .signin import Asker, signed_in


def may_write(request: Request, asker: Asker) -> None:
    """Raise HTTPException 401 for who has not signed in, where that is possible; what a viewer may write is not asked here.

    Raises QueryForbiddenError where a page of another site writes: a browser would do it without asking its user.
    """
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.url.netloc:
        raise QueryForbiddenError(f"a page of {origin[:100]} may read here, and write nothing")
    signed_in(request, asker, "here one reads without a name, and writes with one")
