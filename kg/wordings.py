"""Wordings: decisions that words outside a list mean one of its terms, and the answers that are linked anew by them.

A decision is a source of its own: it adds the term beside the words, which stay, and can be taken back. Survey and
tables that are loaded later read the words by it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pyoxigraph as ox
from atmp.ontology.vocabulary import vocabulary

from .errors import Place, UnknownRecordError, UnknownTermError, UsageError
from .importers.cells import DISEASE
from .importers.words import fallback
from .provenance import Placement
from .records import ATMP, KINDS, RDFS, MethodUse, Wording
from .requests import Written, alike, grouped, holders, nearest, requests, wordings
from .source import Reading, Row, Source, Statement
from .store import Store, now
from .triples import columns, iri_of
from .uses import method_use
from .view import View
from .viewer import OWNER

_KEY = "wording-"
_TITLE = "Decision on words outside a list"
_ASSERTED = (
    "SELECT DISTINCT ts.value, tp.value, tobj.value FROM source JOIN source_row r ON r.source = source.id"
    " JOIN assertion a ON a.row = r.id AND a.went IS NULL JOIN quad q ON q.id = a.quad"
    " JOIN term ts ON ts.id = q.s JOIN term tp ON tp.id = q.p JOIN term tobj ON tobj.id = q.o"
    " WHERE source.key GLOB ?"
)
_HOLDS = (
    "SELECT max(source.stated) FROM term ts JOIN quad q ON q.s = ts.id JOIN term tobj ON tobj.id = q.o"
    " JOIN assertion a ON a.quad = q.id AND a.went IS NULL JOIN source_row r ON r.id = a.row"
    " JOIN source ON source.id = r.source WHERE ts.value = ? AND tobj.value = ?"
)


@dataclass(frozen=True)
class Relinked:
    """What a decision did: the wording, how many records' answers it links to the term, and whether anything changed."""

    wording: Wording
    records: int
    changed: bool = True


@dataclass(frozen=True)
class _Known:
    """Where words outside the lists stand, and what was decided of them with the words it was said in; by list and spelling."""

    written: dict[tuple[str, str], list[Written]]
    decided: dict[tuple[str, str], tuple[str, str]]

    @classmethod
    def of(cls, store: Store) -> _Known:
        """Read a store."""
        return cls(grouped(store.view(OWNER)), _standing(store))


def worded(store: Store | None) -> Callable[[str, str], str | None]:
    """Return what tells importers the term that words of a list were decided to mean; without a store nothing was."""
    decided = _standing(store) if store is not None else {}
    return lambda scheme, words: decided.get((scheme, alike(words)), ("", None))[1]


def assign(store: Store, words: str, term: str, *, agent: str, scheme: str | None = None) -> Relinked:
    """Decide that words mean a term, and link the answers that have them; what was decided before is replaced.

    Raises UnknownRecordError where no answer has the words, UsageError where answers to several lists have them,
    UnknownTermError for a term that the list has not.
    """
    chosen = _scheme(store.view(OWNER), words, scheme)
    return _write(store, _Known.of(store), chosen, words, _term(term, chosen), agent)


def undo(store: Store, words: str, *, agent: str, scheme: str | None = None) -> int:
    """Take a decision back; returns how many answers, read by it when they came, keep the term until loaded again.

    Raises UnknownRecordError where nothing was decided of the words, UsageError where it was for several lists.
    """
    view = store.view(OWNER)
    found = [one for one in wordings(view) if alike(one.label or "") == alike(words) and one.term_list]
    chosen = _one(words, scheme, [one.term_list or "" for one in found], "nothing was decided of the words")
    term = next(one.term for one in found if one.term_list == chosen)
    store.write(_key(chosen, words), now()[:10], [], agent=agent, action="wording")
    same = grouped(view).get((chosen, alike(words)), ())
    return sum(_has(view, one, term or "") for one in same)


def relink(store: Store, *, agent: str) -> list[Relinked]:
    """Link all words that have a term by now: by a decision, or because the lists have one since they were written.

    Returns what changed.
    """
    view, known, made, there = store.view(OWNER), vocabulary(), [], _Known.of(store)
    for one in requests(view):
        concept = known.find(one.words, one.scheme) if one.scheme != DISEASE else None
        term = one.term or (known.diseases.find(one.words) if concept is None and one.scheme == DISEASE else None)
        term = term or (concept.iri if concept else None)
        if term is not None:
            made.append(_write(store, there, one.scheme, one.words, term, agent))
    return [one for one in made if one.changed]


def renew(store: Store, *, agent: str) -> None:
    """Bring the decisions up to what a load brought: words that are gone lose their term, words that came get it."""
    if not _standing(store):
        return  # nothing was decided, and a load needs no engine
    known = _Known.of(store)
    for (scheme, _), (words, term) in sorted(known.decided.items()):
        _write(store, known, scheme, words, term, agent)


def _scheme(view: View, words: str, scheme: str | None) -> str:
    found = [one.scheme for one in requests(view) if alike(one.words) == alike(words)]
    return _one(words, scheme, found, "no answer outside the lists has the words")


def _one(words: str, scheme: str | None, found: list[str], none: str) -> str:
    chosen = [one for one in found if scheme in {None, one}]
    if not chosen:
        where = f" for the list '{scheme}'" if scheme else ""
        raise UnknownRecordError(f"{none} '{words}'{where}: see them with `atmp terms requests --all`")
    if len(chosen) > 1:
        raise UsageError(f"'{words}' stands for several lists, {', '.join(sorted(chosen))}: name one with --scheme")
    return chosen[0]


