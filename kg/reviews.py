"""Reviews: what reconciling found, kept in the store until somebody decides, and the decisions.

A proposal is a statement with its reason, in the graph of the less open of its two things. A decision is a source of its
own, with its date; what is one is worked out anew with every decision, so that taking it back restores what was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from .errors import Place, UnknownRecordError, UsageError
from .identity import RECORD, SAME, Thing, Tie
from .iris import Graph
from .likeness import LEAST
from .links import by_graph, digest, links, writing
from .mentions import MENTIONS
from .reconcile import KINDS, Candidate, Reconciler
from .records import RDF, Statement
from .same import ACCEPTED, DERIVED, REFUSED, Decided, Decision, answered, decisions, followers, says_same
from .source import Row, Source
from .standing import store_home
from .store import Store, Writing
from .view import View
from .viewer import OWNER

_READ = replace(MENTIONS, marks=MENTIONS.marks | {(f"{RDF}predicate", SAME)})
"""What reconciling reads: things, and the statements that two are one. Of a long store that is little."""


@dataclass(frozen=True)
class Reconciled:
    """What a run found of one kind: the things, what is certain, what may be, and the ties that contradict others."""

    kind: str
    things: dict[str, Thing]
    certain: tuple[Tie, ...]
    candidates: tuple[Candidate, ...]
    left_out: tuple[Tie, ...]


def reconcile(store: Store, *, agent: str, kinds: Iterable[str] = KINDS, least: int = LEAST) -> list[Reconciled]:
    """Work out what is one and what may be, and keep it; run again it changes only what changed."""
    view, found, writings = _stated(store), list[Reconciled](), list[Writing]()
    for kind in kinds:
        one = _reconciler(view, kind, decisions(view))
        candidates = one.candidates(least)
        proposed = [(made.graph, _row(_statement(store, made))) for made in candidates]
        writings += [*links(store, one), *by_graph(store, f"reconciling-{kind}", proposed)]
        certain = set(one.certain) & set(one.identity.ties)
        found.append(Reconciled(kind, one.things, tuple(sorted(certain)), tuple(candidates), one.identity.left_out))
    store.write_together(writings, agent=agent, action="reconcile")
    return found


def listed(view: View, status: str = DERIVED) -> list[Statement]:
    """Return what still waits for a decision, the surest first; with another status what was decided so."""
    led = followers(view)
    found = (one for one in says_same(view) if one.status == status and not answered(one, led))
    return sorted(found, key=lambda one: (-(one.confidence or 0), one.about or "", one.iri))


def decide(store: Store, identifiers: Iterable[str], *, agent: str, accepted: bool | None) -> None:
    """Accept or refuse proposals that two things are one, or take decisions back with None; all in one transaction.

    Raises UnknownRecordError for an id that does not exist, UsageError where the two cannot be one.
    """
    view = _stated(store)
    there = {one.identifier: one for one in says_same(view)}
    chosen = list(dict.fromkeys(identifiers))
    for identifier in chosen:
        if identifier not in there:
            raise UnknownRecordError(f"there is no proposal {identifier}: see them with `atmp proposals`")
    _settle(view, [there[identifier] for identifier in chosen], agent, accepted=accepted)


def state(store: Store, one: str, other: str, *, agent: str, same: bool) -> str:
    """State by hand that two records or names are one, or that they are two; returns the id of the decision.

    Each is an IRI, an id, or a name as it is written. Raises UnknownRecordError, or UsageError where it cannot be.
    """
    view = _stated(store)
    kind, first, second = _pair(view, one, other)
    said = _statement(store, _reconciler(view, kind, {}).candidate(first, second, 100, "stated by hand"))
    _settle(view, [said], agent, accepted=same)
    return said.identifier or ""


def _settle(view: View, chosen: list[Statement], agent: str, *, accepted: bool | None) -> None:
    """Write decisions and, with them, what is one from then on."""
    by_kind: dict[str, list[Statement]] = defaultdict(list)
    for one in chosen:
        by_kind["person" if "/person/" in (one.about or "") else "organisation"].append(one)
    store, decided, writings = view.store, decisions(view), list[Writing]()
    for kind, some in by_kind.items():
        pairs = {(one.about or "", one.value or ""): one for one in some}
        left = {pair: made for pair, made in decided.items() if pair not in pairs}
        before = _reconciler(view, kind, left)
        if accepted is not None:
            _may(before, pairs, accepted=accepted)
            status = ACCEPTED if accepted else REFUSED
            left |= {pair: Decision(status, _graph(store, before, one)) for pair, one in pairs.items()}
        writings += [_decision(store, one, left.get(pair)) for pair, one in pairs.items()]
        writings += links(store, _reconciler(view, kind, left))
    store.write_together(writings, agent=agent, action="decide")


def _may(found: Reconciler, pairs: Iterable[tuple[str, str]], *, accepted: bool) -> None:
    """Raise UsageError where one of the pairs cannot be decided on so."""
    groups = found.identity.groups
    for one, other in pairs:
        if {one, other} - groups.things.keys():
            raise UsageError("what it is about is in no source any more: run `atmp reconcile` again")
        against = groups.against(one, other) if accepted else None
        if against is not None:
            named = (groups.things[iri].label for iri in (one, other))
            raise UsageError(f"{' and '.join(named)} cannot be the same: {against}")
        if accepted:
            groups.join(one, other)


def _stated(store: Store) -> View:
    """Return what is read of a store here, each source's records as it has them."""
    return store.view(OWNER, as_stated=True, extract=_READ)


