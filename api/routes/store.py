"""/store: the SPARQL 1.1 Graph Store Protocol over a bare store."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Annotated

import pyoxigraph as ox
from atmp.api.asked import pairs_of
from atmp.api.forms import MEDIA, is_form, parts
from atmp.api.media import agreed, typed
from atmp.api.writing import may_write
from atmp.kg.bare import Bare, Name, parsed
from atmp.kg.errors import UnknownRecordError, UsageError
from atmp.kg.sparql.answer import GRAPHS
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

router = APIRouter(tags=["store"])
OFFERS = tuple(media for media in GRAPHS if media not in {"application/trig", "application/n-quads"})
_HEADERS = {
    "allow": "GET, HEAD, PUT, POST, DELETE, OPTIONS",
    "accept-post": ", ".join((*GRAPHS, MEDIA)),
}
_NEW = object()


def _bare(request: Request) -> Bare:
    found: Bare = request.app.state.bare
    return found


def _target(request: Request) -> Name | object:
    """Return the graph that a request is about: named in the address, or by it; raises UsageError where that is not clear."""
    pairs = pairs_of(request.scope["query_string"])
    if [name for name, _ in pairs if name not in {"default", "graph"}] or len(pairs) > 1:
        raise UsageError("name one graph: by ?graph=IRI, by ?default, or by its own address under /store/")
    direct = request.path_params.get("rest")
    if direct and not pairs:
        path = request.scope["raw_path"].decode("ascii", "replace").partition("?")[0]
        return _iri(f"{request.url.scheme}://{request.url.netloc}{path}")
    if not pairs:
        return _NEW
    return None if pairs[0][0] == "default" else _iri(pairs[0][1], str(request.url.replace(query="")))


def _iri(said: str, base: str | None = None) -> str:
    """Return a graph's IRI, a relative one against the address of the store."""
    try:
        quad = next(iter(ox.parse(f"<{said}> <a:a> <a:a> .".encode(), format=ox.RdfFormat.TURTLE, base_iri=base)))
    except (SyntaxError, ValueError, StopIteration):
        raise UsageError(f"'{said[:200]}' is no IRI: name a graph by its whole IRI") from None
    return str(quad.subject.value)


BareOf = Annotated[Bare, Depends(_bare)]
TargetOf = Annotated[object, Depends(_target)]
_ADDRESSES = ("/store", "/store/{rest:path}")


def named(target: object) -> Name:
    """Return the graph of a request that must name one; raises UsageError where it does not."""
    if target is _NEW:
        raise UsageError("name a graph: by ?graph=IRI, by ?default, or by its own address under /store/")
    return None if target is None else str(target)


def get(request: Request, bare: BareOf, target: TargetOf) -> Response:
    """Give a graph in the form that the reader prefers."""
    name = _there(bare, named(target))
    media = agreed(request.headers.get("accept"), None, OFFERS)
    return Response(bare.graph(name, media), headers={"content-type": typed(media), "vary": "Accept"})


async def put(request: Request, bare: BareOf, target: TargetOf) -> Response:
    """Make a graph of the triples in the body, whatever it held before."""
    name = named(target)
    quads = await _body(request, name)
    new = await run_in_threadpool(bare.put, name, quads)
    return Response(status_code=201 if new else 204)


async def post(request: Request, bare: BareOf, target: TargetOf) -> Response:
    """Add triples to a graph; posted to the store itself, they become a new one, whose name is given back."""
    store = f"{request.url.scheme}://{request.url.netloc}/store"
    name = f"{store}/{uuid.uuid4()}" if target is _NEW else named(target)
    quads = await _body(request, name)
    new = await run_in_threadpool(lambda: bare.put(name, quads, keep=True))
    return Response(status_code=201 if new else 204, headers={"location": str(name)} if target is _NEW else {})


def delete(bare: BareOf, target: TargetOf, request: Request) -> Response:
    """Take a graph away."""
    may_write(request)
    name = _there(bare, named(target))
    bare.drop(name)
    return Response(status_code=204)


def options() -> Response:
    """Say which methods and bodies are of use."""
    return Response(status_code=204, headers=_HEADERS)


for _address in _ADDRESSES:
    for _method, _call in (("GET", get), ("PUT", put), ("POST", post), ("DELETE", delete), ("OPTIONS", options)):
        router.add_api_route(_address, _call, methods=[_method], response_class=Response, include_in_schema=False)


def _there(bare: Bare, name: Name) -> Name:
    if not bare.has(name):
        raise UnknownRecordError(f"there is no graph <{name}>")
    return name


async def _body(request: Request, name: Name) -> list[ox.Quad]:
    """Return the triples of a body; raises SourceError with their place where they cannot be read."""
    may_write(request)
    about = request.headers.get("content-type") or ""
    data = await request.body()
    bodies = [(part.media, part.content) for part in parts(about, data)] if is_form(about) else [(about, data)]
    return await run_in_threadpool(lambda: [quad for body in bodies for quad in _read(*body, name)])


def _read(about: str, data: bytes, name: Name) -> Iterator[ox.Quad]:
    media = about.partition(";")[0].strip().lower()
    if media not in GRAPHS:
        raise HTTPException(
            415, f"triples are taken as {', '.join(GRAPHS)}, not as {media or 'what has no media type'}"
        )
    for quad in parsed(data, GRAPHS[media], name):
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            raise UsageError("the body names graphs of its own: send them one by one, or as an update")
        yield quad
