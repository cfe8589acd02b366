"""The question catalogue: one `.rq` file a question, with its words, its parameters and its note.

A file opens with comment lines: the question in plain words, then `# key: value` lines.
    # Which projects are most like mine, and why?
    # asked by: investigator
    # parameter project: project | required | the project to compare with
    # parameter limit: integer | 10 | how many
    # note: shown with every answer
A parameter is bound as a term, written by the engine, never pasted in as it came: where the query says
`#BIND project` (nothing happens there while an optional one is not given), and for `?project` inside a SERVICE.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import pyoxigraph as ox
from atmp.ontology.vocabulary import vocabulary

from .errors import UnknownRecordError, UnknownTermError, UsageError
from .iris import slug
from .records import KINDS
from .sparql.guard import guard
from .sparql.services import Services, answered
from .table import Table, value
from .triples import XSD
from .view import View

_HEADER = re.compile(r"# (?P<key>[a-z]+(?: [a-z_]+)?): (?P<value>.*)")
_MARK = re.compile(r"#BIND (\w+)")
_WHOLE = re.compile(r"\d{1,9}")
_VARIABLE = re.compile(r"[?$](\w+)")


@dataclass(frozen=True)
class Parameter:
    """One thing a question may be asked about: `sort` is a record kind, a scheme, `disease`, `text`, `integer`, `date`."""

    name: str
    sort: str
    default: str
    words: str
    required: bool = False

    def term(self, view: View, word: str) -> Any:
        """Return the term that `word` names; raises UnknownRecordError, UnknownTermError or UsageError."""
        if self.sort in KINDS:
            return ox.NamedNode(self._centre(view, word) if self.sort == "centre" else view.find(self.sort, word).iri)
        if self.sort == "integer":
            if not _WHOLE.fullmatch(word.strip()):
                raise UsageError(f"{self.name} takes a whole number, not '{word}'")
            return ox.Literal(int(word))
        if self.sort == "date":
            return _date(self.name, word)
        if self.sort == "text":
            return ox.Literal(word)
        known = vocabulary()
        if self.sort == "disease":
            found = known.diseases.find(word)
            if found is None:
                raise UnknownTermError(word, "disease")
            return ox.NamedNode(found)
        concept = known.find(word, self.sort)
        if concept is None:
            raise UnknownTermError(word, self.sort, known.nearest(word, self.sort))
        return ox.NamedNode(concept.iri)

    def _centre(self, view: View, word: str) -> str:
        centres = {view.store.names.key(iri): iri for iri in view.iris("centre")}
        iri = word if "://" in word else view.store.names.centre(slug(word))
        if iri not in centres.values():
            raise UnknownRecordError(f"there is no centre {word}: there is {', '.join(sorted(centres)) or 'none'}")
        return iri


@dataclass(frozen=True)
class Question:
    """A competency question: its number, words, who asks it, and the query that answers it."""

    number: int
    text: str
    asked_by: str
    parameters: tuple[Parameter, ...]
    note: str
    query: str

    def filled(self, view: View, words: Mapping[str, str]) -> str:
        """Return the query with its parameters bound; raises UsageError for one it has not, or one that is missing."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in words:
            if name not in known:
                raise UsageError(
                    f"question {self.number} has no parameter '{name}': it has {', '.join(known) or 'none'}"
                )
        given = {name: words.get(name) or parameter.default for name, parameter in known.items()}
        for name, word in given.items():
            if not word and known[name].required:
                raise UsageError(f"question {self.number} needs {name} ({known[name].words}): add {name}=...")
        return _bind(self.query, {name: known[name].term(view, word) for name, word in given.items() if word})

    def ask(self, view: View, services: Services, words: Mapping[str, str]) -> Table:
        """Answer the question as this viewer sees it; raises UsageError for a parameter it does not have."""
        found = view.engine.query(answered(view, guard(self.filled(view, words)), services))
        names = tuple(variable.value for variable in found.variables)
        return Table(names, tuple(tuple(value(term) for term in row) for row in found), self.note)


def _date(name: str, word: str) -> Any:
    try:
        return ox.Literal(date.fromisoformat(word).isoformat(), datatype=ox.NamedNode(f"{XSD}date"))
    except ValueError:
        raise UsageError(f"{name} takes a date such as 2026-06-01, not '{word}'") from None


def _bind(query: str, bound: Mapping[str, Any]) -> str:
    """Put terms, as the engine writes them, at `#BIND name` lines and for `?name` inside services."""
    query = _MARK.sub(lambda m: f"VALUES ?{m[1]} {{ {bound[m[1]]} }}" if m[1] in bound else "", query)
    parts, position = [], 0
    for service in guard(query).services:
        parts.append(query[position : service.start])
        clause = query[service.start : service.end]
        parts.append(_VARIABLE.sub(lambda m: str(bound[m[1]]) if m[1] in bound else m[0], clause))
        position = service.end
    return "".join([*parts, query[position:]])


def _read(number: int, text: str) -> Question:
    lines = text.splitlines()
    keys: dict[str, list[tuple[str, str]]] = {"parameter": [], "asked": [], "note": []}
    for match in (_HEADER.fullmatch(line) for line in lines if line.startswith("# ")):
        if match:
            word, _, rest = match["key"].partition(" ")
            keys.setdefault(word, []).append((rest, match["value"]))
    parameters = tuple(_parameter(name, said) for name, said in keys["parameter"])
    note = " ".join(said for _, said in keys["note"])
    return Question(number, lines[0].removeprefix("# "), keys["asked"][0][1], parameters, note, text)


def _parameter(name: str, said: str) -> Parameter:
    sort, default, words = (part.strip() for part in said.split("|"))
    return Parameter(name, sort, default.removesuffix("required").strip(), words, default.endswith("required"))


@lru_cache(maxsize=1)
def questions() -> tuple[Question, ...]:
    """Return the catalogue, by number. Files are named `{number}-{slug}.rq`."""
    folder = files("atmp.kg").joinpath("questions")
    found = [
        _read(int(entry.name.split("-")[0]), entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".rq")
    ]
    return tuple(sorted(found, key=lambda question: question.number))


def question(number: int) -> Question:
    """Return one question; raises UsageError naming the numbers there are."""
    for one in questions():
        if one.number == number:
            return one
    raise UsageError(f"there is no question {number}: there are {', '.join(str(one.number) for one in questions())}")
