"""A maintainer's command: make schemes.ttl, context.jsonld and mappings.sssom.tsv from the tables and atmp.ttl.

python -m atmp.ontology.build
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .cycles import CycleError, refuse_cycles
from .files import FOLDER, context_file
from .mappings import mappings
from .vocabulary import ATMP, PREFIXES, Concept, Scheme, Vocabulary, vocabulary

CONTEXT = "https://w3id.org/atmp/context.jsonld"
_HEAD = """# Made from schemes/*.tsv by `python -m atmp.ontology.build`: edit the tables, not this file.
@prefix atmp: <https://w3id.org/atmp/ontology/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

"""
_NAMESPACES = {
    "atmp": ATMP,
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vivo": PREFIXES["VIVO"],
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def build(folder: Path = FOLDER) -> dict[str, str]:
    """Return the text of each generated file by name; `folder` is where atmp.ttl stands.

    Raises CycleError where a concept of a scheme stands above itself.
    """
    refuse_cycles(vocabulary())
    return {
        "schemes.ttl": schemes(vocabulary()),
        "context.jsonld": json.dumps(context(folder), indent=2) + "\n",
        "mappings.sssom.tsv": mappings(folder),
    }


def schemes(known: Vocabulary) -> str:
    """Return all schemes and their concepts as Turtle."""
    return _HEAD + "\n".join(part for scheme in known.schemes.values() for part in _scheme(scheme))


def _scheme(scheme: Scheme) -> Iterator[str]:
    tops = [concept for concept in scheme.concepts if not concept.broader]
    yield (
        f"<{scheme.iri}> a skos:ConceptScheme ;\n    skos:prefLabel {_spoken(scheme.labels)} ;\n"
        f"    skos:definition {_spoken(scheme.definition)} ;\n"
        f"    skos:example {_text(scheme.example)}@en ;\n    dcterms:source {_text(scheme.source)} ;\n"
        f"    skos:hasTopConcept {_iris(concept.iri for concept in tops)} ;\n"
        "    rdfs:isDefinedBy <https://w3id.org/atmp/ontology> .\n"
    )
    for concept in scheme.concepts:
        yield _concept(scheme, concept)


def _concept(scheme: Scheme, concept: Concept) -> str:
    pairs = [
        ("a", "skos:Concept"),
        ("skos:inScheme", f"<{scheme.iri}>"),
        ("skos:notation", _text(concept.notation)),
        ("skos:prefLabel", _spoken(concept.labels)),
        ("skos:definition", _spoken(concept.definition)),
        ("skos:example", f"{_text(concept.example)}@en"),
        ("dcterms:source", _text(concept.source)),
    ]
    own = {(label.casefold(), language) for language, label in concept.labels.items()}
    alternatives = [(word, language) for word, language in concept.synonyms if (word.casefold(), language) not in own]
    if alternatives:
        pairs.append(("skos:altLabel", " , ".join(f"{_text(word)}@{language}" for word, language in alternatives)))
    if concept.broader:
        pairs.append(("skos:broader", _iris(concept.broader)))
    else:
        pairs.append(("skos:topConceptOf", f"<{scheme.iri}>"))
    if concept.order is not None:
        pairs.append(("atmp:order", str(concept.order)))
    if concept.platforms:
        pairs.append(("atmp:platform", _iris(concept.platforms)))
    if concept.trl:
        pairs.append(("atmp:trl", _text(concept.trl)))
    if concept.replaced_by:
        pairs += [("owl:deprecated", "true"), ("dcterms:isReplacedBy", f"<{concept.replaced_by}>")]
    pairs += [(f"skos:{relation}", f"<{target}>") for relation, target in concept.mappings]
    return f"<{concept.iri}> " + " ;\n    ".join(f"{name} {value}" for name, value in pairs) + " .\n"


def context(folder: Path = FOLDER) -> dict[str, Any]:
    """Return the JSON-LD context: a short name for every class and property, typed where its range is known."""
    import rdflib
    from rdflib.namespace import OWL, RDF, RDFS, XSD

    graph = rdflib.Graph().parse(folder / "atmp.ttl", format="turtle")
    terms: dict[str, Any] = dict(_NAMESPACES)
    terms |= {"id": "@id", "type": "@type", "label": "rdfs:label", "identifier": "dcterms:identifier"}
    terms |= {"description": "dcterms:description", "date": {"@id": "dcterms:date", "@type": "xsd:date"}}
    for subject in sorted(set(graph.subjects(RDF.type, OWL.Class)), key=str):
        terms[str(subject).removeprefix(ATMP)] = f"atmp:{str(subject).removeprefix(ATMP)}"
    for sort in (OWL.ObjectProperty, OWL.DatatypeProperty):
        for subject in sorted(set(graph.subjects(RDF.type, sort)), key=str):
            name, kind = str(subject).removeprefix(ATMP), graph.value(subject, RDFS.range)
            typed = "@id" if sort == OWL.ObjectProperty else f"xsd:{str(kind).removeprefix(str(XSD))}"
            terms[name] = {"@id": f"atmp:{name}"} | ({} if typed == "xsd:string" else {"@type": typed})
    return {"@context": terms}


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _spoken(texts: dict[str, str]) -> str:
    return " , ".join(f"{_text(text)}@{language}" for language, text in texts.items())


def _iris(iris: Any) -> str:
    return " , ".join(f"<{iri}>" for iri in iris)


def main() -> None:
    """Write the generated files, or none of them where the tables cannot stand."""
    try:
        made = build()
    except CycleError as error:
        sys.exit(f"nothing was written: {error}")
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    assert context_file().is_file()  # noqa: S101 - the name is shared with the readers of the file


if __name__ == "__main__":
    main()
