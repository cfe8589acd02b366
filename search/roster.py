"""Rosters: projects, what they are about, and who is in them, as one viewer sees them; read once for a revision.

Arrays have a row for each person of `people` and a column for each project of `projects`, or a row for each project.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyoxigraph as ox
from atmp.kg.records import ATMP, DCT, RDFS
from atmp.kg.triples import iri_of
from atmp.kg.view import View
from atmp.ontology.vocabulary import vocabulary

from .census import CLOSED
from .circle import Circle, Values, Work
from .concepts import empty, platforms
from .recent import Recent

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Sets = Mapping[str, frozenset[str]]
NONE = frozenset[str]()


@dataclass(frozen=True)
class Roster:
    """What is known of projects and people. Sets are by IRI; a project or person without any has none."""

    projects: tuple[str, ...]
    people: tuple[str, ...]
    teams: Sets
    methods: Sets
    diseases: Sets
    platforms: Sets
    stages: Mapping[str, int]
    wants: Sets
    expertise: Sets
    organisations: Sets
    within: Sets
    offers: Sets
    places: Sets
    apart: Sets
    centres: Sets
    names: Mapping[str, str]
    columns: Mapping[str, int] = field(repr=False)

    @cached_property
    def circle(self) -> Circle:
        """Return the projects as works, and their people."""
        return Circle([Work(iri, tuple(sorted(self.teams.get(iri, NONE)))) for iri in self.projects], date.min)

    @cached_property
    def done(self) -> csr_array[Any]:
        """Return 1 where a person is in a project's team: sparse, (people, projects)."""
        from scipy.sparse import csr_array

        row = {iri: at for at, iri in enumerate(self.people)}
        teams = ((self.columns[project], self.teams.get(project, NONE)) for project in self.projects)
        pairs = [(row[one], column) for column, team in teams for one in team if one in row]
        rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
        return csr_array((np.ones(len(pairs)), (rows, columns)), shape=(len(self.people), len(self.projects)))

    @cached_property
    def rarity(self) -> Mapping[str, float]:
        """Return each method's weight, 0 to 1: log of rarity among the projects."""
        counts: dict[str, int] = defaultdict(int)
        for found in self.methods.values():
            for method in found:
                counts[method] += 1
        top = np.log(1 + len(self.projects)) or 1.0
        return {method: float(np.log(1 + len(self.projects) / count) / top) for method, count in counts.items()}

    @cached_property
    def users(self) -> Sets:
        """Return the projects that use a method, by method."""
        return _turned(self.methods)

    @cached_property
    def masters(self) -> Sets:
        """Return the people who say that they master a method, by method."""
        return _turned(self.expertise)

    def best(self, of_projects: Values) -> Values:
        """Return, for each person, the greatest value of her projects: (people,)."""
        found = np.zeros(len(self.people))
        pairs = self.done.tocoo()
        np.maximum.at(found, pairs.row, of_projects[pairs.col])
        return found

    def projects_of(self, person: int) -> list[str]:
        """Return the projects of the person in a row."""
        done = self.done
        return [self.projects[at] for at in done.indices[done.indptr[person] : done.indptr[person + 1]]]


def roster(view: View) -> Roster:
    """Return the roster of a view at its revision, read anew only where something changed."""
    return _rosters.of(view)


def _roster(view: View) -> Roster:
    said = _Said(view.engine.oxigraph)
    projects, people = sorted(view.iris("project")), sorted(view.iris("person"))
    develops = said.of("develops")
    about = _platforms(said)
    open_needs = {need for need in view.iris("need") if not said.of("needStatus").get(need, NONE) & CLOSED}
    parts = said.of("category")
    return Roster(
        projects=tuple(projects), people=tuple(people),
        teams=_joined(said.of("leadInvestigator"), said.of("investigator")),
        methods=_through(_turned(said.of("usedIn")), said.of("usesMethod"), real=True),
        diseases=_through(develops, said.of("indication")), platforms=_through(develops, about, real=True),
        stages=_stages(said), expertise=said.of("hasExpertise"), organisations=said.of("memberOf"),
        wants=_through({iri: needs & open_needs for iri, needs in _turned(said.of("neededBy")).items()}, parts, real=True),
        within=said.of("partOf"), offers=_through(_turned(said.of("providedBy")), parts, real=True),
        places=said.of("place"), apart=said.of("notWith"), centres=said.of("centre"),
        names=_names(view, people), columns={iri: at for at, iri in enumerate(projects)},
    )  # fmt: skip


_rosters = Recent(_roster)


class _Said:
    """What a graph says by one property, read once."""

    def __init__(self, graph: ox.Store) -> None:
        self._graph, self._held = graph, dict[str, Sets]()

    def of(self, prop: str) -> Sets:
        """Return the values of a property of ours by subject."""
        if prop not in self._held:
            found: dict[str, set[str]] = defaultdict(set)
            name = prop if "://" in prop else f"{ATMP}{prop}"
            for quad in self._graph.quads_for_pattern(None, ox.NamedNode(name), None, None):
                found[iri_of(quad.subject)].add(str(getattr(quad.object, "value", quad.object)))
            self._held[prop] = {iri: frozenset(values) for iri, values in found.items()}
        return self._held[prop]


def _names(view: View, people: Iterable[str]) -> dict[str, str]:
    """Return each person by the name as recorded; nobody by a name that several have."""
    found: dict[str, list[str]] = defaultdict(list)
    for person in people:
        for quad in view.engine.oxigraph.quads_for_pattern(
            ox.NamedNode(person), ox.NamedNode(f"{RDFS}label"), None, None
        ):
            found[str(getattr(quad.object, "value", ""))].append(person)
    return {name: having[0] for name, having in found.items() if len(set(having)) == 1}


def _platforms(said: _Said) -> Sets:
    """Return the platforms of each product: those stated, and those that its vectors and cells mean."""
    found = {iri: set(values) for iri, values in said.of("platform").items()}
    for prop in ("vector", "cellSource"):
        for iri, terms in said.of(prop).items():
            found.setdefault(iri, set()).update(platforms(terms))
    return {iri: frozenset(values) for iri, values in found.items()}


def _stages(said: _Said) -> dict[str, int]:
    """Return the number of each project's latest stage; of two of one day, the higher."""
    known, days, stated = vocabulary(), said.of(f"{DCT}date"), said.of("stage")
    latest: dict[str, tuple[str, int]] = {}
    for seen, projects in said.of("observedProject").items():
        orders = [one.order for iri in stated.get(seen, NONE) if (one := known.concept(iri)) and one.order is not None]
        for project in projects if orders else ():
            latest[project] = max(latest.get(project, ("", -1)), (max(days.get(seen, NONE), default=""), max(orders)))
    return {project: stage for project, (_, stage) in latest.items()}


def _turned(sets: Sets) -> Sets:
    found: dict[str, set[str]] = defaultdict(set)
    for iri, values in sets.items():
        for value in values:
            found[value].add(iri)
    return {iri: frozenset(values) for iri, values in found.items()}


def _joined(*several: Sets) -> Sets:
    return {iri: frozenset().union(*(sets.get(iri, NONE) for sets in several)) for iri in set().union(*several)}


def _through(first: Sets, then: Sets, *, real: bool = False) -> Sets:
    """Return what is reached over two properties; with `real`, less what says nothing, such as 'other'."""

    def reached(iris: Iterable[str]) -> frozenset[str]:
        found = frozenset(one for iri in iris for one in then.get(iri, NONE))
        return frozenset(one for one in found if not empty(one)) if real else found

    return {iri: found for iri, iris in first.items() if (found := reached(iris))}
