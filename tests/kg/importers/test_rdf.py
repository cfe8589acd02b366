"""RDF under our ontology: four syntaxes, and what is refused in each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from atmp.kg.errors import SourceError
from atmp.kg.importers.interface import Context, detect, importer
from atmp.kg.source import Reading

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
