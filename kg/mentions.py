"""Mentions: the organisations and people that the store speaks of, as records and as mere names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from .extract import Extract
from .identity import NAME, WELL_KNOWN, Thing, meeting
from .iris import Graph
from .known import known, organisations
from .naming import of_a_person
from .records import ATMP, KINDS, Organisation, Person
from .standing import store_home
from .tiers import Tier
from .triples import TYPE
from .view import View

_NAMING = ("sponsor", "collaborator", "recipient", "affiliation", "funder", "holder")
"""The properties whose values are names of organisations that have no record."""
_WRITTEN = (
    "SELECT DISTINCT ?name ?graph WHERE { VALUES ?property { "
    + " ".join(f"<{ATMP}{name}>" for name in _NAMING)
    + " } GRAPH ?graph { ?record ?property ?name } }"
)
MENTIONS = Extract(
    marks=frozenset((TYPE, KINDS[kind].type) for kind in ("organisation", "person")),
    properties=frozenset(f"{ATMP}{name}" for name in _NAMING),
)
"""All that organisations and people are read from."""
COLLECTION = "organisations"
"""The reference collection of organisations that only names were known of."""


def organisation_things(view: View) -> tuple[list[Thing], frozenset[str]]:
    """Return every organisation that has a record or is named by one, and the table's that any of them may be.

    Beside them come the IRIs of those of the table that are publicly written by the very name of the table.
    """
    names, home = view.store.names, store_home(view.store)
    graph_of = _placing(home, view)
    found = {
        one.iri: Thing(one.iri, one.label or one.iri, graph_of(one.iri), ids=_id(one.ror), country=one.country)
        for one in view.records("organisation")
        if isinstance(one, Organisation) and not one.written_names
    }
    for text, graph in _written(view):
        iri = names.record(None, "organisation", text)
        found.setdefault(iri, Thing(iri, text, graph, NAME))
    meant = {one.name for thing in found.values() if (one := known(thing.label)) is not None}
    ids = {one for thing in found.values() for one in thing.ids}
    open_graph, said = names.read_graph(names.graph(None, Tier.PUBLIC, source=COLLECTION)), set()
    for one in organisations():
        iri = names.record(None, "organisation", one.name)
        written = found.get(iri)
        if (one.name in meant or one.ror in ids) and (written is None or written.sort == NAME):
            said |= {iri} if written is not None and written.graph == open_graph else set()
            found[iri] = Thing(iri, one.name, open_graph, WELL_KNOWN, _id(one.ror), one.country)
    return list(found.values()), frozenset(said)


def person_things(view: View) -> tuple[list[Thing], dict[str, dict[str, Graph]]]:
    """Return every person that has a record, and the organisations of each with the graph where that is said."""
    names, graph_of = view.store.names, _placing(store_home(view.store), view)
    people = [one for one in view.records("person") if isinstance(one, Person)]
    things = [Thing(one.iri, one.label or one.iri, graph_of(one.iri), ids=_id(one.orcid)) for one in people]
    member: dict[str, dict[str, Graph]] = defaultdict(dict)
    rows = view.select(f"SELECT ?who ?where ?graph {{ GRAPH ?graph {{ ?who <{ATMP}memberOf> ?where }} }}").rows
    for who, where, graph in rows:
        member[str(who)][str(where)] = meeting(names.read_graph(str(graph)), graph_of(str(where)), names)
    return things, member


def _placing(home: Callable[[str], str | None], view: View) -> Callable[[str], Graph]:
    """Return what tells the graph that a record stands in; one that stands nowhere counts as the owner's."""
    names = view.store.names
    return lambda iri: names.read_graph(home(iri) or names.graph(None, Tier.CONFIDENTIAL))


def _written(view: View) -> Iterator[tuple[str, Graph]]:
    """Yield each name of an organisation with the most open graph where it is written; a person's is none."""
    names, found = view.store.names, defaultdict(list)
    for text, graph in view.select(_WRITTEN).rows:
        found[str(text)].append(names.read_graph(str(graph)))
    for text, graphs in found.items():
        if text.strip() == text and text and not of_a_person(text):
            yield text, _most_open(graphs, names.read_graph(names.graph(None, Tier.PUBLIC, source=COLLECTION)))


def _most_open(graphs: Iterable[Graph], collection: Graph) -> Graph:
    best = min(graphs, key=lambda graph: (graph.tier.rank, graph.iri))
    return collection if best.tier is Tier.PUBLIC else best


def _id(iri: str | None) -> frozenset[str]:
    return frozenset({iri} if iri else ())
