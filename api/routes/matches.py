"""/api/v1/matches: who can serve a need, who needs a capability, people for a project."""

from __future__ import annotations

from typing import Annotated

from atmp.api.asker import AtlasOf, ViewerOf
from atmp.api.listed import CONTENT, REFUSED, Accept, Form, listed
from atmp.api.matching import known_people, match_rows, refused
from atmp.api.matching import matches as found_matches
from atmp.api.models import MatchOut, RefusalOut, TieOut
from atmp.api.problems import RESPONSES
from atmp.kg.errors import UsageError
from fastapi import APIRouter, Query
from fastapi.responses import Response

router = APIRouter(tags=["matches"], responses=RESPONSES | REFUSED)


@router.get("/matches", response_model=list[MatchOut], responses=CONTENT)
def matches(
    atlas: AtlasOf,
    viewer: ViewerOf,
    need: Annotated[str | None, Query(description="A need's id or IRI.", examples=["N012"])] = None,
    capability: Annotated[str | None, Query(description="A capability's id or IRI.", examples=["C01"])] = None,
    project: Annotated[
        str | None, Query(description="A project's id or IRI: investigators for it.", examples=["P11"])
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    weights: Annotated[
        list[str] | None, Query(description="For people: the weight of a part.", examples=["text=0.5"])
    ] = None,
    form: Form = None,
    accept: Accept = None,
) -> Response:
    """Propose partners, best first, with reasons; name one of need, capability and project."""
    given = {"need": need, "capability": capability, "people": project}
    chosen = [(sort, word) for sort, word in given.items() if word]
    if len(chosen) != 1:
        raise UsageError("name one of need, capability and project")
    found = found_matches(atlas, viewer, *chosen[0], limit=limit, weights=weights or ())
    return listed(match_rows(found), [MatchOut.of(one) for one in found], "matches", form, accept)


@router.get("/matches/refused")
def refusals(
    atlas: AtlasOf,
    viewer: ViewerOf,
    need: Annotated[str, Query(description="A need's id or IRI.", examples=["N041"])],
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> list[RefusalOut]:
    """List the capabilities of a need's category that cannot serve it, each with the constraint that it breaks."""
    return [RefusalOut.of(one) for one in refused(atlas, viewer, need, limit=limit)]


@router.get("/matches/known")
def known(
    atlas: AtlasOf,
    viewer: ViewerOf,
    project: Annotated[str, Query(description="A project's id or IRI.", examples=["P11"])],
) -> list[TieOut]:
    """List whom a project's team knows already or is kept apart from, each with why: they are not proposed."""
    return [TieOut.of(one) for one in known_people(atlas, viewer, project)]