def _reconciler(view: View, kind: str, decided: Decided) -> Reconciler:
    places = _reconciler(view, "organisation", decided) if kind == "person" else None
    return Reconciler(view, kind, decided, places)


def _pair(view: View, one: str, other: str) -> tuple[str, str, str]:
    """Return the kind of two things that are named in words, and their IRIs."""
    known = {kind: _reconciler(view, kind, {}).things for kind in KINDS}
    hits = [{kind: _named(view.store, known[kind], word) for kind in KINDS} for word in (one, other)]
    for word, found in zip((one, other), hits, strict=True):
        if not any(found.values()):
            raise UnknownRecordError(f"there is no organisation or person '{word}': give its id, its IRI, or its name")
    kind = next((kind for kind in KINDS if hits[0][kind] and hits[1][kind]), None)
    if kind is None:
        raise UsageError(f"'{one}' and '{other}' are an organisation and a person: they cannot be the same")
    for word, iris in ((one, hits[0][kind]), (other, hits[1][kind])):
        if len(iris) > 1:
            raise UsageError(f"'{word}' may be {' or '.join(iris)}: give the IRI")
    first, second = hits[0][kind][0], hits[1][kind][0]
    if first == second:
        raise UsageError(f"'{one}' and '{other}' are the very same record: name two")
    return kind, first, second


def _named(store: Store, things: Mapping[str, Thing], word: str) -> list[str]:
    if word in things:
        return [word]
    by_id = [iri for iri, one in things.items() if one.sort == RECORD and store.names.key(iri) == word]
    return sorted(by_id or (iri for iri, one in things.items() if one.label == word))


def _statement(store: Store, made: Candidate) -> Statement:
    identifier = digest(f"{made.one} {SAME} {made.other}")
    return Statement(
        iri=store.names.record(made.graph.centre, "statement", identifier), identifier=identifier, about=made.one,
        property=SAME, value=made.other, evidence=(made.why,), confidence=made.score, status=DERIVED,
    )  # fmt: skip


def _row(said: Statement) -> Row:
    return Row(said.identifier or "", Place(), (said,))


def _graph(store: Store, found: Reconciler, said: Statement) -> Graph:
    """Return the graph for a decision: no more open than its two things, nor than what was proposed."""
    home = store_home(store)(said.iri)
    closed = [store.names.read_graph(home)] if home else []
    return found.candidate(said.about or "", said.value or "", 0, "", *closed).graph


def _decision(store: Store, said: Statement, made: Decision | None) -> Writing:
    """Return the source of a decision, which says nothing once it is taken back."""
    key, today = f"decision-{said.identifier}", datetime.now(UTC).date()
    if made is None:
        return Writing(key, today.isoformat(), ())
    decided = said.model_copy(update={"status": made.status})
    return writing(
        store, Source(key, "Decision on what is the same", "reconciling", today), made.graph, [_row(decided)]
    )
