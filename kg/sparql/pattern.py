"""The pattern of a query: its groups, what stands in them, and which variables each has."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
