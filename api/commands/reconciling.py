"""Commands on what is the same: reconcile, same, different."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from atmp.api.output import Format, emit, say
from atmp.kg.table import Table

from .options import Db, Form, Limit, agent, open_atlas


class Kind(StrEnum):
    """What is reconciled."""

    ORGANISATION = "organisation"
    PERSON = "person"


_Thing = Annotated[str, typer.Argument(help="An id, an IRI, or a name as it is written.")]


def reconcile(
    kind: Annotated[Kind | None, typer.Option("--kind", help="Only these; without it, both.")] = None,
    limit: Limit = 50,
    form: Form = Format.TABLE,
    db: Db = None,
) -> None:
    """Work out which organisations and people are the same.

    A shared ROR id, ORCID or well-known name is certain; other names wait for a decision, as proposals.
    """
    from atmp.kg.reconcile import KINDS
    from atmp.kg.reviews import reconcile as reconcile_all

    atlas = open_atlas(db)
    rows: list[tuple[str, str, str, int, str]] = []
    for found in reconcile_all(atlas.store, agent=agent(), kinds=[kind.value] if kind else KINDS):
        certain, waiting = len(found.certain), len(found.candidates)
        say(f"{found.kind}: {len(found.things)} records and names; {certain} ties are certain, {waiting} to decide on")
        label = {iri: one.label for iri, one in found.things.items()}
        rows += [("certain", label[tie.one], label[tie.other], 100, tie.why) for tie in found.certain]
        rows += [("proposed", label[one.one], label[one.other], one.score, one.why) for one in found.candidates]
        for tie in found.left_out:
            say(f"left apart: {label[tie.one]} and {label[tie.other]}, although {tie.why}")
    emit(Table(("status", "name", "same_as", "per_cent", "why"), tuple(rows[:limit])), form)
    if len(rows) > limit:
        say(f"... and {len(rows) - limit} more: raise --limit")
    atlas.close()


def same(one: _Thing, other: _Thing, db: Db = None) -> None:
    """State that two organisations, or two people, are the same."""
    _state(one, other, db, same=True)


def different(one: _Thing, other: _Thing, db: Db = None) -> None:
    """State that two organisations or people are not the same.

    It holds whatever speaks for it.
    """
    _state(one, other, db, same=False)


def _state(one: str, other: str, db: Db, *, same: bool) -> None:
    from atmp.kg.reviews import state

    atlas = open_atlas(db)
    identifier = state(atlas.store, one, other, agent=agent(), same=same)
    say(f"{identifier}: {one} and {other} are {'the same' if same else 'different'}; `atmp decide undo {identifier}`")
    atlas.close()


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (reconcile, same, different):
        app.command()(command)
