"""REDCap's data dictionary, and a raw export read with it: codes become labels, checkbox columns one list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path

from ..errors import Place, SourceError
from ..findings import Finding, Severity
from . import delimited
from .foreign import Foreign, Line
from .mapping import Cells, heading

VARIABLE = "Variable / Field Name"
EVENT, INSTRUMENT, INSTANCE = "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance"
_NAMES = {
    "name": (VARIABLE, "field_name"),
    "sort": ("Field Type", "field_type"),
    "label": ("Field Label", "field_label"),
    "choices": ("Choices, Calculations, OR Slider Labels", "select_choices_or_calculations"),
    "private": ("Identifier?", "identifier"),
}
_CODED = {"radio", "dropdown", "checkbox"}
_FIXED = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}
_CHECKBOX = re.compile(r"(.+?)___(.+)")
_AGAIN = re.compile(r" \(\d+\)$")
_CHOICE = re.compile(r"(.+) \(choice=(.+)\)", re.DOTALL)
_CHECKED, _UNCHECKED = {"1", "checked", "yes"}, {"", "0", "unchecked", "no"}
_OWN = re.compile(r"redcap_.*|.*_complete|.*_timestamp")


@dataclass(frozen=True)
class Variable:
    """One row of the dictionary; `choices` are the labels of its codes."""

    name: str
    line: int
    sort: str
    label: str
    choices: Mapping[str, str] = field(default_factory=dict)
    private: bool = False


@dataclass(frozen=True)
class Dictionary:
    """A data dictionary: its file, and its variables by name."""

    file: str
    variables: dict[str, Variable]


def is_own(header: str) -> bool:
    """Return whether a column is REDCap's own: events, instances, and how complete a form is."""
    return _OWN.fullmatch(header.lower()) is not None


def read_dictionary(path: Path) -> Dictionary:
    """Return the data dictionary in a CSV file; raises SourceError where it is none."""
    if not path.is_file():
        raise SourceError("there is no such data dictionary: check its name and folder", Place(str(path)))
    there = set(map(heading, delimited.headers(path)))
    wanted = {
        name: next((heading(one) for one in names if heading(one) in there), None) for name, names in _NAMES.items()
    }
    for name in ("name", "sort", "choices"):
        if wanted[name] is None:
            raise SourceError(
                f"it is no data dictionary of REDCap: it has no column '{_NAMES[name][0]}'", Place(path.name)
            )
    found: dict[str, Variable] = {}
    for line, cells in delimited.rows(path, []):
        row = {heading(name): text.strip() for name, text in cells.items()}
        said = {name: row.get(column or "", "") for name, column in wanted.items()}
        name, sort = said["name"].lower(), said["sort"].lower()
        if name in found:
            place = Place(path.name, None, line, VARIABLE)
            raise SourceError(
                f"the variable '{name}' stands there twice, first in row {found[name].line}: keep one", place
            )
        if name:
            choices = _FIXED.get(sort) or (_choices(said["choices"]) if sort in _CODED else {})
            found[name] = Variable(
                name, line, sort, plain(said["label"]) or name, choices, said["private"].lower() == "y"
            )
    if not found:
        raise SourceError("the data dictionary has no rows", Place(path.name))
    return Dictionary(path.name, found)


