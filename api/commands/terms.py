"""Commands on words that the lists have no term for: `atmp terms requests`, `map`, `relink`, `undo`, `answers`."""

from __future__ import annotations

from typing import Annotated

import typer
from atmp.api.output import Format, emit, say
from atmp.kg.table import Table

from .options import As, Db, Form, Limit, agent, open_atlas, viewer_of

Words = Annotated[str, typer.Argument(help="The words, as `atmp terms requests` shows them.")]
List = Annotated[str | None, typer.Option("--scheme", help="The list, such as vector; `disease` for diseases.")]

terms = typer.Typer(
    name="terms", no_args_is_help=True, rich_markup_mode=None, help="See to words that the lists have no term for."
)


@terms.command()
def requests(
    scheme: List = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those that have been given a term.")] = False,
    limit: Limit = 50,
    viewer: As = "owner",
    form: Form = Format.TABLE,
    db: Db = None,
) -> None:
    """List the words that wait for a term.

    The most frequent first, with the nearest terms.
    """
    from atmp.kg.requests import requests as all_requests

    view = open_atlas(db).view(viewer_of(viewer))
    found = [one for one in all_requests(view) if scheme in {None, one.scheme} and (everything or one.term is None)]
    rows = tuple(
        (one.scheme, one.words, len(one.records), "; ".join(one.headings),
         ", ".join(view.store.names.key(iri) for iri in one.records), "; ".join(one.nearest),
         view.label(one.term) if one.term else "")
        for one in found[:limit]
    )  # fmt: skip
    columns = ("scheme", "words", "records", "columns", "ids", "nearest", "term")
    emit(Table(columns, rows) if everything else Table(columns[:-1], tuple(row[:-1] for row in rows)), form)
    if len(found) > limit:
        say(f"... and {len(found) - limit} more: raise --limit")


@terms.command(name="map")
def map_(
    words: Words,
    term: Annotated[str, typer.Argument(help="The term they mean: its label, notation or IRI.")],
    scheme: List = None,
    db: Db = None,
) -> None:
    """Decide that words mean a term.

    The answers that have them are linked to it.

    The words stay beside the term; what is loaded later is read by the decision.
    """
    from atmp.kg.wordings import assign

    atlas = open_atlas(db)
    made = assign(atlas.store, words, term, agent=agent(), scheme=scheme)
    name = atlas.view(viewer_of("owner")).label(made.wording.term or "")
    say(f"'{words}' means {name} of the list '{made.wording.term_list}': {_records(made.records)} linked")
    atlas.close()


@terms.command()
def relink(db: Db = None) -> None:
    """Link all words that have a term by now.

    As after an ontologist added one.
    """
    from atmp.kg.wordings import relink as relink_all

    atlas = open_atlas(db)
    view, made = atlas.view(viewer_of("owner")), relink_all(atlas.store, agent=agent())
    for one in made:
        say(f"'{one.wording.label}' means {view.label(one.wording.term or '')}: {_records(one.records)} linked")
    if not made:
        say("no words have a term that they had not before")
    atlas.close()


@terms.command()
def undo(words: Words, scheme: List = None, db: Db = None) -> None:
    """Take the decision on words back.

    The answers are as they were, and the words wait again.
    """
    from atmp.kg.wordings import undo as undo_one

    atlas = open_atlas(db)
    left = undo_one(atlas.store, words, agent=agent(), scheme=scheme)
    say(f"'{words}' waits for a term again")
    if left:
        say(f"{_records(left)} came after the decision and were read by it: load their file again to have them anew")
    atlas.close()


@terms.command()
def answers(viewer: As = "owner", form: Form = Format.TABLE, db: Db = None) -> None:
    """Count the answers that name no value.

    Other, unknown and not applicable, by column.
    """
    from atmp.kg.openness import open_answers

    emit(open_answers(open_atlas(db).view(viewer_of(viewer))), form)


def _records(number: int) -> str:
    return f"{number} record" + ("" if number == 1 else "s")


def register(app: typer.Typer) -> None:
    """Add this family."""
    app.add_typer(terms)
