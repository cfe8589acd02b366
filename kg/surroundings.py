"""The surroundings of a source: what the store knows beside it, so that rules across records see what they will see."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

import pyoxigraph as ox
from atmp.ontology.files import ontology_files

from .engine import fill
from .provenance import LINKS
from .records import ATMP, RDFS
from .rounds import SOURCES
from .store import Store
from .succession import cells
from .triples import TYPE, functional_properties
from .viewer import Viewer

Triple = tuple[str, str, str]

_JUDGED = frozenset(
    f"<{ATMP}{name}>" for name in ("Project", "StageObservation", "MethodUse", "Need", "Capability", "SurveyResponse")
)
"""The classes whose records break rules."""
_APART = frozenset(f"<{ATMP}{name}>" for name in ("Trial", "Grant", "Publication"))
"""The classes of references, which no rule looks at, and of which there may be many."""
_BACK = (f"<{ATMP}observedProject>", f"<{ATMP}usedIn>", f"<{ATMP}develops>")
"""The properties that rules follow from their object to their subject."""

_OF_OTHERS = (
    "q.g IN (SELECT id FROM readable)"
    " AND EXISTS (SELECT 1 FROM span WHERE span.quad = q.id AND span.went IS NULL) AND EXISTS (SELECT 1 FROM assertion a"
    " JOIN source_row r ON r.id = a.row JOIN source src ON src.id = r.source"
    " WHERE a.quad = q.id AND a.went IS NULL AND src.key != :source)"
)
_ADDED = (
    "EXISTS (SELECT 1 FROM assertion a JOIN source_row r ON r.id = a.row JOIN source src ON src.id = r.source"
    f" WHERE a.quad = q.id AND a.went IS NULL AND src.key NOT GLOB '{SOURCES}*')"
)
_SAID = (
    f"SELECT asked.value, tp.value, tob.value, {_ADDED} FROM asked CROSS JOIN term ts ON ts.value = asked.value"
    " CROSS JOIN quad q ON q.s = ts.id"
    f" JOIN term tp ON tp.id = q.p JOIN term tob ON tob.id = q.o WHERE {_OF_OTHERS}"
)
_LEADING = (  # one walk over the quads: nothing leads from an object to its subject
    "SELECT ts.value FROM quad q NOT INDEXED CROSS JOIN term ts ON ts.id = q.s"
    " WHERE +q.p IN (SELECT id FROM term WHERE value IN (?, ?, ?))"
    " AND +q.o IN (SELECT term.id FROM asked CROSS JOIN term ON term.value = asked.value)"
)
_TITLES = (
    "SELECT ts.value, tp.value, tob.value, 0 FROM quad k CROSS JOIN quad q ON q.s = k.s JOIN term ts ON ts.id = q.s"
    " JOIN term tp ON tp.id = q.p JOIN term tob ON tob.id = q.o"
    f" WHERE k.p = (SELECT id FROM term WHERE value = '<{TYPE}>')"
    f" AND k.o = (SELECT id FROM term WHERE value = '<{ATMP}Project>')"
    f" AND tp.value IN ('<{TYPE}>', '<{RDFS}label>') AND {_OF_OTHERS}"
)


def judged(said: Iterable[Triple]) -> bool:
    """Return whether any of these triples tells of a record that a rule may find at fault."""
    return any(prop == f"<{TYPE}>" and term in _JUDGED for _, prop, term in said)


def surrounded(
    store: Store | None,
    viewer: Viewer,
    source: str,
    records: Iterable[tuple[str, Sequence[Triple]]],
    gone: Container[Triple] = frozenset(),
) -> ox.Store:
    """Return a graph of a source's records, the terms they name, and what other sources say of and around them.

    Of the store only what the viewer may read is looked at, without what is `gone` with the source.
    What the store has from the same source is left out: a load replaces it. Where the source gives a value to a
    single-valued property, the one of other sources is left out too; where it fills a cell, what other answers to the
    survey have there. The graph is in memory: a long source is one of references, which are left out.
    """
    graph = ox.Store()
    for _, path in ontology_files()[:2]:
        graph.bulk_load(path.read_bytes(), format=ox.RdfFormat.TURTLE)
    given: set[tuple[str, str]] = set()
    near: set[str] = set()
    fill(graph, _ours(records, given, near))
    if store is not None:
        others = _others(store, viewer, source, near)
        fill(
            graph,
            (_line(said) for said, added in others if said not in gone and not _replaced(said, given, added=added)),
        )
    return graph


def _ours(
    records: Iterable[tuple[str, Sequence[Triple]]], given: set[tuple[str, str]], near: set[str]
) -> Iterator[str]:
    """Yield what records say, as lines; note what they give a value to, and the records they are and lead to."""
    for subject, said in records:
        if any(term in _APART for *_, term in said):
            continue
        near.add(f"<{subject}>")
        for triple in said:
            given.add(triple[:2])
            if triple[1][1:-1] in LINKS:
                near.add(triple[2])
            yield _line(triple)


def _line(triple: Triple) -> str:
    return f"{' '.join(triple)} ."


def _replaced(said: Triple, given: set[tuple[str, str]], *, added: bool) -> bool:
    """Return whether the source's own value takes the place of what another says."""
    prop = said[1][1:-1]
    return said[:2] in given and (prop in functional_properties() or (prop in cells() and not added))


def _others(store: Store, viewer: Viewer, source: str, near: Iterable[str]) -> Iterator[tuple[Triple, bool]]:
    """Yield what other sources say of these records, and of those that lead to them.

    With each, whether a source says it whose word adds to the survey's answers.
    """
    run = store.connect().execute
    run("CREATE TEMP TABLE IF NOT EXISTS asked (value TEXT PRIMARY KEY) WITHOUT ROWID")
    run("CREATE TEMP TABLE IF NOT EXISTS readable (id INTEGER PRIMARY KEY)")
    run("DELETE FROM readable")
    graphs = ((f"<{graph}>",) for graph in store.readable(viewer))
    store.connect().executemany("INSERT OR IGNORE INTO readable SELECT id FROM term WHERE value = ?", graphs)
    _ask(store, near)
    _ask(store, [str(value) for (value,) in run(_LEADING, _BACK)], more=True)
    for query in (_SAID, _TITLES):
        for subject, prop, term, added in run(query, {"source": source}):
            yield (str(subject), str(prop), str(term)), bool(added)
    run("DROP TABLE asked")


def _ask(store: Store, terms: Iterable[str], *, more: bool = False) -> None:
    if not more:
        store.connect().execute("DELETE FROM asked")
    store.connect().executemany("INSERT OR IGNORE INTO asked VALUES (?)", ((term,) for term in terms))
