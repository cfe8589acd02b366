"""A store as one viewer sees it: the only way to read facts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from atmp.ontology.vocabulary import vocabulary

from .engine import Engine
from .errors import UnknownRecordError, UsageError
from .extract import Extract
from .records import DCT, KINDS, PROV, RDFS, Record
from .store import Store
from .subjects import fuller_last
from .table import Table, value
from .tiers import Tier
from .triples import TYPE, iri_of, record
from .viewer import EVERYWHERE, OWNER, PUBLIC, Viewer

if TYPE_CHECKING:
    import rdflib

_IDENTIFIER = ox.NamedNode(f"{DCT}identifier")


@dataclass(frozen=True)
class Scope:
    """What a viewer may read, under a key that all viewers of the same graphs share."""

    key: str
    graphs: frozenset[str]


def scope(store: Store, viewer: Viewer) -> Scope:
    """Return the viewer's scope: the name of the most open level that reads the same graphs, or one of its own."""
    graphs = store.readable(viewer)
    centres = sorted({graph.centre for graph in store.graphs() if graph.centre})
    levels = [PUBLIC, Viewer("partner", {EVERYWHERE: Tier.PARTNER})]
    levels += [Viewer(f"{centre}-internal", {centre: Tier.INTERNAL}) for centre in centres]
    levels += [Viewer("internal", {EVERYWHERE: Tier.INTERNAL}), OWNER]
    for level in levels:
        if store.readable(level) == graphs:
            return Scope(level.name, graphs)
    return Scope(hashlib.sha256(viewer.key.encode()).hexdigest()[:16], graphs)


