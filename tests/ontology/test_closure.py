"""The ontology as logic: its OWL 2 RL closure over the demonstration, and the same graph in every syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib
from atmp.kg.viewer import OWNER
from atmp.ontology.files import FOLDER
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas

ATMP = rdflib.Namespace("https://w3id.org/atmp/ontology/")
SLICES = ("mondo", "cl", "uberon", "efo")
WORDS = (SKOS.altLabel, SKOS.definition, SKOS.example, SKOS.prefLabel, RDFS.label, DCTERMS.source, DCTERMS.description)
"""What is said in words and means nothing to a reasoner."""


@pytest.fixture
def facts(demo: Atlas) -> rdflib.Graph:
    """Return the ontology, its schemes and all facts of the demonstration, without the slices and without words."""
    lines = b"".join(line for line in demo.view(OWNER).nquads() if not line.rstrip(b" .\n").endswith(_ENDS))
    quads = ox.parse(lines, format=ox.RdfFormat.N_QUADS)
    said = (f"{quad.triple} .\n" for quad in quads if rdflib.URIRef(quad.predicate.value) not in WORDS)
    return rdflib.Graph().parse(data="".join(said), format="nt")


_ENDS = tuple(f"/graph/reference/{name}>".encode() for name in SLICES)


def _contradictions(graph: rdflib.Graph) -> list[str]:
    """Close a graph under OWL 2 RL and return what the reasoner calls a contradiction."""
    import owlrl

    closed = rdflib.Graph() + graph
    reasoner = owlrl.OWLRL_Semantics(closed, False, False, False)
    reasoner.closure()
    return list(reasoner.error_messages)


def test_the_demonstration_contradicts_nothing(facts: rdflib.Graph) -> None:
    """The closure of the ontology over the demonstration's facts holds no contradiction."""
    assert len(facts) > 5000
    assert (None, RDF.type, ATMP.Project) in facts
    assert _contradictions(facts) == []


def test_a_record_is_of_one_kind(facts: rdflib.Graph) -> None:
    """No record of the demonstration is of two classes that are disjoint."""
    assert list(facts.query((FOLDER / "checks" / "disjoint.rq").read_text(encoding="utf-8"))) == []


def test_a_contradiction_is_found() -> None:
    """A project that something needs from becomes a need by a domain, and the two never overlap: the closure says so."""
    graph = rdflib.Graph().parse(FOLDER / "atmp.ttl")
    project = rdflib.URIRef("https://example.org/P1")
    graph.add((project, RDF.type, ATMP.Project))
    assert _contradictions(graph) == []
    graph.add((project, ATMP.neededBy, rdflib.URIRef("https://example.org/P2")))
    assert any("P1" in said for said in _contradictions(graph))


@pytest.mark.parametrize(
    ("syntax", "form"),
    [("turtle", ox.RdfFormat.TURTLE), ("json-ld", ox.RdfFormat.JSON_LD), ("xml", ox.RdfFormat.RDF_XML)],
)
@pytest.mark.parametrize("name", ["atmp.ttl", "schemes.ttl"])
def test_every_syntax_says_the_same(name: str, syntax: str, form: ox.RdfFormat) -> None:
    """Each file, written by one library as Turtle, JSON-LD or RDF/XML and read by the other, is the same graph."""
    graph = rdflib.Graph().parse(FOLDER / name, format="turtle")
    quads = ox.parse(graph.serialize(format=syntax).encode(), format=form)
    again = rdflib.Graph().parse(data="".join(f"{quad.triple} .\n" for quad in quads), format="nt")
    assert len(again) == len(graph) > 100
    assert isomorphic(again, graph)
