"""Commands on terms that are read off texts: link, proposals, decide."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from atmp.api.output import Format, emit, progress, say
from atmp.kg.table import Table

from .options import As, Db, Form, Limit, agent, open_atlas, viewer_of

if TYPE_CHECKING:
    from atmp.kg.records import Statement
    from atmp.kg.view import View


class Decision(StrEnum):
    """What somebody finds of a proposal."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    UNDO = "undo"


class Status(StrEnum):
    """How far proposals are."""

    DERIVED = "derived"
    ACCEPTED = "accepted"
    REFUSED = "refused"


_Least = Annotated[float, typer.Option("--least", min=0.0, max=1.0, help="The least confidence of a proposal.")]


def link(least: _Least = 0.7, db: Db = None) -> None:
    """Read terms off the records' texts, as proposals.

    They are kept apart from what people stated, until somebody decides: see them with `atmp proposals`.
    """
    from atmp.kg.proposals import propose
    from atmp.kg.subjects import Subjects

    atlas = open_atlas(db)
    with progress() as tell:
        found = propose(atlas.store, agent=agent(), least=least, tell=tell)
    subjects = Subjects(atlas.store, viewer_of("owner"))
    counts = ", ".join(f"{number} {subjects.label(prop)}" for prop, number in sorted(found.proposed.items()))
    say(f"read {found.records} records: {counts or 'nothing to propose'}")
    atlas.close()


def proposals(
    record: Annotated[str | None, typer.Argument(help="A project's id, or any record's IRI; without it, all.")] = None,
    status: Annotated[Status, typer.Option("--status", help="How far they are.")] = Status.DERIVED,
    limit: Limit = 50,
    viewer: As = "owner",
    form: Form = Format.TABLE,
    db: Db = None,
) -> None:
    """List what is proposed, the surest first.

    Terms read off texts, and records that may be the same.
    """
    from atmp.kg.proposals import statements
    from atmp.kg.same import answered, followers

    atlas, seer = open_atlas(db), viewer_of(viewer)
    view = atlas.view(seer)
    about = view.find("project", record).iri if record else None
    led = followers(view)
    found = [
        one
        for one in statements(atlas.store, seer, about)
        if str(one.status).endswith(f"-{status.value}") and not answered(one, led)
    ]
    cells = [
        (one.identifier, view.label(one.about or ""), view.label(one.property or ""), _value(view, one),
         one.confidence, ", ".join(one.evidence))
        for one in found[:limit]
    ]  # fmt: skip
    if form is Format.TABLE:
        read = tuple(
            (key, sure, f"{name}\n{prop}: {term} (from: {words})") for key, name, prop, term, sure, words in cells
        )
        emit(Table(("id", "per_cent", "record, and what its text speaks of"), read), form)
    else:
        emit(Table(("id", "record", "property", "term", "per_cent", "words"), tuple(cells)), form)
    if len(found) > limit:
        say(f"... and {len(found) - limit} more: raise --limit")


def decide(
    decision: Annotated[Decision, typer.Argument(help="accept, refuse or undo.")],
    identifiers: Annotated[list[str], typer.Argument(help="Ids of proposals, as `atmp proposals` shows them.")],
    db: Db = None,
) -> None:
    """Accept or refuse proposals, or take that back.

    An accepted one becomes a fact; a refused one is not proposed again.
    """
    from atmp.kg.decisions import decide as decide_all

    atlas = open_atlas(db)
    accepted = {Decision.ACCEPT: True, Decision.REFUSE: False, Decision.UNDO: None}[decision]
    view = atlas.store.view(viewer_of("owner"), as_stated=True)
    for one in decide_all(atlas.store, identifiers, agent=agent(), accepted=accepted):
        status = view.label(one.status or "")
        say(
            f"{one.identifier}: {view.label(one.about or '')}, {view.label(one.property or '')} {_value(view, one)}: {status}"
        )
    atlas.close()


def _value(view: View, one: Statement) -> str:
    """Return the term of a statement, or its yes or no."""
    return view.label(one.value) if one.value else "yes" if one.answer else "no"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (link, proposals, decide):
        app.command()(command)
