"""Identity: which things are one, worked out from what ties them, and who may know of it.

Ties are taken up in an order of their own, the most open and the surest first, so that the order they come in does not
matter. A tie that would make one of two things with different public ids, or of two that somebody told apart, is left out.

What is one forms a tree: every thing but the one that stands for all leads to a better one, in the graph where the tie
stands. So a reader sees two things as one only by ties that she may see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from .iris import Graph, Names
from .records import ATMP
from .tiers import Tier

SAME = f"{ATMP}sameAs"
"""The property that leads from a thing to a better one."""

CERTAIN, DECIDED, LISTED = 0, 1, 2
"""What a tie rests on, the surest first: a public id, a decision, the table of well-known organisations."""


RECORD, WELL_KNOWN, NAME = 0, 1, 2
"""What a thing is, the better one first: a record of somebody's, a name of the table, another name without a record."""


@dataclass(frozen=True)
class Thing:
    """What may be one with others: a record that stands in `graph`, or a name written there. `ids` are its public ids."""

    iri: str
    label: str
    graph: Graph
    sort: int = RECORD
    ids: frozenset[str] = frozenset()
    country: str | None = None


@dataclass(frozen=True, order=True)
class Tie:
    """That two things are one: what it rests on, why in words, and the graph of what it rests on, where it has one."""

    strength: int
    one: str
    other: str
    why: str = ""
    graph: Graph | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Link:
    """That a thing is the same as a better one, and the graph where that stands."""

    iri: str
    same_as: str
    graph: Graph


@dataclass
class Groups:
    """Things that are one so far; `apart` are pairs that somebody told apart."""

    things: dict[str, Thing]
    apart: Collection[tuple[str, str]] = ()
    _group: dict[str, set[str]] = field(default_factory=dict)
    _foes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        """Note who was told apart from whom."""
        for one, other in self.apart:
            self._foes[one].add(other)
            self._foes[other].add(one)

    def of(self, iri: str) -> set[str]:
        """Return the things that are one with this one, itself among them."""
        return self._group.get(iri, {iri})

    def ids(self, iri: str) -> frozenset[str]:
        """Return the public ids of all that is one with a thing; there is never more than one of a sort."""
        return frozenset[str]().union(*(self.things[one].ids for one in self.of(iri)))

    def against(self, one: str, other: str) -> str | None:
        """Return in words what speaks against two things being one, or None."""
        ids = sorted(self.ids(one) | self.ids(other))
        if len(ids) > 1 and other not in self.of(one):
            return f"they have different public ids, {' and '.join(ids)}"
        theirs = self.of(other)
        foe = next(((a, b) for a in sorted(self.of(one)) for b in sorted(self._foes.get(a, set()) & theirs)), None)
        if foe is not None:
            return f"{self.things[foe[0]].label} and {self.things[foe[1]].label} were told apart"
        return None

    def join(self, one: str, other: str) -> bool:
        """Make two things one; returns whether they could be."""
        if self.against(one, other) is not None:
            return False
        whole = self.of(one) | self.of(other)
        self._group.update(dict.fromkeys(whole, whole))
        return True

    def all(self) -> list[set[str]]:
        """Return the groups of more than one thing, in order."""
        found = {min(group): group for group in self._group.values() if len(group) > 1}
        return [group for _, group in sorted(found.items())]


@dataclass(frozen=True)
class Identity:
    """What is one: the groups, the ties they rest on, those that contradict them, and the links that say so."""

    groups: Groups
    ties: tuple[Tie, ...]
    left_out: tuple[Tie, ...]
    links: tuple[Link, ...]
    made: dict[str, Graph]
    """Names that get a record, by their IRI, and the graph where it stands."""


def identity(
    things: Iterable[Thing],
    ties: Iterable[Tie],
    apart: Collection[tuple[str, str]],
    names: Names,
    made: Collection[str] = (),
) -> Identity:
    """Work out what is one; `made` are names that get a record even if nothing else is the same."""
    by_iri = {one.iri: one for one in things}
    usable = [tie for tie in ties if tie.one in by_iri and tie.other in by_iri and tie.one != tie.other]
    where = {tie: _place(tie, by_iri, names) for tie in usable}
    whole = Groups(by_iri, apart)
    taken, left_out = list[Tie](), list[Tie]()
    for tie in sorted(usable, key=lambda tie: (where[tie].tier.rank, tie)):
        (taken if whole.join(tie.one, tie.other) else left_out).append(tie)
    given = {iri: by_iri[iri].graph for iri in made if iri in by_iri}
    drawn = _Drawn(by_iri, given)
    readers = {_level(graph): graph for graph in sorted((where[tie] for tie in taken), key=lambda graph: graph.iri)}
    for level in sorted(readers, key=lambda level: (level[0], _sees_all(readers[level]), level[1])):
        drawn.draw(level, [tie for tie in taken if _reads(readers[level], where[tie])], where)
    return Identity(whole, tuple(taken), tuple(left_out), tuple(drawn.links), drawn.made)


