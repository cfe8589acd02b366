"""Commands on introductions: introduce, introductions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from atmp.api.output import Format, emit, say
from atmp.kg.errors import UsageError
from atmp.kg.introduction import Move
from atmp.kg.table import Table

from .options import As, Db, Form, agent, open_atlas, viewer_of

if TYPE_CHECKING:
    from atmp.kg.introductions import Party, Told

_Words = Annotated[str, typer.Option("--words", help="For the broker, and for both sides once they have agreed.")]


def introduce(
    record: Annotated[str, typer.Argument(help="The id or IRI of your own need or capability.")],
    offer: Annotated[
        str | None, typer.Argument(help="The offer to ask for; without it, the offers are listed.")
    ] = None,
    words: _Words = "",
    viewer: As = "owner",
    form: Form = Format.TABLE,
    db: Db = None,
) -> None:
    """Ask a broker for a match that is not open to you.

    An offer says that there is one, and nothing of whose it is.
    """
    from atmp.search.offers import brokered, introduce, offers

    atlas = open_atlas(db)
    view = atlas.view(viewer_of(viewer))
    own = brokered(view, record)
    if offer is None:
        found = offers(view, atlas.finder, own)
        emit(Table(("offer", "introduction"), tuple((one.id, one.state) for one in found)), form)
        return
    told = introduce(view, atlas.finder, own, offer, agent=agent(), words=words)
    say(f"the introduction {told.id} is {told.state}: a broker passes it on")


def introductions(
    identifier: Annotated[str | None, typer.Argument(help="An introduction's id; without it, all are listed.")] = None,
    move: Annotated[Move | None, typer.Argument(help="The next step.")] = None,
    words: _Words = "",
    met: Annotated[bool | None, typer.Option("--met/--not-met", help="With done: whether the need was met.")] = None,
    viewer: As = "owner",
    form: Form = Format.TABLE,
    db: Db = None,
) -> None:
    """List introductions, or take the next step of one.

    Whoever may change a record answers for it; a broker reads all of the centre that is asked.
    """
    from atmp.kg.introductions import Introductions

    if (identifier is None) != (move is None):
        raise UsageError(f"name an introduction and a step, one of {', '.join(Move)}; or neither, for the list")
    book = Introductions(open_atlas(db).store)
    if identifier is not None and move is not None:
        told = book.move(viewer_of(viewer), identifier, move, agent=agent(), words=words, met=met)
        say(f"the introduction {told.id} is {told.state}")
        return
    rows = tuple(_row(one) for one in book.listed(viewer_of(viewer)))
    emit(Table(("id", "state", "since", "asked_for", "sought", "other", "steps", "words"), rows), form)


def _row(one: Told) -> tuple[str, ...]:
    return (
        one.id,
        one.state,
        one.since[:10],
        _named(one.asker),
        one.sketch,
        _named(one.other),
        " ".join(one.moves),
        one.words,
    )


def _named(one: Party | None) -> str:
    return "not open yet" if one is None else "; ".join((f"{one.identifier} {one.label}", *one.people))


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (introduce, introductions):
        app.command()(command)
