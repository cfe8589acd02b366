"""/store: the SPARQL 1.1 Graph Store Protocol, over the graphs of the atlas or over a bare store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Annotated, Protocol

import pyoxigraph as ox
from atmp.api.asked import pairs_of
from atmp.api.asker import AskerOf, ViewerOf
from atmp.api.flow import pieces
from atmp.api.forms import MEDIA, is_form, parts
from atmp.api.media import agreed, typed
from atmp.api.writing import may_write
from atmp.kg.bare import Name, parsed
from atmp.kg.errors import UnknownRecordError, UsageError
from atmp.kg.sparql.answer import GRAPHS
from atmp.kg.sparql.rows import Output
from atmp.kg.sparql.wire import PIECE
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

router = APIRouter(tags=["store"])
OFFERS = tuple(media for media in GRAPHS if media not in {"application/trig", "application/n-quads"})
_HEADERS = {
    "allow": "GET, HEAD, PUT, POST, DELETE, OPTIONS",
    "accept-post": ", ".join((*GRAPHS, MEDIA)),
}
_NEW = object()
ADDRESS = "/store"
LARGEST = 20_000_000
"""Bytes of a graph that is sent to the atlas."""


class GraphStore(Protocol):
    """Graphs by their names; None is the default graph."""

    def named(self, address: str, path: str) -> str:
        """Return the graph at a path below the store's address."""

    def fresh(self, address: str) -> str:
        """Return a name for a new graph; raises QueryForbiddenError where graphs are not named so."""

    def has(self, name: Name) -> bool:
        """Return whether the asker sees such a graph."""

    def write(self, name: Name, media: str, output: Output) -> None:
        """Write a graph in a media type, as it is found."""

    def put(self, name: Name, quads: Iterable[ox.Quad], *, keep: bool = False) -> bool:
        """Make a graph of these triples, or add them to it; returns whether the graph is new."""

    def drop(self, name: Name) -> None:
        """Take a graph away."""


def _store(request: Request, viewer: ViewerOf) -> GraphStore:
    found: GraphStore = request.app.state.graphs(viewer)
    return found


StoreOf = Annotated[GraphStore, Depends(_store)]


def _target(request: Request, store: StoreOf) -> Name | object:
    """Return the graph that a request is about: named in the address, or by it; raises UsageError where that is not clear."""
    pairs = pairs_of(request.scope["query_string"])
    if [name for name, _ in pairs if name not in {"default", "graph"}] or len(pairs) > 1:
        raise UsageError("name one graph: by ?graph=IRI, by ?default, or by its own address under /store/")
    direct = request.path_params.get("rest")
    if direct and not pairs:
        path = request.scope["raw_path"].decode("ascii", "replace").partition("?")[0]
        return _iri(store.named(_address(request), path.removeprefix(f"{ADDRESS}/")))
    if not pairs:
        return _NEW
    return None if pairs[0][0] == "default" else _iri(pairs[0][1], str(request.url.replace(query="")))


def _address(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{ADDRESS}"


def _iri(said: str, base: str | None = None) -> str:
    """Return a graph's IRI, a relative one against the address of the store."""
    try:
        quad = next(iter(ox.parse(f"<{said}> <a:a> <a:a> .".encode(), format=ox.RdfFormat.TURTLE, base_iri=base)))
    except (SyntaxError, ValueError, StopIteration):
        raise UsageError(f"'{said[:200]}' is no IRI: name a graph by its whole IRI") from None
    return str(quad.subject.value)


TargetOf = Annotated[object, Depends(_target)]


def named(target: object) -> Name:
    """Return the graph of a request that must name one; raises UsageError where it does not."""
    if target is _NEW:
        raise UsageError("name a graph: by ?graph=IRI, by ?default, or by its own address under /store/")
    return None if target is None else str(target)


def get(request: Request, store: StoreOf, target: TargetOf) -> Response:
    """Give a graph in the form that the reader prefers."""
    name = _there(store, named(target))
    media = agreed(request.headers.get("accept"), None, OFFERS)
    found = pieces(lambda output: store.write(name, media, output))
    headers = {"content-type": typed(media), "vary": "Accept"}
    begun = next(found, b"")
    if len(begun) < PIECE or request.scope["http_version"] == "1.0":  # which ends an answer as a break would
        return Response(begun + b"".join(found), headers=headers)
    return StreamingResponse(chain((begun,), found), headers=headers)


async def put(request: Request, asker: AskerOf, store: StoreOf, target: TargetOf) -> Response:
    """Make a graph of the triples in the body, whatever it held before."""
    may_write(request, asker)
    name = named(target)
    quads = await _body(request, name)
    new = await run_in_threadpool(store.put, name, quads)
    return Response(status_code=201 if new else 204)


async def post(request: Request, asker: AskerOf, store: StoreOf, target: TargetOf) -> Response:
    """Add triples to a graph; posted to the store itself, they become a new one, whose name is given back."""
    may_write(request, asker)
    name = store.fresh(_address(request)) if target is _NEW else named(target)
    quads = await _body(request, name)
    new = await run_in_threadpool(lambda: store.put(name, quads, keep=True))
    return Response(status_code=201 if new else 204, headers={"location": str(name)} if target is _NEW else {})


def delete(request: Request, asker: AskerOf, store: StoreOf, target: TargetOf) -> Response:
    """Take a graph away."""
    may_write(request, asker)
    name = _there(store, named(target))
    store.drop(name)
    return Response(status_code=204)


def patch() -> Response:
    """Refuse: what a graph is to become is sent whole, and what is to change of it as an update."""
    raise HTTPException(405, "a graph is changed by an update at /sparql", {"allow": _HEADERS["allow"]})


def options() -> Response:
    """Say which methods and bodies are of use."""
    return Response(status_code=204, headers=_HEADERS)


for _path in (ADDRESS, f"{ADDRESS}/{{rest:path}}"):
    for _method, _call in (
        ("GET", get),
        ("PUT", put),
        ("POST", post),
        ("DELETE", delete),
        ("PATCH", patch),
        ("OPTIONS", options),
    ):
        router.add_api_route(_path, _call, methods=[_method], response_class=Response, include_in_schema=False)


def _there(store: GraphStore, name: Name) -> Name:
    if not store.has(name):
        raise UnknownRecordError(f"there is no graph <{name}>")
    return name


async def _body(request: Request, name: Name) -> list[ox.Quad]:
    """Return the triples of a body; raises SourceError with their place where they cannot be read."""
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
