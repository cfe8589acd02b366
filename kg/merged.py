"""Merged: what is one stands as one in the graph of whoever sees that it is.

What is said of a record that another one stands for is said of that other one, and what leads to it leads there; of a
property that takes one value, the word of the record that stands for all goes first. A record that is merged keeps the
link and its names, so that it is still found by them. What each source said stays in the file as it is: whatever is
merged is worked out anew with every change, and a decision that is taken back brings back what was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from .identity import SAME, standing
from .iris import Names
from .records import ATMP, DCT, RDF, RDFS
from .triples import functional_properties, iri_of

_SAME = ox.NamedNode(SAME)
_KEPT = frozenset({SAME, f"{RDFS}label", f"{DCT}identifier"})
"""What stays said of a record that another one stands for: the link and its names."""
_ABOUT = frozenset({SAME, f"{RDF}subject", f"{RDF}object"})
"""Properties that name a record as the sources have it: who says what of it."""
_SEVERAL = frozenset({SAME, f"{ATMP}centre"})
"""Single-valued properties of which every source's word stands: a record of two centres is each one's."""

Quads = set[ox.Quad]


class Merged:
    """What one graph in memory has merged so far, and what has to change in it when what is stated changes."""

    def __init__(self, graph: ox.Store, names: Names) -> None:
        """Merge nothing yet in `graph`."""
        self.led: Mapping[str, str] = {}
        self._graph, self._names = graph, names
        self._stated, self._shown = Quads(), Quads()

    def step(self, gone: set[str], come: set[str]) -> tuple[set[str], set[str]]:
        """Return the lines of N-Quads to take out of the graph and to put in, where these go and come in what is stated."""
        led = self._links(gone, come)
        members = {f"<{iri}>" for iri in (*led, *led.values(), *self.led, *self.led.values())}
        if not members:
            return gone, come
        ours = [{line for line in lines if _parts(line) & members} for lines in (gone, come)]
        if led == self.led and not any(ours):
            return gone, come
        left, new = (_read(lines) for lines in ours)
        unwanted, wanted = self._step(left, new, led)
        return (gone - ours[0]) | _lines(unwanted), (come - ours[1]) | _lines(wanted)

    def _links(self, gone: set[str], come: set[str]) -> dict[str, str]:
        """Return what leads to what from now on."""
        left, new = (_read(line for line in lines if f" <{SAME}> " in line) for lines in (gone, come))
        return _standing((set(self._graph.quads_for_pattern(None, _SAME, None)) - left) | new)

    def _step(self, gone: Quads, come: Quads, led: Mapping[str, str]) -> tuple[Quads, Quads]:
        members = frozenset(map(ox.NamedNode, {*led, *led.values()}))
        before = ({quad for one in members for quad in _around(self._graph, one)} - self._shown) | self._stated
        after = (before - gone) | come
        stated = {quad for quad in after if quad.subject in members or quad.object in members}
        shown = merged(stated, led, self._names)
        wanted = (after - stated) | shown
        unwanted = (self._shown | before | gone) - wanted
        self._stated, self._shown, self.led = stated, shown, led
        return unwanted, wanted


def is_plain(graph: ox.Store) -> bool:
    """Return whether nothing in a graph says that two records are one."""
    return next(iter(graph.quads_for_pattern(None, _SAME, None)), None) is None


def links(graph: ox.Store) -> dict[str, str]:
    """Return the records of a graph that another one stands for, each with that one."""
    return _standing(graph.quads_for_pattern(None, _SAME, None))


def _standing(quads: Iterable[ox.Quad]) -> dict[str, str]:
    pairs = {(iri_of(one.subject), iri_of(one.object)) for one in quads if one.predicate == _SAME}
    return dict(standing(sorted(pairs)))


def merged(stated: Iterable[ox.Quad], led: Mapping[str, str], names: Names) -> Quads:
    """Return quads with what is said of followers at what they are led to: each triple once, in its most open graph."""
    best: dict[tuple[object, ...], tuple[tuple[object, ...], ox.Quad]] = {}
    for quad in stated:
        said = iri_of(quad.subject)
        for one in _moved(quad, led):
            single = one.predicate.value in functional_properties() - _SEVERAL
            graph = names.read_graph(iri_of(one.graph_name))
            whose = (said != iri_of(one.subject), said) if single else ()
            order = (*whose, graph.tier.rank, graph.iri, str(one.object))
            key = (one.subject, one.predicate, None if single else one.object)
            if key not in best or order < best[key][0]:
                best[key] = (order, one)
    return {quad for _, quad in best.values()}


def _moved(quad: ox.Quad, led: Mapping[str, str]) -> Iterator[ox.Quad]:
    """Yield a quad as it stands once records are merged: names stand twice, what would lead to itself not at all."""
    subject, prop = iri_of(quad.subject), quad.predicate.value
    better, said = led.get(subject, subject), quad.object
    if better != subject and prop in _KEPT:
        yield quad
    if isinstance(said, ox.NamedNode) and prop not in _ABOUT:
        said = ox.NamedNode(led.get(said.value, said.value))
    loop = said == ox.NamedNode(better) and quad.object != quad.subject
    if prop != SAME and not loop:
        yield ox.Quad(ox.NamedNode(better), quad.predicate, said, quad.graph_name)


def _around(graph: ox.Store, node: ox.NamedNode) -> Iterator[ox.Quad]:
    yield from graph.quads_for_pattern(node, None, None, None)
    yield from graph.quads_for_pattern(None, None, node, None)


def _parts(line: str) -> set[str]:
    """Return the subject and the object of a line."""
    subject, _, rest = line.split(" ", 2)
    return {subject, rest.rsplit(" ", 2)[0]}


def _read(lines: Iterable[str]) -> Quads:
    return set(ox.parse("\n".join(lines).encode(), format=ox.RdfFormat.N_QUADS))


def _lines(quads: Quads) -> set[str]:
    return {f"{quad} ." for quad in quads}
