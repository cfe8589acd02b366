"""Who asks over HTTP, and which atlas answers: taken from the request by every route."""

from __future__ import annotations

from typing import Annotated

from atmp.kg.sparql.endpoint import Endpoint
from atmp.kg.view import View
from atmp.kg.viewer import PUBLIC, Viewer
from fastapi import Depends, Request

from .atlas import Atlas
from .pool import Pool

# these are coroutines, though none waits: anything else is called on another thread, which takes longer than they do


async def _atlas(request: Request) -> Atlas:
    found: Atlas = request.app.state.atlas
    return found


async def _pool(request: Request) -> Pool:
    found: Pool = request.app.state.pool
    return found


async def _client(request: Request) -> str:
    """Return whose queries count together: those of one address."""
    return request.client.host if request.client else ""


async def _viewer() -> Viewer:
    """Return who is asking: without a sign-in, the public."""
    return PUBLIC


async def _view(atlas: AtlasOf, viewer: ViewerOf) -> View:
    return atlas.view(viewer)


async def _endpoint(request: Request, viewer: ViewerOf) -> Endpoint:
    found: Endpoint = request.app.state.endpoint(viewer)
    return found


AtlasOf = Annotated[Atlas, Depends(_atlas)]
ClientOf = Annotated[str, Depends(_client)]
PoolOf = Annotated[Pool, Depends(_pool)]
ViewerOf = Annotated[Viewer, Depends(_viewer)]
ViewOf = Annotated[View, Depends(_view)]
EndpointOf = Annotated[Endpoint, Depends(_endpoint)]
