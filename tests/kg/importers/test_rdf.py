"""RDF under our ontology: four syntaxes, and what is refused in each."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from atmp.kg.errors import FindingsError, SourceError, UsageError
from atmp.kg.findings import Severity
from atmp.kg.importers.interface import Context, detect, importer
from atmp.kg.load import load
from atmp.kg.source import Reading
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC, viewer
from atmp.ontology.vocabulary import read_vocabulary

A = "https://w3id.org/atmp/ontology/"
TURTLE = f"""@prefix atmp: <{A}> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://w3id.org/atmp/id/product/X1> a atmp:Product ; rdfs:label "Genia" .
"""
TRIPLES = f"""<https://w3id.org/atmp/id/product/X1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{A}Product> .
<https://w3id.org/atmp/id/product/X1> <http://www.w3.org/2000/01/rdf-schema#label> "Genia" .
"""
JSON_LD = {"@context": "https://w3id.org/atmp/context.jsonld", "id": "https://w3id.org/atmp/id/product/X1",
           "type": "Product", "label": "Genia"}  # fmt: skip
FORMS = {
    "turtle": TURTLE,
    "n-triples": TRIPLES,
    "n-quads": TRIPLES.replace(" .\n", " <https://w3id.org/atmp/id/graph/lund/public> .\n"),
    "json-ld": json.dumps(JSON_LD),
}


def _read(form: str, text: str, folder: Path, context: Context) -> Reading:
    path = folder / "facts.rdf"
    path.write_text(text, encoding="utf-8")
    reading = importer(form).read(path, context)
    return Reading(reading.source, reading.centre, reading.tier, list(reading.rows), reading.findings)


@pytest.mark.parametrize("form", FORMS)
def test_every_syntax_says_the_same(form: str, tmp_path: Path, context: Context) -> None:
    """One product in four syntaxes is one row of two statements."""
    (row,) = _read(form, FORMS[form], tmp_path, context).rows
    assert row.key == "https://w3id.org/atmp/id/product/X1"
    assert sorted(statement.object for statement in row.statements) == ['"Genia"', f"<{A}Product>"]


@pytest.mark.parametrize("form", ["turtle", "n-quads", "json-ld"])
def test_the_format_is_told_from_the_content(form: str, tmp_path: Path) -> None:
    """The file's ending plays no part. N-Triples is Turtle too, so it may be read as such."""
    path = tmp_path / "anything"
    path.write_text(FORMS[form], encoding="utf-8")
    assert detect(path).name == form


@pytest.mark.parametrize(
    ("form", "text", "words"),
    [
        ("turtle", "", "no triple at all"),
        ("turtle", "# nothing but words\n", "no triple at all"),
        ("turtle", TURTLE.replace('"Genia" .', '"Genia ;'), "syntax is broken"),
        ("turtle", TURTLE.replace("a atmp:Product", "a rdfs:Class"), "of a class of our ontology"),
        ("turtle", TURTLE + "<urn:x:y> rdfs:seeAlso [ rdfs:label \"x\" ] .", "blank node"),
        ("turtle", "<!DOCTYPE rdf [<!ENTITY a 'b'>]>\n" + TURTLE, "DOCTYPE"),
        ("n-triples", TRIPLES + "<broken\n", "syntax is broken"),
        ("json-ld", "{", "no JSON"),
        ("json-ld", "7", "no JSON-LD document"),
        ("json-ld", json.dumps(JSON_LD | {"@context": "https://example.org/other.jsonld"}), "would have to be fetched"),
    ],
)  # fmt: skip
def test_bad_rdf_is_refused_in_words(form: str, text: str, words: str, tmp_path: Path, context: Context) -> None:
    """Syntax errors, empty files, DOCTYPEs, blank nodes and foreign contexts: each says what is wrong."""
    with pytest.raises(SourceError, match=words):
        _read(form, text, tmp_path, context)


def test_a_syntax_error_names_its_line(tmp_path: Path, context: Context) -> None:
    """The place of the error is given."""
    with pytest.raises(SourceError) as caught:
        _read("turtle", "@prefix a: <urn:a:> .\na:b a:c a:d .\na:e a:f .\n", tmp_path, context)
    assert caught.value.place.row == 3


def test_text_that_is_not_utf8_is_refused(tmp_path: Path, context: Context) -> None:
    """Another encoding is an error with its line."""
    path = tmp_path / "facts.ttl"
    path.write_bytes(TURTLE.replace("Genia", "Gen\xe5").encode("latin-1"))
    with pytest.raises(SourceError, match="row 2: the text is not UTF-8"):
        importer("turtle").read(path, context)


def test_a_broken_file_is_read_by_its_ending(tmp_path: Path, context: Context) -> None:
    """Where the first statement is broken already, the ending decides, so that the error has its place."""
    path = tmp_path / "facts.ttl"
    path.write_text("<urn:a <urn:b> .")
    with pytest.raises(SourceError, match=r"facts\.ttl, row 1"):
        detect(path).read(path, context)


LUND = "https://w3id.org/atmp/id/lund"
PERSON = f"""@prefix atmp: <{A}> . @prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{LUND}/person/I1> a atmp:Investigator ; rdfs:label "Investigator" ;
    <http://purl.org/dc/terms/identifier> "I1" ; foaf:mbox "i1@example.org" .
"""


def _load(store: Store, text: str, folder: Path, ending: str = "nq", **said: Any) -> None:
    path = folder / f"facts.{ending}"
    path.write_text(text, encoding="utf-8")
    load(store, path, agent="test", **said)


def _in(graph: str) -> str:
    return TRIPLES.replace("/id/product", "/id/lund/product").replace(" .\n", f" <{graph}> .\n")


GRAPHS = "https://w3id.org/atmp/id/graph"


