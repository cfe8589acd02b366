"""/sparql: the SPARQL 1.1 protocol, queries only."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from atmp.api.asker import AtlasOf, ViewOf
from atmp.api.media import negotiated
from atmp.api.problems import said
from atmp.kg.errors import QueryRefusedError
from atmp.kg.sparql.answer import GRAPHS, SOLUTIONS, answer
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

_RESULT = {"schema": {"type": "string"}, "example": "triples\n48011\n"}
_RESPONSES = {
    200: {"description": "The result; of CONSTRUCT and DESCRIBE it is a graph", "content": {
        media: _RESULT if media == "text/csv" else {"schema": {"type": "string"}} for media in (*SOLUTIONS, *GRAPHS)}},
    **said(400, "No query, a syntax error with line and column, or a query that is refused",
           "line 1, column 9: the query cannot be read here", line=1, column=9),
    **said(406, "The result is not given in that media type", f"this result is given as {', '.join(SOLUTIONS)}"),
    **said(413, "The request is too large", "a request may be 1000 kB long"),
    **said(415, "The body is neither a query nor a form", "post a query as application/sparql-query, or as a form"),
}  # fmt: skip
router = APIRouter(tags=["sparql"], responses=_RESPONSES)
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
_DATASET = {"default-graph-uri", "named-graph-uri"}


async def _query(request: Request) -> str:
    """Return the query of a request in any of the protocol's three forms."""
    pairs = list(request.query_params.multi_items())
    if request.method == "POST":
        media = (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
        text = await _body(request)
        if media == QUERY:
            pairs.append(("query", text))
        elif media == FORM:
            pairs += parse_qsl(text, keep_blank_values=True)
        elif media == UPDATE:
            raise QueryRefusedError("this endpoint answers queries and takes no updates: change facts with `atmp load`")
        else:
            raise HTTPException(415, f"post a query as {QUERY}, or as a form ({FORM})")
    names = {name for name, _ in pairs}
    if "update" in names:
        raise QueryRefusedError("this endpoint answers queries and takes no updates: change facts with `atmp load`")
    if names & _DATASET:
        raise QueryRefusedError("choose graphs within the query, with GRAPH: the dataset is what you may see")
    queries = [value for name, value in pairs if name == "query"]
    if len(queries) != 1:
        raise QueryRefusedError("give one query, as the parameter `query` or as the body")
    return queries[0]


async def _body(request: Request) -> str:
    try:
        return (await request.body()).decode("utf-8")
    except UnicodeDecodeError:
        raise QueryRefusedError("the query is not UTF-8") from None


QueryOf = Annotated[str, Depends(_query)]


_GET = {"parameters": [{"name": "query", "in": "query", "required": True, "schema": {"type": "string"},
                        "example": "SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }"}]}  # fmt: skip
_POST = {"requestBody": {"required": True, "content": {
    QUERY: {"schema": {"type": "string"}, "example": "ASK { ?s ?p ?o }"},
    FORM: {"schema": {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}},
           "example": {"query": "ASK { ?s ?p ?o }"}}}}}  # fmt: skip


@router.get("/sparql", response_class=Response, openapi_extra=_GET)
@router.post("/sparql", response_class=Response, openapi_extra=_POST)
def sparql(request: Request, atlas: AtlasOf, view: ViewOf, query: QueryOf) -> Response:
    """Answer a query over what the asker may see, in the media type asked for."""
    found = answer(view, query, atlas.services)
    media = negotiated(request.headers.get("accept"), found.offers)
    if media is None:
        raise HTTPException(406, f"this result is given as {', '.join(found.offers)}")
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    return Response(found.serialise(media), headers={"content-type": f"{media}{charset}", "vary": "accept"})
