"""/sparql: the SPARQL 1.1 protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from atmp.api.asked import FORM, QUERY, UPDATE, Asked, asked
from atmp.api.asker import client_of
from atmp.api.beside import Beside
from atmp.api.description import DESCRIPTIONS, description
from atmp.api.media import agreed, negotiated, typed
from atmp.api.pool import Pool
from atmp.api.problems import said
from atmp.api.signin import asker_of
from atmp.api.streamed import Streamed, while_asked
from atmp.api.tag import is_known, tag
from atmp.api.writing import may_write
from atmp.kg.sparql.answer import GRAPHS, SOLUTIONS, offers
from atmp.kg.sparql.endpoint import Endpoint
from atmp.kg.sparql.guard import Guarded, guard
from atmp.kg.sparql.order import Order
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

_RESULT = {"schema": {"type": "string"}, "example": "triples\n48011\n"}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The result; of CONSTRUCT and DESCRIBE it is a graph. It is 304 where `If-None-Match` names it,"
          " and 204 after an update", "content": {
        media: _RESULT if media == "text/csv" else {"schema": {"type": "string"}} for media in (*SOLUTIONS, *GRAPHS)}},
    **said(400, "No query, a syntax error with line, column and the text there, or a query that is refused",
           "line 1, column 9: the query cannot be read here", line=1, column=9, near="}"),
    **said(403, "A write where facts are only read, or a call that would leave the machine",
           "you may not write the graph urn:g: you read here, and write nothing"),
    **said(406, "The result is not given in that media type", f"this result is given as {', '.join(SOLUTIONS)}"),
    **said(401, "A token that is none of the server's, or an update without one", "here one reads without a name, and writes"
           " with one: sign in with your name and a token, or send it as `Authorization: Bearer TOKEN`"),
    **said(413, "The request is too large", "a request may be 1000 kB long"),
    **said(415, "The body is neither a query nor a form", "post a query as application/sparql-query, or as a form"),
    **said(422, "An update that would break a shape or a rule; nothing was changed",
           "the update was not done: it would make 1 violation. Nothing was changed",
           findings=[{"severity": "violation", "record": "urn:a", "message": "A project needs a title."}]),
    **said(429, "The asker's other queries fill its place: see Retry-After",
           "too many queries of yours run and wait: try again in 5 seconds"),
    **said(503, "The query passed a limit of time or memory, or the server has too much to do: see Retry-After",
           "the query was stopped after 20 seconds, the most that a query may run here", limit="seconds"),
}  # fmt: skip
ADDRESS = "/sparql"
router = APIRouter(tags=["sparql"], responses=_RESPONSES)

_GRAPHS = [{"name": name, "in": "query", "required": False, "schema": {"type": "array", "items": {"type": "string"}},
            "example": ["https://w3id.org/atmp/id/graph/lund/public"], "description": words} for name, words in (
    ("default-graph-uri", "A graph of the default graph; comes before FROM."),
    ("named-graph-uri", "A graph that GRAPH may name; comes before FROM NAMED."))]  # fmt: skip
_GET = {"parameters": [
    {"name": "query", "in": "query", "required": False, "schema": {"type": "string"},
     "description": "The query; without any parameter the service describes itself.",
     "example": "SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }"},
    *_GRAPHS,
    {"name": "format", "in": "query", "required": False, "schema": {"type": "string"}, "example": "csv",
     "description": "The form of the answer, where Accept cannot be set: a media type, or json, xml, csv, tsv, turtle ..."},
]}  # fmt: skip
_POST = {"requestBody": {"required": True, "content": {
    QUERY: {"schema": {"type": "string"}, "example": "ASK { ?s ?p ?o }"},
    UPDATE: {"schema": {"type": "string"}, "example": "INSERT DATA { <urn:a> <urn:b> <urn:c> }"},
    FORM: {"schema": {"type": "object", "properties": {"query": {"type": "string"}, "update": {"type": "string"}}},
           "example": {"query": "ASK { ?s ?p ?o }"}}}}}  # fmt: skip
_BRIEF = 10_000
"""Characters that the guard reads in the time of a few milliseconds, for which others can wait."""
ALLOWED = {"allow": "GET, HEAD, POST, OPTIONS", "accept-post": f"{QUERY}, {UPDATE}, {FORM}"}


@router.options(ADDRESS, include_in_schema=False)
def options() -> Response:
    """Say which methods and bodies are of use."""
    return Response(status_code=204, headers=ALLOWED)


@dataclass(frozen=True)
class _Task:
    """What is to be evaluated, at which revision, and what the answer says of itself."""

    order: Order
    revision: int
    media: str
    headers: dict[str, str]


@router.get(ADDRESS, response_class=Response, openapi_extra=_GET)
@router.post(ADDRESS, response_class=Response, openapi_extra=_POST)
async def sparql(request: Request) -> Response:
    """Answer a query over what the asker may see, in the media type asked for."""
    asker, state = await asker_of(request), request.app.state
    endpoint: Endpoint = state.endpoint(asker.viewer)
    client = client_of(request)
    beside, wanted = Beside(state.pool, endpoint, client), await asked(request)
    if wanted.operation == "update":
        may_write(request, asker)
        await run_in_threadpool(endpoint.update, wanted.text, wanted.dataset, beside.updated)
        return Response(status_code=204)
    if wanted.operation == "description":
        return await run_in_threadpool(_described, request, endpoint)
    return await _answered(request, endpoint, state.pool, client, beside, wanted)


async def _answered(
    request: Request, endpoint: Endpoint, pool: Pool, client: str, beside: Beside, wanted: Asked
) -> Response:
    """Return the result of a query."""
    query = guard(wanted.text) if len(wanted.text) <= _BRIEF else await run_in_threadpool(guard, wanted.text)
    if query.services:
        task = await run_in_threadpool(_task, request, endpoint, wanted, query, pool.services, beside)
    else:  # nothing of it waits, and another thread takes longer to wake
        task = _task(request, endpoint, wanted, query, pool.services, beside)
    if isinstance(task, Response):
        return task
    running = pool.answer(endpoint.holding, task.revision, task.order, task.media, client)
    answering = await while_asked(request, running)
    return Response() if answering is None else Streamed(answering, task.headers)


def _task(
    request: Request, endpoint: Endpoint, wanted: Asked, query: Guarded, allowed: frozenset[str], beside: Beside
) -> _Task | Response:
    """Return what a query needs, or the answer that the asker has what there is."""
    media = agreed(request.headers.get("accept"), wanted.form, offers(query.form))
    headers = {"content-type": typed(media), "vary": "Accept"}
    if request.method == "GET" and query.steady:
        told = tag(endpoint.state(), media, repr(wanted.dataset), query.text)
        headers |= {"etag": told, "cache-control": "no-cache"}
        if is_known(request, told):
            return Response(status_code=304, headers=headers)
    return _Task(endpoint.order(query, wanted.dataset, allowed, beside), endpoint.revision, media, headers)


def _described(request: Request, endpoint: Endpoint) -> Response:
    """Describe the service; a reader with a browser is led to the form instead, where there is one."""
    accept = request.headers.get("accept")
    pages = ("text/html",) if endpoint.has_pages else ()
    if negotiated(accept, (*DESCRIPTIONS, *pages)) == "text/html":
        return RedirectResponse("/query", 303, {"vary": "Accept"})
    media = agreed(accept, None, tuple(DESCRIPTIONS))
    address = str(request.url.replace(query="", fragment=""))
    return Response(description(endpoint, address, media), headers={"content-type": typed(media), "vary": "Accept"})
