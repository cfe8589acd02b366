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


def _owner(request: Request, asker: AskerOf) -> Asker:
    """Return who may write; raises HTTPException 401 for who has not signed in, and 403 for who may only read."""
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


def _writer(request: Request, owner: OwnerOf) -> Asker:
    """Return who writes; raises QueryForbiddenError where a page of another site would write in that name."""
    may_write(request)
    return owner


AskerOf = Annotated[Asker, Depends(asker_of)]
OwnerOf = Annotated[Asker, Depends(_owner)]
WriterOf = Annotated[Asker, Depends(_writer)]
AtlasOf = Annotated[Atlas, Depends(_atlas)]
ViewerOf = Annotated[Viewer, Depends(_viewer)]
ViewOf = Annotated[View, Depends(_view)]
EndpointOf = Annotated[Endpoint, Depends(_endpoint)]
