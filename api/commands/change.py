"""The command that changes facts by hand: update."""

from __future__ import annotations

from typing import Annotated

import typer
from atmp.api.output import emit_gravest, say

from .options import As, Db, agent, open_atlas, text_of, viewer_of


def update(
    sparql: Annotated[str, typer.Argument(help="A SPARQL update, or @FILE, or - for stdin.")],
    viewer: As = "owner",
    db: Db = None,
) -> None:
    """Change facts by a SPARQL 1.1 update.

    All of it is done or nothing: what would break a shape or a rule is refused, and said.
    """
    from atmp.kg.sparql.dataset import WHOLE
    from atmp.kg.sparql.rehearsal import update as change

    view = open_atlas(db).view(viewer_of(viewer))
    done = change(view, text_of(sparql), WHOLE, agent=agent())
    emit_gravest(done.findings)
    if done.revision is None:
        say("nothing new")
    else:
        say(f"revision {done.revision}: {done.added} statements came, {done.removed} went")


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(update)
