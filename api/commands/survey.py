"""Commands of the survey: `atmp survey new`, `atmp survey map`, and those of a round's ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from atmp.api.output import Format, emit, say
from atmp.kg.errors import UsageError

from . import canvass
from .options import As, Centre, Db, Form, open_atlas, viewer_of, write_text

if TYPE_CHECKING:
    from atmp.kg.answered import Answered
    from atmp.kg.carrier import Migrated


class Language(StrEnum):
    """The languages of a workbook."""

    EN = "en"
    SV = "sv"


survey = typer.Typer(name="survey", no_args_is_help=True, rich_markup_mode=None, help="Ask, and see who answered.")


@survey.command()
def new(
    round_: Annotated[str, typer.Option("--round", help="What the round is called, such as 2027.")],
    to: Annotated[Path, typer.Option("--to", help="The workbook to write, or with --each a folder.")],
    centre: Centre = None,
    language: Annotated[Language, typer.Option("--lang", help="The language of guide, help and lists.")] = Language.EN,
    previous: Annotated[
        bool, typer.Option("--from-previous", help="Fill in what was answered before, as far as the viewer sees it.")
    ] = False,
    each: Annotated[
        bool, typer.Option("--each", help="One workbook for each lead investigator, with what is theirs.")
    ] = False,
    asked: Annotated[
        bool, typer.Option("--asked", help="With --each: note in the ledger that each of them was asked today.")
    ] = False,
    viewer: As = "owner",
    db: Db = None,
) -> None:
    """Write the survey of a new round.

    Blank, or with last time's answers for all or for each lead investigator. No file is overwritten.
    """
    from atmp.kg.answered import Answered
    from atmp.kg.centres import centre_of
    from atmp.kg.invitation import blank_invitation, invitation
    from atmp.kg.viewer import OWNER

    if each and not previous:
        raise UsageError("--each parts what was answered before: give --from-previous with it")
    if asked and not each:
        raise UsageError("--asked notes who gets a workbook: give --each with it, or use `atmp survey asked`")
    if not previous:
        blank_invitation(to, round_, centre, language)
        say(f"wrote {to}")
        return
    view, today = open_atlas(db).store.view(viewer_of(viewer), as_stated=True), datetime.now(UTC).date()
    key = centre_of(view, centre)
    answered = Answered(view, key, language, contacts=view.viewer == OWNER)  # contact details are for the owner only
    if not each:
        invitation(to, answered, round_, today, language)
        say(f"wrote {to}")
        return
    _write_each(to, answered, round_, today, language)
    if asked and answered.leads:
        canvass.note_asked(view.store, key, round_, answered.leads, today)
    elif answered.leads:
        say(f"once they have gone out, note it: `atmp survey asked ID ... --round {round_}`, or --asked the next time")


def _write_each(folder: Path, answered: Answered, round_: str, today: date, language: Language) -> None:
    """Write a workbook for each lead investigator, and say for whom."""
    from atmp.kg.invitation import invitations

    written = list(invitations(folder, answered, round_, today, language))
    for path, name in written:
        say(f"wrote {path}, for {name}")
    say(f"{len(written)} workbooks: one for each who leads a project")
    if answered.leaderless:
        say(f"in none of them, for nobody leads them: {', '.join(answered.leaderless)}")


@survey.command("map")
def map_(
    path: Annotated[Path, typer.Argument(help="The table: CSV, or a workbook.")],
    to: Annotated[Path, typer.Option("--to", help="The mapping file to write, .toml.")],
    dictionary: Annotated[
        Path | None, typer.Option("--dictionary", help="The data dictionary of a REDCap export (CSV).")
    ] = None,
    language: Annotated[Language, typer.Option("--lang", help="The language of its comments and terms.")] = Language.EN,
    form: Form = Format.TABLE,
) -> None:
    """Draft a mapping for a table of your own.

    Says what each column is taken for, and what is left. No file is overwritten.
    """
    from atmp.kg.outbox import new_file
    from atmp.kg.sketch import sketch
    from atmp.kg.sketchtext import text

    new_file(to, ".toml", f"a mapping is written as .toml, not as '{to.name}'")
    made = sketch(path, dictionary)
    write_text(to, text(made, path.name, to, language))
    emit(made.table_of_columns(), form)
    for finding in made.table.findings:
        say(f"{finding.severity.value}: {finding.place}: {finding.message}")
    say(made.summary())
    say(f"wrote {to}: look it over, then `atmp load {path} --mapping {to} --centre KEY --round NAME --dry-run`")


@survey.command()
def migrate(
    path: Annotated[Path, typer.Argument(help="A survey of another version or round: a workbook, or a folder of CSV.")],
    to: Annotated[Path, typer.Option("--to", help="The workbook to write.")],
    round_: Annotated[
        str | None,
        typer.Option("--round", help="Make it one of this round, as 2027: what is asked each time is empty."),
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """Write a survey of another version with today's columns.

    Says what became of every column. What no column takes is kept as notes or on a sheet Kept; no file is overwritten.
    """
    from atmp.kg.migration import migrate as migrate_one
    from atmp.kg.table import Table

    made = migrate_one(path, to, datetime.now(UTC).date(), round_)
    moved = tuple((*move, count) for move, count in made.moves.items() if count)
    emit(Table(("sheet", "column", "became", "cells"), moved), form)
    for finding in made.findings:
        say(f"{finding.severity.value}: {finding.place}: {finding.message}")
    _tell_migrated(made)
    say(f"wrote {to}: look it over, then `atmp check {to}` and `atmp load {to}`")


def _tell_migrated(made: Migrated) -> None:
    from atmp.kg.importers.columns import SCHEMA

    for (sheet, column, was, now), count in made.terms.items():
        times = "once" if count == 1 else f"{count} times"
        say(f"{sheet}, {column}: '{was}' is deprecated, and became '{now}' {times}")
    if made.version is not None and made.version > SCHEMA:
        say(f"it has version {made.version} of the columns, and this atlas knows {SCHEMA}: what is newer became notes."
            " `pip install --upgrade atmp-atlas` reads it as it is")  # fmt: skip
    carried, notes, kept = made.figures
    say(f"{carried} cells carried, {notes} became notes of their rows, {kept} stand on the sheet Kept")
    if notes:
        say("notes are read by whoever may read their row: see that they may be")


def register(app: typer.Typer) -> None:
    """Add this family."""
    canvass.add(survey)
    app.add_typer(survey)
