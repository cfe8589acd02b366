"""Links: what writes down that records are the same, each in its graph, and the records of names that got one."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from .errors import Place
from .identity import SAME, Thing
from .iris import Graph
from .provenance import Placement
from .reconcile import Reconciler
from .records import Organisation
from .source import Reading, Row, Source, Statement
from .standing import store_home
from .store import Store, Writing, now

UNDATED = date(2000, 1, 1)  # whoever decides, decides later
_TITLES = {"identity": "What is the same", "reconciling": "What may be the same"}


def links(store: Store, found: Reconciler) -> list[Writing]:
    """Return what writes all links of one kind of things, in place of those that stand."""
    placed = [
        (graph, Row(f"name-{digest(iri)}", Place(), (_organisation(found.things[iri]),)))
        for iri, graph in sorted(found.identity.made.items())
    ]
    for link in found.identity.links:
        said = Statement(f"<{link.iri}>", f"<{SAME}>", f"<{link.same_as}>")
        placed.append((link.graph, Row(f"same-{digest(f'{link.iri} {link.same_as}')}", Place(), (), (said,))))
    return by_graph(store, f"identity-{found.kind}", placed)


def by_graph(store: Store, stem: str, placed: Iterable[tuple[Graph, Row]]) -> list[Writing]:
    """Return what writes rows, one source a graph; sources of an earlier run that have no row any more are emptied."""
    rows: dict[Graph, list[Row]] = defaultdict(list)
    for graph, row in placed:
        rows[graph].append(row)
    title = _TITLES[stem.partition("-")[0]]
    made = [
        writing(store, Source(f"{stem}-{digest(graph.iri)}", title, "reconciling", UNDATED), graph, some)
        for graph, some in sorted(rows.items(), key=lambda item: item[0].iri)
    ]
    there = {one.source for one in made}
    return made + [Writing(key, UNDATED.isoformat(), ()) for key in _kept(store, stem) if key not in there]


def writing(store: Store, source: Source, graph: Graph, rows: list[Row]) -> Writing:
    """Return what writes rows into a graph; without rows, what the source said is withdrawn whole."""
    reading = Reading(replace(source, collection=graph.source), graph.centre, graph.tier, rows)
    placed = [replace(row, project=graph.project) for row in rows]
    entries = Placement(reading, store.names, now(), store_home(store)).entries(placed) if rows else ()
    return Writing(source.key, source.stated.isoformat(), entries)


def digest(text: str) -> str:
    """Return twelve letters and digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _organisation(thing: Thing) -> Organisation:
    ror = next(iter(thing.ids), None)
    return Organisation(iri=thing.iri, label=thing.label, ror=ror, country=thing.country, written_names=(thing.label,))


def _kept(store: Store, stem: str) -> Iterator[str]:
    query = "SELECT key FROM source WHERE key GLOB ? AND id IN (SELECT source FROM source_row) ORDER BY key"
    for (key,) in store.connect().execute(query, (f"{stem}-*",)).fetchall():
        yield str(key)
