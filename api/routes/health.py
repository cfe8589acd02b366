"""/api/v1/health: whether the server answers, and how far its index is."""

from __future__ import annotations

from importlib.metadata import version

from atmp.api.asker import AtlasOf
from atmp.api.models import HealthOut
from fastapi import APIRouter

router = APIRouter(tags=["health"])


@router.get("/health")
def health(atlas: AtlasOf) -> HealthOut:
    """Say the revision, and how many records wait for their embedding."""
    status = atlas.finder.status()
    return HealthOut(
        status="ok",
        version=version("atmp-atlas"),
        revision=atlas.store.revision(),
        cards=status.cards,
        pending=status.pending,
    )
