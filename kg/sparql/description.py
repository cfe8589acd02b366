"""Descriptions: what DESCRIBE gives of a thing, more than the bare triples that begin with it, and never without end.

A description is the thing's own statements, blank nodes closed over; those of what belongs to it, such as the needs of a
project; and the names of all that these point to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ..records import ATMP, RDFS, SKOS
from ..triples import TYPE, XSD
from ..void import VOID
from .dataset import WHOLE, Dataset

if TYPE_CHECKING:
    from .answer import Graphs

LARGEST = 10_000
"""Statements of a description."""
_BATCH = 200
_BELONGING = "|".join(
    (*(f"<{ATMP}{name}>" for name in ("usedIn", "neededBy", "observedProject", "providedBy")), f"^<{ATMP}develops>")
)
"""The ways from a part to the whole that its statements tell of: uses of methods, needs, stages, offers, a project's product."""

_SAID = "DESCRIBE ?thing { VALUES ?thing { %s } }"  # the engine closes over blank nodes, and adds nothing else
_PARTS = f"SELECT DISTINCT ?part {{ VALUES ?whole {{ %s }} ?part {_BELONGING} ?whole }} ORDER BY ?part"
_NAMES = (
    "CONSTRUCT { ?thing ?naming ?name } { VALUES ?thing { %s } ?thing ?naming ?name"
    f" FILTER(?naming IN (<{RDFS}label>, <{SKOS}prefLabel>)) }}"
)


@dataclass
class Description:
    """Statements in the order in which they came, and whether that is all of them."""

    largest: int
    is_whole: bool = True
    _said: dict[ox.Triple, None] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of statements."""
        return len(self._said)

    def take(self, triples: Iterable[Any]) -> None:
        """Take in statements until there are as many as there may be."""
        for triple in triples:
            if triple not in self._said and len(self._said) == self.largest:
                self.is_whole = False
            if not self.is_whole:
                return
            self._said[triple] = None

    def nodes(self) -> list[ox.NamedNode]:
        """Return what the statements point to and do not begin with, each once."""
        known = {triple.subject for triple in self._said}
        pointed = (one.object for one in self._said if isinstance(one.object, ox.NamedNode))
        return [node for node in dict.fromkeys(pointed) if node not in known]

    def triples(self) -> Iterator[ox.Triple]:
        """Yield the statements, and where they are not all, what says so."""
        yield from self._said
        if self.is_whole:
            return
        part = ox.BlankNode("description")
        size = ox.Literal(str(len(self)), datatype=ox.NamedNode(f"{XSD}integer"))
        words = (
            f"This description stops at {len(self)} statements, and there are more:"
            " describe fewer things at once, or ask for what you need with CONSTRUCT."
        )
        yield ox.Triple(part, ox.NamedNode(TYPE), ox.NamedNode(f"{VOID}Dataset"))
        yield ox.Triple(part, ox.NamedNode(f"{VOID}triples"), size)
        yield ox.Triple(part, ox.NamedNode(f"{RDFS}comment"), ox.Literal(words, language="en"))


def description(
    engine: Graphs, things: Iterable[ox.NamedNode], dataset: Dataset = WHOLE, *, largest: int = LARGEST
) -> Description:
    """Return what the graphs of a dataset say of some things, of their parts, and which names they give to the rest.

    What is said of the things themselves comes first, and names come last, where `largest` cuts the description short.
    """
    found = Description(largest)
    wanted: dict[ox.NamedNode, None] = {}
    _take(found, engine, dataset, _SAID, _new(things, wanted))
    if found.is_whole:
        _take(found, engine, dataset, _SAID, _parts(engine, dataset, wanted))
    _take(found, engine, dataset, _NAMES, found.nodes())
    return found


def _new(things: Iterable[ox.NamedNode], seen: dict[ox.NamedNode, None]) -> Iterator[ox.NamedNode]:
    for thing in things:
        if thing not in seen:
            seen[thing] = None
            yield thing


def _take(found: Description, engine: Graphs, dataset: Dataset, query: str, things: Iterable[ox.NamedNode]) -> None:
    lists = _lists(things)
    while found.is_whole and (some := next(lists, "")):
        found.take(engine.query(query % some, dataset=dataset))


def _parts(engine: Graphs, dataset: Dataset, wholes: Iterable[ox.NamedNode]) -> list[ox.NamedNode]:
    return [row["part"] for some in _lists(wholes) for row in engine.query(_PARTS % some, dataset=dataset)]


def _lists(things: Iterable[ox.NamedNode]) -> Iterator[str]:
    """Yield things as lists for VALUES, each of a length that the engine joins well."""
    left = iter(things)
    while some := " ".join(map(str, islice(left, _BATCH))):
        yield some
