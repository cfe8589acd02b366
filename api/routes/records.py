"""/api/v1: projects, needs and capabilities."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from atmp.api.asker import AtlasOf, ViewerOf, ViewOf
from atmp.api.models import RecordOut, RecordsOut, ResultsOut
from atmp.api.problems import RESPONSES
from atmp.kg.view import View
from fastapi import APIRouter, Path, Query

from .search import FiltersOf

router = APIRouter(tags=["records"], responses=RESPONSES)

Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most.")]
Offset = Annotated[int, Query(ge=0, description="How many to pass over.")]
Centre = Annotated[
    str | None, Query(description="A centre's key, where ids of several centres clash.", examples=["lund"])
]

Identifier = Annotated[str, Path(description="A project's id, or its IRI, percent-encoded.", examples=["P01"])]


def _listed(view: View, kind: str, centre: str | None, limit: int, offset: int) -> RecordsOut:
    names = view.store.names
    found = [one for one in view.records(kind) if centre is None or names.centre_of(one.iri) == centre]
    return RecordsOut(total=len(found), records=[RecordOut.of(view, one) for one in found[offset : offset + limit]])


@router.get("/projects")
def projects(view: ViewOf, centre: Centre = None, limit: Limit = 100, offset: Offset = 0) -> RecordsOut:
    """List projects by id."""
    return _listed(view, "project", centre, limit, offset)


@router.get("/needs")
def needs(view: ViewOf, centre: Centre = None, limit: Limit = 100, offset: Offset = 0) -> RecordsOut:
    """List what projects need, by id."""
    return _listed(view, "need", centre, limit, offset)


@router.get("/capabilities")
def capabilities(view: ViewOf, centre: Centre = None, limit: Limit = 100, offset: Offset = 0) -> RecordsOut:
    """List what facilities offer, by id."""
    return _listed(view, "capability", centre, limit, offset)


@router.get("/projects/{identifier:path}/similar")
def similar(
    atlas: AtlasOf,
    viewer: ViewerOf,
    view: ViewOf,
    identifier: Identifier,
    chosen: FiltersOf,
    centre: Centre = None,
    limit: Limit = 10,
) -> ResultsOut:
    """Find therapies similar to a project: projects and records of the reference collections.

    `centre` says whose project it is; the other filters say what the hits must be.
    """
    iri = view.find("project", identifier, centre).iri
    wanted = replace(chosen, centres=())
    return ResultsOut.of(atlas.finder.similar(viewer, to=[iri], filters=wanted, limit=limit))


@router.get("/projects/{identifier:path}")
def project(view: ViewOf, identifier: Identifier, centre: Centre = None) -> RecordOut:
    """Return one project by its id."""
    return RecordOut.of(view, view.find("project", identifier, centre))
