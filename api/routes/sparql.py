"""/sparql: the SPARQL 1.1 protocol."""

from __future__ import annotations

import hashlib
from typing import Any

from atmp.api.asked import FORM, QUERY, UPDATE, Asked, AskedOf
from atmp.api.asker import EndpointOf
from atmp.api.description import DESCRIPTIONS, description
from atmp.api.media import agreed, negotiated, typed
from atmp.api.problems import said
from atmp.api.writing import may_write
from atmp.kg.sparql.answer import GRAPHS, SOLUTIONS, offers
from atmp.kg.sparql.endpoint import Endpoint
from atmp.kg.sparql.guard import Guarded, guard
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

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
    **said(401, "A token that is no writer's", "this token is no writer's here: leave it out to read what is public"),
    **said(413, "The request is too large", "a request may be 1000 kB long"),
    **said(415, "The body is neither a query nor a form", "post a query as application/sparql-query, or as a form"),
    **said(422, "An update that would break a shape or a rule; nothing was changed",
           "the update was not done: it would make 1 violation. Nothing was changed",
           findings=[{"severity": "violation", "record": "urn:a", "message": "A project needs a title."}]),
    **said(503, "Others write all the time", "others write all the time: nothing was changed; try again in a while"),
}  # fmt: skip
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
ALLOWED = {"allow": "GET, HEAD, POST, OPTIONS", "accept-post": f"{QUERY}, {UPDATE}, {FORM}"}


@router.options("/sparql", include_in_schema=False)
def options() -> Response:
    """Say which methods and bodies are of use."""
    return Response(status_code=204, headers=ALLOWED)


@router.get("/sparql", response_class=Response, openapi_extra=_GET)
@router.post("/sparql", response_class=Response, openapi_extra=_POST)
def sparql(request: Request, endpoint: EndpointOf, asked: AskedOf) -> Response:
    """Answer a query over what the asker may see, in the media type asked for."""
    if asked.operation == "update":
        may_write(request)
        endpoint.update(asked.text, asked.dataset)
        return Response(status_code=204)
    if asked.operation == "description":
        return _described(request, endpoint)
    query = guard(asked.text)
    media = agreed(request.headers.get("accept"), asked.form, offers(query.form))
    headers = {"content-type": typed(media), "vary": "Accept"}
    if request.method == "GET" and query.steady:
        headers |= {"etag": _tag(endpoint, query, asked, media), "cache-control": "no-cache"}
        if _is_named(headers["etag"], request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
    return Response(endpoint.respond(query, asked.dataset, media), headers=headers)


def _tag(endpoint: Endpoint, query: Guarded, asked: Asked, media: str) -> str:
    """Return what names an answer; it is weak, for the same answer may come packed or not."""
    told = "\n".join((endpoint.state(), media, repr(asked.dataset), query.text))
    return f'W/"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def _is_named(tag: str, header: str) -> bool:
    """Return whether If-None-Match names a tag; weak and strong tags of one name count as the same."""
    return header.strip() == "*" or tag.removeprefix("W/") in header


def _described(request: Request, endpoint: Endpoint) -> Response:
    """Describe the service; a reader with a browser is led to the form instead, where there is one."""
    accept = request.headers.get("accept")
    pages = ("text/html",) if endpoint.has_pages else ()
    if negotiated(accept, (*DESCRIPTIONS, *pages)) == "text/html":
        return RedirectResponse("/query", 303, {"vary": "Accept"})
    media = agreed(accept, None, tuple(DESCRIPTIONS))
    address = str(request.url.replace(query="", fragment=""))
    return Response(description(endpoint, address, media), headers={"content-type": typed(media), "vary": "Accept"})
