"""Lists over HTTP: the same rows as JSON, as CSV or as a workbook, by `Accept` or by `format=`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from atmp.kg.table import Table
from fastapi import Header, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from .media import agreed, typed
from .problems import said
from .routes.questions import as_csv
from .spreadsheet import XLSX, workbook

OFFERS = ("application/json", "text/csv", XLSX)
_SHORT = dict(zip(("json", "csv", "xlsx"), OFFERS, strict=True))

Form = Annotated[
    str | None, Query(alias="format", description="json, csv or xlsx, where Accept cannot be set.", examples=["csv"])
]
Accept = Annotated[str | None, Header(examples=["text/csv"])]
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        }
    }
}
REFUSED = said(406, "It is not given in that media type", f"this result is given as {', '.join(OFFERS)}")


def listed(
    table: Table, shown: BaseModel | Sequence[BaseModel], name: str, form: str | None, accept: str | None
) -> Response:
    """Return a list in the form that is asked for: `shown` as JSON, else the table; `name` is what a workbook is called."""
    media, headers = agreed(accept, _SHORT.get(form or "", form), OFFERS), {"vary": "Accept"}
    if media == "text/csv":
        return Response(as_csv(table), media_type=typed(media), headers=headers)
    if media == XLSX:
        headers["content-disposition"] = f'attachment; filename="{name}.xlsx"'
        return Response(workbook(table), media_type=media, headers=headers)
    whole = (
        shown.model_dump(mode="json")
        if isinstance(shown, BaseModel)
        else [one.model_dump(mode="json") for one in shown]
    )
    return JSONResponse(whole, headers=headers)
