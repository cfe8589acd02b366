"""Proposals in the store: what linking reads off the records' texts, kept apart from facts until somebody decides.

Each stands in the graph of the text it was read off, so that nobody sees a proposal from words that are hidden.
An accepted one becomes a fact beside it; a refused one is not proposed again; both can be taken back.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from .acceptance import Statements
from .classfacts import class_facts
from .errors import Place, UnknownRecordError
from .iris import Graph, Names
from .linking import LEAST, Proposal, proposals
from .progress import Progress, counted, quiet
from .provenance import Placement, nowhere
from .records import ATMP, DCT, RDFS, Project, Record, Statement
from .same import ACCEPTED, DERIVED, REFUSED
from .source import Reading, Row, Source
from .spool import Spool
from .standing import store_home
from .store import Store, now
from .subjects import Subjects
from .triples import iri_of as iri_at
from .triples import record as record_of
from .viewer import OWNER, Viewer
from .wants import wants

KINDS = ("project", "product", "trial", "grant", "publication")
_UNDATED = date(2000, 1, 1)  # whoever decides, decides later
_TEXTS = (f"{RDFS}label", f"{DCT}title", f"{DCT}description", f"{ATMP}aim", f"{ATMP}hurdle")


@dataclass(frozen=True)
class Linked:
    """What a run of linking did: proposals by property, and how many records were read."""

    proposed: dict[str, int]
    records: int


def propose(store: Store, *, agent: str, least: float = LEAST, tell: Progress = quiet) -> Linked:
    """Read all records' texts and keep what they propose beyond what is stated; run again it changes only what changed.

    Records are read one by one, and what they propose lies on disk until all are read: memory does not grow with them.
    """
    subjects = Subjects(store, OWNER)
    known = Statements(subjects)
    iris = Spool((kind, iri) for kind in KINDS for iri in subjects.iris(kind))
    by_graph: dict[str, Spool[Row]] = {graph.iri: Spool() for graph in store.graphs() if _linked(store, graph)}
    proposed: Counter[str] = Counter()
    for kind, iri in counted(iris, "linking", tell, len(iris)):
        graph, found = _read(subjects, known, iri, least)
        if graph is not None and found:
            row = Row(f"{kind}/{store.names.key(iri)}", Place(), tuple(found), project=graph.project)
            by_graph.setdefault(graph.iri, Spool()).append(row)
            proposed.update(one.property or "" for one in found)
    tell("linking", len(iris), len(iris))
    for iri, rows in sorted(by_graph.items()):
        graph = store.names.read_graph(iri)
        _write(store, _source(_key(graph), "Terms read off texts", _UNDATED), graph, rows, agent)
    return Linked(dict(proposed), len(iris))


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
    stated, home = Statements(Subjects(store, OWNER)), store_home(store)
    graphs = {identifier: store.names.read_graph(home(known[identifier].iri) or "") for identifier in chosen}
    rows = {one: _decision(stated, known[one], graph, accepted) for one, graph in graphs.items()}
    for identifier, decided in rows.items():
        source = _source(f"decision-{identifier}", "Decision on a term read off a text", datetime.now(UTC).date())
        _write(store, source, graphs[identifier], decided, agent)
    fresh = {one.identifier: one for one in statements(store, OWNER)}
    return [fresh[identifier] for identifier in chosen if identifier in fresh]


def _linked(store: Store, graph: Graph) -> bool:
    """Return whether there were proposals in a graph before."""
    return store.last_write(_key(graph)) is not None


def _key(graph: Graph) -> str:
    return f"linking-{_digest(graph.iri)}"


def _read(subjects: Subjects, known: Statements, iri: str, least: float) -> tuple[Graph | None, list[Statement]]:
    """Return the least open graph of a record's texts, and what these propose for it, or for the product that it develops."""
    quads = subjects.quads(iri)
    record = record_of(iri, [(quad.predicate.value, quad.object) for quad in quads])
    graphs = {iri_at(quad.graph_name) for quad in quads if quad.predicate.value in _TEXTS}
    if record is None or not graphs:
        return None, []
    names = subjects.store.names
    graph = max(map(names.read_graph, sorted(graphs)), key=lambda graph: graph.tier.rank)
    made = _proposed(record, least)
    developed = map(subjects.record, record.develops) if isinstance(record, Project) and made else ()
    targets = [record, *(one for one in developed if one is not None)]
    return graph, [
        _statement(names, target, one, graph)
        for one in made
        for target in targets
        if (stated := known.of(target, one.property)) is not None and not stated.covers(one.term)
    ]


def _proposed(record: Record, least: float) -> tuple[Proposal, ...]:
    """Return what a record's texts speak of: terms, class facts, and what a project wants."""
    text = " ".join(filter(None, (record.description, getattr(record, "aim", None), getattr(record, "detail", None))))
    texts = record.label or "", getattr(record, "title", None) or "", text
    wanted = wants(text, record.hurdles or "", least=least) if isinstance(record, Project) else ()
    return (*proposals(*texts, least=least), *class_facts(*texts, least=least), *wanted)


def _statement(names: Names, about: Record, one: Proposal, graph: Graph) -> Statement:
    identifier = _digest(f"{about.iri} {one.property} {one.term}")
    term, answer = (None, one.term) if isinstance(one.term, bool) else (one.term, None)
    return Statement(
        iri=names.record(graph.centre, "statement", identifier), identifier=identifier, about=about.iri,
        property=one.property, value=term, answer=answer, evidence=one.words, confidence=round(100 * one.confidence),
        status=DERIVED, synthetic=about.synthetic,
    )  # fmt: skip


def _decision(stated: Statements, one: Statement, graph: Graph, accepted: bool | None) -> list[Row]:
    """Return the row of a decision: the statement as it is now and, accepted, what it becomes; none takes it back."""
    if accepted is None:
        return []
    decided = one.model_copy(update={"status": ACCEPTED if accepted else REFUSED})
    records, facts = stated.accepted(one) if accepted else ((), ())
    return [Row(one.identifier or "", Place(), (decided, *records), facts, project=graph.project)]


def _source(key: str, title: str, stated: date) -> Source:
    return Source(key, title, "linking", stated)


def _write(store: Store, source: Source, graph: Graph, rows: Sequence[Row], agent: str) -> None:
    reading = Reading(replace(source, collection=graph.source), graph.centre, graph.tier, rows)
    entries = Placement(reading, store.names, now(), store_home(store)).entries(rows, nowhere)
    store.write(source.key, source.stated.isoformat(), entries, agent=agent, action="link")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
