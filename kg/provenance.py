"""Rows of a source to quads, each placed in its graph, each with its way back to the row that said it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pyoxigraph as ox

from .iris import Graph, Names
from .ledger import SOURCE_ROW, Entry
from .literals import canonical
from .records import ATMP, DCT, KINDS, PROV, RDFS
from .source import Reading, Row, Statement
from .tiers import Tier
from .triples import TYPE, XSD, Fact, Quad, columns, facts

PRIVATE = frozenset(
    column.says.property for model in KINDS.values() for column in columns(model) if column.says.private
)

LINKS = frozenset(
    column.says.property
    for model in KINDS.values()
    for column in columns(model)
    if column.says.to not in {None, "disease", "centre"}
)
"""The properties that lead from one record to another."""

Home = Callable[[str], str | None]
"""Tells the graph that a record stands in, by its IRI."""

Within = Callable[[str], Row | None]
"""Tells the row of a source that a record is in, by its IRI."""

_REMEMBERED = 10_000  # homes of records


def nowhere(_: str) -> None:
    """Tell nothing of a record."""


def _literal(text: str, datatype: str | None = None) -> str:
    return str(ox.Literal(text, datatype=ox.NamedNode(XSD + datatype)) if datatype else ox.Literal(text))


class Placement:
    """Where the facts of one reading stand, and how their rows are named."""

    def __init__(self, reading: Reading, names: Names, loaded: str, home: Home = nowhere) -> None:
        """Place the facts of `reading`; `loaded` is the time of the load, `home` tells of records it only refers to."""
        self._reading, self._names, self._loaded, self._home = reading, names, loaded, home
        self._homes: dict[str, str | None] = {}
        self._within: Within = nowhere
        self.source = names.source(reading.source.key)

    def graph(self, row: Row | None, *, private: bool = False, given: str | None = None) -> str:
        """Return the graph for a fact: the one it came in when that is ours, else by centre and tier.

        What belongs to a project, such as a need, is never more open than the project.
        """
        reading, tier = self._reading, self._reading.tier
        known: Graph | None = self._names.read_graph(given) if given else None
        if known is not None and (known.centre or known.source):
            if not private or known.tier.rank >= Tier.INTERNAL.rank:
                return known.iri
            return self._names.graph(known.centre, Tier.INTERNAL)
        if reading.source.collection is not None:
            return self._names.graph(None, Tier.PUBLIC, source=reading.source.collection)
        if row is not None and row.tier is not None:
            tier = tier.stricter(row.tier)
        if private:
            tier = tier.stricter(Tier.INTERNAL)
        project = row.project if row is not None else None
        graph = self._names.graph(reading.centre, tier, project=project)
        owner = next((getattr(record, "project", None) for record in row.records), None) if row is not None else None
        return self._hidden(graph, owner) if owner else graph

    def _hidden(self, graph: str, iri: str) -> str:
        """Return the graph of the record at `iri` where that is less open than `graph`."""
        if iri not in self._homes:
            if len(self._homes) >= _REMEMBERED:
                self._homes.clear()
            row = self._within(iri)  # a project's row tells where its needs stand, whichever comes first
            self._homes[iri] = self._home(iri) if row is None else self.graph(row)
        home = self._homes[iri]
        rank = self._names.read_graph(graph).tier.rank
        return home if home is not None and self._names.read_graph(home).tier.rank > rank else graph

    def entries(self, rows: Iterable[Row], within: Within | None = None) -> Iterator[Entry]:
        """Yield what the store takes: the source itself, then an entry for each row.

        `within` tells the row of a record of this source; without it, all rows are held in memory for that.
        """
        if within is None:
            rows = list(rows)
            within = {record.iri: row for row in rows for record in row.records}.get
        self._within = within
        self._homes.clear()
        yield self._about_source()
        for row in rows:
            yield self._entry(row)

    def _entry(self, row: Row) -> Entry:
        said = list(row_facts(row))
        quads = [self._quad(row, fact) for fact in said]
        graph = f"<{self.graph(row)}>"
        entity = f"<{self._names.source(self._reading.source.key, *row.key.split('/'))}>"
        quads += [
            (subject, f"<{PROV}wasDerivedFrom>", entity, graph) for subject in sorted({fact.subject for fact in said})
        ]
        about = [(TYPE, f"<{PROV}Entity>"), (f"{DCT}isPartOf", f"<{self.source}>")]
        if row.place.sheet:
            about.append((f"{ATMP}sheet", _literal(row.place.sheet)))
        if row.place.row:
            about.append((f"{ATMP}row", _literal(str(row.place.row), "integer")))
        quads += [(entity, f"<{prop}>", term, graph) for prop, term in about]
        return Entry(row.key, tuple(quads), self._stamp(entity, graph))

    def _quad(self, row: Row, fact: Fact | Statement) -> Quad:
        given = fact.graph if isinstance(fact, Statement) else None
        private = fact.private if isinstance(fact, Fact) else fact.predicate[1:-1] in PRIVATE
        graph = self.graph(row, private=private, given=given)
        if given is None and fact.predicate[1:-1] in LINKS:  # a link tells that what it leads to exists
            graph = self._hidden(graph, fact.object[1:-1])
        return fact.subject, fact.predicate, canonical(fact.object), f"<{graph}>"

    def _about_source(self) -> Entry:
        source, graph, subject = self._reading.source, f"<{self.graph(None)}>", f"<{self.source}>"
        said = {
            f"{RDFS}label": source.title,
            f"{ATMP}format": source.format,
            f"{ATMP}file": source.file,
            f"{ATMP}contentDigest": source.sha256,
            f"{DCT}publisher": source.publisher,
            f"{DCT}license": source.licence,
        }
        quads = [(subject, f"<{TYPE}>", f"<{PROV}Entity>", graph), (subject, f"<{TYPE}>", f"<{ATMP}Source>", graph)]
        quads += [(subject, f"<{prop}>", _literal(text), graph) for prop, text in said.items() if text]
        quads.append((subject, f"<{DCT}date>", _literal(source.stated.isoformat(), "date"), graph))
        if source.synthetic:
            quads.append((subject, f"<{ATMP}synthetic>", _literal("true", "boolean"), graph))
        return Entry(SOURCE_ROW, tuple(quads), self._stamp(subject, graph))

    def _stamp(self, subject: str, graph: str) -> tuple[Quad, ...]:
        return ((subject, f"<{PROV}generatedAtTime>", _literal(self._loaded, "dateTime"), graph),)


def row_facts(row: Row) -> Iterator[Fact | Statement]:
    """Yield every triple that a row says."""
    for record in row.records:
        yield from facts(record)
    yield from row.statements
