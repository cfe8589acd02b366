"""The HTTP application: JSON, SPARQL and pages over one atlas."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path

from atmp.kg.graphstore import ViewGraphs
from atmp.kg.sparql.endpoint import ViewEndpoint
from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from . import problems
from .atlas import Atlas
from .exchange import Exchange
from .pages import asking, finding, listing, ontology, overview, reading
from .protocol import Protocol
from .routes import checks, health, matches, questions, records, search, sparql, store, terms, wellknown
from .writers import NOBODY, Writers

V1 = "/api/v1"
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""On every answer: pages load nothing from elsewhere, run no script, and tell nobody where a reader came from."""


def create_app(atlas: Atlas, writers: Writers = NOBODY) -> FastAPI:
    """Return the application over an open atlas, which `writers` may change; whoever made the atlas closes it."""
    app = FastAPI(
        title="ATMP Atlas",
        version=version("atmp-atlas"),
        description="Projects, needs, capabilities, search, matches and questions of an ATMP centre.",
        docs_url=None,  # its page would load scripts from another host
        redoc_url=None,
    )
    app.state.atlas = atlas
    app.state.writers = writers
    app.state.graphs = lambda viewer: ViewGraphs(atlas.view(viewer))
    app.state.endpoint = lambda viewer: ViewEndpoint(atlas.view(viewer), atlas.services)
    problems.install(app)
    for part in (records, search, matches, questions, terms, checks, health):
        app.include_router(part.router, prefix=V1)
    app.include_router(sparql.router)
    app.include_router(store.router)
    app.include_router(wellknown.router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "pages" / "static"), name="static")
    for pages in (overview, finding, asking, ontology, listing, reading):  # reading last: its addresses are the widest
        app.include_router(pages.router, include_in_schema=False)
    app.add_middleware(Protocol, larger={f"{V1}{checks.ADDRESS}": checks.LARGEST, store.ADDRESS: store.LARGEST})
    app.add_middleware(Exchange, machine=problems.MACHINE)
    app.middleware("http")(_with_headers)
    return app


async def _with_headers(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.app.state.writers.by_digest:
        response.headers.add_vary_header("Authorization")
    return response
