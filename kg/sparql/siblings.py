"""What stands beside a service: the parts of the query that hold together with it, and the values they give.

A part counts where a row of the service that does not fit it cannot be in the answer: what is joined with the service
in its group and in the groups around it, a branch of a UNION with what stands beside that, and what comes before the
OPTIONAL that it stands in. To leave a part out only lets more through, for the engine joins everything afterwards; so
whatever is not certain is left out: other OPTIONALs, MINUS and EXISTS, conditions on what such parts bind, and what may
answer otherwise when it is asked twice (LIMIT, RAND).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from .guard import Guarded
from .pattern import Element, Group, Pattern, Sort

_JOINED = frozenset({Sort.SERVICE, Sort.GROUP, Sort.GRAPH})
_LEFT = frozenset({Sort.OPTIONAL, Sort.LATERAL})
_NEVER = _LEFT | {Sort.MINUS}
_CONDITIONS = frozenset({Sort.FILTER, Sort.BIND})

Solution = dict[str, str]
"""Terms in N-Triples syntax by variable; a variable without a value is not in it."""

Asking = Callable[[str], Iterable[Any]]
"""Answers a SELECT query with pyoxigraph's solutions."""


@dataclass(frozen=True)
class Filled:
    """What a service answered: the text that stands in its place, and the variables that each of its rows binds."""

    text: str
    names: frozenset[str]


def written(query: Guarded, filled: Mapping[int, Filled], start: int, end: int) -> str:
    """Return a span of the query, the services in it as they were answered, and others as they are."""
    parts, position = [], start
    for service in query.services:
        if start <= service.start < end and service.start in filled:
            parts += [query.text[position : service.start], filled[service.start].text]
            position = service.end
    return "".join([*parts, query.text[position:end]])


@dataclass(frozen=True)
class _Part:
    """An element that counts, and how it is written."""

    element: Element
    text: str

    @property
    def is_condition(self) -> bool:
        return self.element.sort in _CONDITIONS


@dataclass(frozen=True)
class _Level:
    """A group on the way out: the parts before and after what leads to the service, and how that is opened.

    `is_left` says that the service stands in an OPTIONAL here, and `graph` that it stands in this variable's graph.
    """

    before: tuple[_Part, ...]
    after: tuple[_Part, ...]
    opening: str
    is_left: bool
    graph: str