class View:
    """Facts at one revision, as far as the viewer may read them."""

    def __init__(
        self,
        store: Store,
        viewer: Viewer,
        *,
        at: int | None = None,
        as_stated: bool = False,
        extract: Extract | None = None,
    ) -> None:
        """See the newest revision at every read, or a past one that stays; what is one as one, or as sources state it.

        An extract is read once, and stays as it is.
        """
        if at is None and extract is not None:
            at = store.revision()
        self.store, self.viewer, self.at = store, viewer, at
        self._as_stated = as_stated
        self._past = Engine(store, viewer, at=at, as_stated=as_stated, extract=extract) if at is not None else None

    @property
    def engine(self) -> Engine:
        """Return the engine that answers for this viewer, brought forward."""
        return self._past or self.store.engines.engine(self.viewer, as_stated=self._as_stated)

    @property
    def revision(self) -> int:
        """Return the revision that a read would see."""
        return self.store.revision() if self.at is None else self.at

    @property
    def scope(self) -> Scope:
        """Return the viewer's scope."""
        return scope(self.store, self.viewer)

    def select(self, query: str, bindings: Mapping[str, Any] | None = None) -> Table:
        """Answer one of the program's own SELECT queries, in process."""
        found = self.engine.query(query, bindings)
        names = tuple(variable.value for variable in found.variables)
        return Table(names, tuple(tuple(value(term) for term in row) for row in found))

    def record(self, iri: str) -> Record:
        """Return the record at an IRI; raises UnknownRecordError where the viewer sees none."""
        found = self.records_of([iri]).get(iri)
        if found is None:
            raise UnknownRecordError(f"there is no record {iri}")
        return found

    def records_of(self, iris: Iterable[str]) -> dict[str, Record]:
        """Return those of the records that the viewer sees, by IRI; for a merged one, the one that stands for it."""
        engine, found = self.engine, {}
        for asked in iris:
            iri = engine.led.get(asked, asked)
            one = record(iri, self._said(engine, iri))
            if one is not None:
                found[asked] = one
        return found

    def _said(self, engine: Engine, iri: str) -> list[tuple[str, Any]]:
        """Return the pairs said of `iri`, least open graph last: what is said within a centre is the fuller answer."""
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            return []
        quads = fuller_last(self.store.names, engine.oxigraph.quads_for_pattern(node, None, None, None))
        return [(quad.predicate.value, quad.object) for quad in quads]

    def knows(self, iri: str) -> bool:
        """Return whether anything that the viewer may read is said of an IRI."""
        return bool(self._said(self.engine, iri))

    def iris(self, kind: str) -> list[str]:
        """Return the IRIs of all records of a kind; raises UsageError for a kind that does not exist."""
        if kind not in KINDS:
            raise UsageError(f"'{kind}' is no kind of record: use one of {', '.join(sorted(KINDS))}")
        pattern = self.engine.oxigraph.quads_for_pattern(None, ox.NamedNode(TYPE), ox.NamedNode(KINDS[kind].type), None)
        return sorted({iri_of(quad.subject) for quad in pattern})

    def records(self, kind: str) -> list[Record]:
        """Return all records of a kind, by identifier."""
        found = self.records_of(self.iris(kind)).values()
        return sorted(found, key=lambda one: (one.identifier or "", one.iri))

    def find(self, kind: str, identifier: str, centre: str | None = None) -> Record:
        """Return the record of a kind by its id or IRI; raises UnknownRecordError, or UsageError where several centres have it."""
        if "://" in identifier:
            return self.record(identifier)
        led, centre_of = self.engine.led, self.store.names.centre_of
        named = {iri for iri in self._identified(identifier) if centre is None or centre_of(iri) == centre}
        mine = sorted({led.get(iri, iri) for iri in named} & set(self.iris(kind)))
        if not mine:
            raise UnknownRecordError(f"there is no {kind} with the id {identifier}")
        if len(mine) > 1:
            raise UsageError(f"several centres have a {kind} {identifier}: name its centre, or give its IRI")
        return self.record(mine[0])

    def _identified(self, identifier: str) -> set[str]:
        """Return the IRIs with an identifier; the iterator must end on the thread that made it, so no error may keep it."""
        pattern = self.engine.oxigraph.quads_for_pattern(None, _IDENTIFIER, ox.Literal(identifier), None)
        return {iri_of(quad.subject) for quad in pattern}

    def label(self, iri: str, language: str = "en") -> str:
        """Return a record's or term's name in words, or the end of its IRI."""
        concept = vocabulary().concept(iri)
        if concept is not None:
            return concept.labels.get(language) or concept.labels["en"]
        labels = [term for prop, term in self._said(self.engine, iri) if prop == f"{RDFS}label"]
        chosen = next((term for term in labels if term.language in {language, None}), None)
        return str(chosen.value) if chosen is not None else self.store.names.key(iri).rpartition("#")[2]

    def tier(self, iri: str) -> Tier:
        """Return the tier at which a record stands: that of the most open graph which says what it is."""
        engine = self.engine
        node = ox.NamedNode(engine.led.get(iri, iri))
        pattern = engine.oxigraph.quads_for_pattern(node, ox.NamedNode(TYPE), None, None)
        tiers = [self.store.names.read_graph(iri_of(quad.graph_name)).tier for quad in pattern]
        return min(tiers, key=lambda tier: tier.rank, default=Tier.CONFIDENTIAL)

    def dataset(self) -> rdflib.Dataset:
        """Return the graphs as an rdflib Dataset that refuses writes."""
        from .dataset import dataset

        return dataset(self.engine)

    def nquads(self) -> Iterator[bytes]:
        """Yield what the viewer sees as sorted N-Quads lines."""
        for line in sorted(self.store.lines(self.store.readable(self.viewer), at=self.at)):
            yield f"{line}\n".encode()

    def digest(self) -> str:
        """Return the SHA-256 of `nquads`: equal digests mean equal facts."""
        whole = hashlib.sha256()
        for line in self.nquads():
            whole.update(line)
        return whole.hexdigest()

    def facts_digest(self) -> str:
        """Return the SHA-256 of `nquads` without where and when each was read: an export loaded elsewhere keeps it.

        What tells of sources, their rows and the times of loads is left out, for a load adds its own.
        """
        source = f"<{self.store.names.base}/source/".encode()
        apart = (f"<{PROV}wasDerivedFrom> ".encode(), f"<{PROV}generatedAtTime> ".encode())
        whole = hashlib.sha256()
        for line in self.nquads():
            subject, _, rest = line.partition(b" ")
            if not subject.startswith(source) and not rest.startswith(apart):
                whole.update(line)
        return whole.hexdigest()
