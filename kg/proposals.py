"""Proposals in the store: what linking reads off the records' texts, kept apart from facts until somebody decides.

Each stands in the graph of the text it was read off, so that nobody sees a proposal from words that are hidden.
An accepted one becomes a fact beside it; a refused one is not proposed again; both can be taken back.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pyoxigraph as ox
from atmp.ontology.vocabulary import iri_of

from .acceptance import Statements
from .classfacts import class_facts
from .engine import iri_of as iri_at
from .errors import Place, UnknownRecordError
from .iris import Graph
from .linking import LEAST, Proposal, proposals
from .load import store_home
from .provenance import Placement
from .records import ATMP, DCT, RDFS, Project, Record, Statement
from .source import Reading, Row, Source
from .store import Store, now
from .view import View
from .viewer import OWNER, Viewer
from .wants import wants

KINDS = ("project", "product", "trial", "grant", "publication")
DERIVED, ACCEPTED, REFUSED = (iri_of("statement-status", word) for word in ("derived", "accepted", "refused"))
_UNDATED = date(2000, 1, 1)  # whoever decides, decides later
_TEXTS = (f"{RDFS}label", f"{DCT}title", f"{DCT}description", f"{ATMP}aim", f"{ATMP}hurdle")


@dataclass(frozen=True)
class Linked:
    """What a run of linking did: proposals by property, and how many records were read."""

    proposed: dict[str, int]
    records: int


def propose(store: Store, *, agent: str, least: float = LEAST) -> Linked:
    """Read all records' texts and keep what they propose beyond what is stated; run again it changes only what changed."""
    view, home, read = store.view(OWNER), store_home(store), 0
    known = Statements(view)
    by_graph: dict[str, list[Row]] = {home(one.iri) or "": [] for one in statements(store, OWNER)}
    for kind in KINDS:
        for record in view.records(kind):
            read += 1
            graph = _graph(view, record)
            found = _read(view, known, record, graph, least) if graph is not None else ()
            if graph is not None and found:
                row = Row(f"{kind}/{store.names.key(record.iri)}", Place(), tuple(found))
                by_graph.setdefault(graph.iri, []).append(row)
    counted: Counter[str] = Counter()
    for iri, rows in sorted(by_graph.items()):
        source = _source(f"linking-{_digest(iri)}", "Terms read off texts", _UNDATED)
        _write(store, source, store.names.read_graph(iri), rows, agent)
        counted.update(str(one.property) for row in rows for one in row.records if isinstance(one, Statement))
    return Linked(dict(counted), read)


def statements(store: Store, viewer: Viewer, about: str | None = None) -> list[Statement]:
    """Return the statements that a viewer sees, the surest first; those about one record, or its product, where it is named."""
    view = store.view(viewer)
    found = [one for one in view.records("statement") if isinstance(one, Statement) and one.about]
    if about is not None:
        record = view.record(about)
        wanted = {about, *getattr(record, "develops", ())}
        found = [one for one in found if one.about in wanted]
    return sorted(found, key=lambda one: (-(one.confidence or 0), one.about or "", one.iri))


def decide(store: Store, identifiers: Iterable[str], *, agent: str, accepted: bool | None) -> list[Statement]:
    """Accept or refuse statements by id, or take decisions back with None; returns them as they are then.

    All are decided in turn, each in one transaction. Before any is decided, raises UnknownRecordError for an id that
    does not exist, and UsageError for one whose property has got another value since.
    """
    known = {one.identifier: one for one in statements(store, OWNER)}
    chosen = list(dict.fromkeys(identifiers))
    for identifier in chosen:
        if identifier not in known:
            raise UnknownRecordError(f"there is no proposal {identifier}: see them with `atmp proposals`")
    stated, home = Statements(store.view(OWNER)), store_home(store)
    rows = {identifier: _decision(stated, known[identifier], accepted) for identifier in chosen}
    for identifier, decided in rows.items():
        source = _source(f"decision-{identifier}", "Decision on a term read off a text", datetime.now(UTC).date())
        graph = store.names.read_graph(home(known[identifier].iri) or "")
        _write(store, source, graph, decided, agent)
    fresh = {one.identifier: one for one in statements(store, OWNER)}
    return [fresh[identifier] for identifier in chosen if identifier in fresh]


def _graph(view: View, record: Record) -> Graph | None:
    """Return the least open graph that a text of the record stands in, or None where it has none."""
    found = [
        view.store.names.read_graph(iri_at(quad.graph_name))
        for prop in _TEXTS
        for quad in view.engine.oxigraph.quads_for_pattern(ox.NamedNode(record.iri), ox.NamedNode(prop), None, None)
    ]
    return max(found, key=lambda graph: graph.tier.rank, default=None)


def _read(view: View, known: Statements, record: Record, graph: Graph, least: float) -> list[Statement]:
    """Return what a record's texts propose for it, or for the product that it develops."""
    text = " ".join(filter(None, (record.description, getattr(record, "aim", None), getattr(record, "detail", None))))
    texts = record.label or "", getattr(record, "title", None) or "", text
    wanted = wants(text, record.hurdles or "", least=least) if isinstance(record, Project) else ()
    made = (*proposals(*texts, least=least), *class_facts(*texts, least=least), *wanted)
    targets = [record, *view.records_of(record.develops).values()] if isinstance(record, Project) else [record]
    return [
        _statement(view, target, one, graph)
        for one in made
        for target in targets
        if (stated := known.of(target, one.property)) is not None and not stated.covers(one.term)
    ]


def _statement(view: View, about: Record, one: Proposal, graph: Graph) -> Statement:
    identifier = _digest(f"{about.iri} {one.property} {one.term}")
    term, answer = (None, one.term) if isinstance(one.term, bool) else (one.term, None)
    return Statement(
        iri=view.store.names.record(graph.centre, "statement", identifier), identifier=identifier, about=about.iri,
        property=one.property, value=term, answer=answer, evidence=one.words, confidence=round(100 * one.confidence),
        status=DERIVED, synthetic=about.synthetic,
    )  # fmt: skip


def _decision(stated: Statements, one: Statement, accepted: bool | None) -> list[Row]:
    """Return the row of a decision: the statement as it is now and, accepted, what it becomes; none takes it back."""
    if accepted is None:
        return []
    decided = one.model_copy(update={"status": ACCEPTED if accepted else REFUSED})
    records, facts = stated.accepted(one) if accepted else ((), ())
    return [Row(one.identifier or "", Place(), (decided, *records), facts)]


def _source(key: str, title: str, stated: date) -> Source:
    return Source(key, title, "linking", stated)


def _write(store: Store, source: Source, graph: Graph, rows: list[Row], agent: str) -> None:
    reading = Reading(replace(source, collection=graph.source), graph.centre, graph.tier, rows)
    placed = [replace(row, project=graph.project) for row in rows]
    entries = Placement(reading, store.names, now(), store_home(store)).entries(placed)
    store.write(source.key, source.stated.isoformat(), entries, agent=agent, action="link")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
