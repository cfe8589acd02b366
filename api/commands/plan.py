"""Commands that plan: gaps, invest, readiness."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from atmp.api import planning
from atmp.api.output import Format, emit
from atmp.kg.errors import UsageError

from .options import As, Centre, Db, Form, open_atlas, text_of, viewer_of

Network = Annotated[bool, typer.Option("--network", help="Only what nobody in the whole network offers.")]


def gaps(
    centre: Centre = None, network: Network = False, viewer: As = "owner", form: Form = Format.TABLE, db: Db = None
) -> None:
    """List the needs that nobody serves, the most wanted first."""
    view = open_atlas(db).view(viewer_of(viewer))
    rows = planning.gap_rows(view, planning.gaps(view, centre, network=network))
    short = ("need", "grade", "projects", "earliest", "offered", "why")
    emit(rows.pick(*short) if form is Format.TABLE else rows, form)


def invest(
    budget: Annotated[str, typer.Option("--budget", help="What may be spent, in the costs' units.")] = "3",
    cost: Annotated[
        list[str] | None,
        typer.Option("--cost", metavar="NAME=NUMBER", help="What something costs; 1 without. Repeat it."),
    ] = None,
    costs: Annotated[
        Path | None, typer.Option("--costs", help="A file with such a line each, or a CSV of name and cost.")
    ] = None,
    within: Annotated[
        int | None, typer.Option("--within", min=1, max=50, help="Only needs that fall due within so many years.")
    ] = None,
    centre: Centre = None,
    network: Network = False,
    viewer: As = "owner",
    form: Form = Format.TABLE,
    db: Db = None,
) -> None:
    """Choose what to obtain under a budget.

    It helps as many projects as it can, greedily; its bound is told, and with fewer than 30 candidates the optimum.
    """
    view = open_atlas(db).view(viewer_of(viewer))
    found = planning.plan(view, budget, [*_lines(costs), *(cost or [])], centre, network=network, within=within)
    rows = planning.plan_rows(view, found)
    short = ("rank", "obtain", "cost", "helps", "newly", "earliest", "steady", "in_the_best")
    emit(rows.pick(*short) if form is Format.TABLE else rows, form)


def readiness(
    project: Annotated[str, typer.Argument(help="The project's id or IRI.")],
    viewer: As = "owner",
    form: Form = Format.TABLE,
    db: Db = None,
) -> None:
    """Tell what is normally due before a next stage."""
    view = open_atlas(db).view(viewer_of(viewer))
    rows = planning.likely_rows(planning.likely(view, project))
    short = ("what", "before_stage", "peers_with_it", "peers", "source")
    emit(rows.pick(*short) if form is Format.TABLE else rows, form)


def _lines(path: Path | None) -> list[str]:
    """Return the costs of a file as `name=number`; raises UsageError for a line that is none, by its number."""
    if path is None:
        return []
    found = []
    for place, line in enumerate(text_of(f"@{path}").splitlines(), start=1):
        name, mark, price = line.replace("=", ",").replace(";", ",").partition(",")
        if not line.strip() or (place == 1 and price.strip().casefold() == "cost"):
            continue
        if not mark:
            raise UsageError(f"{path}, line {place}: '{line[:40]}' is no cost: write a name, a comma and a number")
        found.append(f"{name.strip()}={price.strip()}")
    return found


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (gaps, invest, readiness):
        app.command()(command)
