"""The command that matches: needs with who can serve them, both ways, and people with projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from atmp.api.output import Format, emit, progress, say
from atmp.kg.errors import UsageError
from atmp.kg.table import Table

from .options import As, Db, Form, Limit, open_atlas, viewer_of

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas
    from atmp.kg.viewer import Viewer
    from atmp.search.match import Match


def match(
    sort: Annotated[str, typer.Argument(help="need, capability or people; or all, for all needs at once.")],
    identifier: Annotated[
        str | None, typer.Argument(help="The need's, capability's or project's id or IRI; not with all.")
    ] = None,
    limit: Limit = 10,
    refused: Annotated[
        bool, typer.Option("--refused", help="List instead what cannot serve the need, with the constraint it breaks.")
    ] = False,
    weight: Annotated[
        list[str] | None,
        typer.Option("--weight", metavar="PART=NUMBER", help="For people: how much a part counts. Repeat it."),
    ] = None,
    viewer: As = "owner",
    form: Form = Format.TABLE,
    db: Db = None,
) -> None:
    """Match needs, capabilities and people.

    Finds who can serve a need, who needs a capability, or investigators for a project.
    """
    from atmp.api import matching

    atlas, seer = open_atlas(db), viewer_of(viewer)
    if sort == "all":
        with progress() as tell:
            rows = matching.every(atlas, seer, limit=limit, tell=tell)
        emit(rows, form)
        return
    if identifier is None:
        raise UsageError("name what is to be matched: `atmp match need N001`, or `atmp match all`")
    if refused:
        if sort != "need":
            raise UsageError("--refused is for a need: `atmp match need N001 --refused`")
        rows = matching.refusal_rows(matching.refused(atlas, seer, identifier, limit=limit))
        emit(rows.pick("id", "name", "why_not") if form is Format.TABLE else rows, form)
        return
    found = matching.matches(atlas, seer, sort, identifier, limit=limit, weights=weight or ())
    if sort == "people":
        _known(atlas, seer, identifier)
    if form is Format.TABLE:
        read = tuple((rank, one.identifier, one.score, _reasons(one)) for rank, one in enumerate(found, start=1))
        emit(Table(("rank", "id", "score", "who, and why"), read), form)
        return
    emit(matching.match_rows(found), form)


def _known(atlas: Atlas, viewer: Viewer, identifier: str) -> None:
    """Say whom the team knows already, so that nobody wonders where they are."""
    from atmp.api.matching import known_people

    known = known_people(atlas, viewer, identifier)
    if known:
        say("left out: " + "; ".join(f"{one.identifier} ({one.why})" for one in known))


def _reasons(one: Match) -> str:
    missing = [f"- missing: {what}" for what in one.missing]
    parts = ", ".join(f"{name} {part:.2f}" for name, part in one.parts.items() if part) if one.kind == "person" else ""
    adds = [f"({parts})"] if parts else []
    return "\n".join((one.label, *(f"- {reason}" for reason in one.reasons), *missing, *adds))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(match)
