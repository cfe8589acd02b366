"""The lexicon: every term of the ontology as an entry to look up, and the ontology's triples to give away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

from .files import ontology_files, search_file
from .terms import spelling
from .vocabulary import ATMP

ONTOLOGY = "https://w3id.org/atmp/ontology"
SEARCH = "https://w3id.org/atmp/search#"
_RDF, _RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
_DCT = "http://purl.org/dc/terms/"
_OWL, _SKOS = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2004/02/skos/core#"
SORTS = {
    f"{_OWL}Class": "class",
    f"{_OWL}ObjectProperty": "property",
    f"{_OWL}DatatypeProperty": "property",
    f"{_RDF}Property": "property",
    f"{_SKOS}ConceptScheme": "scheme",
    f"{_SKOS}Concept": "concept",
}
"""What a term is, by its type."""

_LINKS = {
    "is a kind of": f"{_RDFS}subClassOf",
    "of": f"{_RDFS}domain",
    "takes": f"{_RDFS}range",
    "in the list": f"{_SKOS}inScheme",
    "broader": f"{_SKOS}broader",
    "platform": f"{ATMP}platform",
    "see also": f"{_RDFS}seeAlso",
    "replaced by": f"{_DCT}isReplacedBy",
}
"""How a term may point at another, in words; and, below, how it maps elsewhere, and how others point at it."""

_MATCHES = {
    "the same as": f"{_SKOS}exactMatch",
    "close to": f"{_SKOS}closeMatch",
    "broader elsewhere": f"{_SKOS}broadMatch",
    "narrower elsewhere": f"{_SKOS}narrowMatch",
    "related to": f"{_SKOS}relatedMatch",
}

_BACK = {
    "kinds": f"{_RDFS}subClassOf",
    "properties": f"{_RDFS}domain",
    "replaces": f"{_DCT}isReplacedBy",
    "terms": f"{_SKOS}topConceptOf",
    "narrower": f"{_SKOS}broader",
}


@dataclass(frozen=True)
class Entry:
    """One term: labels, definitions and other names by language; what it points at, and what points at it, by words.

    `example` is a case of it in English, `source` where its meaning comes from; `matches` are its mappings by words. What
    replaces a deprecated term is among its links.
    """

    iri: str
    sort: str
    labels: dict[str, str]
    definitions: dict[str, str]
    synonyms: tuple[tuple[str, str], ...]
    notation: str | None
    links: dict[str, tuple[str, ...]]
    back: dict[str, tuple[str, ...]]
    matches: dict[str, tuple[str, ...]]
    example: str
    source: str
    deprecated: bool

    @property
    def name(self) -> str:
        """Return the last part of the IRI, by which the term's page is addressed."""
        return self.iri.removeprefix(ATMP).removeprefix(SEARCH)

    def words(self) -> str:
        """Return all it is called, as words compare."""
        return spelling(" ".join([*self.labels.values(), *(word for word, _ in self.synonyms), self.notation or ""]))


@lru_cache(maxsize=1)
def _store() -> ox.Store:
    store = ox.Store()
    for name, path in ontology_files():
        if name != "shapes":
            store.bulk_load(path.read_bytes(), format=ox.RdfFormat.TURTLE)
    return store


def triples(iri: str | None = None) -> tuple[ox.Triple, ...]:
    """Return the ontology's triples in order, or those about one term."""
    node = ox.NamedNode(iri) if iri is not None else None
    found = (quad.triple for quad in _store().quads_for_pattern(node, None, None, None))
    return tuple(sorted(found, key=str))


def about() -> dict[str, str]:
    """Return what the ontology says of itself in English or without a language, by the end of each property."""
    found = {}
    for triple in triples(ONTOLOGY):
        value, language = getattr(triple.object, "value", None), getattr(triple.object, "language", None)
        if value is not None and language in {None, "en"}:
            found[triple.predicate.value.rpartition("/")[2].rpartition("#")[2]] = str(value)
    return found


def search_triples() -> tuple[ox.Triple, ...]:
    """Return the triples of the vocabulary of searches inside SPARQL, in the order of its file."""
    return tuple(quad.triple for quad in ox.parse(path=str(search_file())))


@lru_cache(maxsize=1)
def entries() -> dict[str, Entry]:
    """Return the entry of every class, property, scheme and concept, by IRI."""
    return _read(triples(), ATMP)


@lru_cache(maxsize=1)
def search_entries() -> dict[str, Entry]:
    """Return the entry of every property of searches inside SPARQL, by IRI, in the order of their file."""
    return _read(search_triples(), SEARCH)


def _read(found: Iterable[ox.Triple], base: str) -> dict[str, Entry]:
    said: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    pointing: dict[tuple[str, str], list[str]] = defaultdict(list)
    for triple in found:
        subject, prop = str(getattr(triple.subject, "value", "")), triple.predicate.value
        said[subject][prop].append(triple.object)
        pointing[str(getattr(triple.object, "value", "")), prop].append(subject)
    made = {}
    for iri, facts in said.items():
        kinds = (SORTS.get(str(getattr(one, "value", ""))) for one in facts[f"{_RDF}type"])
        sort = next((kind for kind in kinds if kind), None)
        if sort is not None and iri.startswith(base):
            made[iri] = _entry(iri, sort, facts, pointing)
    return made


def _entry(iri: str, sort: str, facts: dict[str, list[object]], pointing: dict[tuple[str, str], list[str]]) -> Entry:
    def spoken(*props: str) -> list[tuple[str, str]]:
        literals = [one for prop in props for one in facts.get(prop, ()) if isinstance(one, ox.Literal)]
        return [(one.value, one.language or "en") for one in literals]

    def pointed(props: dict[str, str]) -> dict[str, tuple[str, ...]]:
        found = {words: tuple(_iris(facts.get(prop, ()))) for words, prop in props.items()}
        return {words: iris for words, iris in found.items() if iris}

    def first(prop: str) -> str:
        return next((text for text, _ in spoken(prop)), "")

    back = {words: tuple(sorted(pointing.get((iri, prop), ()))) for words, prop in _BACK.items()}
    return Entry(
        iri,
        sort,
        {language: text for text, language in spoken(f"{_RDFS}label", f"{_SKOS}prefLabel")},
        {language: text for text, language in spoken(f"{_SKOS}definition")},
        tuple(spoken(f"{_SKOS}altLabel")),
        first(f"{_SKOS}notation") or None,
        pointed(_LINKS),
        {words: iris for words, iris in back.items() if iris},
        pointed(_MATCHES),
        first(f"{_SKOS}example"),
        first(f"{_DCT}source"),
        first(f"{_OWL}deprecated") == "true",
    )


def _iris(terms: object) -> list[str]:
    return [one.value for one in terms if isinstance(one, ox.NamedNode)]  # type: ignore[attr-defined]


def look_up(text: str, limit: int = 50) -> tuple[Entry, ...]:
    """Return the entries whose names have all the words of a text, those that are called just so first."""
    wanted = spelling(text)
    found = []
    for entry in entries().values():
        words = entry.words()
        if wanted and all(part in words for part in wanted.split()):
            exact = wanted in {spelling(label) for label in (*entry.labels.values(), entry.notation or "")}
            found.append((not exact, len(words), entry.iri, entry))
    return tuple(entry for *_, entry in sorted(found, key=lambda one: one[:3])[:limit])