def plain(label: str) -> str:
    """Return a label without the HTML that REDCap allows in it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", label)).split())


def _choices(text: str) -> dict[str, str]:
    """Return the labels by code of `1, Yes | 2, No`; a choice without a comma is its own label."""
    parts = (part.partition(",") for part in text.split("|") if part.strip())
    return {code.strip(): plain(label) or code.strip() for code, _, label in parts}


def unfolded(table: Foreign, dictionary: Dictionary | None, nothing: frozenset[str]) -> Foreign:
    """Return an export with labels in place of codes, and one column in place of a question's checkboxes.

    `nothing` are the codes for missing data. Without a dictionary the checkboxes come together under their codes, or
    under the labels that an export with labels has in its headers. Raises SourceError where no variable of the
    dictionary is in the data.
    """
    boxes = _boxes(table, dictionary)
    headers = tuple(dict.fromkeys(boxes[name][0] if name in boxes else name for name in table.headers))
    findings = [*table.findings, *(_fit(table, headers, boxes, dictionary) if dictionary else ())]
    reader = _Reader(table, boxes, dictionary.variables if dictionary else {}, nothing, findings)
    lines = tuple(Line(line.place, reader.cells(line)) for line in table.lines)
    known = (
        [dictionary.variables[name.lower()] for name in headers if name.lower() in dictionary.variables]
        if dictionary
        else []
    )
    return replace(
        table, headers=headers, lines=lines, findings=tuple(findings),
        labels={heading(one.name): one.label for one in known},
        private=frozenset(heading(one.name) for one in known if one.private),
        chosen=frozenset(heading(name) for name in (*(question for question, _ in boxes.values()),
                                                    *(one.name for one in known if one.choices))),
    )  # fmt: skip


def _boxes(table: Foreign, dictionary: Dictionary | None) -> dict[str, tuple[str, str]]:
    """Return the question and the code or label of each column that is one checkbox."""
    found = {}
    for header in table.headers:
        bare = _AGAIN.sub("", header) if "___" in header else header  # a code such as -1 is spelled much like 1
        match = _CHECKBOX.fullmatch(bare) or _CHOICE.fullmatch(bare)
        if match is None:
            continue
        question = match[1]
        known = dictionary.variables.get(question.lower()) if dictionary else None
        said = {text.casefold() for text in table.texts(header)}
        if (known and known.sort == "checkbox") or (not known and said <= _CHECKED | _UNCHECKED):
            found[header] = (question, match[2])
    return found


def _spelled(code: str) -> str:
    """Return a code as the name of a checkbox column spells it."""
    return re.sub(r"[^a-z0-9_]", "_", code.lower())


def _fit(
    table: Foreign, headers: tuple[str, ...], boxes: dict[str, tuple[str, str]], dictionary: Dictionary
) -> Iterator[Finding]:
    """Yield where dictionary and data do not fit each other."""
    there = {name.lower() for name in headers}
    if not there & set(dictionary.variables):
        raise SourceError(
            f"the data dictionary {dictionary.file} does not fit: none of its variables is a column here", table.place
        )
    for variable in dictionary.variables.values():
        if variable.name not in there and variable.sort != "descriptive":
            yield Finding(Severity.WARNING, f"the variable '{variable.name}' is in the dictionary, and not in the data",
                          Place(dictionary.file, None, variable.line, VARIABLE), value=variable.name,
                          mend="export it too, or take the dictionary of the same day; left out as an identifier, it is well")  # fmt: skip
    for header in headers:
        if header.lower() not in dictionary.variables and not is_own(header):
            yield Finding(Severity.WARNING, f"the column '{header}' is in the data, and not in the dictionary",
                          replace(table.place, column=header), value=header,
                          mend=f"take the dictionary of the same day in place of {dictionary.file}")  # fmt: skip
    for column, (question, code) in boxes.items():
        known = dictionary.variables.get(question.lower())
        if known and not {_spelled(code)} & set(map(_spelled, (*known.choices, *known.choices.values()))):
            yield Finding(Severity.WARNING, f"'{code}' is not among the choices of '{question}' in the dictionary",
                          replace(table.place, column=column), value=code,
                          mend=f"the dictionary {dictionary.file} has {', '.join(known.choices) or 'none'}")  # fmt: skip


@dataclass(frozen=True)
class _Reader:
    """Reads rows by the dictionary, collecting findings."""

    table: Foreign
    boxes: dict[str, tuple[str, str]]
    variables: dict[str, Variable]
    nothing: frozenset[str]
    findings: list[Finding]

    def cells(self, line: Line) -> Cells:
        found: Cells = {}
        for header in self.table.headers:
            texts = tuple(text for text in line.cells.get(heading(header), ()) if text not in self.nothing)
            name, code = self.boxes.get(header, (header, None))
            variable = self.variables.get(name.lower())
            if code is None:
                said = tuple(self._label(variable, text, line, header) for text in texts)
            else:
                said = self._ticked(variable, code, texts, line, header)
            if said:
                found[heading(name)] = (*found.get(heading(name), ()), *said)
        return found

    def _label(self, variable: Variable | None, text: str, line: Line, header: str) -> str:
        choices = variable.choices if variable else {}
        if not choices or text in choices:
            return choices.get(text, text)
        if text.casefold() not in {label.casefold() for label in choices.values()}:
            self._find(line, header, f"the code '{text}' is not among the choices in the dictionary; it stays as it is",
                       text, f"the choices are {', '.join(choices)}; a code for missing data belongs under `nothing`")  # fmt: skip
        return text

    def _ticked(
        self, variable: Variable | None, code: str, texts: tuple[str, ...], line: Line, header: str
    ) -> tuple[str, ...]:
        said = "".join(texts).casefold()
        if said not in _CHECKED | _UNCHECKED:
            self._find(line, header, f"'{said}' is neither ticked nor not; it was not read", said, "write 1 or 0")
        choices = {_spelled(one): label for one, label in variable.choices.items()} if variable else {}
        if said not in _CHECKED or code in self.nothing:
            return ()
        return (choices.get(_spelled(code), code),)

    def _find(self, line: Line, header: str, message: str, value: str, mend: str) -> None:
        place = replace(line.place, column=header)
        self.findings.append(Finding(Severity.WARNING, message, place, value=value, mend=mend))