def _term(word: str, scheme: str) -> str:
    """Return the IRI of the term that a word names in a list; raises UnknownTermError."""
    known = vocabulary()
    concept = known.find(word, scheme) if scheme != DISEASE else None
    found = known.diseases.find(word) if scheme == DISEASE else concept.iri if concept else None
    if found is None:
        raise UnknownTermError(word, scheme, nearest(word, scheme))
    return found


def _write(store: Store, known: _Known, scheme: str, words: str, term: str, agent: str) -> Relinked:
    """Write a decision with the answers that it links, in one transaction, into the graphs that the words stand in."""
    view, identifier = store.view(OWNER), _digest(scheme, alike(words))
    same = known.written.get((scheme, alike(words)), [])
    words, before = known.decided.get((scheme, alike(words)), (words, None))
    by_graph: dict[str, list[Written]] = {graph: [] for graph in _graphs(view, identifier)}
    for one in same:
        by_graph.setdefault(one.graph, []).append(one)
    source = Source(_key(scheme, words), _TITLE, "wording", _stated(store, same))
    entries, linked = [], 0
    made = Wording(iri=view.store.names.record(None, "wording", identifier), identifier=identifier, label=words,
                   term_list=scheme, term=term)  # fmt: skip
    for graph, there in sorted(by_graph.items()):
        rows = [(one.record, row) for one in there for row in _rows(view, one, term, before)]
        linked += len({record for record, _ in rows})
        place = store.names.read_graph(graph)
        own = made.model_copy(update={
            "iri": store.names.record(place.centre, "wording", identifier),
            "centre": store.names.centre(place.centre) if place.centre else None,
            "as_written": tuple(sorted({one.text for one in there})),
        })  # fmt: skip
        reading = Reading(replace(source, collection=place.source), place.centre, place.tier, [])
        placed = [
            replace(row, project=place.project)
            for row in (Row(_digest(graph), Place(), (own,)), *(row for _, row in rows))
        ]
        entries += [
            replace(entry, key=f"{_digest(graph)}/{entry.key}")  # the source is told of in each graph
            for entry in Placement(reading, store.names, now()).entries(placed)
        ]
    outcome = store.write(source.key, source.stated.isoformat(), entries, agent=agent, action="wording")
    return Relinked(made, linked, outcome.revision is not None)


def _rows(view: View, one: Written, term: str, before: str | None) -> list[Row]:
    """Return what a decision adds for the words of one record: nothing where another term has been stated since.

    The term that the words were decided to mean before is none that was stated.
    """
    field, key = one.field, _digest(one.record, one.text)
    if field.kind == MethodUse.kind:
        return [Row(key, Place(), (_use(view, one, term),))]
    prop = next(column for column in columns(KINDS[field.kind]) if column.name == field.name)
    free = {None, term, before, fallback(vocabulary(), field.scheme) if field.scheme != DISEASE else None}
    return [
        Row(f"{key}-{_digest(target.iri)}", Place(), (), (Statement(f"<{target.iri}>", f"<{prop.says.property}>", f"<{term}>"),))
        for target in holders(view, one)
        if prop.many or getattr(target, field.name) in free
    ]  # fmt: skip


def _use(view: View, one: Written, method: str) -> MethodUse:
    """Return the use of a method that words were written for."""
    return method_use(view.store.names, view.record(one.record), method, one.field.role or "unknown")


def _has(view: View, one: Written, term: str) -> bool:
    """Return whether an answer has the term."""
    if one.field.kind == MethodUse.kind:
        return _use(view, one, term).iri in view.records_of([_use(view, one, term).iri])
    held = [getattr(target, one.field.name) for target in holders(view, one)]
    return any(term in value if isinstance(value, tuple) else term == value for value in held)


def _graphs(view: View, identifier: str) -> set[str]:
    """Return the graphs in which a decision stands."""
    quads = view.engine.oxigraph.quads_for_pattern(None, ox.NamedNode(f"{ATMP}wordsFor"), None, None)
    return {iri_of(quad.graph_name) for quad in quads if view.store.names.key(iri_of(quad.subject)) == identifier}


def _stated(store: Store, same: list[Written]) -> date:
    """Return the day of the latest source that has the words: what is answered anew on that day or later stands."""
    days = [store.connect().execute(_HOLDS, (f"<{one.record}>", str(ox.Literal(one.text)))).get for one in same]
    return max((date.fromisoformat(day) for day in days if day), default=datetime.now(UTC).date())


def _standing(store: Store) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the words and the term of every decision, by list and spelling; read off the file, for a load needs no engine."""
    rows = store.connect().execute(_ASSERTED, (f"{_KEY}*",))
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for triple in ox.parse("".join(f"{s} {p} {o} .\n" for s, p, o in rows).encode(), format=ox.RdfFormat.N_TRIPLES):
        said[iri_of(triple.subject)][triple.predicate.value] = triple.object.value
    found = {}
    for one in said.values():
        scheme, words, term = (one.get(name) for name in (f"{ATMP}termList", f"{RDFS}label", f"{ATMP}wordsFor"))
        if scheme and words and term:
            found[scheme, alike(words)] = (words, term)
    return found


def _key(scheme: str, words: str) -> str:
    return f"{_KEY}{_digest(scheme, alike(words))}"


def _digest(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:12]
