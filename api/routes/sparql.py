"""/sparql: the SPARQL 1.1 protocol, queries only."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from atmp.api.asker import AtlasOf, ViewOf
from atmp.api.media import negotiated
from atmp.api.problems import RESPONSES
from atmp.kg.errors import QueryRefusedError
from atmp.kg.sparql.answer import answer
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

router = APIRouter(tags=["sparql"], responses=RESPONSES)
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
LARGEST = 1_000_000  # bytes of a request's body
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
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            raise HTTPException(413, f"a request may be {LARGEST // 1000} kB long")
        parts.append(part)
    try:
        return b"".join(parts).decode("utf-8")
    except UnicodeDecodeError:
        raise QueryRefusedError("the query is not UTF-8") from None


QueryOf = Annotated[str, Depends(_query)]


_GET = {"parameters": [{"name": "query", "in": "query", "required": True, "schema": {"type": "string"},
                        "example": "SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }"}]}  # fmt: skip
_POST = {"requestBody": {"required": True, "content": {
    QUERY: {"schema": {"type": "string"}, "example": "ASK { ?s ?p ?o }"},
    FORM: {"schema": {"type": "object", "properties": {"query": {"type": "string"}}}}}}}  # fmt: skip


@router.get("/sparql", response_class=Response, openapi_extra=_GET)
@router.post("/sparql", response_class=Response, openapi_extra=_POST)
@router.head("/sparql", response_class=Response, include_in_schema=False)
def sparql(request: Request, atlas: AtlasOf, view: ViewOf, query: QueryOf) -> Response:
    """Answer a query over what the asker may see, in the media type asked for."""
    found = answer(view, query, atlas.services)
    media = negotiated(request.headers.get("accept"), found.offers)
    if media is None:
        raise HTTPException(406, f"this result is given as {', '.join(found.offers)}")
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    return Response(found.serialise(media), headers={"content-type": f"{media}{charset}", "vary": "accept"})
