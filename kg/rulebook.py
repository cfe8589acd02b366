"""Rules across records, one `.rq` file each: what no shape of a single record can see.

A shape that looks beyond its record would have to be checked for each record by itself; a query sees all at once.
A file opens with comment lines: the rule in plain words, then `# key: value` lines.
    # The stages of a project rise with their dates, or a note explains why not.
    # severity: warning
    # message: The stage fell from {before} to {after}.
    # mend: Correct the stage or its date.
The query returns `?record` for each record that breaks the rule, with `?property` and `?value` where one is at fault;
words in braces are its other columns. `# where of question: 17` takes the pattern of a question of the catalogue, so
that what it calls wrong is told in one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox

from .catalogue import question
from .findings import Finding, Severity

_HEADER = re.compile(r"# (severity|message|mend|where of question): (.*)")
_QUERY = "http://www.w3.org/ns/shacl#SPARQLConstraintComponent"


@dataclass(frozen=True)
class Rule:
    """One rule: its name, what it says, how grave a breach is, in which words it is told, and the query that finds it."""

    name: str
    text: str
    severity: Severity
    message: str
    mend: str
    query: str

    def breaches(self, graph: ox.Store) -> Iterator[Finding]:
        """Yield a finding for each record that breaks the rule in a graph."""
        rows: Any = graph.query(self.query, use_default_graph_as_union=True)
        for row in rows:
            said = {name: row[name] for name in self._names if row[name] is not None}
            words = {name: _word(term) for name, term in said.items()}
            yield Finding(
                self.severity,
                self.message.format(**words),
                record=said["record"].value,
                property=said["property"].value if "property" in said else None,
                value=said["value"].value if "value" in said else None,
                mend=self.mend.format(**words),
                constraint=_QUERY,
            )

    @cached_property
    def _names(self) -> set[str]:
        return {"record", "property", "value", *re.findall(r"{(\w+)}", self.message + self.mend)} & set(
            re.findall(r"\?(\w+)", self.query)
        )


def _word(term: Any) -> str:
    """Return a term in words: a literal's text, or the id at the end of an IRI."""
    return unquote(term.value.rstrip("/").rsplit("/", 1)[-1]) if isinstance(term, ox.NamedNode) else str(term.value)


def _read(name: str, text: str) -> Rule:
    said = {match[1]: match[2] for match in map(_HEADER.fullmatch, text.splitlines()) if match}
    if "where of question" in said:
        whole = question(int(said["where of question"])).query
        prefixes = "\n".join(line for line in whole.splitlines() if line.startswith("PREFIX "))
        text = f"{text}{whole[whole.index('WHERE {') : whole.rindex('}') + 1]}"
        text = f"{prefixes}\n{text}"
    rule = next(line for line in text.splitlines() if line.startswith("# "))
    return Rule(name, rule[2:], Severity(said["severity"]), said["message"], said["mend"], text)


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Return all rules, by name."""
    found = [entry for entry in files("atmp.kg").joinpath("rules").iterdir() if entry.name.endswith(".rq")]
    return tuple(
        _read(entry.name.removesuffix(".rq"), entry.read_text(encoding="utf-8"))
        for entry in sorted(found, key=lambda entry: entry.name)
    )


def breaches(graph: ox.Store) -> Iterator[Finding]:
    """Yield what breaks a rule in a graph that holds records and the terms they name."""
    for rule in rules():
        yield from dict.fromkeys(rule.breaches(graph))  # a query may find one breach by two ways
