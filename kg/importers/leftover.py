"""What no field takes: columns that a mapping does not name, kept as notes but for contact details."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..findings import Finding, Severity
from .foreign import Foreign, Line
from .mapping import heading
from .surveymapping import NUMBER, Block, SurveyMapping, numbered
from .transfer import Made

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![\w./-])(?!\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b)(?:\+\d{1,3}|\(?0)[\d\s()/-]{5,}\d(?!\w)"
    r"|(?<!\d)(?:19|20)?\d{6}[-+]\d{4}(?!\d)"
)
_CONTACT = re.compile(
    r"\b(e-?mail|e-?post|phone|telephone|telefon\w*|mobile?|mobilnummer|tel|fax|address|\w*adress|contact|kontakt\w*|"
    r"personnummer|social security|ip)\b"
)
_LEFT_OUT = "[left out]"


def is_contact(label: str) -> bool:
    """Return whether a column by its name says how to reach somebody."""
    return _CONTACT.search(heading(label)) is not None


def without_contact(text: str) -> str:
    """Return a text with its addresses and numbers, through which somebody is reached, left out."""
    return _PHONE.sub(_LEFT_OUT, EMAIL.sub(_LEFT_OUT, text))


@dataclass
class Leftover:
    """Puts what is left of each line on the rows that it made."""

    mapping: SurveyMapping
    table: Foreign
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Find the columns that are left, and say which of them are not kept."""
        named = {heading(name) for name in _named(self.mapping)} | set(map(heading, self.mapping.ignore))
        left = [header for header in self.table.headers if heading(header) not in named]
        hidden = [header for header in left if heading(header) in self.table.private or is_contact(self._label(header))]
        self.columns = [header for header in left if header not in hidden]
        for header in hidden:
            if self.table.texts(header):
                self.findings.append(
                    Finding(Severity.INFO, "the column is taken for contact details, and not kept as a note",
                            replace(self.table.place, column=header), value=header,
                            mend="give it a field in the mapping, or write it under `ignore`"))  # fmt: skip

    def keep(self, made: Sequence[Made]) -> None:
        """Write the notes of every line; what finds no row to stand on is said."""
        by_line: dict[int | None, list[Made]] = {}
        by_record: dict[tuple[str, ...], list[Made]] = {}
        for one in made:
            by_line.setdefault(one.line.place.row, []).append(one)
            by_record.setdefault(self._record(one.line), []).append(one)
        for line in self.table.lines:
            beside = by_line.get(line.place.row, [])
            record = self._record(line)
            for header, note in self._notes(line):
                owner = self._owner(header, beside) or self._owner(header, by_record.get(record, []) if record else [])
                if owner is None:
                    self.findings.append(
                        Finding(Severity.WARNING, "the row makes no project and no investigator; the cell is not kept",
                                replace(line.place, column=header), mend="complete the mapping, or empty the row"))  # fmt: skip
                else:
                    owner.cells["Notes"] = "\n".join(filter(None, (owner.cells.get("Notes"), note)))
            if not beside and not record:
                self.findings.append(Finding(Severity.INFO, "the row says nothing that the mapping reads", line.place))

    def _record(self, line: Line) -> tuple[str, ...]:
        return line.cells.get(heading(self.mapping.record), ()) if self.mapping.record else ()

    def _label(self, header: str) -> str:
        return self.table.labels.get(heading(header), header)

    def _notes(self, line: Line) -> Iterator[tuple[str, str]]:
        for header in self.columns:
            text = "; ".join(line.cells.get(heading(header), ()))
            safe = without_contact(text)
            if safe != text:
                self.findings.append(
                    Finding(Severity.INFO, "the cell holds an address or a number; it is left out of the notes",
                            replace(line.place, column=header)))  # fmt: skip
            if safe:
                yield header, f"{self._label(header)}: {safe}"

    def _owner(self, header: str, made: Sequence[Made]) -> Made | None:
        """Return the row that a column's notes belong to: its number's, the one project, the person, the first project."""
        projects = [one for one in made if one.block.sheet == "Projects"]
        people = [one for one in made if one.block.sheet == "Investigators"]
        mine = [one for one in projects if one.number and self._of_number(header, one.block, one.number)]
        single = projects if len({one.identifier for one in projects}) == 1 else []
        return next(iter([*mine, *single, *people, *projects]), None)

    def _of_number(self, header: str, block: Block, number: str) -> bool:
        """Return whether a column is numbered as those are that a block reads, or has a sister of another number."""
        apart = re.compile(rf"(?<!\d){re.escape(number)}(?!\d)")
        stems = [name.partition(NUMBER)[0] + number for name in block.named() if NUMBER in name]
        if any(heading(header).startswith(heading(stem)) for stem in stems) and apart.search(header):
            return True
        sisters = {heading(apart.sub(other, header, count=1)) for other in block.repeat if other != number}
        return apart.search(header) is not None and bool(sisters & set(map(heading, self.table.headers)))


def _named(mapping: SurveyMapping) -> Iterator[str]:
    """Yield the columns that a mapping reads, as the table spells them."""
    yield from (*filter(None, [mapping.record]), *mapping.only)
    for block in mapping.rows.values():
        for name in block.named():
            yield from (numbered(name, number) for number in block.numbers())
