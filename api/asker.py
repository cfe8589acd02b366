"""Who asks over HTTP, and which atlas answers: taken from the request by every route."""

from __future__ import annotations

from typing import Annotated

from atmp.kg.sparql.endpoint import Endpoint
from atmp.kg.view import View
from atmp.kg.viewer import Viewer
from fastapi import Depends, Request

from .atlas import Atlas
from .writers import Writers


def _atlas(request: Request) -> Atlas:
    found: Atlas = request.app.state.atlas
    return found


def _viewer(request: Request) -> Viewer:
    """Return who is asking: a writer by token, else the public."""
    writers: Writers = request.app.state.writers
    return writers.viewer(request.headers.get("authorization"))


def _view(atlas: AtlasOf, viewer: ViewerOf) -> View:
    return atlas.view(viewer)


def _endpoint(request: Request, viewer: ViewerOf) -> Endpoint:
    found: Endpoint = request.app.state.endpoint(viewer)
    return found


AtlasOf = Annotated[Atlas, Depends(_atlas)]
ViewerOf = Annotated[Viewer, Depends(_viewer)]
ViewOf = Annotated[View, Depends(_view)]
EndpointOf = Annotated[Endpoint, Depends(_endpoint)]
