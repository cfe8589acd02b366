"""What strays into a survey: columns and sheets that are not read, another version's or round's workbook, a stranger."""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import Place
from ..findings import Finding, Severity
from ..guide import KEPT
from ..iris import slug
from .columns import FIELD, FIELDS, SCHEMA, SHEETS, SURVEY, VALUE
from .frame import Frame
from .interface import Context
from .package import version
from .sheets import Sheet, headed, unread

KEEPS = "`atmp survey migrate` keeps what stands there as notes"
"""What is to be done about all that is not read."""


def headers(sheet: Sheet) -> Iterator[Finding]:
    """Yield the columns of a sheet that are unknown, and those that are missing; and that it is empty."""
    columns = SHEETS[sheet.name]
    known = [column.header for column in columns]
    for header in sheet.headers:
        if header and header not in known:
            place = Place(sheet.place.file, sheet.place.sheet, 1, header)
            said = f"the column '{header}' is unknown; it was not read"
            yield Finding(Severity.WARNING, said, place, value=header, mend=_meant(header, known))
    if not sheet.rows:
        said = f"the sheet {sheet.name} is empty"
        yield Finding(Severity.INFO, said, sheet.place, mend="fill it in, or leave it so")
    for column in columns:
        if column.required and column.header not in sheet.headers and sheet.rows:
            said = f"the column '{column.header}' is missing"
            yield Finding(Severity.VIOLATION, said, sheet.place, mend=f"add it: {column.help}")


def fields(sheet: Sheet) -> Iterator[Finding]:
    """Yield what the sheet Survey says beside its fields and their values."""
    known = [column.header for column in FIELDS]
    for row in sheet.rows:
        field, value = headed(row.cells.get(FIELD)), row.cells.get(VALUE)
        if value is not None and field.lower() not in map(str.lower, known):
            said = (
                f"the field '{field}' is unknown; it was not read"
                if field
                else "a value stands beside no field; it was not read"
            )
            yield Finding(Severity.WARNING, said, row.place, value=str(value), mend=_meant(field, known))
        for header, cell in row.cells.items():
            if header not in {FIELD, VALUE}:
                said = f"the column '{header}' is unknown; it was not read"
                yield Finding(Severity.WARNING, said, replace(row.place, column=header), value=str(cell), mend=KEEPS)


def _meant(word: str, known: Sequence[str]) -> str:
    """Return how to mend a name that is unknown."""
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean '{close[0]}'? {KEEPS}" if close else f"known are {', '.join(known)}. {KEEPS}"


def others(path: Path) -> Iterator[Finding]:
    """Yield the sheets that hold something and are not read: those that are none of the survey's, and the sheet Kept.

    Their place is the whole file: a copy with the findings leaves alone what is not ours.
    """
    place = Place(path.name)
    for name in unread(path, (SURVEY, *SHEETS)):
        if name == KEPT:
            said = "the sheet Kept holds what no column takes; it is not read"
            mend = "move what should be loaded into a row's Notes, or leave it so"
            yield Finding(Severity.INFO, said, place, value=name, mend=mend)
        else:
            said = f"the sheet '{name}' is none of the survey's; it was not read"
            yield Finding(Severity.WARNING, said, place, value=name, mend=KEEPS)


def respondent(path: Path, frame: Frame, people: Container[str], context: Context) -> Iterator[Finding]:
    """Yield a respondent who is nobody: the answers would stand under a name that is never seen again."""
    who = frame.respondent
    if who is None or who in people or context.known(context.names.record(frame.centre, "person", who)):
        return
    mend = "write the id of the investigator whose answers these are, or empty the cell where they are those of several"
    place = Place(path.name, SURVEY, None, "Respondent id")
    said = f"{who} is no id of the sheet Investigators"
    yield Finding(Severity.VIOLATION, said, place, value=who, mend=mend)


def other_version(path: Path) -> Iterator[Finding]:
    """Yield that the workbook has the columns of another version."""
    said = version(path)
    if said is not None and said != SCHEMA:
        mend = f"`atmp survey migrate {path.name} --to NEW.xlsx` writes it with today's columns, and loses nothing"
        if said > SCHEMA:
            mend = f"upgrade with `pip install --upgrade atmp-atlas`, which knows them; or {mend}"
        message = f"the workbook has the survey's columns in version {said}, and version {SCHEMA} is read"
        yield Finding(Severity.WARNING, message, Place(path.name), value=str(said), mend=mend)


def later_round(path: Path, frame: Frame, context: Context) -> Iterator[Finding]:
    """Yield that the store has answers of a later round, and what that means for these."""
    later = {name: held for name, held in context.rounds(frame.centre).items() if held > frame.held}
    if later and slug(frame.round) not in map(slug, later):
        last = max(later, key=lambda name: (later[name], name))
        message = (
            f"the store has a later round, {last} of {later[last]}: these count as answers of {frame.round},"
            f" and where the two disagree, what was said in {last} stands"
        )
        mend = (
            f"if they answer the round {last}, write it and their date in the sheet Survey; to ask for it once more with"
            f" these filled in, `atmp survey migrate {path.name} --to NEW.xlsx --round {last}`; otherwise leave them so"
        )
        yield Finding(Severity.WARNING, message, Place(path.name, SURVEY, None, "Round"), value=frame.round, mend=mend)
