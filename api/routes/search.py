"""/api/v1: search by text, and similar therapies for a pasted text."""

from __future__ import annotations

from typing import Annotated

from atmp.api.asker import AtlasOf, ViewerOf
from atmp.api.models import ResultsOut, SimilarIn
from atmp.api.problems import RESPONSES
from atmp.search.filters import Filters
from atmp.search.rank import Mode
from fastapi import APIRouter, Depends, Query

router = APIRouter(tags=["search"], responses=RESPONSES)
Words = Annotated[list[str], Query()]


def filters(
    kind: Words = [],  # noqa: B006 - FastAPI copies defaults
    atmp_class: Annotated[list[str], Query(alias="class")] = [],  # noqa: B006
    stage: Words = [],  # noqa: B006
    indication: Words = [],  # noqa: B006
    vector: Words = [],  # noqa: B006
    cell: Words = [],  # noqa: B006
    centre: Words = [],  # noqa: B006
) -> Filters:
    """Return the filters that a query string names; empty ones, as a form sends them, filter nothing."""
    chosen = {"kinds": kind, "classes": atmp_class, "stages": stage, "indications": indication, "vectors": vector}
    chosen |= {"cells": cell, "centres": centre}
    return Filters(**{name: tuple(word.strip() for word in words if word.strip()) for name, words in chosen.items()})


FiltersOf = Annotated[Filters, Depends(filters)]
IgnoreOf = Annotated[list[str], Query(alias="ignore", description="A concept, by IRI, or a denied word that was understood"
                     " and not meant: see `understood` and `without` of an answer.")]  # fmt: skip


@router.get("/search")
def search(
    atlas: AtlasOf,
    viewer: ViewerOf,
    chosen: FiltersOf,
    q: Annotated[str, Query(description="What you look for, in your own words.", examples=["AAV for the retina"])],
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    min_score: Annotated[float, Query(ge=0.0, le=1.0)] = 0.0,
    mode: Annotated[
        Mode, Query(description="By words, meaning and concepts together, or by one of them.")
    ] = Mode.HYBRID,
    ignore: IgnoreOf = [],  # noqa: B006
) -> ResultsOut:
    """Find projects and records of the reference collections by a text; what it denies, `not AAV`, is left out."""
    results = atlas.finder.search(viewer, q, filters=chosen, limit=limit, min_score=min_score, mode=mode, ignore=ignore)
    return ResultsOut.of(results)


@router.post("/similar")
def similar(atlas: AtlasOf, viewer: ViewerOf, asked: SimilarIn) -> ResultsOut:
    """Find therapies similar to a text."""
    return ResultsOut.of(
        atlas.finder.similar(
            viewer, text=asked.text, filters=asked.filters(), limit=asked.limit, min_score=asked.min_score
        )
    )
