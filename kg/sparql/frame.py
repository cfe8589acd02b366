"""The frame of a query: its pattern, read with the place of each part, so that parts can be asked as they were written.

The engine alone decides what is SPARQL, and evaluates it. Here the groups are read by SPARQL's grammar, from the guard's
tokens and in one pass. What cannot be read for certain is an error: no part may be taken for another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..errors import QuerySyntaxError
from .guard import Guarded
from .pattern import Element, Group, Pattern, Sort
from .tokens import Token, place, tokens

_KEYWORDS = frozenset(sort.value for sort in Sort if sort not in {Sort.TRIPLES, Sort.GROUP, Sort.SELECT})
_UNSTEADY = frozenset({"RAND", "NOW", "UUID", "STRUUID", "BNODE", "LIMIT", "OFFSET"})
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_TERMS = frozenset({"A", "TRUE", "FALSE"})


def frame(query: Guarded) -> Pattern:
    """Return the pattern of a query; raises QuerySyntaxError where it cannot be read for certain."""
    return _Reader(query.text).pattern()


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
        names = group.names | ({graph.variable} if graph and graph.variable else set())
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
                selected |= set(list(_names(self._found[before : self._at]))[-1:])  # what stands after AS
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
        inner = [one._replace(start=one.start + start) for one in tokens(token.text[1:-1])]
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
                        self._take()
                        self._take()
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
        if token.variable:
            yield token.variable
        elif blank and token.sort == "name" and token.text.startswith("_:"):
            yield token.text


def _is_unclear(token: Token) -> bool:
    """Return whether a word within triples could hold a keyword: to the engine `trueFILTER` is two words."""
    prefix, colon, _ = token.text.partition(":")
    if token.sort == "name" and colon and prefix.upper().startswith("FILTER"):
        return True
    return bool(token.word) and not token.text[0].isdigit() and token.text[0] != "." and token.word not in _TERMS