class Siblings:
    """The parts of a query beside one of its services; nothing is asked before it is needed."""

    def __init__(self, query: Guarded, pattern: Pattern, start: int, filled: Mapping[int, Filled], ask: Asking) -> None:
        """Look beside the service at `start`; those that are `filled` count as what they answered."""
        self._query, self._pattern, self._ask, self._filled = query, pattern, ask, dict(filled)
        self._levels = tuple(self._climb(pattern.root.path(start)))
        self._known: dict[str, list[Solution]] = {}

    @cached_property
    def names(self) -> frozenset[str]:
        """Return the variables that get a value beside the service."""
        everything = frozenset[str]().union(*(part.element.seen for part, _ in self._parts()))
        return self._body(everything)[1]

    def rows(
        self, names: Sequence[str], given: Mapping[str, str] | None = None, most: int | None = None
    ) -> list[Solution]:
        """Return the different values that variables have together, in order, or any so many of them.

        `given` are values of other variables. Parts that are not tied to `names` by any variable are not asked.
        """
        reached = self._reached(names)
        said = {name: term for name, term in (given or {}).items() if name in reached}
        values = f"VALUES ({_listed(said)}) {{ ({' '.join(said.values())}) }}" if said else ""
        query = (
            f"{self._pattern.prologue} SELECT DISTINCT {_listed(names)} {self._pattern.sources}"
            f" WHERE {{ {self._body(reached)[0]} {values} }} {f'LIMIT {most}' if most else ''}"
        )
        if query not in self._known:
            found = [{name: str(row[name]) for name in names if _is_plain(row[name])} for row in self._ask(query)]
            self._known[query] = sorted(found, key=lambda row: sorted(row.items()))
        return self._known[query]

    def _climb(self, path: Sequence[tuple[Group, int]]) -> Iterator[_Level]:
        """Yield the levels from the service outwards, as far as what stands there holds together with it."""
        for group, position in reversed(path):
            child = group.elements[position]
            if child.sort not in _JOINED | _LEFT:
                return
            is_left = child.sort in _LEFT
            before, after = (
                tuple(self._counting(some)) for some in (group.elements[:position], group.elements[position + 1 :])
            )
            graph = child.graph[1:] if child.graph[:1] in {"?", "$"} else ""
            opening = f"GRAPH {child.graph} {{" if child.graph else "{"
            yield _Level(before, () if is_left else after, opening, is_left, graph)
            if is_left:
                return

    def _counting(self, elements: Iterable[Element]) -> Iterator[_Part]:
        """Yield the elements that count, wherever they stand."""
        for one in elements:
            inside = [service.start for service in self._query.services if one.start <= service.start < one.end]
            known = all(start in self._filled for start in inside)
            if one.sort in _NEVER or not one.steady or not known or (one.sort in _CONDITIONS and one.groups):
                continue
            text = written(self._query, self._filled, one.start, one.end)
            names = self._filled[one.start].names if one.sort is Sort.SERVICE else None
            element = one if names is None else replace(one, names=names, certain=names)
            yield _Part(element, f"{text} ." if one.sort is Sort.TRIPLES else text)

    def _parts(self) -> Iterator[tuple[_Part, frozenset[str]]]:
        """Yield all parts, each with the variables of the graphs that it stands in together with the service."""
        for place, level in enumerate(self._levels):
            graphs = frozenset(one.graph for one in self._levels[place + 1 :] if one.graph)
            for part in (*level.before, *level.after):
                yield part, graphs

    def _reached(self, names: Iterable[str]) -> frozenset[str]:
        """Return the variables that are tied to some, by any chain of parts."""
        reached = set(names)
        ties = [one.element.names | one.element.seen | graphs for one, graphs in self._parts() if not one.is_condition]
        ties += [one.element.names | one.element.seen for one, _ in self._parts() if one.element.binds]
        while more := [tie for tie in ties if tie & reached and not tie <= reached]:
            reached.update(*more)
        return frozenset(reached)

    def _body(self, reached: frozenset[str]) -> tuple[str, frozenset[str]]:
        """Return the parts that have any of some variables, as one group's text, and the variables that it binds."""
        body, certain, bound = "", frozenset[str](), frozenset[str]()
        for level in self._levels:
            inner = f"{level.opening} {body} }}" if body else ""
            within = frozenset[str]() if level.is_left else certain  # a condition must not ask for what may be missing
            lines, certain = list[str](), frozenset[str]()
            for part in (*level.before, None, *level.after):
                if part is None:
                    lines += [inner] if inner else []
                    certain |= within
                elif _counts(part, reached, certain):
                    lines.append(part.text)
                    certain |= part.element.certain
                    bound |= part.element.seen
            conditions = [one for one in (*level.before, *level.after) if one.element.sort is Sort.FILTER]
            lines += [one.text for one in conditions if lines and one.element.names <= certain & reached]
            body = " ".join(lines)
        return body, bound


def _counts(part: _Part, reached: frozenset[str], certain: frozenset[str]) -> bool:
    """Return whether a part is tied to what is wanted; a BIND also needs a value for all that it is made of."""
    if part.element.sort is Sort.FILTER:
        return False
    tied = not part.element.seen.isdisjoint(reached)
    return tied and (not part.element.binds or part.element.names <= certain)


def _listed(names: Iterable[str]) -> str:
    return " ".join(f"?{name}" for name in names)


def _is_plain(term: object) -> bool:
    """Return whether a term can be said outside of the engine that it came from."""
    return isinstance(term, ox.NamedNode | ox.Literal)
