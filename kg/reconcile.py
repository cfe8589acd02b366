"""Reconciling: which records and names of organisations, and which records of people, are one.

The same ROR id or ORCID, and a name of the table of well-known organisations, make two one without a question. Names that
are alike, and people of one name at one organisation, are proposed; they are one when somebody says so. Each source's
statements stay as they are: what is one is a link to the record that stands for all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from .identity import CERTAIN, DECIDED, LISTED, Groups, Identity, Thing, Tie, identity, meeting
from .iris import Graph
from .known import known
from .likeness import LEAST, Names
from .mentions import organisation_things, person_things
from .namesakes import namesake
from .naming import country
from .same import ACCEPTED, REFUSED, Decided
from .view import View

KINDS = ("organisation", "person")


@dataclass(frozen=True)
class Candidate:
    """Two things that may be one, the better one last: a score out of a hundred, why, and the graph for saying so."""

    one: str
    other: str
    score: int
    why: str
    graph: Graph


@dataclass
class Reconciler:
    """One kind of things as the store has them, with what was decided; people need the organisations too."""

    view: View
    kind: str
    decided: Decided
    organisations: Reconciler | None = None

    @cached_property
    def _read(self) -> tuple[list[Thing], frozenset[str], dict[str, dict[str, Graph]]]:
        if self.kind == "organisation":
            return *organisation_things(self.view), {}
        things, member = person_things(self.view)
        return things, frozenset(), member

    @cached_property
    def things(self) -> dict[str, Thing]:
        """Return the things by IRI."""
        return {one.iri: one for one in self._read[0]}

    @cached_property
    def certain(self) -> list[Tie]:
        """Return the ties that need no question."""
        return [*self._by_id(), *(self._by_table() if self.kind == "organisation" else ())]

    @cached_property
    def identity(self) -> Identity:
        """Return what is one, with what was decided."""
        decided = sorted(self.decided.items(), key=lambda item: item[0])
        same = [
            Tie(DECIDED, *pair, "somebody said so", made.graph) for pair, made in decided if made.status == ACCEPTED
        ]
        apart = [pair for pair, made in decided if made.status == REFUSED]
        names = self.view.store.names
        return identity(self.things.values(), [*self.certain, *same], apart, names, self._read[1])

    def candidates(self, least: int = LEAST) -> list[Candidate]:
        """Return what may be one and is not certain, whatever was decided, the surest first."""
        groups = Groups(self.things)
        for tie in sorted(self.certain):
            groups.join(tie.one, tie.other)
        found = self._organisations(least) if self.kind == "organisation" else self._people(least)
        best: dict[tuple[str, str], Candidate] = {}
        for one in sorted(found, key=lambda one: (-one.score, one.one, one.other)):
            if groups.against(one.one, one.other) is None and one.other not in groups.of(one.one):
                ends = sorted((min(groups.of(one.one)), min(groups.of(one.other))))
                best.setdefault((ends[0], ends[1]), one)
        return list(best.values())

    def candidate(self, one: str, other: str, score: int, why: str, *graphs: Graph) -> Candidate:
        """Return two things as a candidate, in its order and its graph; `graphs` are those of what it rests on."""
        worse, better = sorted(
            (self.things[one], self.things[other]), key=lambda thing: (-thing.sort, not thing.ids, thing.iri)
        )
        graph = meeting(worse.graph, better.graph, self.view.store.names)
        for further in graphs:
            graph = meeting(graph, further, self.view.store.names)
        return Candidate(worse.iri, better.iri, score, why, graph)

    def _by_id(self) -> Iterable[Tie]:
        """Tie each two things of one public id, so that no reader depends on a third that is hidden."""
        by_id: dict[str, list[str]] = defaultdict(list)
        for thing in self.things.values():
            for public in thing.ids:
                by_id[public].append(thing.iri)
        for public, iris in by_id.items():
            for one, other in combinations(sorted(iris), 2):
                yield Tie(CERTAIN, one, other, f"both have {public}")

    def _by_table(self) -> Iterable[Tie]:
        names = self.view.store.names
        for thing in self.things.values():
            meant = known(thing.label)
            if meant is not None and _one_country(thing.country, meant.country):
                yield Tie(LISTED, thing.iri, names.record(None, "organisation", meant.name), f"a name of {meant.name}")

    def _organisations(self, least: int) -> Iterable[Candidate]:
        by_label: dict[str, list[str]] = defaultdict(list)
        for thing in self.things.values():
            by_label[thing.label].append(thing.iri)
        for iris in by_label.values():
            for one, other in combinations(iris, 2):
                if _one_country(self.things[one].country, self.things[other].country):
                    yield self.candidate(one, other, 100, "the same name")
        for pair in Names(by_label).alike(least):
            for one in by_label[pair.one]:
                for other in by_label[pair.other]:
                    if _one_country(self.things[one].country, self.things[other].country):
                        yield self.candidate(one, other, pair.score, pair.why)

    def _people(self, least: int) -> Iterable[Candidate]:
        by_place: dict[str, list[tuple[str, str, Graph]]] = defaultdict(list)
        places = self.organisations.identity.groups if self.organisations else Groups({})
        for who, said in self._read[2].items():
            for where, graph in said.items() if who in self.things else ():
                by_place[min(places.of(where))].append((who, where, graph))
        for people in by_place.values():
            for (one, at, first), (other, there, second) in combinations(people, 2):
                found = namesake(self.things[one].label, self.things[other].label) if one != other else None
                if found is not None and found[0] >= least:
                    between = [places.things[iri].graph for iri in places.of(at) - {there} if at != there]
                    why = f"{found[1]}, at {self.view.label(at)}"
                    yield self.candidate(one, other, found[0], why, first, second, *between)


def _one_country(one: str | None, other: str | None) -> bool:
    """Return whether two countries, as they are written, may be one."""
    return not one or not other or (country(one) or one) == (country(other) or other)
