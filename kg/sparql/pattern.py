"""The pattern of a query: its groups, what stands in them, and which variables each has.

The engine alone decides what is SPARQL, and evaluates it. Only the frame is read here, by SPARQL's grammar and from the
guard's tokens, with the place of each part, so that parts can be handed to the engine as they were written. What
cannot be read for certain is an error: no part may be taken for another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from ..errors import QuerySyntaxError
from .guard import Guarded
from .tokens import Token, place, tokens


class Sort(StrEnum):
    """What an element of a group is; `GROUP` stands for braces and for a UNION of several."""

    TRIPLES = "TRIPLES"
    VALUES = "VALUES"
    FILTER = "FILTER"
    BIND = "BIND"
    OPTIONAL = "OPTIONAL"
    MINUS = "MINUS"
    LATERAL = "LATERAL"
    GRAPH = "GRAPH"
    SERVICE = "SERVICE"
    GROUP = "{"
    SELECT = "SELECT"


_KEYWORDS = frozenset(sort.value for sort in Sort if sort not in {Sort.TRIPLES, Sort.GROUP, Sort.SELECT})
_UNSTEADY = frozenset({"RAND", "NOW", "UUID", "STRUUID", "BNODE", "LIMIT", "OFFSET"})
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_TERMS = frozenset({"A", "TRUE", "FALSE"})


@dataclass(frozen=True)
class Element:
    """One element of a group: its span, its variables and blank nodes, and the groups within.

    `certain` are the variables that every solution of it binds, `binds` is what a BIND gives a value, `graph` how a
    GRAPH is called. One that is not `steady` may answer differently when it is asked twice.
    """

    sort: Sort
    start: int
    end: int
    names: frozenset[str]
    certain: frozenset[str] = frozenset()
    groups: tuple[Group, ...] = ()
    binds: str = ""
    graph: str = ""
    steady: bool = True

    @property
    def seen(self) -> frozenset[str]:
        """Return the variables that it may give a value to in its group."""
        if self.sort in {Sort.FILTER, Sort.MINUS}:
            return frozenset()
        return frozenset({self.binds}) if self.binds else self.names


@dataclass(frozen=True)
class Group:
    """What stands between two braces; a sub-select is the only element of its group."""

    elements: tuple[Element, ...]

    @property
    def names(self) -> frozenset[str]:
        """Return the variables that can be seen outside."""
        return frozenset[str]().union(*(one.seen for one in self.elements))

    @property
    def certain(self) -> frozenset[str]:
        """Return the variables that every solution binds."""
        return frozenset[str]().union(*(one.certain for one in self.elements))

    def path(self, start: int) -> tuple[tuple[Group, int], ...]:
        """Return the groups that lead to the element that starts there, each with the place to go on at."""
        for position, element in enumerate(self.elements):
            if element.start == start and element.sort is Sort.SERVICE:
                return ((self, position),)
            for group in element.groups:
                if found := group.path(start):
                    return ((self, position), *found)
        return ()


@dataclass(frozen=True)
class Pattern:
    """A query's prologue, its FROM clauses, and the group after WHERE."""

    prologue: str
    sources: str
    root: Group


def pattern(query: Guarded) -> Pattern:
    """Return the pattern of a query; raises QuerySyntaxError where it cannot be read for certain."""
    return _Reader(query.text).pattern()


def is_variable(token: Token) -> bool:
    """Return whether a token is a variable, and not the mark of a path."""
    return token.sort == "name" and token.text[0] in "?$"


