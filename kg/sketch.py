"""A mapping drafted by guessing: the rows that a table seems to make, to be looked over by whoever knows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .columnset import Candidate, candidates
from .errors import Place, SourceError
from .guess import SURE
from .headings import NOISE, RECORD
from .importers.foreign import Foreign, read_foreign
from .importers.leftover import is_contact
from .importers.mapping import heading
from .importers.redcap import EVENT, Dictionary, is_own, read_dictionary, unfolded
from .importers.surveymapping import NUMBER
from .iris import slug
from .plan import Plan, Planner, is_form, is_redcap
from .table import Table, Value

_MISSING = frozenset(
    {"UNK", "UNAV", "NI", "INV", "NASK", "ASKU", "NAV", "NAVU", "MSK", "NA", "NP", "QS", "TRC", "DER", "OTH"}
)
_NEGATIVE = re.compile(r"-(\d)\1*|-9\d+")


@dataclass
class Sketch:
    """A drafted mapping, and what it leaves: columns kept as notes, contact details, what is ignored."""

    name: str
    table: Foreign
    plans: list[Plan]
    dictionary: str | None = None
    header: int | None = None
    record: str | None = None
    nothing: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def table_of_columns(self) -> Table:
        """Return what becomes of every column: the survey's column with how sure that is, a note, or nothing."""
        rows: list[tuple[Value, ...]] = [
            (column, becomes, per_cent, why) for column, becomes, per_cent, why in self.guessed()
        ]
        left = [(self.notes, "a note"), (self.contacts, "not kept: contact details"), (self.ignored, "ignored")]
        rows += [(name, becomes, None, "") for names, becomes in left for name in names]
        return Table(("column", "becomes", "per_cent", "why"), tuple(rows))

    def summary(self) -> str:
        """Return in a sentence how much was mapped, guessed and left."""
        sure = [per_cent >= SURE for *_, per_cent, _ in self.guessed()]
        left = f"{len(self.notes)} left as notes, {len(self.contacts)} contact details not kept, {len(self.ignored)} ignored"
        return f"{sum(sure)} columns mapped, {len(sure) - sum(sure)} guessed (marked in the file), {left}"

    def guessed(self) -> Iterator[tuple[str, str, int, str]]:
        """Yield each column that is read, what of the survey it becomes, how sure that is in per cent, and why."""
        for plan in self.plans:
            for header, line in plan.lines.items():
                read = plan.each if line.part and plan.each else line
                if read.guess is not None:
                    named = any(heading(name) in self.table.private for name in read.columns)
                    why = (
                        f"{read.guess.why}; the dictionary says that it identifies somebody"
                        if named
                        else read.guess.why
                    )
                    yield ", ".join(read.columns), f"{plan.sheet}: {header}", read.guess.per_cent, why


def sketch(path: Path, dictionary: Path | None = None) -> Sketch:
    """Return a mapping for a table; raises SourceError where it cannot be read, or nothing in it is known."""
    table, known = read_foreign(path), read_dictionary(dictionary) if dictionary else None
    nothing = _nothing(table, known)
    table = unfolded(table, known, frozenset(nothing))
    columns = candidates(table)
    plans = Planner(table, columns).plans()
    if not plans:
        raise SourceError(
            "no column is known by its heading as a project's title or description, or as an investigator's name or e-mail:"
            " write the mapping by hand, as data/survey/MAPPING.md shows",
            Place(path.name, table.place.sheet, table.place.row),
        )
    made = Sketch(slug(re.sub(r"[\d_.-]{6,}", "", path.stem)) or "table", table, plans, nothing=nothing)
    made.dictionary = str(dictionary) if dictionary else None
    made.header = table.place.row if table.place.row != 1 else None
    made.record = table.headers[0] if is_redcap(table) else None
    made.events = tuple(dict.fromkeys(table.texts(EVENT)))
    _leave(made, columns)
    return made


def _nothing(table: Foreign, dictionary: Dictionary | None) -> tuple[str, ...]:
    """Return the codes for missing data: those that are no choice of their question and look like one."""
    coded = [one for one in dictionary.variables.values() if one.choices] if dictionary else []
    there = {heading(header): header for header in table.headers}
    strange = {
        text
        for one in coded
        if heading(one.name) in there
        for text in table.texts(one.name)
        if text not in one.choices and (text in _MISSING or _NEGATIVE.fullmatch(text))
    }
    return tuple(sorted(strange))


def _leave(made: Sketch, columns: Iterable[Candidate]) -> None:
    """Say what becomes of each column that no line reads."""
    read = {name for plan in made.plans for line in (plan.each, *plan.lines.values()) if line for name in line.columns}
    read |= {name for plan in made.plans for name in plan.id}
    patterns = {one.name: one for one in columns}
    whole = {
        name.replace(NUMBER, number)
        for name in read
        for number in (patterns[name].numbers if name in patterns else ()) or ("",)
    }
    form = is_form(made.table)
    for header in made.table.headers:
        label = made.table.labels.get(heading(header), header)
        if header in whole or header == made.record:
            continue
        if is_own(header) or (form and heading(header) in NOISE) or (form and heading(header) in RECORD):
            made.ignored.append(header)
        elif is_contact(label) or heading(header) in made.table.private:
            made.contacts.append(header)
        else:
            made.notes.append(header)