def _place(tie: Tie, things: dict[str, Thing], names: Names) -> Graph:
    graph = meeting(things[tie.one].graph, things[tie.other].graph, names)
    return graph if tie.graph is None else meeting(graph, tie.graph, names)


def meeting(one: Graph, other: Graph, names: Names) -> Graph:
    """Return the graph for what two things have in common: only who sees both sees it."""
    if one.tier is Tier.PUBLIC or other.tier is Tier.PUBLIC or one.iri == other.iri:
        return max(one, other, key=lambda graph: (graph.tier.rank, graph.centre is not None, graph.iri))
    if one.centre == other.centre and Tier.CONFIDENTIAL not in {one.tier, other.tier}:
        return max(one, other, key=lambda graph: graph.tier.rank)
    return names.read_graph(names.graph(None, Tier.CONFIDENTIAL))


_Level = tuple[int, str]
_OPEN: _Level = (0, "")


def _level(graph: Graph) -> _Level:
    """Return who reads a graph: everybody, whatever public graph it is, or the readers of one closed graph."""
    return (graph.tier.rank, graph.iri) if graph.tier.rank else _OPEN


def _sees_all(graph: Graph) -> bool:
    """Return whether only somebody who reads everything reads a graph: what two closed centres share stands there."""
    return graph.centre is None and graph.tier is Tier.CONFIDENTIAL


def _reads(reader: Graph, graph: Graph) -> bool:
    """Return whether everybody who reads the one graph reads the other too."""
    if graph.tier is Tier.PUBLIC or graph.iri == reader.iri or _sees_all(reader):
        return True
    nested = graph.centre == reader.centre and graph.tier.rank <= reader.tier.rank
    return nested and graph.tier is not Tier.CONFIDENTIAL


@dataclass
class _Drawn:
    """The links drawn so far, level by level, and the names that got a record."""

    things: dict[str, Thing]
    made: dict[str, Graph]
    links: list[Link] = field(default_factory=list)
    _led: set[tuple[str, str]] = field(default_factory=set)

    def draw(self, level: _Level, ties: list[Tie], where: dict[Tie, Graph]) -> None:
        """Draw what the ties of a level add to those that its readers see besides."""
        groups = Groups(self.things)
        for tie in ties:
            groups.join(tie.one, tie.other)
        graphs = [where[tie] for tie in ties if _level(where[tie]) == level]
        touched = {iri for tie in ties if _level(where[tie]) == level for iri in (tie.one, tie.other)}
        for group in groups.all():
            if group & touched:
                self._tree(group, level, max(graphs, key=lambda graph: graph.iri))

    def _tree(self, group: set[str], level: _Level, closed: Graph) -> None:
        if not any(self.things[iri].sort == NAME for iri in group):  # records alone need no name to stand for them
            group = {iri for iri in group if self.things[iri].sort == RECORD or iri in self.made}
        following = {link.iri for link in self.links if link.iri in group and _reads(closed, link.graph)}
        ranked = sorted(group - following, key=lambda iri: self._key(iri, level))
        for iri in ranked:
            if self.things[iri].sort != RECORD:
                self.made.setdefault(iri, self.things[iri].graph if level == _OPEN else closed)
        for iri in ranked[1:]:
            graph = self.things[iri].graph if level == _OPEN else closed
            if (iri, ranked[0]) not in self._led:
                self._led.add((iri, ranked[0]))
                self.links.append(Link(iri, ranked[0], graph))

    def _key(self, iri: str, level: _Level) -> tuple[int, int, bool, str]:
        """Return what makes a thing the better one: open to more readers, a record of somebody's, with a public id."""
        thing = self.things[iri]
        stands = thing.graph if thing.sort == RECORD else self.made.get(iri)
        return stands.tier.rank if stands else level[0], thing.sort, not thing.ids, iri


def standing(led: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield each thing that leads to a better one, with the one that it leads to in the end."""
    better: dict[str, list[str]] = defaultdict(list)
    for iri, same_as in led:
        better[iri].append(same_as)
    for iri in better:
        seen, front, ends = {iri}, [iri], list[str]()
        while front:
            here = front.pop()
            further = [one for one in better.get(here, ()) if one not in seen]
            seen.update(further)
            front += further
            ends += [] if here in better else [here]
        yield iri, min(ends, default=iri)
