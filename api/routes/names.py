"""Names: a thing's own IRI is answered with 303, See Other, to its document."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from atmp.api.asker import ViewOf
from atmp.api.document import path_of, sought
from fastapi import APIRouter, Request
from fastapi.responses import Response

STEM = "/id"
"""Where names are answered, wherever the base is: what redirects the base hither needs no more than that."""


def router(base: str) -> APIRouter:
    """Return what answers names below the stem, and at the base's own path, so that the server may stand at the base."""
    made = APIRouter()
    for stem in dict.fromkeys((STEM, urlsplit(base).path)):
        if stem:
            made.add_api_route(f"{stem}/{{rest:path}}", _below(stem), methods=["GET"], response_class=Response)
    return made


def _below(stem: str) -> Callable[..., Response]:
    def name(request: Request, view: ViewOf) -> Response:
        return sought(view, path_of(request).removeprefix(stem)).see(request)

    return name
