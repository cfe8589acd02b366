"""Commands on the ledger of a survey's round: asked, remind, outcome, sign, status."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from atmp.api.output import Format, emit, say
from atmp.kg.errors import UsageError
from atmp.kg.table import Table

from .options import As, Centre, Db, Form, agent, open_atlas, viewer_of

if TYPE_CHECKING:
    from atmp.kg.canvass import Canvass, Standing
    from atmp.kg.records import Person
    from atmp.kg.store import Store
    from atmp.kg.view import View

_Round = Annotated[str, typer.Option("--round", help="What the round is called, such as 2027.")]
_Ids = Annotated[list[str] | None, typer.Argument(metavar="[PERSON]...", help="Ids of investigators.")]
_On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day, such as 2027-02-01; else today.")]
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
    from atmp.kg.canvass import Canvass

    store, day = open_atlas(db).store, _day(on)
    key = _centre(store, centre)
    of = _people(store, key, persons, everybody=everybody)
    Canvass.begin(store, key, round_, day, agent()).asked(of, day)
    say(f"asked on {day}: {_named(of)}")


def remind(
    round_: _Round,
    persons: _Ids = None,
    everybody: Annotated[bool, typer.Option("--all", help="Everybody who still has to answer.")] = False,
    on: _On = None,
    centre: Centre = None,
    db: Db = None,
) -> None:
    """Note who was reminded, of those who were asked."""
    from atmp.kg.canvass import standings

    canvass, day = _canvass(db, centre, round_), _day(on)
    of = _people(canvass.store, canvass.centre, persons, everybody=everybody)
    if everybody:
        found = standings(canvass.store.view(viewer_of("owner"), as_stated=True), canvass.centre, canvass.round)
        of = [one.person for one in found if one.waits]
    if of:
        canvass.reminded(of, day)
    say(f"reminded on {day}: {_named(of) if of else 'nobody, for nobody still has to answer'}")


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
    canvass = _canvass(db, centre, round_)
    of = _people(canvass.store, canvass.centre, [person])
    if undo == (came is not None):
        raise UsageError("name an outcome, or take one back with --undo: one of the two")
    if undo or came is None:
        canvass.undo(of, "outcome")
        say(f"{_named(of)}: taken back")
        return
    term = _term(came)
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
    canvass, day = _canvass(db, centre, round_), _day(on)
    of = _people(canvass.store, canvass.centre, persons)
    if undo:
        canvass.undo(of, "signed")
        say(f"taken back: {_named(of)}. Load the round's workbook again, and what it opened is internal again")
        return
    canvass.signed(of, day)
    say(f"signed off on {day}: {_named(of)}. Load the round's workbook again, and what was held back opens")


def status(
    round_: Annotated[str | None, typer.Option("--round", help="A round; else the latest.")] = None,
    still: Annotated[bool, typer.Option("--open", help="Only those who were asked and still have to answer.")] = False,
    centre: Centre = None,
    viewer: As = "owner",
    form: Form = Format.TABLE,
    db: Db = None,
) -> None:
    """Show how far a round is: who was asked, reminded, and what came of it."""
    from atmp.kg.canvass import find_round, standings
    from atmp.kg.invitation import centre_of

    view = open_atlas(db).store.view(viewer_of(viewer), as_stated=True)
    key = centre_of(view, centre)
    round_of = find_round(view, key, round_)
    found = standings(view, key, round_of)
    lines = [_line(view, one) for one in found if one.waits or not still]
    if form is Format.TABLE:
        read = tuple((*line[:4], "\n".join(str(part) for part in line[4:6] if part), line[6]) for line in lines)
        emit(Table(("id", "name", "asked", "reminded", "outcome, why", "signed_off"), read), form)
    else:
        emit(Table(("id", "name", "asked", "reminded", "outcome", "why", "signed_off"), tuple(lines)), form)
    say(f"round {round_of.identifier}: {_figures(view, found)}")


def _line(view: View, one: Standing) -> tuple[str | date | None, ...]:
    said = one.response
    came = view.label(one.outcome) if one.outcome else None
    dates = "; ".join(day.isoformat() for day in said.reminded) if said else ""
    return (
        one.person.identifier, one.person.label, said.asked if said else None, dates or None, came,
        said.reason if said else None, said.signed if said else None,
    )  # fmt: skip


def _figures(view: View, found: list[Standing]) -> str:
    responses = [one.response for one in found if one.response]
    came = Counter(view.label(one.outcome) for one in found if one.outcome)
    told = [
        f"{len(found)} people",
        f"{sum(one.asked is not None for one in responses)} asked",
        f"{sum(bool(one.reminded) for one in responses)} reminded",
        *(f"{number} {word}" for word, number in came.most_common()),
        f"{sum(one.waits for one in found)} still to answer",
        f"{sum(one.signed is not None for one in responses)} signed off",
    ]
    return ", ".join(told)


def _tell_outcome(canvass: Canvass, person: Person, noted: str) -> None:
    """Say what stands now, and where it is the workbook's word and not the one just noted."""
    from atmp.kg.canvass import standings

    view = canvass.store.view(viewer_of("owner"), as_stated=True)
    now = next(one for one in standings(view, canvass.centre, canvass.round) if one.person.iri == person.iri).outcome
    say(f"{person.identifier}: {view.label(now or noted)}")
    if now != noted:
        say(f"the workbook says so, over '{view.label(noted)}', which was noted: correct it there, and load it again")


def _term(word: str) -> str:
    from atmp.kg.errors import UnknownTermError
    from atmp.ontology.vocabulary import vocabulary

    known = vocabulary()
    concept = known.find(word, "response-outcome")
    if concept is None:
        words = [one.notation for one in known.schemes["response-outcome"].concepts]
        raise UnknownTermError(word, "response-outcome", words)
    return concept.iri


def _day(on: str | None) -> date:
    today = datetime.now(UTC).date()
    try:
        day = date.fromisoformat(on) if on else today
    except ValueError:
        raise UsageError(f"'{on}' is no date: write it as 2027-02-01") from None
    if day > today:
        raise UsageError(f"{day} is still to come: note what has been done")
    return day


def _centre(store: Store, centre: str | None) -> str:
    from atmp.kg.invitation import centre_of

    return centre_of(store.view(viewer_of("owner"), as_stated=True), centre)


def _canvass(db: Path | None, centre: str | None, round_: str) -> Canvass:
    from atmp.kg.canvass import Canvass, find_round

    store = open_atlas(db).store
    key = _centre(store, centre)
    return Canvass(store, key, find_round(store.view(viewer_of("owner"), as_stated=True), key, round_), agent())


def _people(store: Store, centre: str, ids: list[str] | None, *, everybody: bool = False) -> list[Person]:
    from atmp.kg.canvass import people

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
