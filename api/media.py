"""Media types: which of those on offer a reader prefers, by its Accept header or by a short name in the address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from atmp.kg.errors import UsageError
from starlette.exceptions import HTTPException
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

_PARAMETER = re.compile(r";\s*(?!q\s*=)[\w-]+\s*=\s*(?:\"[^\"]*\"|[^;,\s]*)", re.IGNORECASE)

SHORT = {
    "json": ("application/sparql-results+json", "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    "turtle": ("text/turtle",),
    "ttl": ("text/turtle",),
    "ntriples": ("application/n-triples",),
    "nt": ("application/n-triples",),
    "nquads": ("application/n-quads",),
    "nq": ("application/n-quads",),
    "trig": ("application/trig",),
    "jsonld": ("application/ld+json",),
    "json-ld": ("application/ld+json",),
    "rdf": ("application/rdf+xml",),
}
"""What `format=` and `output=` may say beside a media type, and which it means of solutions and of graphs."""

ENDINGS = {
    "html": "text/html",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "nt": "application/n-triples",
}
"""The forms of a document, the preferred first, by the ending that an address asks for each with."""


def negotiated(accept: str | None, offers: Sequence[str]) -> str | None:
    """Return the offer that an Accept header prefers, the first where it does not care, None where it takes none.

    A type's parameters other than q, such as a charset, are passed over: what is offered has one form only.
    """
    return _preferred(accept, tuple(offers)) if accept is not None and accept.strip() else offers[0]


@lru_cache(256)
def _preferred(accept: str, offers: tuple[str, ...]) -> str | None:
    """Return what a header that says something prefers: most clients send the same one each time."""
    return parse_accept_header(_PARAMETER.sub("", accept), MIMEAccept).best_match(offers)


def agreed(accept: str | None, form: str | None, offers: Sequence[str]) -> str:
    """Return the media type of an answer: the one that `form` names, else what Accept prefers.

    Raises UsageError for a form that is none, and HTTPException 406 where nothing on offer is taken.
    """
    if form is None:
        media = negotiated(accept, offers)
    else:
        named = SHORT.get(form.lower(), (form,) if "/" in form else ())
        if not named:
            raise UsageError(f"'{form[:40]}' is no format: use a media type, or one of {', '.join(SHORT)}")
        media = next((one for one in named if one in offers), None)
    if media is None:
        raise HTTPException(406, f"this result is given as {', '.join(offers)}")
    return media


def typed(media: str) -> str:
    """Return a Content-Type: texts say that they are UTF-8."""
    return f"{media}; charset=utf-8" if media.startswith("text/") else media
