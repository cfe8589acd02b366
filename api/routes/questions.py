"""/api/v1/questions: the catalogue, and its answers."""

from __future__ import annotations

import csv
import io
from typing import Annotated

from atmp.api.asker import AtlasOf, ViewOf
from atmp.api.media import negotiated
from atmp.api.models import QuestionOut, TableOut
from atmp.api.problems import RESPONSES
from atmp.kg.catalogue import question, questions
from atmp.kg.errors import UnknownRecordError
from atmp.kg.table import Table
from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

router = APIRouter(tags=["questions"], responses=RESPONSES)
OFFERS = ("application/json", "text/csv")


@router.get("/questions")
def catalogue() -> list[QuestionOut]:
    """List the questions that can be asked, with their parameters."""
    return [QuestionOut.of(one) for one in questions()]


Number = Annotated[int, Path(description="A question's number, as the catalogue lists them.", examples=[1])]
_CSV = {"text/csv": {"schema": {"type": "string"}, "example": "class,projects\nGTMP,13\nTEP,7\nsCTMP,3\n"}}


@router.get("/questions/{number}", response_model=TableOut, responses={200: {"content": _CSV}})
def answer(request: Request, atlas: AtlasOf, view: ViewOf, number: Number) -> Response:
    """Answer a question; its parameters are the query string's."""
    if number not in {one.number for one in questions()}:
        raise UnknownRecordError(f"there is no question {number}: /api/v1/questions lists them")
    media = negotiated(request.headers.get("accept"), OFFERS)
    if media is None:
        raise HTTPException(406, f"an answer is given as {' or '.join(OFFERS)}")
    one = question(number)
    table = one.ask(view, atlas.services, dict(request.query_params))
    if media == "text/csv":
        return Response(as_csv(table), media_type="text/csv; charset=utf-8")
    return JSONResponse(TableOut.of(one, table, view.revision).model_dump(mode="json"))


def as_csv(table: Table) -> str:
    """Return a table as CSV with a header."""
    text = io.StringIO()
    csv.writer(text).writerows([table.columns, *table.rows])
    return text.getvalue()
