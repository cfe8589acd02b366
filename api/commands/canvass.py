"""Commands on the ledger of a survey's round: asked, remind, outcome, sign, status."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from atmp.api.output import Format, emit, say
from atmp.kg.errors import UsageError
from atmp.kg.table import Table

from .options import As, Centre, Db, Form, agent, day, open_atlas, viewer_of

if TYPE_CHECKING:
    from atmp.kg.canvass import Canvass
    from atmp.kg.records import Person
    from atmp.kg.store import Store

_Round = Annotated[str, typer.Option("--round", help="What the round is called, such as 2027.")]
_Ids = Annotated[list[str] | None, typer.Argument(metavar="[PERSON]...", help="Ids of investigators.")]
_On = Annotated[
    date | None, typer.Option("--on", parser=day, metavar="DATE", help="The day, such as 2027-02-01; else today.")
]
_Undo = Annotated[bool, typer.Option("--undo", help="Take back what was noted.")]


def asked(
    round_: _Round,
    persons: _Ids = None,
    everybody: Annotated[bool, typer.Option("--all", help="Every investigator of the centre.")] = False,
    on: _On = None,
    centre: Centre = None,
    db: Db = None,
) -> None:
    """Note who was asked in a round.

    The round may be a new one. What is noted stays within the centre.
    """
    store, when = open_atlas(db).store, _done(on)
    key = _centre(store, centre)
    of = _people(store, key, persons, everybody=everybody)
    note_asked(store, key, round_, of, when)


def note_asked(store: Store, centre: str, round_: str, of: list[Person], when: date) -> None:
    """Note that people were asked in a round, which may be a new one, and say so."""
    from atmp.kg.canvass import Canvass

    Canvass.begin(store, centre, round_, when, agent()).asked(of, when)
    say(f"asked on {when}: {_named(of)}")


def remind(
    round_: _Round,
    persons: _Ids = None,
    everybody: Annotated[bool, typer.Option("--all", help="Everybody who still has to answer.")] = False,
    on: _On = None,
    centre: Centre = None,
    db: Db = None,
) -> None:
    """Note who was reminded, of those who were asked."""
    from atmp.kg.turnout import standings

    canvass, when = _canvass(db, centre, round_), _done(on)
    of = _people(canvass.store, canvass.centre, persons, everybody=everybody)
    if everybody:
        found = standings(canvass.store.view(viewer_of("owner"), as_stated=True), canvass.centre, canvass.round)
        of = [one.person for one in found if one.waits]
    if of:
        canvass.reminded(of, when)
    say(f"reminded on {when}: {_named(of) if of else 'nobody, for nobody still has to answer'}")


def outcome(
    person: Annotated[str, typer.Argument(help="An investigator's id.")],
    came: Annotated[
        str | None,
        typer.Argument(metavar="OUTCOME", help="answered, no-atmp, declined, no-answer, merged, left-out ..."),
    ] = None,
    *,
    round_: _Round,
    why: Annotated[
        str | None, typer.Option("--why", help="The reason; merged, left-out and not-applicable need one.")
    ] = None,
    undo: _Undo = False,
    centre: Centre = None,
    db: Db = None,
) -> None:
    """Note what came of asking somebody, and why.

    An answer that comes later takes the place of no-answer and the like; merged, left-out and not-applicable stand over it.
    """
    from atmp.kg.canvass import outcome_of

    canvass = _canvass(db, centre, round_)
    of = _people(canvass.store, canvass.centre, [person])
    if undo == (came is not None):
        raise UsageError("name an outcome, or take one back with --undo: one of the two")
    if undo or came is None:
        canvass.undo(of, "outcome")
        say(f"{_named(of)}: taken back")
        return
    term = outcome_of(came)
    canvass.outcome(of, term, why)
    _tell_outcome(canvass, of[0], term)


def sign(
    round_: _Round,
    persons: _Ids = None,
    on: _On = None,
    undo: _Undo = False,
    centre: Centre = None,
    db: Db = None,
) -> None:
    """Note who signed off: that the own answers may be read as far as their tier says.

    What was held back opens when the round's workbook is loaded again.
    """
    canvass, when = _canvass(db, centre, round_), _done(on)
    of = _people(canvass.store, canvass.centre, persons)
    if undo:
        canvass.undo(of, "signed")
        say(f"taken back: {_named(of)}. Load the round's workbook again, and what it opened is internal again")
        return
    canvass.signed(of, when)
    say(f"signed off on {when}: {_named(of)}. Load the round's workbook again, and what was held back opens")


def status(
    round_: Annotated[str | None, typer.Option("--round", help="A round; else the latest.")] = None,
    still: Annotated[bool, typer.Option("--open", help="Only those who were asked and still have to answer.")] = False,
    centre: Centre = None,
    viewer: As = "owner",
    form: Form = Format.TABLE,
    db: Db = None,
) -> None:
    """Show how far a round is: who was asked, reminded, and what came of it."""
    from atmp.kg.turnout import turnout

    found = turnout(open_atlas(db).view(viewer_of(viewer)), centre, round_, waiting=still)
    emit(_folded(found.people) if form is Format.TABLE else found.people, form)
    say(found.sentence())


def _folded(people: Table) -> Table:
    """Return the table for a terminal: the reason stands under the outcome."""
    rows = tuple(
        (*row[:4], "\n".join(str(part) for part in row[4:6] if part is not None), row[6]) for row in people.rows
    )
    return Table((*people.columns[:4], "outcome, why", people.columns[6]), rows)


def _tell_outcome(canvass: Canvass, person: Person, noted: str) -> None:
    """Say what stands now, and where it is the workbook's word and not the one just noted."""
    from atmp.kg.turnout import standings

    view = canvass.store.view(viewer_of("owner"), as_stated=True)
    now = next(one for one in standings(view, canvass.centre, canvass.round) if one.person.iri == person.iri).outcome
    say(f"{person.identifier}: {view.label(now or noted)}")
    if now != noted:
        say(f"the workbook says so, over '{view.label(noted)}', which was noted: correct it there, and load it again")


def _done(on: date | None) -> date:
    """Return the day at which something was done; raises UsageError where it is still to come."""
    today = datetime.now(UTC).date()
    if on is not None and on > today:
        raise UsageError(f"{on} is still to come: note what has been done")
    return on or today


def _centre(store: Store, centre: str | None) -> str:
    from atmp.kg.centres import centre_of

    return centre_of(store.view(viewer_of("owner"), as_stated=True), centre)


def _canvass(db: Path | None, centre: str | None, round_: str) -> Canvass:
    from atmp.kg.canvass import Canvass

    return Canvass.of(open_atlas(db).store, centre, round_, agent())


def _people(store: Store, centre: str, ids: list[str] | None, *, everybody: bool = False) -> list[Person]:
    from atmp.kg.turnout import people

    if everybody == bool(ids):
        raise UsageError(
            "name investigators by their ids, such as I01, or say --all where it is offered: one of the two"
        )
    return people(store.view(viewer_of("owner"), as_stated=True), centre, None if everybody else ids)


def _named(of: list[Person]) -> str:
    ids = [one.identifier or one.iri for one in of]
    return ", ".join(ids) if len(ids) <= 10 else f"{', '.join(ids[:10])} and {len(ids) - 10} more"


def add(survey: typer.Typer) -> None:
    """Add these commands to the family `survey`."""
    for command in (asked, remind, outcome, sign, status):
        survey.command()(command)