class _Reader:
    """Reads the tokens one by one; `at` is where it stands."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found = [*tokens(text), Token("end", "", len(text))]
        self._at = 0
        self._special: dict[str, Callable[[int], Element]] = {
            "{": self._alternatives, "SELECT": self._select, "SERVICE": self._service, "VALUES": self._values,
            "FILTER": self._condition, "BIND": self._condition,
        }  # fmt: skip

    @property
    def _now(self) -> Token:
        return self._found[self._at]

    def _take(self) -> Token:
        token = self._now
        if token.sort == "end":
            raise self._odd("the query ends within a group")
        self._at += 1
        return token

    def _opens(self, text: str) -> bool:
        return self._now.sort == "mark" and self._now.text == text

    def _odd(self, said: str) -> QuerySyntaxError:
        return QuerySyntaxError(said, *place(self._text, self._now.start))

    def pattern(self) -> Pattern:
        """Read up to the end of the group after WHERE."""
        while self._now.word not in _FORMS:
            declared = self._take().word
            self._at += {"PREFIX": 2, "BASE": 1, "VERSION": 1}.get(declared, 0)
        start, sources = self._now.start, None
        if self._take().word == "CONSTRUCT" and self._opens("{"):
            self._skip()
        while not self._opens("{") and self._now.word != "WHERE":
            if self._opens("("):
                self._expression()
            elif (token := self._take()).word.startswith("FROM") and sources is None:
                sources = token.start
        chosen = self._text[sources : self._now.start] if sources is not None else ""
        self._at += self._now.word == "WHERE"
        return Pattern(self._text[:start], chosen, self._group())

    def _group(self) -> Group:
        if not self._opens("{"):
            raise self._odd("a group in braces belongs here")
        self._take()
        elements = []
        while not self._opens("}"):
            if self._opens("."):
                self._take()
            else:
                elements.append(self._element())
        self._take()
        return Group(tuple(elements))

    def _element(self) -> Element:
        first = self._at
        read = self._special.get("{" if self._opens("{") else self._now.word)
        if read is not None:
            return read(first)
        if self._now.word not in _KEYWORDS:
            return self._statement(first)
        sort = Sort(self._take().word)
        graph = self._take() if sort is Sort.GRAPH else None
        group = self._group()
        names = group.names | ({graph.text[1:]} if graph and is_variable(graph) else set())
        certain = group.certain if graph else frozenset[str]()
        return self._made(sort, first, names, certain, (group,), graph=graph.text if graph else "")

    def _made(
        self, sort: Sort, first: int, names: frozenset[str], certain: frozenset[str] = frozenset(),
        groups: tuple[Group, ...] = (), *, binds: str = "", graph: str = "",
    ) -> Element:  # fmt: skip
        """Return the element between the token `first` and the one that was read last."""
        inside = self._found[first : self._at]
        end = inside[-1].start + len(inside[-1].text)
        steady = _UNSTEADY.isdisjoint(token.word for token in inside)
        return Element(sort, inside[0].start, end, names, certain, groups, binds, graph, steady)

    def _alternatives(self, first: int) -> Element:
        groups = [self._group()]
        while self._now.word == "UNION":
            self._take()
            groups.append(self._group())
        names = frozenset[str]().union(*(group.names for group in groups))
        certain = frozenset.intersection(*(group.certain for group in groups))
        return self._made(Sort.GROUP, first, names, certain, tuple(groups))

    def _select(self, first: int) -> Element:
        """Read a sub-select up to the brace that closes it: only what it selects is seen outside."""
        self._take()
        selected, plain, everything = set[str](), set[str](), False
        while not self._opens("{") and self._now.word != "WHERE":
            if self._opens("("):
                before = self._at
                self._expression()
                selected.add(list(_names(self._found[before : self._at]))[-1])
                continue
            token = self._take()
            everything = everything or token.text == "*"
            plain |= set(_names([token]))
        self._at += self._now.word == "WHERE"
        group = self._group()
        while not self._opens("}"):
            if self._opens("{"):
                self._skip()
            elif self._opens("("):
                self._expression()
            else:
                self._take()
        names = group.names if everything else frozenset(selected | plain)
        return self._made(Sort.SELECT, first, names, group.certain & names - selected, (group,))

    def _service(self, first: int) -> Element:
        while not self._opens("{"):
            self._take()
        self._skip()
        return self._made(Sort.SERVICE, first, frozenset())

    def _values(self, first: int) -> Element:
        while not self._opens("{"):
            self._take()
        names = frozenset(_names(self._found[first : self._at]))
        opened = self._at
        self._skip()
        unknown = any(token.word == "UNDEF" for token in self._found[opened : self._at])
        return self._made(Sort.VALUES, first, names, frozenset() if unknown else names)

    def _condition(self, first: int) -> Element:
        """Read FILTER or BIND: a function's name or NOT EXISTS, then brackets or a group."""
        sort = Sort(self._take().word)
        while not (self._opens("(") or self._opens("{")):
            self._take()
        groups = (self._group(),) if self._opens("{") else self._expression()
        names = list(_names(self._found[first : self._at]))
        binds = names[-1] if sort is Sort.BIND and names else ""
        return self._made(sort, first, frozenset(names) - {binds}, groups=groups, binds=binds)

    def _expression(self) -> tuple[Group, ...]:
        """Read from an opening bracket to the one that closes it; returns the groups of EXISTS within."""
        depth, groups = 0, list[Group]()
        while True:
            if self._opens("{"):
                groups.append(self._group())
                continue
            self._part()
            token = self._take()
            if token.sort == "mark":
                depth += (token.text == "(") - (token.text == ")")
            if depth == 0:
                return tuple(groups)

    def _part(self) -> None:
        """Part what only looks like an IRI: after an operand, `<` in `?a<?b&&?c>?d` compares."""
        token, before = self._now, self._found[self._at - 1]
        operand = before.text == ")" or before.sort in {"string", "iri"}
        operand = operand or (before.sort == "name" and not before.word.isalpha()) or before.word in _TERMS
        if token.sort != "iri" or not operand:
            return
        start = token.start + 1
        inner = [replace(one, start=one.start + start) for one in tokens(token.text[1:-1])]
        last = Token("mark", ">", start + len(token.text) - 2)
        self._found[self._at : self._at + 1] = [Token("mark", "<", token.start), *inner, last]

    def _statement(self, first: int) -> Element:
        """Read the triples of one subject, up to the point or the next element."""
        depth = 0
        while depth or not self._ends():
            token = self._take()
            following = self._now.text if self._now.sort == "mark" else ""
            if token.sort == "mark":
                depth += (token.text in "([") - (token.text in ")]")
                if (token.text, following) in {("{", "|"), ("|", "}")}:
                    self._take()  # annotations of RDF 1.2
                elif token.text in "{}" or depth < 0:
                    self._at -= 1
                    raise self._odd(f"'{token.text}' cannot stand within triples")
                elif token.text == "@":
                    self._take()
                    while self._opens("-"):
                        self._at += 2
            elif _is_unclear(token):
                self._at -= 1
                raise self._odd(f"'{token.text[:40]}' is not clear in a query with a search: part its words by spaces")
        if self._at == first:
            raise self._odd("the query ends within a group")
        names = frozenset(_names(self._found[first : self._at], blank=True))
        return self._made(Sort.TRIPLES, first, names, names)

    def _ends(self) -> bool:
        if self._opens("{"):
            following = self._found[self._at + 1]
            return not (following.sort == "mark" and following.text == "|")
        return self._opens(".") or self._opens("}") or self._now.word in _KEYWORDS or self._now.sort == "end"

    def _skip(self) -> None:
        """Read a group in braces without looking at it."""
        depth = 0
        while True:
            token = self._take()
            if token.sort == "mark":
                depth += (token.text == "{") - (token.text == "}")
            if depth == 0:
                return


def _names(found: Iterable[Token], *, blank: bool = False) -> Iterator[str]:
    for token in found:
        if is_variable(token):
            yield token.text[1:]
        elif blank and token.sort == "name" and token.text.startswith("_:"):
            yield token.text


def _is_unclear(token: Token) -> bool:
    """Return whether a word within triples could hold a keyword: to the engine `trueFILTER` is two words."""
    prefix, colon, _ = token.text.partition(":")
    if token.sort == "name" and colon and prefix.upper().startswith("FILTER"):
        return True
    return bool(token.word) and not token.text[0].isdigit() and token.text[0] != "." and token.word not in _TERMS
