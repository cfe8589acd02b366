"""What an amendment affects: the subjects that it changes, and what is said of each before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import pyoxigraph as ox

from .errors import UsageError
from .iris import Names
from .provenance import LINKS
from .records import PROV, Project
from .triples import TYPE, Quad

Triple = tuple[str, str, str]
Said = Mapping[str, frozenset[Triple]]
"""Triples by their subject, all in N-Triples syntax."""
_PROJECT = ox.NamedNode(Project.type)
_OF_SOURCE = frozenset({f"<{PROV}wasDerivedFrom>", f"<{PROV}generatedAtTime>"})


@dataclass(frozen=True)
class Amendment:
    """Quads that are to come and to go, of what a viewer sees at a revision."""

    revision: int
    added: frozenset[Quad]
    removed: frozenset[Quad]


@dataclass(frozen=True)
class Affected:
    """What a viewer sees said of subjects before and after: those that change, and those that shapes and rules see beside them.

    Where facts come from is no part of it.
    """

    before: Said
    after: Said

    @classmethod
    def of(cls, graph: ox.Store, wanted: Amendment) -> Self:
        """Read the subjects of an amendment in a graph as it is before."""
        before: dict[str, frozenset[Triple]] = {}
        after: dict[str, frozenset[Triple]] = {}
        come: dict[str, set[Quad]] = {quad[0]: set() for quad in wanted.removed}
        for quad in wanted.added:
            come.setdefault(quad[0], set()).add(quad)
        for subject, new in sorted(come.items()):
            held = _held(graph, subject)
            before[subject], after[subject] = _triples(held), _triples(held - wanted.removed | new)
        for one in sorted(set(_beside(graph, before, after)) - before.keys()):
            before[one] = after[one] = _triples(_held(graph, one))
        return cls(before, after)


def _beside(graph: ox.Store, before: Said, after: Said) -> Iterator[str]:
    """Yield what leads to a subject that ends, and the projects that a subject leads to, or is led to by."""
    for subject, held in before.items():
        for prop, term in {triple[1:] for triple in held | after[subject]}:
            if prop[1:-1] in LINKS and term.startswith("<") and _is_project(graph, ox.NamedNode(term[1:-1])):
                yield term
        for one in graph.quads_for_pattern(None, None, ox.NamedNode(subject[1:-1]), None):
            if one.predicate.value in LINKS and (not after[subject] or _is_project(graph, one.subject)):
                yield str(one.subject)


def _is_project(graph: ox.Store, subject: Any) -> bool:
    return any(graph.quads_for_pattern(subject, ox.NamedNode(TYPE), _PROJECT, None))


def _held(graph: ox.Store, subject: str) -> frozenset[Quad]:
    found = graph.quads_for_pattern(ox.NamedNode(subject[1:-1]), None, None, None)
    held = ((subject, str(one.predicate), str(one.object), str(one.graph_name)) for one in found)
    return frozenset(quad for quad in held if quad[1] not in _OF_SOURCE)


def of_source(names: Names, quad: Quad) -> bool:
    """Return whether a quad tells where a fact comes from, and is none itself."""
    return quad[1] in _OF_SOURCE or quad[0].startswith(f"<{names.source('')}")


def quad_of(quad: ox.Quad) -> Quad:
    """Return a quad of the engine as the ledger has it; raises UsageError for a statement about a statement."""
    if isinstance(quad.object, ox.Triple):
        raise UsageError(f"it makes a statement about a statement (with {quad.predicate}), which is not read")
    return str(quad.subject), str(quad.predicate), str(quad.object), str(quad.graph_name)


def _triples(quads: frozenset[Quad]) -> frozenset[Triple]:
    return frozenset(quad[:3] for quad in quads)
