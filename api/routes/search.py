"""/api/v1: search by text, and similar therapies for projects, a pasted text or a paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

from atmp.api.asker import AtlasOf, ViewerOf, ViewOf
from atmp.api.forms import Part, is_form, parts
from atmp.api.models import ResultsOut, SimilarIn
from atmp.api.problems import RESPONSES
from atmp.kg.errors import UsageError
from atmp.kg.paper import Paper
from atmp.kg.view import View
from atmp.search.aspect import Aspect
from atmp.search.filters import Filters
from atmp.search.notes import CUT
from atmp.search.rank import Mode
from fastapi import APIRouter, Depends, Query, Request

router = APIRouter(tags=["search"], responses=RESPONSES)
Words = Annotated[list[str], Query()]
PAPER = "/similar/paper"
_BODY = {
    "description": "A PDF, a DOCX or a plain text, as it is or as the one file of a form; 10 MB at most.",
    "required": True,
    "content": {
        "application/octet-stream": {"example": "the bytes of paper.pdf"},
        "multipart/form-data": {
            "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}},
            "example": {"file": "the bytes of paper.pdf"},
        },
    },
}


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
def similar(atlas: AtlasOf, view: ViewOf, asked: SimilarIn) -> ResultsOut:
    """Find therapies similar to a text, to projects, or to both, and unlike others."""
    return ResultsOut.of(
        atlas.finder.similar(
            view.viewer, to=projects(view, asked.like), text=asked.text, unlike=projects(view, asked.unlike),
            same=asked.same, other=asked.other, filters=asked.filters(), limit=asked.limit, min_score=asked.min_score,
        )
    )  # fmt: skip


def projects(view: View, words: Iterable[str]) -> list[str]:
    """Return the IRIs of projects named by id or IRI; raises UnknownRecordError."""
    return [view.find("project", word).iri for word in words]


async def sent_paper(request: Request) -> Part:
    """Return the file of a body, which is a form with one, or that file alone; raises UsageError."""
    about, body = request.headers.get("content-type") or "", await request.body()
    if not is_form(about):
        return Part("", None, about, body)
    files = [one for one in parts(about, body) if one.file is not None]
    if len(files) != 1 or not files[0].file:
        raise UsageError("send one paper: choose a file, PDF, DOCX or plain text")
    return files[0]


PaperOf = Annotated[Part, Depends(sent_paper)]
Aspects = Annotated[list[Aspect], Query()]


@router.post(PAPER, openapi_extra={"requestBody": _BODY})
def similar_to_paper(
    atlas: AtlasOf,
    view: ViewOf,
    sent: PaperOf,
    chosen: FiltersOf,
    like: Words = [],  # noqa: B006
    unlike: Words = [],  # noqa: B006
    same: Aspects = [],  # noqa: B006
    other: Aspects = [],  # noqa: B006
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    min_score: Annotated[float, Query(ge=0.0, le=1.0)] = 0.0,
) -> ResultsOut:
    """Find therapies similar to a paper, of which only the text is read, and nothing kept."""
    paper = Paper.heard(sent.content, sent.file or "the paper")
    found = atlas.finder.similar(
        view.viewer, to=projects(view, like), text=paper.text, unlike=projects(view, unlike), same=same, other=other,
        filters=chosen, limit=limit, min_score=min_score,
    )  # fmt: skip
    return ResultsOut.of(replace(found, notes=(*found.notes, *((CUT,) if paper.cut else ()))))
