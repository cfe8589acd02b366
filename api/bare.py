"""The HTTP application over a bare store: the SPARQL protocol with updates, the Graph Store Protocol, and nothing else."""

from __future__ import annotations

from importlib.metadata import version

from atmp.kg.bare import Bare
from fastapi import FastAPI

from . import problems
from .direct import Direct
from .exchange import Exchange
from .pool import Pool, running
from .protocol import Protocol
from .routes import sparql, store

LARGEST = 100_000_000
"""Bytes of a body: a graph may be sent whole."""


def create_bare_app(bare: Bare, pool: Pool | None = None) -> FastAPI:
    """Return the application over a bare store, its queries run by `pool`."""
    title = "ATMP Atlas, bare"
    app = FastAPI(title=title, version=version("atmp-atlas"), docs_url=None, redoc_url=None, lifespan=running)
    app.state.pool = pool or Pool()
    app.state.endpoint = app.state.graphs = lambda _: bare
    problems.install(app)
    app.include_router(sparql.router)
    app.include_router(store.router)
    app.add_middleware(Direct, address=sparql.ADDRESS, respond=sparql.sparql)
    app.add_middleware(Protocol, largest=LARGEST)
    app.add_middleware(Exchange, machine=problems.MACHINE)
    return app
