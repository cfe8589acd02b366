"""/api/v1/gaps, /investments and /readiness: what nobody offers, what to obtain, and what a project will need next."""

from __future__ import annotations

from typing import Annotated

from atmp.api import planning
from atmp.api.asker import ViewOf
from atmp.api.listed import CONTENT, REFUSED, Accept, Form, listed
from atmp.api.plans import GapOut, LikelyOut, PlanOut
from atmp.api.problems import RESPONSES
from fastapi import APIRouter, Query
from fastapi.responses import Response

router = APIRouter(tags=["planning"], responses=RESPONSES | REFUSED)

Centre = Annotated[str | None, Query(description="A centre's key; else the needs of all.", examples=["lund"])]
Network = Annotated[bool, Query(description="Only what nobody in the whole network offers.")]


@router.get("/gaps", response_model=list[GapOut], responses=CONTENT)
def gaps(
    view: ViewOf, centre: Centre = None, network: Network = False, form: Form = None, accept: Accept = None
) -> Response:
    """List the needs that no capability of their centre serves, those that most projects wait for first."""
    found = planning.gaps(view, centre or None, network=network)
    return listed(planning.gap_rows(view, found), [GapOut.of(one) for one in found], "gaps", form, accept)


@router.get("/investments", response_model=PlanOut, responses=CONTENT)
def investments(
    view: ViewOf,
    budget: Annotated[str, Query(description="What may be spent, in the costs' units.", examples=["3"])] = "3",
    cost: Annotated[
        list[str], Query(description="What something costs, by its key; 1 without.", examples=[["potency-assay=2"]])
    ] = [],  # noqa: B006 - read, never changed
    within: Annotated[
        int | None, Query(ge=1, le=50, description="Only needs that fall due within so many years.", examples=[5])
    ] = None,
    centre: Centre = None,
    network: Network = False,
    form: Form = None,
    accept: Accept = None,
) -> Response:
    """Choose what to obtain so that most projects are helped under a budget; greedily, with its bound and the optimum."""
    found = planning.plan(view, budget, cost, centre or None, network=network, within=within)
    return listed(planning.plan_rows(view, found), PlanOut.of(found), "investments", form, accept)


@router.get("/readiness", response_model=list[LikelyOut], responses=CONTENT)
def readiness(
    view: ViewOf,
    project: Annotated[str, Query(description="A project's id or IRI.", examples=["P15"])],
    form: Form = None,
    accept: Accept = None,
) -> Response:
    """List what a project normally has before its next stage, and has nothing on record of; inferred, with its rules."""
    found = planning.likely(view, project)
    return listed(planning.likely_rows(found), [LikelyOut.of(one) for one in found], "readiness", form, accept)
