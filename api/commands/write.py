"""Commands that write files out: report, export."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from atmp.api.output import say
from atmp.kg.errors import UsageError
from atmp.kg.tiers import Tier

from .options import As, Centre, Db, may_write, open_atlas, viewer_of, write_text

if TYPE_CHECKING:
    from atmp.kg.view import View


class Form(StrEnum):
    """The forms of an export: RDF as one text, a file a record, or the survey's sheets."""

    N_QUADS = "n-quads"
    TRIG = "trig"
    TURTLE = "turtle"
    JSON_LD = "json-ld"
    TURTLE_RECORDS = "turtle-records"
    CSV = "csv"
    XLSX = "xlsx"


def report(
    to: Annotated[Path, typer.Option("--to", help="The file to write: report.html or report.md.")],
    centre: Centre = None,
    tier: Annotated[Tier, typer.Option("--tier", help="What the report's readers may see.")] = Tier.PUBLIC,
    db: Db = None,
) -> None:
    """Write the pipeline report."""
    from atmp.api.report import render

    form = to.suffix.lstrip(".").lower()
    if form not in {"html", "md"}:
        raise UsageError(f"a report is written as .html or .md, not as '{to}'")
    may_write(to)
    text = render(open_atlas(db), viewer_of(tier.value), form, centre=centre)
    write_text(to, text)
    say(f"wrote {to}")


def export(
    form: Annotated[
        Form | None, typer.Option("--format", help="n-quads where nothing is said; xlsx where --to ends so.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="A file; a folder for turtle-records and csv. Else stdout.")
    ] = None,
    centre: Centre = None,
    viewer: As = "owner",
    db: Db = None,
) -> None:
    """Write facts out, as RDF or as the survey's sheets.

    As far as the viewer may see them, each record as its source has it, with the links that say which are one. Nothing
    that is there is written over but an earlier export into the same folder.
    """
    view = open_atlas(db).store.view(viewer_of(viewer), as_stated=True)
    chosen = form or (Form.XLSX if to is not None and to.suffix.lower() == ".xlsx" else Form.N_QUADS)
    if centre is not None and chosen not in {Form.CSV, Form.XLSX}:
        raise UsageError("--centre goes with csv and xlsx, which hold one centre's answers: RDF holds all that is seen")
    if to is None:
        _stream(view, chosen)
    else:
        _file(view, chosen, to, centre)


def _stream(view: View, form: Form) -> None:
    from atmp.kg.export import FORMATS
    from atmp.kg.export import export as write

    if form.value not in FORMATS:
        raise UsageError(
            f"{form.value} is written into {'a file' if form is Form.XLSX else 'a folder'}: name it with --to"
        )
    for part in write(view, form.value):
        sys.stdout.buffer.write(part)


def _file(view: View, form: Form, to: Path, centre: str | None) -> None:
    from atmp.kg.centres import centre_of
    from atmp.kg.export import write_file
    from atmp.kg.outbox import Outbox
    from atmp.kg.recordfiles import record_files
    from atmp.kg.sheetfiles import csv_files, workbook_file

    if form is Form.XLSX:
        workbook_file(view, to, centre)
    elif form is Form.CSV:
        key = centre_of(view, centre)
        say(f"{Outbox(to, form.value).fill(csv_files(view, key))} sheets of {key}")
    elif form is Form.TURTLE_RECORDS:
        say(f"{Outbox(to, form.value).fill(record_files(view))} records")
    else:
        write_file(view, form.value, to)
    say(f"wrote {to}")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (report, export):
        app.command()(command)
