"""The guard: a linear tokenizer that keeps a stranger's query from harming the engine or reaching outside.

The engine decides syntax; the guard only counts, and finds the spans of SERVICE. Deep nesting kills an unguarded
process, and the engine's own SERVICE and LOAD would fetch from the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import QueryRefusedError, QuerySyntaxError

_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n\r]*)
      | (?P<string>\"\"\"(?:\\.|\"{0,2}(?:[^"\\]))*\"\"\"|'''(?:\\.|'{0,2}(?:[^'\\]))*'''
                  |"(?:\\.|[^"\\\n\r])*"|'(?:\\.|[^'\\\n\r])*')
      | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
      | (?P<name>[?$]?[\w\u0080-\U0010ffff-]*:?(?:[\w\u0080-\U0010ffff.:%-]|\\.)*[\w\u0080-\U0010ffff]:?|:)
      | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_OPEN, _CLOSE = "{([", "})]"


@dataclass(frozen=True)
class Limits:
    """What a query may be at most: characters, nesting, and tokens that make patterns or paths."""

    size: int = 100_000
    depth: int = 64
    tokens: int = 20_000
    path_marks: int = 200


@dataclass(frozen=True)
class Token:
    """One token: its sort, text, and where it begins."""

    sort: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """Return a bare word in upper case, or an empty string for anything else."""
        return self.text.upper() if self.sort == "name" and ":" not in self.text and self.text[0] not in "?$" else ""


@dataclass(frozen=True)
class Service:
    """One SERVICE clause: what it calls, the text between its braces, and the span of the whole in the query."""

    target: str
    silent: bool
    body: str
    start: int
    end: int


def tokens(query: str) -> Iterator[Token]:
    """Yield the tokens of a query, without white space and comments, in one pass."""
    for match in _TOKEN.finditer(query):
        sort = str(match.lastgroup)
        if sort != "space":
            yield Token(sort, match.group(), match.start())


def place(query: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1, of an offset."""
    before = query[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


@dataclass(frozen=True)
class Guarded:
    """A query that passed: its text, prefixes, SERVICE clauses from the outermost, and the form's keyword."""

    text: str
    prefixes: dict[str, str]
    services: tuple[Service, ...]
    form: str


_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})


def guard(query: str, limits: Limits | None = None) -> Guarded:
    """Return the query taken apart; raises QueryRefusedError, or QuerySyntaxError where it is no query at all."""
    bounds = limits or Limits()
    if len(query) > bounds.size:
        raise QueryRefusedError(f"the query has {len(query)} characters; {bounds.size} are allowed")
    if "\x00" in query:
        raise QuerySyntaxError("the query contains a NUL character", *place(query, query.index("\x00")))
    found = []
    for token in tokens(query):
        found.append(token)
        if len(found) > bounds.tokens:
            raise QueryRefusedError(f"the query has more than {bounds.tokens} words and marks")
    _measure(found, bounds)
    prefixes = _prefixes(found)
    return Guarded(query, prefixes, tuple(_services(query, found, prefixes)), _form(query, found))


def _measure(found: list[Token], limits: Limits) -> None:
    depth = marks = 0
    for token in found:
        if token.sort != "mark":
            continue
        if token.text in _OPEN:
            depth += 1
            if depth > limits.depth:
                raise QueryRefusedError(f"the query nests deeper than {limits.depth} brackets")
        elif token.text in _CLOSE:
            depth -= 1
        elif token.text in "/|^*+":
            marks += 1
    if marks > limits.path_marks:
        raise QueryRefusedError(f"the query has more than {limits.path_marks} path or arithmetic marks")


def _prefixes(found: list[Token]) -> dict[str, str]:
    return {
        name.text.rstrip(":"): iri.text[1:-1]
        for word, name, iri in zip(found, found[1:], found[2:], strict=False)
        if word.word == "PREFIX" and iri.sort == "iri"
    }


def _form(query: str, found: list[Token]) -> str:
    skip = 0
    for token in found:
        if skip:
            skip -= 1
        elif token.word in {"PREFIX", "BASE"}:
            skip = 2 if token.word == "PREFIX" else 1
        elif token.word in _FORMS:
            return token.word
        else:
            message = "this endpoint answers queries; it takes no updates" if token.word in _UPDATES else (
                f"a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, not with '{token.text[:40]}'"
            )  # fmt: skip
            raise QuerySyntaxError(message, *place(query, token.start))
    raise QuerySyntaxError("the query is empty", 1, 1)


def _services(query: str, found: list[Token], prefixes: dict[str, str]) -> Iterator[Service]:
    position = 0
    while position < len(found):
        if found[position].word != "SERVICE":
            position += 1
            continue
        first = position
        silent = position + 1 < len(found) and found[position + 1].word == "SILENT"
        position += 2 if silent else 1
        if position + 1 >= len(found) or found[position + 1].text != "{":
            raise QuerySyntaxError("SERVICE needs an IRI and a group in braces", *place(query, found[first].start))
        target = expand(found[position].text, prefixes)
        opened = position + 1
        position = _closing(query, found, opened)
        inside = query[found[opened].start + 1 : found[position].start]
        yield Service(target, silent, inside, found[first].start, found[position].start + 1)
        position += 1


def _closing(query: str, found: list[Token], opened: int) -> int:
    depth = 0
    for position in range(opened, len(found)):
        text = found[position].text if found[position].sort == "mark" else ""
        depth += (text == "{") - (text == "}")
        if depth == 0:
            return position
    raise QuerySyntaxError("a brace is opened and never closed", *place(query, found[opened].start))


def expand(text: str, prefixes: dict[str, str]) -> str:
    """Return the IRI that a token stands for: `<...>`, or a prefixed name; anything else comes back as it is."""
    if text.startswith("<"):
        return text[1:-1]
    prefix, colon, local = text.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else text
