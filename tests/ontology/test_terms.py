"""Slices of public ontologies: found by the words people use, with their ancestors."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from atmp.ontology.terms import FOLDER, OBO, extra_synonyms, slice_triples, spelling, terms

PARKINSON = f"{OBO}MONDO_0005180"
NAMES = ["mondo", "cl", "uberon", "efo"]


def _label(name: str, word: str) -> str | None:
    return terms(name).label(terms(name).find(word) or "")


def _release(shared: Path, prefix: str) -> dict[str, Any]:
    import zstandard

    path = next((shared / "ontologies").glob(f"{prefix}-*.json.zst"))
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as whole:
        return json.loads(whole.read())


@pytest.mark.parametrize(
    "text",
    ["Parkinson disease", "PARKINSON'S DISEASE", "Parkinson’s", "Parkinsons sjukdom", " MONDO:0005180", "mondo_0005180", PARKINSON],
)  # fmt: skip
def test_finds_a_disease(text: str) -> None:
    """Label, spelling with 's, Swedish name, CURIE and IRI find the same disease."""
    assert terms("mondo").find(text) == PARKINSON


@pytest.mark.parametrize("text", ["", "  ", "-", "no such disease", "MONDO:9999999"])
def test_an_unknown_word_finds_nothing(text: str) -> None:
    """A word that means no disease gives None, not the nearest one."""
    assert terms("mondo").find(text) is None


@pytest.mark.parametrize(
    ("word", "label"),
    [
        ("GvHD", "graft versus host disease"), ("aGvHD", "acute graft versus host disease"), ("DBA", "Diamond-Blackfan anemia"),
        ("LCA", "Leber congenital amaurosis"), ("SMA", "spinal muscular atrophy"), ("DMD", "Duchenne muscular dystrophy"),
        ("T1D", "type 1 diabetes mellitus"), ("ALS", "amyotrophic lateral sclerosis"), ("TBI", "traumatic brain injury"),
        ("ryggmärgsskada", "spinal cord injury"), ("typ 1-diabetes", "type 1 diabetes mellitus"),
        ("spinal cord injuries", "spinal cord injury"), ("Hurler syndrome", "Hurler syndrome"),
        ("Diabetes Mellitus, Type 1", "type 1 diabetes mellitus"), ("Leukemia, Myeloid, Acute", "acute myeloid leukemia"),
        ("autism", "autism"),
    ],
)  # fmt: skip
def test_finds_what_is_meant(word: str, label: str) -> None:
    """Abbreviations, Swedish words and plurals find what ATMP people mean by them, the narrower disease where they say so."""
    assert _label("mondo", word) == label


@pytest.mark.parametrize(
    ("british", "label"),
    [
        ("haemophilia A", "hemophilia A"), ("leukaemia", "leukemia"), ("anaemia", "anemia"), ("beta-thalassaemia", "beta thalassemia"),
        ("thalassaemia", "thalassemia"), ("lymphoedema", "lymphedema"), ("myocardial ischaemia", "myocardial ischemia"),
    ],
)  # fmt: skip
def test_british_spelling_finds_the_same(british: str, label: str) -> None:
    """UK spelling finds the disease that the ontology spells in American English, in the words for search too."""
    known = terms("mondo")
    assert _label("mondo", british) == label
    assert known.words()[spelling(british)] == known.find(label)


@pytest.mark.parametrize("word", ["AAV", "MSC", "PSC", "IVF", "air", "dm"])
def test_a_vector_is_no_vasculitis(word: str) -> None:
    """What MONDO also calls by our abbreviation, an ordinary word, or one abbreviation for two diseases, means no disease."""
    assert terms("mondo").find(word) is None


@pytest.mark.parametrize(
    ("word", "identifier"),
    [("HSCs", "CL_0000037"), ("mesenchymal stromal cells", "CL_0000134"), ("mesenkymala stamceller", "CL_0000134"),
     ("ESC", "CL_0002322"), ("T-cells", "CL_0000084"), ("Tregs", "CL_0000815"), ("haematopoietic stem cell", "CL_0000037")],
)  # fmt: skip
def test_finds_a_cell(word: str, identifier: str) -> None:
    """Cells are found by abbreviation, plural, UK spelling and Swedish name."""
    assert terms("cl").find(word) == OBO + identifier


@pytest.mark.parametrize("name", NAMES)
def test_a_slice_is_closed(name: str) -> None:
    """Every parent of a term stands in the slice, no term is its own ancestor, and narrower mirrors ancestors."""
    known = terms(name)
    assert len(known) > (400 if name == "efo" else 1000)
    assert {parent for iri in known for parent in known.parents(iri)} - set(known) == set()
    assert [iri for iri in known if iri in known.ancestors(iri)] == []
    assert all(iri in known.narrower(above) for iri in known for above in (iri, *known.ancestors(iri)))


def test_ancestors_have_their_distance() -> None:
    """Parents are one step up, and a far ancestor is as far as the shortest way to it."""
    known = terms("mondo")
    above = known.ancestors(PARKINSON)
    assert {iri for iri, steps in above.items() if steps == 1} == set(known.parents(PARKINSON))
    for iri, steps in above.items():
        ways = [above[below] + 1 for below in above if iri in known.parents(below)]
        assert steps == (1 if iri in known.parents(PARKINSON) else min(ways))


