"""A search clause: what stands between the braces of SERVICE, taken apart.

`?found search:text "..." ; search:limit 5 ; search:score ?score`: some properties ask, by a value or by a variable that
has one outside; the others give, and take a variable.
"""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyoxigraph as ox
from atmp.kg.errors import QueryRefusedError
from atmp.kg.sparql.tokens import Token, expand, tokens
from atmp.ontology.lexicon import SEARCH

FILTERS = {
    "kind": "kinds", "class": "classes", "stage": "stages", "indication": "indications", "vector": "vectors",
    "cell": "cells", "centre": "centres",
}  # fmt: skip
"""The properties that filter what is like a text or a record, and the filters that they are."""

_ONE = (
    "a search clause is about one variable, such as ?record: that of what is found. Only search:matches ?found may have"
    " a record before it"
)
ASKS = ("text", "like", "matches", "mode", "limit", "minScore", *FILTERS)
GIVES = ("score", "rank", "why", "kind", "label", "sentence", "missing")


@dataclass
class Clause:
    """One clause: the variable of what is found, the values that ask, and the variables.

    IRIs stand in angle brackets and literals plain. `taken` are the variables in the place of a value, and `given` says
    of each variable that is to be filled with what.
    """

    subject: str = ""
    asked: dict[str, list[str]] = field(default_factory=dict)
    taken: dict[str, list[str]] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)

    def partners_of(self, names: Container[str]) -> Clause:
        """Return the clause about the partners of its subject, where that has a value, and they have none, in `names`."""
        partners = self.taken.get("matches", [])
        if len(partners) != 1 or partners[0] in names or self.subject not in names:
            return self
        return replace(self, subject=partners[0], taken={**self.taken, "matches": [self.subject]})

    @property
    def properties(self) -> frozenset[str]:
        """Return the names of the properties that ask."""
        return frozenset((*self.asked, *self.taken))

    @property
    def needed(self) -> tuple[str, ...]:
        """Return the variables that need a value outside."""
        return tuple(dict.fromkeys(name for names in self.taken.values() for name in names))

    def one(self, name: str) -> str | None:
        """Return the only value under a name; raises QueryRefusedError for several."""
        values = self.asked.get(name, [])
        if len(values) > 1:
            raise QueryRefusedError(f"search:{name} is given more than once")
        return values[0] if values else None

    def asking(self, values: Mapping[str, str]) -> Clause:
        """Return the clause with values, as N-Triples writes them, in the place of variables."""
        asked = {name: list(self.asked.get(name, ())) for name in (*self.asked, *self.taken)}
        for name, variables in self.taken.items():
            terms = [values[variable] for variable in variables]
            asked[name] += [term if term.startswith("<") else plain(term) for term in terms]
        return replace(self, asked=asked, taken={})


def clause(body: str, prefixes: Mapping[str, str]) -> Clause:
    """Return what a body says; raises QueryRefusedError in words."""
    made, found, position = Clause(), list(tokens(body)), 0
    while position < len(found):
        subject = found[position].variable or _record(found[position], prefixes)
        if not subject or made.subject not in {"", subject}:
            raise QueryRefusedError(_ONE)
        made.subject = subject
        position = _properties(made, found, position + 1, dict(prefixes))
    if not made.subject:
        raise QueryRefusedError('a search clause needs at least ?record search:text "..."')
    if made.subject.startswith("<"):
        made = _turned(made)
    for name in (made.subject, *made.needed):
        if name in made.given or (name == made.subject and name in made.needed):
            raise QueryRefusedError(f"?{name} stands for two things in the search clause")
    return made


def _record(token: Token, prefixes: Mapping[str, str]) -> str:
    """Return the IRI that a token is, in angle brackets, or an empty string."""
    iri = expand(token.text, dict(prefixes)) if token.sort in {"iri", "name"} else token.text
    return f"<{iri}>" if iri != token.text else ""


def _turned(made: Clause) -> Clause:
    """Return a clause about a record as one about its partners: `<need> search:matches ?found` holds both ways."""
    partners = made.taken.get("matches", [])
    if len(partners) != 1 or "matches" in made.asked:
        raise QueryRefusedError(_ONE)
    taken = {name: names for name, names in made.taken.items() if name != "matches"}
    return replace(made, subject=partners[0], asked={**made.asked, "matches": [made.subject]}, taken=taken)


def _properties(made: Clause, found: Sequence[Token], position: int, prefixes: dict[str, str]) -> int:
    """Read `property object` pairs up to the closing point; returns where the next subject stands."""
    while position < len(found) and found[position].text != ".":
        if found[position].text == ";":
            position += 1
            continue
        if position + 1 >= len(found):
            raise QueryRefusedError("a property in the search clause has no value")
        prop = expand(found[position].text, prefixes)
        if not prop.startswith(SEARCH):
            raise QueryRefusedError(
                f"{found[position].text} has no place in a search clause: move it out of the SERVICE, or declare"
                f" PREFIX search: <{SEARCH}>"
            )
        position = _objects(made, prop.removeprefix(SEARCH), found, position + 1, prefixes)
    return position + 1


def _objects(made: Clause, name: str, found: Sequence[Token], position: int, prefixes: dict[str, str]) -> int:
    while True:
        token = found[position] if position < len(found) else Token("mark", "", 0)
        if token.variable:
            _take(made, name, token.variable)
            position += 1
        else:
            value, position = _value(found, position, prefixes)
            if name not in ASKS:
                raise QueryRefusedError(f"search:{name} cannot be asked for{_instead(name, ASKS)}")
            made.asked.setdefault(name, []).append(value)
        if position >= len(found) or found[position].text != ",":
            return position
        position += 1


def _take(made: Clause, name: str, variable: str) -> None:
    if name not in GIVES:
        if name not in ASKS:
            raise QueryRefusedError(f"search:{name} is nothing that a hit has{_instead(name, (*GIVES, *ASKS))}")
        made.taken.setdefault(name, []).append(variable)
        return
    if variable == made.subject or variable in made.given:
        raise QueryRefusedError(f"?{variable} stands for two things in the search clause")
    made.given[variable] = name


def _value(found: Sequence[Token], position: int, prefixes: dict[str, str]) -> tuple[str, int]:
    """Return a constant, IRIs in angle brackets and literals plain, and the position after it."""
    token = found[position] if position < len(found) else Token("mark", "", 0)
    position += 1
    if token.sort == "string":
        while position + 1 < len(found) and found[position].text in {"@", "^"}:  # language and datatype change nothing
            position += 2 if found[position + 1].text != "^" else 3
        return plain(token.text), position
    if token.sort == "iri":
        return token.text, position
    if token.sort == "name":
        iri = expand(token.text, prefixes)
        return (token.text if iri == token.text else f"<{iri}>"), position
    raise QueryRefusedError(f"'{token.text}' cannot stand as a value in a search clause")


def plain(literal: str) -> str:
    """Return what a literal says, its escapes undone, without language and datatype."""
    try:
        triple = next(iter(ox.parse(f"<a:a> <a:a> {literal} .".encode(), format=ox.RdfFormat.TURTLE)))
    except SyntaxError as error:
        raise QueryRefusedError(f"{literal[:60]} is no literal: {error.msg}") from None
    return str(getattr(triple.object, "value", ""))


def listed(names: Iterable[str]) -> str:
    """Return properties as they are written."""
    return ", ".join(f"search:{name}" for name in names)


def _instead(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f": did you mean {listed(near)}? There are {listed(known)}" if near else f": use {listed(known)}"
