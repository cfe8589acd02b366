"""Subjects: what a viewer sees, read from the file one subject at a time, for work on all of a long store.

An engine answers any query, and holds all facts in memory for it. Work that goes from record to record needs no query.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby

import pyoxigraph as ox

from .iris import Names
from .records import KINDS, RDFS, Record
from .store import Store
from .triples import TYPE, iri_of, record
from .viewer import Viewer

_OF_TYPE = (
    "SELECT q.s, ts.value, tg.value FROM quad q JOIN span ON span.quad = q.id AND span.went IS NULL"
    " JOIN term ts ON ts.id = q.s JOIN term tg ON tg.id = q.g"
    " WHERE q.p = (SELECT id FROM term WHERE value = ?) AND q.o = (SELECT id FROM term WHERE value = ?) ORDER BY q.s"
)
_SAID = (
    "SELECT ts.value, tp.value, tob.value, tg.value FROM term ts CROSS JOIN quad q ON q.s = ts.id"
    " JOIN span ON span.quad = q.id AND span.went IS NULL JOIN term tp ON tp.id = q.p JOIN term tob ON tob.id = q.o"
    " JOIN term tg ON tg.id = q.g WHERE ts.value = ?"
)
_TEXTS = (
    "SELECT ts.value, tp.value, tob.value, tg.value FROM json_each(?) j CROSS JOIN term ts ON ts.value = j.value"
    " CROSS JOIN quad q ON q.s = ts.id AND q.p IN (SELECT id FROM term WHERE value IN (SELECT value FROM json_each(?)))"
    " JOIN span ON span.quad = q.id AND span.went IS NULL"
    " JOIN term tp ON tp.id = q.p JOIN term tob ON tob.id = q.o JOIN term tg ON tg.id = q.g"
)


class Subjects:
    """The newest facts of a store, as far as a viewer may read them."""

    def __init__(self, store: Store, viewer: Viewer) -> None:
        """Read `store` as `viewer`."""
        self.store, self.viewer = store, viewer
        self._graphs = {f"<{graph}>" for graph in store.readable(viewer)}

    def iris(self, kind: str) -> Iterator[str]:
        """Yield the IRIs of all records of a kind."""
        rows = self.store.connect().execute(_OF_TYPE, (f"<{TYPE}>", f"<{KINDS[kind].type}>"))
        for _, same in groupby(rows, key=lambda row: row[0]):
            iris = [str(iri)[1:-1] for _, iri, graph in same if graph in self._graphs]
            yield from iris[:1]

    def quads(self, iri: str) -> list[ox.Quad]:
        """Return what is said of a subject, least open graph last, each triple in its most open one."""
        rows = self.store.connect().execute(_SAID, (f"<{iri}>",))
        lines = "\n".join(f"{' '.join(row)} ." for row in rows if row[3] in self._graphs)
        found = fuller_last(self.store.names, ox.parse(lines.encode(), format=ox.RdfFormat.N_QUADS))
        once: dict[ox.Triple, ox.Quad] = {}
        for quad in found:
            once.setdefault(quad.triple, quad)
        return list(once.values())

    def texts(self, iris: Iterable[str], properties: Iterable[str]) -> list[tuple[str, str, str]]:
        """Return what these subjects say by these properties as rows of subject, property and text, in one look-up."""
        asked = [json.dumps([f"<{one}>" for one in some]) for some in (iris, properties)]
        rows = self.store.connect().execute(_TEXTS, asked)
        lines = sorted({f"{' '.join(row[:3])} ." for row in rows if row[3] in self._graphs})
        found = ox.parse("\n".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES)
        return [(iri_of(one.subject), one.predicate.value, str(getattr(one.object, "value", ""))) for one in found]

    def record(self, iri: str) -> Record | None:
        """Return the record at an IRI, or None where the viewer sees none."""
        return record(iri, [(quad.predicate.value, quad.object) for quad in self.quads(iri)])

    def label(self, iri: str, language: str = "en") -> str:
        """Return the name of a subject in words, or the end of its IRI."""
        labels = (quad.object for quad in self.quads(iri) if quad.predicate.value == f"{RDFS}label")
        said = (one.value for one in labels if isinstance(one, ox.Literal) and one.language in {language, None})
        return next(said, self.store.names.key(iri).rpartition("#")[2])


def fuller_last(names: Names, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return quads by how open their graph is: what is said within a centre is the fuller answer, and comes last."""
    return sorted(quads, key=lambda quad: (names.read_graph(iri_of(quad.graph_name)).tier.rank, str(quad.object)))
