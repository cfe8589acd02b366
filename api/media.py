"""Media types: which of those on offer a reader prefers."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header


def negotiated(accept: str | None, offers: Sequence[str]) -> str | None:
    """Return the offer that an Accept header prefers, the first where it does not care, None where it takes none."""
    if accept is None or not accept.strip():
        return offers[0]
    return parse_accept_header(accept, MIMEAccept).best_match(offers)