def test_an_unknown_term_has_nothing() -> None:
    """An IRI that the slice has no term for gives no label, synonyms, parents or ancestors, and itself as narrower."""
    known, iri = terms("mondo"), "https://example.org/none"
    assert (iri in known, known.label(iri), known.synonyms(iri), known.parents(iri)) == (False, None, (), ())
    assert (known.ancestors(iri), known.narrower(iri)) == ({}, frozenset({iri}))


def test_nearest_offers_labels() -> None:
    """A misspelt word is answered with the labels that look most like it, at most as many as asked for."""
    assert terms("mondo").nearest("Parkinsn diseas")[0] == "Parkinson disease"
    assert len(terms("mondo").nearest("haemophila", n=2)) <= 2
    assert terms("mondo").nearest("") == []


@pytest.mark.parametrize("name", NAMES)
def test_triples_of_a_slice_parse(name: str) -> None:
    """A slice comes as N-Triples that the engine reads, none twice, one label a term."""
    import pyoxigraph as ox

    text = "".join(f"{s} {p} {o} .\n" for s, p, o in slice_triples(name))
    quads = list(ox.parse(text.encode(), format=ox.RdfFormat.N_TRIPLES))
    labels = Counter(str(quad.subject) for quad in quads if quad.predicate.value.endswith("#label"))
    assert len(labels) == len(terms(name))
    assert set(labels.values()) == {1}
    assert len(set(quads)) == len(quads)


def test_triples_keep_the_language_of_a_word() -> None:
    """A word that is curated in English and in Swedish is said in both."""
    stroke = [o for s, p, o in slice_triples("mondo") if s == f"<{OBO}MONDO_0005098>" and p.endswith("altLabel>")]
    assert {'"stroke"@en', '"stroke"@sv', '"slaganfall"@sv'} <= set(stroke)


def test_a_part_is_no_subclass_of_its_whole() -> None:
    """UBERON's slice holds parts below wholes, so it states `skos:broader`; the others are subclasses."""
    predicates = {name: {p.rpartition("#")[2] for _, p, _ in slice_triples(name)} for name in NAMES}
    assert "broader>" in predicates["uberon"]
    assert "subClassOf>" not in predicates["uberon"]
    assert all("subClassOf>" in predicates[name] for name in ("mondo", "cl"))


def test_curated_synonyms_are_whole_and_agree() -> None:
    """The curated table has no row twice, known languages and kinds only, and no word that means two terms of one ontology."""
    rows = extra_synonyms()
    assert len(rows) > 250
    assert {row.language for row in rows} == {"en", "sv"}
    assert {row.sort for row in rows} == {"exact", "abbreviation", "spelling", "related"}
    assert max(Counter((row.iri, row.language, row.text) for row in rows).values()) == 1
    meant: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row.iri.startswith(OBO) and row.sort != "related":
            meant.setdefault((row.iri.rpartition("/")[2].split("_")[0], spelling(row.text)), set()).add(row.iri)
    assert {word: iris for word, iris in meant.items() if len(iris) > 1} == {}


@pytest.mark.parametrize(("prefix", "name"), [("MONDO", "mondo"), ("CL", "cl")])
def test_curated_synonyms_name_living_terms(shared: Path, prefix: str, name: str) -> None:
    """A curated synonym names a term of the slice that is not deprecated, and never takes another term's own label."""
    whole = _release(shared, prefix)
    living = {term for term, said in whole.items() if not said["deprecated"]}
    labels = {spelling(whole[term]["label"]): term for term in living}
    rows = [one for one in extra_synonyms() if one.iri.startswith(f"{OBO}{prefix}_")]
    assert len(rows) > 50
    assert [row for row in rows if row.iri.removeprefix(OBO).replace("_", ":") not in living] == []
    assert [row for row in rows if row.iri not in terms(name)] == []
    taken = {row: labels.get(spelling(row.text)) for row in rows if row.sort != "related"}
    assert {row: term for row, term in taken.items() if term and OBO + term.replace(":", "_") != row.iri} == {}


def test_the_slices_are_the_cut_of_the_releases(shared: Path, tmp_path: Path) -> None:
    """Cutting again gives the shipped slices, byte by byte, in the sizes that were aimed at."""
    from atmp.ontology.cut import cut

    sizes = cut(shared, tmp_path)
    assert [
        name
        for name in NAMES
        if (tmp_path / f"{name}.tsv").read_bytes() != (FOLDER / "slices" / f"{name}.tsv").read_bytes()
    ] == []
    assert 2000 <= sizes["mondo"] <= 4000
    assert all(600 <= sizes[name] <= 1200 for name in ("cl", "uberon"))
    assert 200 <= sizes["efo"] <= 800


@pytest.mark.parametrize("word", ["EFO:0920071", "efo_0920071", "adeno-associated virus transduction"])
def test_finds_a_method(word: str) -> None:
    """The slice of EFO is found by CURIE and label as the others are, under EFO's own IRIs."""
    assert terms("efo").find(word) == "http://www.ebi.ac.uk/efo/EFO_0920071"


def test_no_animal_disease() -> None:
    """The slice holds diseases of humans only."""
    known = terms("mondo")
    assert f"{OBO}MONDO_0005583" not in known
    assert [known.label(iri) for iri in known if "non-human" in (known.label(iri) or "")] == []


def test_loads_without_an_rdf_library() -> None:
    """Finding a disease loads no RDF library, so that light commands stay light."""
    code = "import sys; from atmp.ontology.terms import terms; terms('mondo').find('ALS'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"rdflib", "pyoxigraph", "zstandard"} & set(loaded) == set()
