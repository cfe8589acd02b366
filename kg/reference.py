"""The ontology, its schemes and the slices of public ontologies, as reference collections of a store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from importlib.metadata import version

import pyoxigraph as ox
from atmp.ontology.files import ontology_files
from atmp.ontology.terms import slice_triples

from .ledger import Entry
from .literals import canonical
from .store import Store
from .tiers import Tier
from .triples import Quad

SLICES = ("mondo", "cl", "uberon", "efo")
DISTRIBUTION = "atmp-atlas"


def refresh(store: Store, *, agent: str) -> bool:
    """Bring the store's reference graphs to this version's vocabulary; returns whether anything changed."""
    mark = version(DISTRIBUTION) + _digest()
    if store.meta("vocabulary") == mark:
        return False
    changed = False
    for name, triples in _sources():
        graph = f"<{store.names.graph(None, Tier.PUBLIC, source=name)}>"
        entries = _entries((*triple, graph) for triple in triples())
        outcome = store.write(f"ontology-{name}", date.today().isoformat(), entries, agent=agent, action="vocabulary")
        changed = changed or outcome.revision is not None
    store.set_meta("vocabulary", mark)
    return changed


def _digest() -> str:
    whole = hashlib.sha256()
    for _, path in ontology_files():
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def _sources() -> Iterator[tuple[str, Callable[[], Iterable[tuple[str, str, str]]]]]:
    for name, path in ontology_files():
        data = path.read_bytes()
        if name != "shapes":  # shapes check facts; among the facts they would only be noise
            yield name, lambda data=data: _turtle(data)  # type: ignore[misc]
    for name in SLICES:
        yield name, lambda name=name: slice_triples(name)  # type: ignore[misc]


def _turtle(data: bytes) -> Iterator[tuple[str, str, str]]:
    for quad in ox.parse(data, format=ox.RdfFormat.TURTLE):
        yield str(quad.subject), str(quad.predicate), canonical(str(quad.object))


def _entries(quads: Iterable[Quad]) -> Iterator[Entry]:
    by_subject: dict[str, list[Quad]] = {}
    for quad in quads:
        by_subject.setdefault(quad[0], []).append(quad)
    for subject, said in by_subject.items():
        yield Entry(subject, tuple(said))
