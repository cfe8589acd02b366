"""The HTTP application: JSON, SPARQL and pages over one atlas."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from atmp.kg.graphstore import ViewGraphs
from atmp.kg.paper import LARGEST
from atmp.kg.sparql.endpoint import ViewEndpoint
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import problems
from .atlas import Atlas
from .direct import Direct
from .exchange import Exchange
from .pages import asking, finding, listing, ontology, overview, reading, searching
from .pages import introductions as introductions_page
from .pages import plans as plans_page
from .pages import reviews as reviews_page
from .pages import survey as survey_page
from .pool import Pool, running
from .protocol import Protocol
from .routes import (
    checks,
    health,
    introductions,
    matches,
    names,
    plans,
    questions,
    records,
    reviews,
    search,
    sparql,
    store,
    survey,
    terms,
    wellknown,
)
from .signin import Keys

V1 = "/api/v1"
_AROUND = 100_000  # bytes of a form around its file
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""On every answer: pages load nothing from elsewhere, run no script, and tell nobody where a reader came from."""


def create_app(atlas: Atlas, keys: Keys | None = None, pool: Pool | None = None) -> FastAPI:
    """Return the application over an open atlas, for those who sign in with `keys`, strangers' queries run by `pool`.

    Whoever made the atlas closes it.
    """
    app = FastAPI(
        title="ATMP Atlas",
        version=version("atmp-atlas"),
        description="Projects, needs, capabilities, search, matches and questions of an ATMP centre.",
        docs_url=None,  # its page would load scripts from another host
        redoc_url=None,
        lifespan=running,
    )
    app.state.atlas, app.state.keys, app.state.pool = atlas, keys or Keys(), pool or Pool()
    app.state.graphs = lambda viewer: ViewGraphs(atlas.store.view(viewer, as_stated=True))
    app.state.endpoint = lambda viewer: ViewEndpoint(atlas.view(viewer), atlas.services)
    problems.install(app)
    app.include_router(sparql.router)
    for part in (records, search, matches, plans, introductions, questions, terms, survey, reviews, checks, health):
        app.include_router(part.router, prefix=V1)
    app.include_router(store.router)
    app.include_router(wellknown.router, include_in_schema=False)
    app.include_router(names.router(atlas.store.names.base), include_in_schema=False)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "pages" / "static"), name="static")
    # reading last: its addresses are the widest
    for pages in (
        overview,
        finding,
        asking,
        plans_page,
        searching,
        ontology,
        survey_page,
        reviews_page,
        introductions_page,
        listing,
        reading,
    ):
        app.include_router(pages.router, include_in_schema=False)
    app.add_middleware(Direct, address=sparql.ADDRESS, respond=sparql.sparql)
    papers = dict.fromkeys((f"{V1}{search.PAPER}", finding.PAPER), LARGEST + _AROUND)
    larger = {f"{V1}{checks.ADDRESS}": checks.LARGEST, store.ADDRESS: store.LARGEST, **papers}
    app.add_middleware(Protocol, larger=larger)
    app.add_middleware(Exchange, machine=problems.MACHINE)
    app.add_middleware(_Headed, by_asker=bool(app.state.keys.viewers))
    return app


_SAID = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


class _Headed:
    """Puts `HEADERS` on every answer of an application, and says to caches where answers hang on who asks."""

    def __init__(self, app: ASGIApp, *, by_asker: bool) -> None:
        self.app, self._by_asker = app, by_asker

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(one for one in _SAID if one[0] not in said)]
                if self._by_asker:
                    MutableHeaders(scope=message).add_vary_header("Authorization")
            await send(message)

        await self.app(scope, receive, sent)
