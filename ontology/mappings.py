"""Mappings to other ontologies, as the tables and atmp.ttl state them, in SSSOM's TSV form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from .files import FOLDER
from .terms import EFO, OBO, SLICES, slice_version, terms
from .vocabulary import PREFIXES, vocabulary

if TYPE_CHECKING:
    import rdflib

MAPPING_SET = "https://w3id.org/atmp/ontology/mappings"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
OBI_VERSION = "2026-05-08"
"""The release of OBI, of which no slice ships, that the mappings were made with."""

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_CURIES = PREFIXES | {
    "ERO": f"{OBO}ERO_",
    "FRAPO": "http://purl.org/cerif/frapo/",
    "ebi": EFO,
    "obo": OBO,
    "schema": "https://schema.org/",
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": _SKOS,
}
_COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "object_source",
    "object_source_version",
)
_JUSTIFICATION = "semapv:ManualMappingCuration"


def mappings(folder: Path = FOLDER) -> str:
    """Return the mapping set with its head; `folder` is where atmp.ttl stands."""
    rows = sorted({*_of_concepts(), *_of_classes(folder)})
    lines = ["\t".join(_COLUMNS), *("\t".join((*row[:5], _JUSTIFICATION, *row[5:])) for row in rows)]
    used = {curie.partition(":")[0] for row in rows for curie in row if ":" in curie} | {"semapv", "skos"}
    return "".join(f"{line}\n" for line in (*_head(folder, used), *lines))


def curie(iri: str) -> str:
    """Return the short form of an IRI by the longest namespace that it starts with."""
    prefix, namespace = max(
        ((name, start) for name, start in _CURIES.items() if iri.startswith(start)), key=lambda one: len(one[1])
    )
    return f"{prefix}:{iri.removeprefix(namespace)}"


def object_label(iri: str) -> str:
    """Return the English label of another ontology's term, empty where no slice has it."""
    name = curie(iri).partition(":")[0].lower()
    return terms(name).label(iri) or "" if name in SLICES else ""


def _head(folder: Path, used: set[str]) -> Iterator[str]:
    from rdflib.namespace import OWL

    graph = _ontology(folder)
    version = str(next(graph.objects(None, OWL.versionIRI))).rpartition("/")[2]
    yield "# curie_map:"
    yield from (f"#   {name}: {_CURIES[name]}" for name in sorted(used))
    yield f"# mapping_set_id: {MAPPING_SET}"
    yield f'# mapping_set_version: "{version}"'
    yield "# mapping_set_title: ATMP Ontology to other ontologies"
    yield "# mapping_set_description: Made from schemes/*.tsv and atmp.ttl; edit those, not this file."
    yield f"# license: {LICENCE}"


def _of_concepts() -> Iterator[tuple[str, ...]]:
    for scheme in vocabulary().schemes.values():
        for concept in scheme.concepts:
            for relation, target in concept.mappings:
                yield _row(concept.iri, concept.labels["en"], relation, target)


def _of_classes(folder: Path) -> Iterator[tuple[str, ...]]:
    """Yield the matches of classes and properties."""
    import rdflib
    from rdflib.namespace import RDFS

    graph = _ontology(folder)
    for relation in _MATCHES:
        for subject, target in graph.subject_objects(rdflib.URIRef(_SKOS + relation)):
            label = next(str(one) for one in graph.objects(subject, RDFS.label) if getattr(one, "language", "") == "en")
            yield _row(str(subject), label, relation, str(target))


def _ontology(folder: Path) -> rdflib.Graph:
    import rdflib

    return rdflib.Graph().parse(folder / "atmp.ttl", format="turtle")


def _row(subject: str, label: str, relation: str, target: str) -> tuple[str, ...]:
    theirs = curie(target)
    prefix = theirs.partition(":")[0]
    if prefix.lower() in SLICES:
        known = prefix.lower()
        said = (object_label(target), curie(SLICES[known]), slice_version(known))
    elif prefix == "OBI":
        said = ("", "obo:obi.owl", OBI_VERSION)
    else:
        said = ("", "", "")
    return (curie(subject), label, f"skos:{relation}", theirs, *said)
