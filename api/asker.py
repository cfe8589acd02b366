"""Who asks over HTTP, and which atlas answers: taken from the request by every route."""

from __future__ import annotations

from typing import Annotated

from atmp.kg.sparql.endpoint import Endpoint
from atmp.kg.view import View
from atmp.kg.viewer import Viewer
from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from .atlas import Atlas
from .pool import Pool
from .signin import NOBODY, Asker, asker_of, signed_in
from .writing import may_write

# these are coroutines, though none waits: anything else is called on another thread, which takes longer than they do


async def _atlas(request: Request) -> Atlas:
    found: Atlas = request.app.state.atlas
    return found


async def _viewer(asker: AskerOf) -> Viewer:
    """Return what who is asking may read: without a sign-in, what is public."""
    return asker.viewer


async def _owner(request: Request, asker: AskerOf) -> Asker:
    """Return who may write; raises HTTPException 401 for who has not signed in, and 403 for who may only read."""
    if asker.is_owner:
        return asker
    signed_in(request, asker, "this is for those who may write")
    reason = "you may read here, and write nothing" if asker is not NOBODY else "nobody may sign in on this server"
    raise HTTPException(403, f"{reason}: start it with ATMP_TOKENS, and send the owner's token")


async def _pool(request: Request) -> Pool:
    found: Pool = request.app.state.pool
    return found


def client_of(request: Request) -> str:
    """Return whose queries count together: those of one address."""
    return request.client.host if request.client else ""


async def _client(request: Request) -> str:
    return client_of(request)


async def _view(atlas: AtlasOf, viewer: ViewerOf) -> View:
    return atlas.view(viewer)


async def _endpoint(request: Request, viewer: ViewerOf) -> Endpoint:
    found: Endpoint = request.app.state.endpoint(viewer)
    return found


async def _writer(request: Request, owner: OwnerOf) -> Asker:
    """Return who writes; raises QueryForbiddenError where a page of another site would write in that name."""
    may_write(request, owner)
    return owner


AskerOf = Annotated[Asker, Depends(asker_of)]
OwnerOf = Annotated[Asker, Depends(_owner)]
WriterOf = Annotated[Asker, Depends(_writer)]
AtlasOf = Annotated[Atlas, Depends(_atlas)]
ClientOf = Annotated[str, Depends(_client)]
PoolOf = Annotated[Pool, Depends(_pool)]
ViewerOf = Annotated[Viewer, Depends(_viewer)]
ViewOf = Annotated[View, Depends(_view)]
EndpointOf = Annotated[Endpoint, Depends(_endpoint)]
