"""One canonical Turtle file a record: the same facts are the same bytes, so that a version control shows what changed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote

import pyoxigraph as ox

from .engine import Engine
from .export import PREFIXES
from .records import FOAF, KINDS, PROV, VIVO
from .triples import TYPE, iri_of
from .view import View

_LONGEST = 120
_ALL = dict(sorted((PREFIXES | {"foaf": FOAF, "vivo": VIVO}).items()))
_SOURCED = ox.NamedNode(f"{PROV}wasDerivedFrom")


def record_files(view: View) -> Iterator[tuple[str, bytes]]:
    """Yield a path, `{centre}/{kind}/{id}.ttl`, and the file of each record that the viewer sees.

    A file has what is said of the record, without the row that it was read from. References stand under `reference`.
    """
    engine = view.engine
    for kind in sorted(KINDS):
        iris = view.iris(kind)
        names = {iri: quote(view.store.names.key(iri), safe="") for iri in iris}
        homes = {
            iri: names[iri] if kind == "centre" else view.store.names.centre_of(iri) or "reference" for iri in iris
        }
        taken = Counter((homes[iri], names[iri].casefold()) for iri in iris)
        for iri in iris:
            name = names[iri]
            if taken[homes[iri], name.casefold()] > 1 or len(name) > _LONGEST:  # on many disks P1 and p1 are one file
                name = f"{name[:_LONGEST]}-{hashlib.sha256(iri.encode()).hexdigest()[:8]}"
            yield f"{homes[iri]}/{kind}/{name}.ttl", _turtle(engine, iri)


def _turtle(engine: Engine, iri: str) -> bytes:
    quads = engine.oxigraph.quads_for_pattern(ox.NamedNode(iri), None, None, None)
    said = {ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads if quad.predicate != _SOURCED}
    ordered = sorted(said, key=lambda one: (iri_of(one.predicate) != TYPE, one.predicate.value, str(one.object)))
    return bytes(ox.serialize(ordered, format=ox.RdfFormat.TURTLE, prefixes=_ALL) or b"")
