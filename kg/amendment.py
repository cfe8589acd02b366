"""Amendments: what a writer changes by hand in the graphs of a centre, judged as a load is, and written as one.

What comes is said by a source of its own. What goes is withdrawn from whoever said it, and stays answerable at earlier
revisions. Only what the writer sees is looked at, so that what is hidden moves neither the findings nor the outcome.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby

import pyoxigraph as ox

from .affected import Affected, Amendment, of_source
from .errors import FindingsError, Place, QueryForbiddenError, QueryRefusedError, StoreBusyError, UsageError
from .findings import Findings, Severity
from .iris import Names
from .ledger import Entry, Ledger
from .objections import objections
from .provenance import Placement
from .source import Reading, Row, Source, Statement
from .store import now
from .tiers import Tier
from .triples import Quad
from .view import View
from .viewer import EVERYWHERE, Viewer
from .wordings import renew

MOST = 100_000
"""How many statements an amendment may change."""
ACTION = "update"
_TRIES = 5
_SETTLING = 20
_STANDING = (
    "SELECT tob.value, tg.value FROM term ts JOIN quad q ON q.s = ts.id JOIN term tp ON tp.id = q.p AND tp.value = ?"
    " JOIN span ON span.quad = q.id AND span.went IS NULL JOIN term tob ON tob.id = q.o JOIN term tg ON tg.id = q.g"
    " WHERE ts.value = ?"
)


@dataclass(frozen=True)
class Amended:
    """What an amendment did: its revision, None where nothing was new, how much came and went, and what to know of it."""

    revision: int | None
    added: int
    removed: int
    findings: Findings


def amend(view: View, propose: Callable[[], Amendment], *, agent: str, form: str, text: bytes) -> Amended:
    """Write what `propose` wants of the newest revision, all or nothing; where another write comes between, it is asked again.

    `agent` is the writer, for the change log, `text` what was sent, in a format of the name `form`. Raises FindingsError
    for what would break a shape or a rule, QueryForbiddenError for a graph that the viewer may not write,
    QueryRefusedError, UsageError, and StoreBusyError.
    """
    view = view.store.view(view.viewer, as_stated=True)  # what is one stands apart in what each source says
    for _ in range(_TRIES):
        wanted = _allowed(view, propose())
        if not wanted.added and not wanted.removed:
            return Amended(None, 0, 0, Findings())
        done = _written(view, wanted, agent, form, text)
        if done is not None:
            return done
    raise StoreBusyError("others write all the time: nothing was changed; try again in a while")


def _written(view: View, wanted: Amendment, agent: str, form: str, text: bytes) -> Amended | None:
    """Judge and write an amendment; returns None, with nothing written, where somebody else wrote since it was worked out."""
    engine = view.engine
    if engine.revision != wanted.revision:
        return None
    states = Affected.of(engine.oxigraph, wanted)
    found = Findings(objections(view, wanted, states))
    grave = found.counts[Severity.VIOLATION]
    if grave:
        count = f"{grave} violation" + ("s" if grave > 1 else "")
        raise FindingsError(f"the update was not done: it would make {count}. Nothing was changed", found)
    with view.store.ledger(agent=agent, action=ACTION) as ledger:
        if ledger.revision != wanted.revision + 1:
            return None
        _write(view, ledger, wanted, states, _source(ledger, form, text))
    renew(view.store, agent=agent)
    return Amended(ledger.outcome.revision, len(wanted.added), len(wanted.removed), found)


def _write(view: View, ledger: Ledger, wanted: Amendment, states: Affected, source: Source) -> None:
    """Withdraw what goes, say what comes, and withdraw what comes to light of older words beneath what goes."""
    ledger.retract(sorted(wanted.removed))
    ledger.record(source.key, source.stated.isoformat(), _entries(view.store.names, wanted, source))
    for _ in range(_SETTLING):
        if not (beneath := list(_beneath(view, wanted, states))):
            break
        ledger.retract(beneath)
    ledger.forget_passing()


def _beneath(view: View, wanted: Amendment, states: Affected) -> Iterator[Quad]:
    """Yield what comes to light where something goes: an older value in the same graph, the same one in a less open graph."""
    writable = {f"<{graph.iri}>" for graph in view.store.graphs() if view.viewer.may_write(graph)}
    gone, left = {quad[:3] for quad in wanted.removed}, {(*quad[:2], quad[3]) for quad in wanted.removed}
    for subject, prop in sorted({quad[:2] for quad in wanted.removed}):
        for term, stands in view.store.connect().execute(_STANDING, (prop, subject)).fetchall():
            said, graph = (subject, prop, str(term)), str(stands)
            meant = said in gone or (subject, prop, graph) in left
            if meant and graph in writable and said not in states.after[subject]:
                yield (*said, graph)


def _source(ledger: Ledger, form: str, text: bytes) -> Source:
    """Return the source of what comes: of this revision, this day and this text; the writer is in the change log."""
    digest, today = hashlib.sha256(text).hexdigest(), datetime.now(UTC).date()
    return Source(f"update-{ledger.revision}-{digest[:12]}", f"Update of {today}", form, today, sha256=digest)


def _entries(names: Names, wanted: Amendment, source: Source) -> Iterator[Entry]:
    """Yield an entry for each subject in each graph, with the source, which is told of in each graph too."""
    for graph, quads in groupby(sorted(wanted.added, key=lambda quad: (quad[3], quad)), key=lambda quad: quad[3]):
        place = names.read_graph(graph[1:-1])
        rows = (
            Row(subject[1:-1], Place(), statements=tuple(Statement(*quad[:3]) for quad in said))
            for subject, said in groupby(quads, key=lambda quad: quad[0])
        )
        mark = hashlib.sha256(graph.encode()).hexdigest()[:12]
        for entry in Placement(Reading(source, place.centre, place.tier, ()), names, now()).entries(rows):
            yield Entry(f"{mark}/{entry.key}", _in(entry.quads, graph), _in(entry.stamped, graph))


def _in(quads: tuple[Quad, ...], graph: str) -> tuple[Quad, ...]:
    return tuple((*quad[:3], graph) for quad in quads)


def _allowed(view: View, wanted: Amendment) -> Amendment:
    """Return an amendment without what tells of sources, which goes with the facts; raises where it is not to be done."""
    if len(wanted.added) + len(wanted.removed) > MOST:
        raise QueryRefusedError(f"the update changes more than {MOST} statements: do it in parts")
    for graph in sorted({quad[3] for quad in (*wanted.added, *wanted.removed)}):
        check_graph(view.store.names, view.viewer, graph[1:-1])
    for subject, prop, term, _ in wanted.added:
        if "_:" in {subject[:2], term[:2]}:
            raise UsageError(f"it has a blank node (with {prop}): give it an IRI, so that it can be named again")
    told = {quad for quad in (*wanted.added, *wanted.removed) if of_source(view.store.names, quad)}
    facts = wanted.removed - told
    emptied = {graph for graph in {quad[3] for quad in wanted.removed} if not _left(view, graph, facts)}
    beside = {quad for quad in wanted.removed & told if quad[3] in emptied}
    if any(not _stands(view, quad) for quad in told & wanted.added) or (
        told and not wanted.added and not facts and not beside
    ):
        raise QueryForbiddenError(
            "where facts come from is written by the atlas itself, and goes with them: leave out what tells of sources"
        )
    return replace(wanted, removed=facts | beside)


def _stands(view: View, quad: Quad) -> bool:
    """Return whether a graph that the viewer sees says the same."""
    said = next(iter(ox.parse(f"{' '.join(quad)} .".encode(), format=ox.RdfFormat.N_QUADS)))
    return any(view.engine.oxigraph.quads_for_pattern(said.subject, said.predicate, said.object, None))


def _left(view: View, graph: str, gone: frozenset[Quad]) -> bool:
    """Return whether a graph holds facts beside those that go, as far as the viewer sees."""
    names, node = view.store.names, ox.NamedNode(graph[1:-1])
    for found in view.engine.oxigraph.quads_for_pattern(None, None, None, node):
        quad = (str(found.subject), str(found.predicate), str(found.object), graph)
        if quad not in gone and not of_source(names, quad):
            return True
    return False


def check_graph(names: Names, viewer: Viewer, iri: str) -> None:
    """Raise QueryForbiddenError where the viewer may not write a graph, in words that do not tell whether there is one."""
    graph = names.read_graph(iri)
    if viewer.may_write(graph):
        return
    if graph.source is not None:
        raise QueryForbiddenError(
            f"the graph {iri} is only read: it holds the vocabulary or a register, which change with their own source"
        )
    centre = next((name for name in sorted(viewer.tiers) if name != EVERYWHERE), "lund")
    some = [names.graph(centre, tier) for tier in (Tier.PUBLIC, Tier.INTERNAL)]
    mine = " or ".join(one for one in some if viewer.may_write(names.read_graph(one)))
    hint = f"name one of a centre, such as {mine}" if mine else "you read here, and write nothing"
    raise QueryForbiddenError(f"you may not write the graph {iri}: {hint}")
