"""/api/v1/check: what is wrong with a source, before anybody loads it; nothing is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Annotated, NamedTuple

from atmp.api.asker import ViewOf
from atmp.api.forms import is_form, parts
from atmp.api.media import agreed, typed
from atmp.api.models import CheckOut
from atmp.api.output import finding_rows
from atmp.api.problems import RESPONSES
from atmp.kg.errors import UsageError
from atmp.kg.findings import Findings
from atmp.kg.importers.columns import SHEETS, SURVEY
from atmp.kg.load import prepare
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from starlette.exceptions import HTTPException

from .questions import as_csv

router = APIRouter(tags=["check"], responses=RESPONSES)

ADDRESS = "/check"
LARGEST = 20_000_000
"""Bytes of what is sent to be checked."""
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFFERS = ("application/json", "text/csv", "text/turtle", WORKBOOK)

Name = Annotated[
    str | None,
    Query(description="The file's name, with its ending; in a form each file has its own.", examples=["survey.xlsx"]),
]
Form = Annotated[
    str | None, Query(alias="as", description="Its format, where the content does not tell.", examples=["survey"])
]
Centre = Annotated[
    str | None, Query(description="The centre's key, where the file does not name it.", examples=["lund"])
]
_BODY = {
    "description": "One file as it is, or a form with one or several: CSV files named as the survey's sheets are one survey.",
    "required": True,
    "content": {
        "application/octet-stream": {"example": "the bytes of survey.xlsx"},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
            },
            "example": {"file": ["the bytes of projects.csv", "the bytes of survey.csv"]},
        },
    },
}


class Sent(NamedTuple):
    """A file that was sent: its name as it was said, which a body that is the file alone does not say, and its bytes."""

    name: str | None
    content: bytes


async def _sent(request: Request) -> list[Sent]:
    """Return the files of a body; raises UsageError where a form holds none, or something else."""
    about, body = request.headers.get("content-type") or "", await request.body()
    if not is_form(about):
        return [Sent(None, body)]
    found = parts(about, body)
    strange = next((one.field for one in found if one.file is None), None)
    if strange is not None:
        raise UsageError(f"the part '{strange[:50]}' of the form is no file: what is no file stands in the address")
    if not found:
        raise UsageError("the form holds no file: send at least one")
    return [Sent(one.file, one.content) for one in found]


@router.post(
    ADDRESS,
    response_model=CheckOut,
    responses={
        200: {
            "content": {offer: {"schema": {"type": "string"}} for offer in OFFERS[1:]},
            "description": "What was found",
        }
    },
    openapi_extra={"requestBody": _BODY},
)
def check(
    view: ViewOf,
    sent: Annotated[list[Sent], Depends(_sent)],
    name: Name = None,
    form: Form = None,
    centre: Centre = None,
    accept: Annotated[str | None, Header(examples=["text/turtle"])] = None,
) -> Response:
    """Check sources as `atmp check` does, against what the asker may read; nothing is stored.

    As JSON, as CSV, as SHACL's own report in Turtle, or as the same workbook with each finding at its cell.
    """
    media = agreed(accept, None, OFFERS)
    found = Findings()
    with tempfile.TemporaryDirectory() as folder:
        paths = _laid_out(Path(folder), sent, name)
        if media == WORKBOOK and len(paths) > 1:
            raise UsageError("a copy with the findings is of one source: send the files one by one")
        for path in paths:
            draft = prepare(view.store, path, as_format=form, centre=centre, viewer=view.viewer)
            found.extend(draft.findings)
        return Response(_told(paths[0], found, media), media_type=typed(media))


def _laid_out(folder: Path, sent: Sequence[Sent], name: str | None) -> list[Path]:
    """Write files, and return the sources that they are: CSV files with a sheet of the survey among them are one."""
    alone = name if len(sent) == 1 else None
    named = {_plain(alone or one.name): one.content for one in sent}
    if len({one.casefold() for one in named}) < len(sent):
        raise UsageError("two of the files have one name: give each its own")
    tables = [one for one in named if one.lower().endswith(".csv")]
    if len(sent) == 1 or not any(map(_is_sheet, tables)):
        tables = []
    if name is not None and len(sent) > 1 and len(tables) < len(sent):
        raise UsageError("name= calls one source, and several were sent: leave it out")
    survey, files = folder / "folder" / _plain(name or "survey"), folder / "files"
    for made in (survey, files):
        made.mkdir(parents=True)
    for one, content in named.items():
        path = survey / f"{one[:-4]}.csv" if one in tables else files / one
        path.write_bytes(content)
    return [*([survey] if tables else []), *(files / one for one in named if one not in tables)]


def _plain(name: str | None) -> str:
    """Return a file's name without folders; raises UsageError where none is left, HTTPException where there was none."""
    if name is None:
        raise HTTPException(422, "the file needs a name with its ending: say it with ?name=survey.xlsx")
    plain = PurePosixPath(name.replace("\\", "/").replace("\x00", "")).name
    if plain in {"", ".", ".."} or len(plain.encode()) > 200:
        raise UsageError("the file needs a name with its ending, such as survey.xlsx: say it with name=")
    return plain


def _is_sheet(name: str) -> bool:
    """Return whether a CSV file is called as a sheet of the survey."""
    return name[:-4].strip().lower() in {sheet.lower() for sheet in (SURVEY, *SHEETS)}


def _told(path: Path, found: Findings, media: str) -> str | bytes:
    if media == "application/json":
        return CheckOut.of(found).model_dump_json()
    if media == "text/csv":
        return as_csv(finding_rows(found))
    if media == "text/turtle":
        from atmp.kg.verdict import report

        return str(report(found).serialize(format="turtle"))
    from atmp.kg.corrected import correct

    copy = path.with_name(f"checked-{path.stem[:150]}.xlsx")
    correct(path, found, copy)
    return copy.read_bytes()
