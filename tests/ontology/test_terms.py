"""Slices of public ontologies: found by the words people use, with their ancestors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from atmp.ontology.terms import extra_synonyms, slice_triples, terms

PARKINSON = "http://purl.obolibrary.org/obo/MONDO_0005180"


@pytest.mark.parametrize(
    "text", ["Parkinson disease", "Parkinson's disease", "MONDO:0005180", PARKINSON, "Parkinsons sjukdom"]
)
def test_finds_a_disease(text: str) -> None:
    """Label, spelling with 's, CURIE, IRI and the Swedish name find the same disease."""
    assert terms("mondo").find(text) == PARKINSON


@pytest.mark.parametrize(
    ("word", "label"),
    [("GvHD", "graft versus host disease"), ("LCA", "Leber congenital amaurosis"), ("ryggmärgsskada", "spinal cord injury"),
     ("haemophilia A", "hemophilia A"), ("leukaemia", "leukemia"), ("typ 1-diabetes", "type 1 diabetes mellitus")],
)  # fmt: skip
def test_curated_words_find_their_disease(word: str, label: str) -> None:
    """Abbreviations, UK spellings and Swedish words find what ATMP people mean by them."""
    mondo = terms("mondo")
    assert mondo.label(mondo.find(word) or "") == label


def test_a_vector_is_no_vasculitis() -> None:
    """AAV, which MONDO also gives to a vasculitis, means no disease here."""
    assert terms("mondo").find("AAV") is None


@pytest.mark.parametrize("name", ["mondo", "cl", "uberon"])
def test_a_slice_is_closed(name: str) -> None:
    """Every parent of a term stands in the slice, and no term is its own ancestor."""
    known = terms(name)
    assert len(known) > 1000
    assert {parent for iri in known for parent in known.parents(iri)} - set(known) == set()
    assert [iri for iri in known if iri in known.ancestors(iri)] == []


def test_triples_of_a_slice_parse() -> None:
    """A slice comes as N-Triples that the engine reads, one label a term."""
    import pyoxigraph as ox

    text = "".join(f"{s} {p} {o} .\n" for s, p, o in slice_triples("mondo"))
    quads = list(ox.parse(text.encode(), format=ox.RdfFormat.N_TRIPLES))
    labels = [quad for quad in quads if quad.predicate.value.endswith("#label")]
    assert len(labels) == len(terms("mondo"))


def test_curated_synonyms_name_living_terms(shared: Path) -> None:
    """Every curated synonym of a disease names a MONDO term that exists and is not deprecated."""
    import io

    import zstandard

    with next((shared / "ontologies").glob("MONDO-*.json.zst")).open("rb") as file:
        whole = json.load(io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8"))
    named = {one.iri.rpartition("/")[2].replace("_", ":") for one in extra_synonyms() if "/MONDO_" in one.iri}
    assert len(named) > 100
    assert [term for term in named if whole.get(term, {"deprecated": True})["deprecated"]] == []
