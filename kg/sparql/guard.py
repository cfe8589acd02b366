"""The guard: what keeps a stranger's query from harming the engine or reaching outside.

The engine decides syntax; the guard only counts, and finds the spans of SERVICE. Deep nesting and long chains kill an
unguarded process, many joined patterns keep it busy for hours (the time to order them grows with their fourth power:
measured, 100 take 1.4 s, 128 take 2.9 s, 200 take 15 s), and the engine's own SERVICE would fetch from the network.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ..errors import QueryRefusedError, QuerySyntaxError
from .tokens import Token, expand, place, placed, tokens

_OPEN, _CLOSE = "{([", "})]"
_CHAINS = frozenset("/|^*+-!&")
_CLAUSES = frozenset({"FILTER", "BIND", "VALUES", "AS"})


@dataclass(frozen=True)
class Limits:
    """What a query may be at most: characters, nesting, tokens, path and operator marks, patterns, one IRI's length."""

    size: int = 100_000
    depth: int = 64
    tokens: int = 20_000
    marks: int = 200
    patterns: int = 120
    listed: int = 1_000
    iri: int = 2_000


@dataclass(frozen=True)
class Service:
    """One SERVICE clause: what it calls, the text between its braces, and the span of the whole in the query."""

    target: str
    silent: bool
    body: str
    start: int
    end: int


@dataclass(frozen=True)
class Guarded:
    """A query that passed: its text, prefixes, SERVICE clauses from the outermost, and the form's keyword.

    `chooses` says whether it names its graphs with FROM, `steady` whether the same facts always give the same answer.
    """

    text: str
    prefixes: Mapping[str, str]
    services: tuple[Service, ...]
    form: str
    chooses: bool = False
    steady: bool = True


_FROM = frozenset({"FROM", "FROMNAMED"})  # the engine knows no borders of words
_UNSTEADY = frozenset({"NOW", "RAND", "UUID", "STRUUID", "SERVICE"})
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})


_KEPT, _BRIEF = 512, 10_000
"""Queries that are remembered taken apart, of so many characters at most: most of what programs ask they ask again."""


def guard(query: str, limits: Limits | None = None) -> Guarded:
    """Return the query taken apart; raises QueryRefusedError, or QuerySyntaxError where it is no query at all."""
    try:
        return (_remembered if len(query) <= _BRIEF else _guarded)(query, limits or Limits())
    except QuerySyntaxError as error:
        raise placed(query, error) from None


def _guarded(query: str, bounds: Limits) -> Guarded:
    found = cut(query, bounds)
    measure = Measure(query, bounds)
    for token in found:
        measure.take(token)
    prefixes, words = _prefixes(found), {token.word for token in found}
    services = tuple(_services(query, found, prefixes)) if "SERVICE" in words else ()
    form = _form(query, found)
    return Guarded(query, prefixes, services, form, not words.isdisjoint(_FROM), words.isdisjoint(_UNSTEADY))


_remembered = lru_cache(_KEPT)(_guarded)  # of the text alone, whoever asks; errors are not kept


def cut(query: str, bounds: Limits) -> list[Token]:
    """Return the tokens of a query or an update; raises QueryRefusedError for too many, QuerySyntaxError for what is none."""
    if len(query) > bounds.size:
        raise QueryRefusedError(f"the query has {len(query)} characters; {bounds.size} are allowed")
    if "\x00" in query:
        raise QuerySyntaxError("the query contains a NUL character", *place(query, query.index("\x00")))
    found: list[Token] = []
    for token in tokens(query):
        found.append(token)
        if len(found) > bounds.tokens:
            raise QueryRefusedError(f"the query has more than {bounds.tokens} words and marks")
    return found


@dataclass
class Measure:
    """Counts what the engine would have to carry, token by token."""

    query: str
    limits: Limits
    opened: list[str] = field(default_factory=list)
    depth: int = 0
    marks: int = 0
    patterns: int = 0
    listed: int = 0
    values: int | None = None
    before: Token | None = None

    def take(self, token: Token) -> None:
        """Take in the next token; raises QueryRefusedError where a limit is passed."""
        if token.sort == "mark":
            self._mark(token.text)
            self._triple(token)
        else:
            if token.sort == "iri":
                self._iri(token.text)
            elif token.sort == "name":
                self._name(token)
            if self.values is None:
                self._list(token)
        self.before = token
        self._check()

    def _mark(self, text: str) -> None:
        if text in _OPEN:
            self.depth += 1
            self.opened.append(text)
            self.patterns += text != "(" and self.values is None
        elif text in _CLOSE:
            self.depth = max(self.depth - 1, 0)
            if self.opened:
                self.opened.pop()
            if self.values is not None and text == "}" and len(self.opened) <= self.values:
                self.values = None
        elif text in _CHAINS:
            self.marks += 1
        elif text in {".", ";", "~"} or (text == "," and self.opened and self.opened[-1] != "("):
            self.patterns += 1

    def _triple(self, token: Token) -> None:
        """Count `<<` and `>>`, which enclose a triple, as brackets."""
        if self.before is not None and self.before.text == token.text and self.before.start == token.start - 1:
            self.depth = max(self.depth + (token.text == "<") - (token.text == ">"), 0)

    def _iri(self, text: str) -> None:
        """To the engine `?a<(?b&&?c>?d` holds operators, where a token of the guard is an IRI: count its brackets too."""
        if len(text) > self.limits.iri:
            raise QueryRefusedError(f"the query has an IRI of {len(text)} characters; {self.limits.iri} are allowed")
        opened = text.count("(") + text.count("[")
        if self.depth + opened > self.limits.depth:
            raise QueryRefusedError(f"the query nests deeper than {self.limits.depth} brackets")
        self.depth += max(0, opened - text.count(")") - text.count("]"))

    def _name(self, token: Token) -> None:
        language = self.before is not None and self.before.text == "@"
        if token.word == "VALUES" and self.values is None and not language:
            self.values = len(self.opened)
        self.patterns += token.word in _CLAUSES
        prefix, colon, _ = token.text.partition(":")
        if colon:
            self.patterns += prefix.count(".")  # `true.a:b` is the end of one pattern and the start of another
        bare = token.text[0] not in "?$"
        if bare and "SERVICE" in prefix.upper() and token.word != "SERVICE":
            raise QuerySyntaxError(
                f"'{token.text[:40]}' could be read as the keyword SERVICE: part the two, or name the prefix otherwise",
                *place(self.query, token.start),
            )

    def _list(self, token: Token) -> None:
        """Count terms in a row: those of a collection are patterns each."""
        if self.before is None or self.before.sort == "mark":
            return
        self.listed += not self.opened
        self.patterns += bool(self.opened) and self.opened[-1] == "("

    def _check(self) -> None:
        if self.depth > self.limits.depth:
            raise QueryRefusedError(f"the query nests deeper than {self.limits.depth} brackets")
        if self.marks > self.limits.marks:
            raise QueryRefusedError(f"the query has more than {self.limits.marks} path, arithmetic and logic marks")
        if self.patterns > self.limits.patterns:
            raise QueryRefusedError(
                f"the query has more than {self.limits.patterns} patterns and clauses: ask it in parts"
            )
        if self.listed > self.limits.listed:
            raise QueryRefusedError(f"the query lists more than {self.limits.listed} words outside of its patterns")


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
        elif token.word in {"PREFIX", "BASE", "VERSION"}:
            skip = 2 if token.word == "PREFIX" else 1
        elif token.word in _FORMS:
            return token.word
        else:
            message = "an update stands where a query belongs, and a query takes no updates" if token.word in _UPDATES else (
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
