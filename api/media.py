"""Media types: which of those on offer a reader prefers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

_PARAMETER = re.compile(r";\s*(?!q\s*=)[\w-]+\s*=\s*(?:\"[^\"]*\"|[^;,\s]*)", re.IGNORECASE)


def negotiated(accept: str | None, offers: Sequence[str]) -> str | None:
    """Return the offer that an Accept header prefers, the first where it does not care, None where it takes none.

    A type's parameters other than q, such as a charset, are passed over: what is offered has one form only.
    """
    if accept is None or not accept.strip():
        return offers[0]
    return parse_accept_header(_PARAMETER.sub("", accept), MIMEAccept).best_match(offers)
