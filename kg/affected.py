"""What an amendment affects: the subjects that it changes, and what is said of each before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import pyoxigraph as ox

from .iris import Names
from .ledger import Quad
from .provenance import LINKS
from .records import PROV

Triple = tuple[str, str, str]
_OF_SOURCE = frozenset({f"<{PROV}wasDerivedFrom>", f"<{PROV}generatedAtTime>"})


@dataclass(frozen=True)
class Amendment:
    """Quads that are to come and to go, of what a viewer sees at a revision."""

    revision: int
    added: frozenset[Quad]
    removed: frozenset[Quad]


@dataclass(frozen=True)
class Affected:
    """What a viewer sees said of subjects before and after: those that change, and those that lead to one that ends.

    Where facts come from is no part of it.
    """

    before: Mapping[str, frozenset[Triple]]
    after: Mapping[str, frozenset[Triple]]

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
        for subject in [one for one, said in after.items() if before[one] and not said]:
            for one in graph.quads_for_pattern(None, None, ox.NamedNode(subject[1:-1]), None):
                if one.predicate.value in LINKS and str(one.subject) not in before:
                    before[str(one.subject)] = after[str(one.subject)] = _triples(_held(graph, str(one.subject)))
        return cls(before, after)


def _held(graph: ox.Store, subject: str) -> frozenset[Quad]:
    found = graph.quads_for_pattern(ox.NamedNode(subject[1:-1]), None, None, None)
    held = ((subject, str(one.predicate), str(one.object), str(one.graph_name)) for one in found)
    return frozenset(quad for quad in held if quad[1] not in _OF_SOURCE)


def of_source(names: Names, quad: Quad) -> bool:
    """Return whether a quad tells where a fact comes from, and is none itself."""
    return quad[1] in _OF_SOURCE or quad[0].startswith(f"<{names.source('')}")


def _triples(quads: frozenset[Quad]) -> frozenset[Triple]:
    return frozenset(quad[:3] for quad in quads)
