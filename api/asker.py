"""Who asks over HTTP, and which atlas answers: taken from the request by every route."""

from __future__ import annotations

from typing import Annotated

from atmp.kg.sparql.endpoint import Endpoint
from atmp.kg.view import View
from atmp.kg.viewer import Viewer
from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from .atlas import Atlas
from .signin import NOBODY, Asker, asker_of, keys_of, refused
from .writing import may_write


def _atlas(request: Request) -> Atlas:
    found: Atlas = request.app.state.atlas
    return found


def _viewer(asker: AskerOf) -> Viewer:
    """Return what who is asking may read: without a sign-in, what is public."""
    return asker.viewer


def _writer(request: Request, asker: AskerOf) -> Asker:
    """Return who writes; raises HTTPException 401 for who has not signed in, and 403 for who may only read."""
    may_write(request)
    if asker.is_owner:
        return asker
    if asker is NOBODY and keys_of(request).viewers:
        raise refused("this is for those who may write")
    reason = "you may read here, and write nothing" if asker is not NOBODY else "nobody may sign in on this server"
    raise HTTPException(403, f"{reason}: start it with ATMP_TOKENS, and send the owner's token")


def _view(atlas: AtlasOf, viewer: ViewerOf) -> View:
    return atlas.view(viewer)


def _endpoint(request: Request, viewer: ViewerOf) -> Endpoint:
    found: Endpoint = request.app.state.endpoint(viewer)
    return found


AskerOf = Annotated[Asker, Depends(asker_of)]
WriterOf = Annotated[Asker, Depends(_writer)]
AtlasOf = Annotated[Atlas, Depends(_atlas)]
ViewerOf = Annotated[Viewer, Depends(_viewer)]
ViewOf = Annotated[View, Depends(_view)]
EndpointOf = Annotated[Endpoint, Depends(_endpoint)]
