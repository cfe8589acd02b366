"""/api/v1/survey: how far a round of the survey is, as far as the asker may see it."""

from __future__ import annotations

from typing import Annotated

from atmp.api.asker import ViewOf
from atmp.api.media import agreed, typed
from atmp.api.problems import RESPONSES, said
from atmp.api.turnouts import TurnoutOut
from atmp.kg.table import Table
from atmp.kg.turnout import COLUMNS, Turnout, turnouts
from fastapi import APIRouter, Header, Query
from fastapi.responses import JSONResponse, Response

from .questions import as_csv

router = APIRouter(tags=["survey"], responses=RESPONSES | said(
    406, "It is not given in that media type", "this result is given as application/json, text/csv"))  # fmt: skip
OFFERS = ("application/json", "text/csv")
_SHORT = {"json": OFFERS[0], "csv": OFFERS[1]}

Centre = Annotated[str | None, Query(description="A centre's key; else all that held the round.", examples=["lund"])]
RoundName = Annotated[
    str | None, Query(alias="round", description="The round's name; else each centre's latest.", examples=["2027"])
]
Waiting = Annotated[bool, Query(alias="open", description="Only people who were asked and still have to answer.")]
Form = Annotated[
    str | None, Query(alias="format", description="json or csv, where Accept cannot be set.", examples=["csv"])
]
_CSV = {"text/csv": {"schema": {"type": "string"}, "example": f"centre,round,{','.join(COLUMNS)}\n"}}


@router.get("/survey", response_model=list[TurnoutOut], responses={200: {"content": _CSV}})
def survey(
    view: ViewOf,
    centre: Centre = None,
    round_: RoundName = None,
    waiting: Waiting = False,
    form: Form = None,
    accept: Annotated[str | None, Header(examples=["text/csv"])] = None,
) -> Response:
    """Say who was asked, reminded, what came of it and why, and who signed off: a turnout for each centre."""
    media = agreed(accept, _SHORT.get(form or "", form), OFFERS)
    found = turnouts(view, centre or None, round_ or None, waiting=waiting)
    content = as_csv(_rows(found)) if media == "text/csv" else None
    if content is not None:
        return Response(content, media_type=typed(media), headers={"vary": "Accept"})
    return JSONResponse([TurnoutOut.of(one).model_dump(mode="json") for one in found], headers={"vary": "Accept"})


def _rows(found: list[Turnout]) -> Table:
    """Return the people of all turnouts in one table."""
    rows = tuple((one.centre, one.round.identifier, *row) for one in found for row in one.people.rows)
    return Table(("centre", "round", *COLUMNS), rows)
