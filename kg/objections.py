"""Objections: what speaks against an amendment: the findings that a load of the same facts would have, as far as they are new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pyoxigraph as ox

from .affected import Affected, Amendment, Said, Triple, of_source, quad_of
from .draft import Draft
from .errors import Place
from .findings import Finding, Findings, Severity, violations
from .iris import Names
from .judgement import judge
from .progress import quiet
from .provenance import LINKS, PRIVATE
from .records import TYPES
from .source import Reading, Row, Source, Statement
from .standing import store_home, store_knows
from .tiers import Tier
from .triples import TYPE, Quad
from .view import View

_SOURCE = Source("update", "an update", "update", date.min)


def objections(view: View, wanted: Amendment, states: Affected) -> list[Finding]:
    """Return what an amendment would break, and remarks on what it brings; what is amiss already does not stand in its way."""
    knows = store_knows(view.store, view.viewer)

    def known(iri: str) -> bool:
        said = states.after.get(f"<{iri}>")
        return knows(iri) if said is None else bool(said)

    gone = frozenset(quad[:3] for quad in wanted.removed) - frozenset().union(*states.after.values())
    before = {_what(one) for one in _judged(view, states.before, knows, frozenset())}
    found = [_worded(one, states) for one in _judged(view, states.after, known, gone) if _what(one) not in before]
    found += [*_of_records(view.store.names, wanted, states), *_of_places(view, wanted)]
    return found if violations(found) else [*found, *_of_links(view, wanted), *_of_moves(view, wanted)]


def _judged(view: View, said: Said, known: Callable[[str], bool], gone: frozenset[Triple]) -> Findings:
    draft = Draft(Reading(_SOURCE, None, Tier.PUBLIC, ()))
    for subject, triples in said.items():
        if triples:
            statements = tuple(Statement(*triple) for triple in sorted(triples))
            draft.add(Row(subject[1:-1], Place(), statements=statements))
    judge(draft, view.store, view.viewer, known, view.store.names.base, quiet, gone)
    return draft.findings


def _worded(finding: Finding, states: Affected) -> Finding:
    """Return a finding about a link to what would be gone in words that say so."""
    if finding.property not in LINKS or states.after.get(f"<{finding.value}>") != frozenset():
        return finding
    message = f"it leads to {finding.value}, which would be gone"
    return replace(finding, message=message, mend="take it away too, or let it lead to another")


def _what(finding: Finding) -> tuple[str | None, ...]:
    return finding.message, finding.record, finding.property, finding.value


def _of_records(names: Names, wanted: Amendment, states: Affected) -> Iterator[Finding]:
    """Yield the subjects that would be spoken of, and be nothing that our ontology has a class for."""
    for subject in sorted({quad[0] for quad in wanted.added if not of_source(names, quad)}):
        if not any(prop == f"<{TYPE}>" and term[1:-1] in TYPES for _, prop, term in states.after[subject]):
            yield Finding(
                Severity.VIOLATION, "it is of no class of our ontology: nothing of it would be seen", record=subject[1:-1],
                property=TYPE, mend="say what it is, or leave it out",
            )  # fmt: skip


def _of_places(view: View, wanted: Amendment) -> Iterator[Finding]:
    """Yield what would stand in another centre's graph, and contact details that would be public."""
    names = view.store.names
    for subject, prop, _, graph in sorted(wanted.added):
        place, centre = names.read_graph(graph[1:-1]), names.centre_of(subject[1:-1])
        if centre not in {None, place.centre}:
            yield Finding(
                Severity.VIOLATION, f"it is a record of the centre {centre}, not of {place.centre}", record=subject[1:-1],
                property=prop[1:-1], mend=f"leave it out, or name a graph of {centre}",
            )  # fmt: skip
        if prop[1:-1] in PRIVATE and place.tier.rank < Tier.INTERNAL.rank:
            yield Finding(
                Severity.VIOLATION, "it has contact details, which are never public", record=subject[1:-1],
                property=prop[1:-1], mend=f"name the graph {names.graph(place.centre, Tier.INTERNAL)}, or leave them out",
            )  # fmt: skip


def _of_links(view: View, wanted: Amendment) -> Iterator[Finding]:
    """Yield links that would tell more people of a record than may know of it; who links sees the record."""
    names, home = view.store.names, store_home(view.store)
    said = {quad[0]: quad[3] for quad in sorted(wanted.added) if quad[1] == f"<{TYPE}>"}
    for subject, prop, term, graph in sorted(wanted.added):
        stands = (said.get(term) or "")[1:-1] or home(term[1:-1]) if prop[1:-1] in LINKS else None
        if stands is not None and _rank(names, stands) > _rank(names, graph[1:-1]):
            yield _telling((subject, prop, term), stands)


def _of_moves(view: View, wanted: Amendment) -> Iterator[Finding]:
    """Yield links that stay, and tell more people of a record than may know of it where it is to stand from now on."""
    names, graph, gone = view.store.names, view.engine.oxigraph, wanted.removed
    for subject in sorted({quad[0] for quad in gone if quad[1] == f"<{TYPE}>"}):
        node = ox.NamedNode(subject[1:-1])
        held = set(map(quad_of, graph.quads_for_pattern(node, ox.NamedNode(TYPE), None, None)))
        said = {quad for quad in wanted.added if quad[:2] == (subject, f"<{TYPE}>")}
        before, after = (min((_place(names, one) for one in some), default=None) for some in (held, held - gone | said))
        if before is None or after is None:
            continue
        for link in sorted(set(map(quad_of, graph.quads_for_pattern(None, None, node, None))) - gone):
            if link[1][1:-1] in LINKS and before[0] <= _place(names, link)[0] < after[0]:
                yield _telling(link[:3], after[1])


def _telling(link: Triple, stands: str) -> Finding:
    subject, prop, term = (part[1:-1] for part in link)
    return Finding(
        Severity.VIOLATION, f"it tells more people of {term} than may know of it", record=subject, property=prop, value=term,
        mend=f"name the graph {stands}, or one that is as closed",
    )  # fmt: skip


def _place(names: Names, quad: Quad) -> tuple[int, str]:
    """Return how closed the graph of a quad is, and its IRI."""
    graph = quad[3][1:-1]
    return _rank(names, graph), graph


def _rank(names: Names, graph: str) -> int:
    return names.read_graph(graph).tier.rank
