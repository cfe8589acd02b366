"""Media types: which of those on offer a reader prefers."""

from __future__ import annotations

from collections.abc import Sequence

from webob.acceptparse import create_accept_header


def negotiated(accept: str | None, offers: Sequence[str]) -> str | None:
    """Return the offer that an Accept header prefers, the first where it does not care, None where it takes none."""
    found = create_accept_header(accept or None).acceptable_offers(list(offers))
    return str(found[0][0]) if found else None