def test_a_tier_asked_for_is_the_least(store: Store, tmp_path: Path) -> None:
    """Facts of a public graph that are loaded as internal are internal; stricter ones stay as they are."""
    _load(store, _in(f"{GRAPHS}/lund/public"), tmp_path, centre="lund", tier=Tier.INTERNAL)
    assert store.readable(PUBLIC) == frozenset()
    assert store.view(viewer("lund:internal")).iris("product") == [f"{LUND}/product/X1"]
    _load(store, _in(f"{GRAPHS}/lund/confidential/P1"), tmp_path, centre="lund", tier=Tier.INTERNAL)
    assert store.view(viewer("lund:internal")).iris("product") == []
    assert store.view(OWNER).iris("product") == [f"{LUND}/product/X1"]


def test_graphs_say_their_own_tier_where_none_is_asked_for(store: Store, tmp_path: Path) -> None:
    """An export comes back as it was."""
    _load(store, _in(f"{GRAPHS}/lund/public"), tmp_path)
    assert store.view(PUBLIC).iris("product") == [f"{LUND}/product/X1"]


@pytest.mark.parametrize(
    ("graph", "said", "words"),
    [
        ("https://example.org/id/graph/kth/confidential/P1", {}, "none of this atlas"),
        (f"{GRAPHS}/lund/secret", {}, "none of this atlas"),
        (f"{GRAPHS}/LUND/public", {}, "none of this atlas"),
        (f"{GRAPHS}/lund/internal/P1/more", {}, "none of this atlas"),
        (f"{GRAPHS}/kth/public", {"centre": "lund"}, "facts of the centre kth"),
        (f"{GRAPHS}/reference/mondo", {"centre": "lund", "tier": Tier.INTERNAL}, "public collection"),
    ],
)
def test_a_graph_that_is_not_the_loaders_is_refused(
    graph: str, said: dict[str, Any], words: str, store: Store, tmp_path: Path
) -> None:
    """Nothing becomes public because nobody knew its graph, and nobody writes into another centre's."""
    with pytest.raises(SourceError, match=words):
        _load(store, _in(graph), tmp_path, **said)
    assert store.revision() == 0


def test_a_foreign_graph_is_as_open_as_the_loader_says(store: Store, tmp_path: Path) -> None:
    """With a centre, its facts are internal until a tier is named."""
    _load(store, _in("https://example.org/g"), tmp_path, centre="lund")
    assert store.readable(PUBLIC) == frozenset()


@pytest.mark.parametrize("text", [PERSON, PERSON.replace("lund/", "")])
def test_contact_details_need_a_centre(text: str, store: Store, tmp_path: Path) -> None:
    """A collection without a centre is public, and an e-mail address never is."""
    with pytest.raises(FindingsError) as caught:
        _load(store, text, tmp_path, "ttl")
    assert any("contact details" in finding.message for finding in caught.value.findings)
    with pytest.raises(FindingsError):
        lines = "".join(str(quad).rsplit(" .", 1)[0] + f" <{GRAPHS}/reference/x> .\n" for quad in _quads(text))
        _load(store, lines, tmp_path)


@pytest.mark.parametrize("tier", list(Tier))
def test_contact_details_are_never_public_at_any_tier(tier: Tier, store: Store, tmp_path: Path) -> None:
    """Under every tier the address is read within the centre only."""
    _load(store, PERSON, tmp_path, "ttl", centre="lund", tier=tier)
    for name in ("public", "partner", "kth:confidential"):
        assert b"example.org" not in b"".join(store.view(viewer(name)).nquads())
    assert b"i1@example.org" in b"".join(store.view(OWNER).nquads())


def test_a_collection_cannot_be_internal(store: Store, tmp_path: Path) -> None:
    """A tier that would not be kept is refused rather than ignored."""
    with pytest.raises(UsageError, match="it cannot be internal"):
        _load(store, TURTLE, tmp_path, "ttl", tier=Tier.INTERNAL)
    assert store.revision() == 0


def test_a_centre_speaks_of_its_own_records(store: Store, tmp_path: Path) -> None:
    """Facts about another centre's record are a violation."""
    with pytest.raises(FindingsError) as caught:
        _load(store, PERSON, tmp_path, "ttl", centre="kth")
    assert any("a record of the centre lund" in finding.message for finding in caught.value.findings)


def test_an_odd_date_of_a_file_is_not_its_date(tmp_path: Path, context: Context) -> None:
    """`dcterms:modified "soon"` says nothing, and ends nothing."""
    odd = TURTLE + '<urn:x:y> <http://purl.org/dc/terms/modified> "soon"^^<http://www.w3.org/2001/XMLSchema#date> .'
    assert _read("turtle", odd, tmp_path, context).source.stated == context.today


def _quads(text: str) -> list[Any]:
    return list(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE))


@pytest.mark.parametrize("form", ["turtle", "n-triples"])
def test_a_deprecated_term_is_read_as_what_replaces_it(
    form: str, outdated: Path, tmp_path: Path, context: Context
) -> None:
    """A statement with the old term becomes one with the new, once, with a remark that names the record."""
    product = "https://w3id.org/atmp/id/product/X1"
    said = "".join(f"<{product}> <{A}vector> <{A}vector-{name}> .\n" for name in ("ninth", "aav9"))
    told = replace(context, vocabulary=read_vocabulary(outdated))
    (row,) = _read(form, FORMS[form] + said, tmp_path, told).rows
    assert [one.object for one in row.statements if one.predicate == f"<{A}vector>"] == [f"<{A}vector-aav9>"]
    (finding,) = row.findings
    assert (finding.severity, finding.record, finding.value) == (Severity.INFO, product, f"{A}vector-ninth")
