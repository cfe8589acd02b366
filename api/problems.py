"""Problems: every error over HTTP is one RFC 9457 body, or a page for a reader who asked for one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from atmp.kg.errors import (
    AtlasError,
    EmbedderError,
    FindingsError,
    QueryBusyError,
    QueryForbiddenError,
    QueryLimitError,
    QuerySyntaxError,
    SourceError,
    StoreBusyError,
    StoreError,
    UnknownRecordError,
    UnknownTermError,
)
from atmp.kg.schema import FileError, failure
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from .media import negotiated

MEDIA = "application/problem+json"
STATUS: Mapping[type[AtlasError], int] = {
    UnknownRecordError: 404,
    StoreBusyError: 503,
    EmbedderError: 503,
    StoreError: 500,
    FindingsError: 422,
    SourceError: 400,
    QueryForbiddenError: 403,
}
"""The status of each error of ours; any other is a request that cannot be meant, 400."""
_LENGTHS = frozenset({"rows", "bytes", "depth"})
"""The limits of a query that depend on it alone; how far the others reach depends on the server too."""


MACHINE = ("/api/", "/sparql", "/store", "/.well-known/")
"""The addresses that programs speak to: their problems are never pages."""

FORESEEN = (AtlasError, HTTPException, FileError)
"""The errors that every route may raise."""

SHOWN = 100
"""So many findings a problem tells."""

AGAIN = 30
"""Seconds after which to try again what cannot be answered now, where nobody knows better."""

_log = logging.getLogger(__name__)


def problem(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """Return a problem's body; `more` are its own members, such as line and column."""
    said = {name: value for name, value in more.items() if value not in (None, ())}
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **said}


_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, and how to mend it."},
        "nearest": {"type": "array", "items": {"type": "string"}},
        "line": {"type": "integer"}, "column": {"type": "integer"}, "limit": {"type": "string"},
        "near": {"type": "string", "description": "What stands at that line and column."},
        "errors": {"type": "array", "items": {"type": "object"}},
        "findings": {"type": "array", "items": {"type": "object"}, "description": "What would be wrong, the gravest first."},
    },
}  # fmt: skip


def said(status: int, words: str, detail: str, **more: Any) -> dict[int | str, dict[str, Any]]:
    """Return for OpenAPI what a status means, with an example of its problem."""
    about = {"schema": _SCHEMA, "example": problem(status, detail, **more)}
    return {status: {"description": words, "content": {MEDIA: about}}}


RESPONSES = {
    **said(400, "The request cannot be meant", "'AVV9' is not a term of the scheme 'vector'; the nearest are AAV9", nearest=["AAV9"]),
    **said(404, "No such record", "there is no project with the id P99"),
    **said(422, "A part of the request is not as described here", "the request is not as it should be: limit: Input should be"
           " less than or equal to 200", errors=[{"where": "limit", "message": "Input should be less than or equal to 200"}]),
}  # fmt: skip
"""For OpenAPI: what may go wrong."""


def respond(
    request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """Return a problem as JSON, or as a page where the reader's browser asks for one; a 503 says when to try again."""
    body = problem(status, detail, **more)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers = {"retry-after": str(AGAIN), **(headers or {})}
    machine = request.url.path.startswith(MACHINE)
    if not machine and negotiated(request.headers.get("accept"), (MEDIA, "text/html")) == "text/html":
        from .pages.site import page

        shown = page(request, "problem.html", status=status, title=body["title"], problem=body)
        shown.headers.update(headers or {})
        return shown
    return JSONResponse(body, status, headers=dict(headers or {}), media_type=MEDIA)


def install(app: FastAPI) -> None:
    """Let every error of `app` become a problem."""
    for kind in FORESEEN:
        app.add_exception_handler(kind, answer)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unforeseen)


def answer(request: Request, error: Exception) -> Response:
    """Return the problem that tells of an error that is `FORESEEN`."""
    if isinstance(error, HTTPException):
        return _http(request, error)
    return _ours(request, error) if isinstance(error, AtlasError) else _file(request, error)


def status_of(error: AtlasError) -> int:
    """Return the status that says what kind of error this is."""
    if isinstance(error, QueryBusyError):
        return 429 if error.own else 503
    if isinstance(error, QueryLimitError):
        return 400 if error.limit in _LENGTHS else 503
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, AtlasError)  # noqa: S101 - registered for nothing else
    more: dict[str, Any] = {}
    headers = {}
    if isinstance(error, QueryBusyError):
        headers = {"retry-after": str(error.seconds)}
    elif isinstance(error, QueryLimitError):
        more = {"limit": error.limit}
    elif isinstance(error, QuerySyntaxError):
        more = {"line": error.line, "column": error.column, "near": error.near or None}
    elif isinstance(error, UnknownTermError):
        more = {"nearest": list(error.nearest)}
    elif isinstance(error, FindingsError):
        from .models import FindingOut

        more = {"findings": [FindingOut.of(one).model_dump() for one in error.findings.gravest(SHOWN)]}
    return respond(request, status_of(error), str(error), headers, **more)


def _file(request: Request, error: Exception) -> Response:
    assert isinstance(error, FileError)  # noqa: S101 - registered for nothing else
    _log.error("the store's file", exc_info=error)
    return _ours(request, failure(request.app.state.atlas.store.path, error))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    detail = str(error.detail)
    if error.status_code == 404 and detail == "Not Found":
        detail = "there is nothing at this address"
    elif error.status_code == 405:
        detail = f"{request.method} is of no use here: use {(error.headers or {}).get('allow', 'GET')}"
    return respond(request, error.status_code, detail, error.headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    found = [_mistake(one) for one in error.errors()]
    said = "; ".join(f"{one['where']}: {one['message']}" for one in found)
    return respond(request, 422, f"the request is not as it should be: {said}", errors=found)


def _mistake(one: Mapping[str, Any]) -> dict[str, str]:
    """Return where in a request something is wrong, and what."""
    if one["type"] == "json_invalid":
        return {"where": "body", "message": f"no JSON from character {one['loc'][-1]} on"}
    return {"where": ".".join(map(str, one["loc"][1:])) or "body", "message": one["msg"]}


def _unforeseen(request: Request, error: Exception) -> Response:
    _log.error("unforeseen", exc_info=error)
    return respond(request, 500, "something went wrong that should not have: it is in the server's log")
