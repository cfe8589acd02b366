"""/api/v1/check: what is wrong with a source, before anybody loads it; nothing is kept."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePosixPath
from typing import Annotated

from atmp.api.asker import ViewOf
from atmp.api.media import agreed, typed
from atmp.api.models import CheckOut
from atmp.api.problems import RESPONSES
from atmp.kg.errors import UsageError
from atmp.kg.findings import Findings
from atmp.kg.load import prepare
from atmp.kg.view import View
from fastapi import APIRouter, Body, Header, Query, Response

router = APIRouter(tags=["check"], responses=RESPONSES)

ADDRESS = "/check"
LARGEST = 20_000_000
"""Bytes of a file that is sent to be checked."""
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFFERS = ("application/json", "text/turtle", WORKBOOK)

Name = Annotated[str, Query(description="The file's name, with its ending.", examples=["survey.xlsx"])]
Form = Annotated[
    str | None, Query(alias="as", description="Its format, where the content does not tell.", examples=["survey"])
]
Centre = Annotated[
    str | None, Query(description="The centre's key, where the file does not name it.", examples=["lund"])
]
File = Annotated[
    bytes, Body(media_type="application/octet-stream", description="The file as it is.", examples=["PK..."])
]


@router.post(
    ADDRESS,
    response_model=CheckOut,
    responses={
        200: {
            "content": {offer: {"schema": {"type": "string"}} for offer in OFFERS[1:]},
            "description": "What was found",
        }
    },
    openapi_extra={"requestBody": {"content": {"application/octet-stream": {"example": "the bytes of survey.xlsx"}}}},
)
def check(
    view: ViewOf,
    file: File,
    name: Name,
    form: Form = None,
    centre: Centre = None,
    accept: Annotated[str | None, Header(examples=["text/turtle"])] = None,
) -> Response:
    """Check a source as `atmp check` does, against what the asker may read; nothing is stored.

    As JSON, as SHACL's own report in Turtle, or as the same workbook with each finding at its cell.
    """
    media = agreed(accept, None, OFFERS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _plain(name)
        path.write_bytes(file)
        found = _found(view, path, form, centre)
        return Response(_told(path, found, media), media_type=typed(media))


def _plain(name: str) -> str:
    """Return a file's name without folders; raises UsageError where none is left."""
    plain = PurePosixPath(name.replace("\\", "/").replace("\x00", "")).name
    if plain in {"", ".", ".."} or len(plain.encode()) > 200:
        raise UsageError("the file needs a name with its ending, such as survey.xlsx: say it with name=")
    return plain


def _found(view: View, path: Path, form: str | None, centre: str | None) -> Findings:
    draft = prepare(view.store, path, as_format=form, centre=centre, viewer=view.viewer)
    return draft.findings


def _told(path: Path, found: Findings, media: str) -> str | bytes:
    if media == "application/json":
        return CheckOut.of(found).model_dump_json()
    if media == "text/turtle":
        from atmp.kg.verdict import report

        return str(report(found).serialize(format="turtle"))
    from atmp.kg.corrected import correct

    copy = path.with_name(f"checked-{path.stem[:150]}.xlsx")
    correct(path, found, copy)
    return copy.read_bytes()
