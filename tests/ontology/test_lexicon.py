"""The lexicon: every term has its entry, looked up by any of its names."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from atmp.ontology.files import ontology_files
from atmp.ontology.lexicon import about, entries, look_up, triples
from atmp.ontology.vocabulary import ATMP, iri_of, vocabulary


def test_every_term_has_an_entry() -> None:
    """Each concept and scheme of the tables is there, with both languages; so are classes and properties."""
    found = entries()
    concepts = {concept.iri for scheme in vocabulary().schemes.values() for concept in scheme.concepts}
    assert concepts | {scheme.iri for scheme in vocabulary().schemes.values()} <= set(found)
    assert {"class", "property", "scheme", "concept"} == {entry.sort for entry in found.values()}
    assert [
        entry.iri for entry in found.values() if {"en", "sv"} - entry.labels.keys() - entry.definitions.keys()
    ] == []


def test_an_entry_knows_its_neighbours() -> None:
    """A serotype stands below its vector, and the vector names what stands below it."""
    aav9, aav = entries()[iri_of("vector", "aav9")], entries()[iri_of("vector", "aav")]
    assert (aav9.name, aav9.notation, aav9.links["broader"]) == ("vector-aav9", "aav9", (aav.iri,))
    assert aav9.iri in aav.back["narrower"]
    assert f"{ATMP}develops" in entries()[f"{ATMP}Project"].back["properties"]


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("GTMP", iri_of("class", "gtmp")), ("genterapi", iri_of("class", "gtmp")), ("scAAV9", iri_of("vector", "aav9")),
        ("adeno-associated virus", iri_of("vector", "aav")), ("Project", f"{ATMP}Project"), ("projekt", f"{ATMP}Project"),
        ("potency ASSAY", iri_of("category", "potency-assay")),
    ],
)  # fmt: skip
def test_a_term_is_looked_up_by_any_name(text: str, iri: str) -> None:
    """Label, synonym and code find it in either language; what is called just so comes first."""
    assert iri in [entry.iri for entry in look_up(text)[:3]]


@pytest.mark.parametrize("text", ["", "  ", "no such term", "\x00", "aav9 " * 1000])
def test_what_nothing_is_called_finds_nothing(text: str) -> None:
    """Looking up never raises."""
    assert (look_up(text) == ()) or "aav9" in text


def test_the_triples_are_those_of_the_files() -> None:
    """Nothing is lost on the way from the files, and one term's triples are among all."""
    read = [quad.triple for name, path in ontology_files() if name != "shapes" for quad in ox.parse(path=path)]
    assert set(triples()) == set(read)
    assert set(triples(iri_of("vector", "aav9"))) < set(triples())
    assert about()["title"] == "ATMP Ontology"
