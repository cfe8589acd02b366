"""Commands that write files out: report, export."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from atmp.api.output import say
from atmp.kg.errors import UsageError
from atmp.kg.tiers import Tier

from .options import As, Centre, Db, may_write, open_atlas, viewer_of, write_text


class Rdf(StrEnum):
    """The forms of an export."""

    N_QUADS = "n-quads"
    TRIG = "trig"
    TURTLE = "turtle"
    JSON_LD = "json-ld"


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
    form: Annotated[Rdf, typer.Option("--format", help="How the graph is written, to stdout.")] = Rdf.N_QUADS,
    viewer: As = "owner",
    db: Db = None,
) -> None:
    """Write the graph to stdout.

    As far as the viewer may see it.
    """
    from atmp.kg.export import export as write

    for part in write(open_atlas(db).view(viewer_of(viewer)), form.value):
        sys.stdout.buffer.write(part)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (report, export):
        app.command()(command)
