"""The first page, and the report."""

from __future__ import annotations

from atmp.api.asker import AtlasOf, ViewerOf, ViewOf
from atmp.api.report import render
from atmp.kg.figures import GROUPS, figures
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from .picture import picture
from .site import REFERENCES, address, page

router = APIRouter()


@router.get("/")
def overview(request: Request, atlas: AtlasOf, view: ViewOf, centre: str | None = None) -> HTMLResponse:
    """Show the pipeline: sentences, class by stage as picture and table, platforms and needs."""
    found = figures(view, atlas.services, centre or None)
    groups = [name for name in GROUPS if name in found.by_group()]
    counts = {kind: sum(view.store.names.centre_of(iri) is None for iri in view.iris(kind)) for kind in REFERENCES}
    return page(
        request, "overview.html", title="Overview", figures=found, groups=groups, picture=picture(found),
        references=[(kind, REFERENCES[kind], number) for kind, number in counts.items() if number], synthetic=found.synthetic,
        asked=bool(view.iris("round")), address=lambda iri: address(view.store.names, iri),
    )  # fmt: skip


@router.get("/report")
def report(atlas: AtlasOf, viewer: ViewerOf, centre: str | None = None) -> HTMLResponse:
    """Show the pipeline report as it is printed."""
    return HTMLResponse(render(atlas, viewer, "html", centre=centre or None, linked=True))
