"""Plans: the blocks of a mapping that guessed columns make, with what identifies their rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from atmp.ontology.vocabulary import vocabulary

from .columnset import Candidate, assigned
from .guess import SURE, Guess
from .headings import NAMES, RECORD
from .importers.columns import SHEETS, Sort
from .importers.foreign import Foreign
from .importers.mapping import heading
from .importers.redcap import INSTANCE, is_own
from .importers.surveymapping import EACH, NUMBER

_FORM = frozenset({"timestamp", "tidstämpel", "tidsstämpel", "completion time", "slutförandetid", "response id", "responseid",
                   "recorded date", "date submitted", "last page"})  # fmt: skip

Taken = dict[tuple[str, str], list[tuple[Candidate, Guess]]]


@dataclass(frozen=True)
class Line:
    """One line of a block: columns of the table, or other rows, for a column of the survey."""

    columns: tuple[str, ...] = ()
    rows: str | None = None
    look: Candidate | None = None
    guess: Guess | None = None
    split: str | None = None
    dates: tuple[str, ...] = ()
    longest: int | None = None
    part: bool = False

    @property
    def sure(self) -> bool:
        """Return whether nobody needs to look at it."""
        return self.guess is None or self.guess.per_cent >= SURE


@dataclass
class Plan:
    """One block: the rows of a sheet."""

    name: str
    sheet: str
    id: tuple[str, ...]
    digest: bool = True
    prefix: str = ""
    first: bool = False
    repeat: tuple[str, ...] = ()
    each: Line | None = None
    lines: dict[str, Line] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)


def is_redcap(table: Foreign) -> bool:
    """Return whether a table was exported by REDCap."""
    return bool(table.labels) or any(is_own(header) for header in table.headers)


def is_form(table: Foreign) -> bool:
    """Return whether a table was exported by a web form, which numbers its answers anew each time."""
    return bool(set(map(heading, table.headers)) & _FORM)


class Planner:
    """Makes the blocks of one table out of its guessed columns."""

    def __init__(self, table: Foreign, columns: list[Candidate]) -> None:
        """Take each of the survey's columns from the one that is guessed surest."""
        self.table, self.columns = table, columns
        self.taken: Taken = assigned(columns)
        self.record = table.headers[0] if is_redcap(table) else None
        self.instance = next((header for header in table.headers if header.lower() == INSTANCE), None)
        self._whole_name()

    def plans(self) -> list[Plan]:
        """Return the blocks, those that others point at first."""
        lead, organisation = self._lead(), self._organisation()
        project = self._project(lead, organisation)
        others = self._others() if project else None
        if project and others:
            project.lines["Co-investigator ids"] = Line(rows="others")
        found = [organisation, lead, others, project, self._need(project), self._capability(organisation)]
        return [plan for plan in found if plan is not None and (plan.sheet != "Organisations" or project or lead)]

    def _whole_name(self) -> None:
        """Make one name of two halves."""
        halves = [next((one for one in self.columns if heading(one.look.label) in words), None) for words in NAMES]
        first, last = halves
        if first and last:
            guess = Guess("Investigators", "Name", 100, "the heading")
            for target in [key for key, there in self.taken.items() if any(one in halves for one, _ in there)]:
                del self.taken[target]
            self.taken["Investigators", "Name"] = [(first, guess), (last, guess)]

    def _column(self, sheet: str, header: str) -> str | None:
        there = self.taken.get((sheet, header))
        return there[0][0].name if there else None

    def _lines(self, sheet: str, skip: Iterable[str] = ()) -> dict[str, Line]:
        headers = [column.header for column in SHEETS[sheet][1:] if column.sort not in {Sort.ID, Sort.IDS}]
        return {
            header: self._line(sheet, header)
            for header in headers
            if header not in skip and (sheet, header) in self.taken
        }

    def _line(self, sheet: str, header: str) -> Line:
        there = self.taken[sheet, header]
        one, guess = there[0]
        column = guess.column
        split = None
        if column.sort is Sort.CONCEPTS:
            split = one.look.split(column.scheme or "")[0]
        elif column.sort in {Sort.TEXTS, Sort.DISEASES} and not one.look.chosen:
            split = next((mark for mark in ";," if any(mark in text for text in one.look.distinct)), None)
        dates = one.look.dates() if column.sort is Sort.DATE else ()
        plain = not dates or dates[0] in {"%Y-%m-%d", "%Y-%m", "%Y"}
        return Line(tuple(each.name for each, _ in there), None, one, guess, split, () if plain else dates)

    def _lead(self) -> Plan | None:
        lines = self._lines("Investigators")
        by = next((name for name in ("E-mail", "ORCID", "Name") if name in lines), None)
        if by is None:
            return None
        words = lines[by].columns
        gaps = "Name" in lines and by != "Name" and self._filled(words[0]) < self._filled(lines["Name"].columns[0])
        plan = Plan(
            "lead", "Investigators", (*words, *lines["Name"].columns[:1]) if gaps else words, first=gaps, lines=lines
        )
        if "Name" not in lines:
            plan.fixed["Name"] = "not stated"
        if "Response date" in lines:
            plan.fixed["Response"] = "answered"
        if self._column("Organisations", "Name"):
            plan.lines["Organisation ids"] = Line(rows="organisation")
        return plan

    def _filled(self, name: str) -> int:
        return len(next(one for one in self.columns if one.name == name).look.texts)

    def _organisation(self) -> Plan | None:
        name = self._column("Organisations", "Name")
        return (
            Plan("organisation", "Organisations", (name,), digest=False, lines=self._lines("Organisations"))
            if name
            else None
        )

    def _others(self) -> Plan | None:
        """Return the investigators beside the lead, named in one cell."""
        there = self.taken.get(("Projects", "Co-investigator ids"))
        if not there:
            return None
        one, guess = there[0]
        split = next((mark for mark in ";,\n" if any(mark in text for text in one.look.distinct)), None)
        each = Line((one.name,), None, one, guess, split)
        return Plan(
            "others", "Investigators", (EACH,), repeat=one.numbers, each=each, lines={"Name": Line((EACH,), part=True)}
        )

    def _project(self, lead: Plan | None, organisation: Plan | None) -> Plan | None:
        lines = self._lines("Projects")
        if "Title" not in lines and "Description" not in lines:
            return None
        if "Title" not in lines:
            said = lines["Description"]
            lines = {"Title": Line(said.columns, None, said.look, said.guess, longest=80)} | lines
        repeat = next((line.look.numbers for line in lines.values() if line.look and line.look.numbers), ())
        identifier, digest, prefix = self._project_id(lead, lines["Title"], repeat)
        plan = Plan("project", "Projects", identifier, digest, prefix, repeat=repeat, lines=lines)
        for header, scheme in (("ATMP class", "class"), ("Stage", "stage")):
            plan.fixed[header] = _unknown(scheme)
        if lead:
            plan.lines["Lead investigator ids"] = Line(rows="lead")
        if organisation:
            plan.lines["Organisation ids"] = Line(rows="organisation")
        return plan

    def _project_id(self, lead: Plan | None, title: Line, repeat: tuple[str, ...]) -> tuple[tuple[str, ...], bool, str]:
        """Return what identifies a project: its own id, the record, a number of its own, else lead and title."""
        own = self._column("Projects", "Project id")
        if own:
            return (own,), False, ""
        if self.record:
            instance = (self.instance,) if self.instance and self._repeats(title.columns[0]) else ()
            return (self.record, *instance, *((NUMBER,) if repeat else ())), False, "P"
        number = next((one for one in self.columns if heading(one.name) in RECORD), None)
        if number and not repeat and not is_form(self.table) and len(set(number.look.texts)) == len(self.table.lines):
            return (number.name,), False, "P"
        return (*(lead.id[:1] if lead else ()), title.columns[0]), True, ""

    def _repeats(self, name: str) -> bool:
        """Return whether a column is filled in rows that are one of several in a record."""
        rows = (line.cells for line in self.table.lines if heading(name) in line.cells)
        return any(heading(self.instance or "") in cells for cells in rows)

    def _need(self, project: Plan | None) -> Plan | None:
        lines = self._lines("Needs", ("Category",))
        there = self.taken.get(("Needs", "Category"))
        if project is None or not (there or "Description" in lines):
            return None
        each = self._each(there) if there else None
        if self.record:
            base: tuple[str, ...] = (self.record, *([self.instance] if self.instance else []))
        else:
            base = project.id
        repeat = next((one.numbers for one, _ in there if one.numbers), ()) if there else ()
        plan = Plan("need", "Needs", (*base, *([EACH] if each else [])), repeat=repeat, each=each, lines=lines)
        if NUMBER in plan.id and not repeat:
            plan.id = tuple(name for name in plan.id if name != NUMBER)
        if not repeat:  # a need that is said once is of the one project, or its title does not tell them apart
            plan.id = tuple(name for name in plan.id if NUMBER not in name)
        if there:
            plan.lines = {"Category": Line((EACH,), None, there[0][0], there[0][1], part=True)} | plan.lines
        plan.fixed["Category"] = "other"
        plan.lines["Project id"] = Line(rows="project")
        return plan

    def _each(self, there: list[tuple[Candidate, Guess]]) -> Line:
        one, guess = there[0]
        split = one.look.split("category")[0]
        if (
            split is None
            and not one.look.chosen
            and any(", " in text for text in one.look.distinct)
            and len(max(one.look.distinct, key=len)) < 300
        ):
            split = ","
        return Line((one.name,), None, one, guess, split)

    def _capability(self, organisation: Plan | None) -> Plan | None:
        there = self.taken.get(("Capabilities", "Category"))
        if organisation is None or not there:
            return None
        each = self._each(there)
        lines = {
            "Category": Line((EACH,), None, there[0][0], there[0][1], part=True),
            **self._lines("Capabilities", ("Category",)),
        }
        lines["Provider id"] = Line(rows="organisation")
        return Plan(
            "capability", "Capabilities", (*organisation.id, EACH), each=each, lines=lines, fixed={"Category": "other"}
        )


def _unknown(scheme: str) -> str:
    """Return the term that stands where nothing is said."""
    found = (vocabulary().find(word, scheme) for word in ("not-stated", "unknown", "other"))
    return next(concept.notation for concept in found if concept)
