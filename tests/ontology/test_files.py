"""The ontology's files: they parse, are not stale, and keep their rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from atmp.kg.importers.columns import SHEETS
from atmp.kg.records import ATMP, KINDS, RDFS, SKOS
from atmp.kg.triples import columns
from atmp.ontology.build import build, schemes
from atmp.ontology.files import FOLDER, ontology_files
from atmp.ontology.vocabulary import read_table, read_vocabulary, vocabulary

CHECKS = sorted((FOLDER / "checks").glob("*.rq"))


@pytest.fixture(scope="module")
def ontology() -> ox.Store:
    """Return the ontology, its schemes and its shapes in one engine."""
    store = ox.Store()
    for _, path in ontology_files():
        store.load(path.read_bytes(), format=ox.RdfFormat.TURTLE)
    return store


@pytest.mark.parametrize("check", CHECKS, ids=lambda path: path.stem)
def test_rules_hold(check: Path, ontology: ox.Store) -> None:
    """Every quality rule returns no row."""
    assert [[str(term) for term in row] for row in ontology.query(check.read_text())] == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda path: path.stem)
def test_rules_are_said_in_words(check: Path) -> None:
    """Every quality query opens with its rule."""
    assert check.read_text().startswith("# Rule: ")


@pytest.mark.parametrize("name", ["schemes.ttl", "context.jsonld", "mappings.sssom.tsv"])
def test_generated_files_are_not_stale(name: str) -> None:
    """What is made from the tables equals what stands in the folder."""
    assert (FOLDER / name).read_text(encoding="utf-8") == build()[name], "run python -m atmp.ontology.build"


def test_every_property_of_a_record_is_described(ontology: ox.Store) -> None:
    """A property of ours that records use has a label in the ontology."""
    used = {column.says.property for model in KINDS.values() for column in columns(model)}
    said = {quad.subject.value for quad in ontology.quads_for_pattern(None, None, None, None)}
    assert {iri for iri in used if iri.startswith(ATMP)} - said == set()


def test_a_property_of_one_kind_of_record_has_it_as_domain(ontology: ox.Store) -> None:
    """What only projects have has projects as its domain; what several kinds have has none."""
    users: dict[str, set[str]] = {}
    for model in KINDS.values():
        for column in columns(model):
            users.setdefault(column.says.property, set()).add(model.type)
    domain = ox.NamedNode(f"{RDFS}domain")
    said = {quad.subject.value: quad.object.value for quad in ontology.quads_for_pattern(None, domain, None, None)}
    ours = {prop: kinds for prop, kinds in users.items() if prop.startswith(ATMP)}
    assert {prop: said.get(prop) for prop in ours} == {
        prop: next(iter(kinds)) if len(kinds) == 1 else None for prop, kinds in ours.items()
    }


def test_every_scheme_that_a_record_names_has_a_shape() -> None:
    """A field that takes a concept is checked against its scheme."""
    shapes = (FOLDER / "shapes.ttl").read_text(encoding="utf-8")
    named = {column.says.scheme for model in KINDS.values() for column in columns(model) if column.says.scheme}
    assert named - set(re.findall(r"sh:hasValue atmp:scheme-([a-z-]+)", shapes)) == set()


BREAKS = {
    "disjoint": "atmp:P1 a atmp:Project , atmp:Need",
    "doubles": "atmp:vector-again skos:inScheme atmp:scheme-vector ; skos:prefLabel 'aav9'@sv",
    "echoes": "atmp:vector-again skos:prefLabel 'gene transfer'@en ; skos:definition 'A gene transfer.'@en",
    "elsewhere": "atmp:vector-aav skos:closeMatch <http://purl.obolibrary.org/obo/AAV_1>",
    "places": "atmp:Rootless a owl:Class",
    "spelling": "atmp:Project skos:altLabel ' project'@en",
    "unused": "atmp:idle a owl:DatatypeProperty",
    "cycles": "atmp:vector-aav skos:broader atmp:vector-aav9",
    "dangling": "atmp:Project rdfs:seeAlso atmp:Nothing",
    "deprecated": "atmp:vector-aav9 owl:deprecated true",
    "definitions": "atmp:Project a owl:Class . atmp:Undefined a owl:Class ; skos:definition 'Said in English only.'@en",
    "domains": "atmp:aim rdfs:domain atmp:Trial",
    "examples": "atmp:class-gtmp skos:example 'A second one.'@en",
    "labels": "atmp:Nameless a owl:Class",
    "notations": "atmp:vector-again a skos:Concept ; skos:inScheme atmp:scheme-vector ; skos:notation 'AAV9'",
    "stages": "atmp:stage-again skos:inScheme atmp:scheme-stage ; atmp:order 4 ; skos:broader atmp:stage-preclinical",
}
"""A statement that breaks each rule."""


@pytest.mark.parametrize("check", CHECKS, ids=lambda path: path.stem)
def test_every_rule_can_fail(check: Path, ontology: ox.Store) -> None:
    """Each rule finds the statement that breaks it."""
    broken = ox.Store()
    broken.extend(ontology)
    names = {"atmp": ATMP, "owl": "http://www.w3.org/2002/07/owl#", "skos": SKOS, "rdfs": RDFS}
    prefixes = "".join(f"PREFIX {name}: <{iri}> " for name, iri in names.items())
    broken.update(f"{prefixes} INSERT DATA {{ {BREAKS[check.stem]} }}")
    assert list(broken.query(check.read_text())) != []


@pytest.mark.parametrize("engine", ["rdflib", "pyoxigraph"])
def test_both_engines_read_the_same_ontology(engine: str) -> None:
    """Ontology and schemes parse in rdflib as in pyoxigraph, to the same number of triples, under a dated version."""
    import rdflib
    from rdflib.namespace import DCTERMS, OWL

    whole = rdflib.Graph()
    for name in ("atmp.ttl", "schemes.ttl"):
        whole.parse(FOLDER / name)
    if engine == "pyoxigraph":
        other = ox.Store()
        for name in ("atmp.ttl", "schemes.ttl"):
            other.load((FOLDER / name).read_bytes(), format=ox.RdfFormat.TURTLE)
        assert len(other) == len(whole)
    ontology = rdflib.URIRef("https://w3id.org/atmp/ontology")
    assert re.fullmatch(r"https://w3id\.org/atmp/ontology/\d{4}-\d\d-\d\d", str(whole.value(ontology, OWL.versionIRI)))
    assert whole.value(ontology, DCTERMS.license) is not None


def test_the_context_reads_short_names_and_writes_them_back() -> None:
    """A record in JSON-LD with the context's short names becomes our terms, typed, and comes back as it was."""
    import json

    import rdflib
    from rdflib.plugins.serializers.jsonld import from_rdf

    context = json.loads((FOLDER / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    said = {
        "@context": context, "id": "https://example.org/P1", "type": "Product", "label": "A product",
        "atmpClass": f"{ATMP}class-gtmp", "combined": True, "authorisationDate": "2025-01-01",
    }  # fmt: skip
    read = _triples(said)
    assert f"<{ATMP}atmpClass> <{ATMP}class-gtmp>" in " ".join(read)
    assert '"2025-01-01"^^<http://www.w3.org/2001/XMLSchema#date>' in " ".join(read)
    graph = rdflib.Graph().parse(data="".join(f"{triple} .\n" for triple in read), format="nt")
    written = from_rdf(graph, context)
    assert set(written) == set(said)
    assert _triples(written | {"@context": context}) == read


def _triples(record: Any) -> set[str]:
    """Return the triples of a record in JSON-LD."""
    import json

    return {str(quad.triple) for quad in ox.parse(json.dumps(record).encode(), format=ox.RdfFormat.JSON_LD)}


def test_pick_lists_take_answers_that_are_none() -> None:
    """Every list that the survey offers has a term for what is not known or does not apply; most have one for the rest."""
    schemes = vocabulary().schemes
    offered = {column.scheme for columns in SHEETS.values() for column in columns if column.scheme} - {"tier"}
    without = {"platform", "stage"}  # there n/a means any platform, and a stage that is not stated
    for name in offered:
        notations = {concept.notation for concept in schemes[name].concepts}
        assert notations & {"unknown", "not-stated"}, name
        assert name in without or "not-applicable" in notations, name
    assert vocabulary().find("n/a", "platform") == vocabulary().find("any platform", "platform")
    assert {name for name in offered if vocabulary().find("n/a", name) is None} == set()


def test_the_readmes_example_is_the_row_that_stands_in_the_table() -> None:
    """The row shown to ontologists has every column of the table, and what it says is what the table says."""
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| `(\w+)` \| ?(.*?) ?\|$", readme, re.MULTILINE)
    rows = read_table(FOLDER / "schemes" / "method.tsv")
    kept = next(row for row in rows if row["notation"] == "western-blot")
    assert {column: said.replace("\\|", "|") for column, said in shown} == kept


REPLACED = "atmp:old owl:deprecated true ; skos:inScheme atmp:scheme-vector ; dcterms:isReplacedBy"


@pytest.mark.parametrize(
    ("said", "broken"),
    [
        (f"{REPLACED} atmp:vector-aav9", False),
        (f"{REPLACED} atmp:vector-nothing", True),
        (f"{REPLACED} atmp:newer . {REPLACED.replace(':old', ':newer')} atmp:vector-aav9", True),
        (f"{REPLACED} atmp:vector-aav9 , atmp:vector-aav2", True),
        (f"{REPLACED} atmp:cell-ipsc", True),
        ("atmp:vector-aav2 dcterms:isReplacedBy atmp:vector-aav9", True),
    ],
    ids=[
        "well",
        "by nothing that is there",
        "by a deprecated one",
        "by two",
        "by one of another scheme",
        "not deprecated",
    ],
)
def test_a_deprecated_term_is_replaced_by_one_that_stands(said: str, *, broken: bool, ontology: ox.Store) -> None:
    """What replaces a term exists, is one, is of its scheme and is not deprecated."""
    changed = ox.Store()
    changed.extend(ontology)
    names = {
        "atmp": ATMP,
        "owl": "http://www.w3.org/2002/07/owl#",
        "skos": SKOS,
        "dcterms": "http://purl.org/dc/terms/",
    }
    changed.update("".join(f"PREFIX {name}: <{iri}> " for name, iri in names.items()) + f"INSERT DATA {{ {said} }}")
    assert bool(list(changed.query((FOLDER / "checks" / "deprecated.rq").read_text()))) is broken


def test_a_deprecated_row_becomes_a_deprecated_concept(outdated: Path) -> None:
    """The column `replaced_by` makes owl:deprecated and dcterms:isReplacedBy, and breaks no rule."""
    made = ox.Store()
    made.load(schemes(read_vocabulary(outdated)).encode(), format=ox.RdfFormat.TURTLE)
    old = ox.NamedNode(f"{ATMP}vector-ninth")
    said = {quad.predicate.value: quad.object.value for quad in made.quads_for_pattern(old, None, None, None)}
    assert said["http://www.w3.org/2002/07/owl#deprecated"] == "true"
    assert said["http://purl.org/dc/terms/isReplacedBy"] == f"{ATMP}vector-aav9"
    assert list(made.query((FOLDER / "checks" / "deprecated.rq").read_text())) == []
