"""The ontology's pages: a page a term, search, and the file in the form asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from atmp.ontology import lexicon
from atmp.ontology.build import schemes
from atmp.ontology.files import FOLDER
from atmp.ontology.lexicon import entries, triples
from atmp.ontology.vocabulary import ATMP, read_vocabulary
from fastapi.testclient import TestClient

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FORMS = {"text/turtle": "ttl", "application/ld+json": "jsonld", "application/rdf+xml": "rdf"}
READ = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}


def _triples(content: bytes, media: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(content, format=READ[media])}


@pytest.mark.parametrize("media", FORMS)
def test_the_file_is_given_in_the_form_asked_for(client: TestClient, media: str) -> None:
    """By Accept and by ending, each form reads back as the same graph, whole or of one term."""
    whole, one = set(triples()), set(triples(f"{ATMP}vector-aav9"))
    for path, wanted in (("/ontology", whole), ("/ontology/vector-aav9", one)):
        by_accept, by_ending = (
            client.get(path, headers={"accept": media}),
            client.get(f"{path}.{FORMS[media]}", headers=HTML),
        )
        assert by_accept.headers["content-type"].startswith(media)
        assert by_accept.content == by_ending.content
        assert _triples(by_accept.content, media) == wanted


def test_every_term_has_a_page(client: TestClient) -> None:
    """A page of each sort shows definition and Swedish name, and links only to pages that are there."""
    seen = set()
    for entry in entries().values():
        if entry.sort not in seen:
            seen.add(entry.sort)
            page = client.get(f"/ontology/{entry.name}", headers=HTML)
            assert page.status_code == 200
            assert entry.labels["sv"] in page.text
    assert seen == {"class", "property", "scheme", "concept"}


def test_a_term_shows_example_source_and_mappings(client: TestClient) -> None:
    """Every page says an example and a source; a mapping stands there with its relation, label, CURIE and IRI."""
    page = client.get("/ontology/cell-ipsc", headers=HTML).text
    assert "retinal pigment epithelium grown from a donor&#39;s iPSC bank" in page
    assert "<dt>meaning from</dt><dd>Experimental Factor Ontology</dd>" in page
    mapped = "induced pluripotent stem cell, EFO:0004905 <code>http://www.ebi.ac.uk/efo/EFO_0004905</code>"
    assert f"<dt>the same as</dt><dd>{mapped}</dd>" in page
    unnamed = client.get("/ontology/method-western-blot", headers=HTML).text  # no slice of OBI ships: no label
    assert "<dd>OBI:0000854 <code>http://purl.obolibrary.org/obo/OBI_0000854</code></dd>" in unnamed
    assert all(entry.example and entry.source for entry in entries().values())


def test_a_term_says_how_often_it_is_used(client: TestClient) -> None:
    """The count is of what the reader sees: the demonstration has 23 projects, and the ontology's own words do not count."""
    assert "23 times" in client.get("/ontology/Project", headers=HTML).text
    assert "0 times" in client.get("/ontology/Statement", headers=HTML).text


def test_a_term_is_searched_in_both_languages(client: TestClient) -> None:
    """A Swedish word finds the term; what finds nothing says so, and markup in a search stays text."""
    assert "gene therapy medicinal product</a>" in client.get("/ontology", params={"q": "genterapi"}, headers=HTML).text
    odd = client.get("/ontology", params={"q": "<b>nothing</b>"}, headers=HTML)
    assert "No term is called so" in odd.text
    assert "<b>" not in odd.text


@pytest.mark.parametrize("path", ["/ontology/nothing", "/ontology.pdf", "/ontology/nothing.ttl", "/ontology/%00"])
def test_what_is_no_term_is_not_found(client: TestClient, path: str) -> None:
    """An unknown term or form is 404."""
    assert client.get(path, headers=HTML).status_code == 404


@pytest.fixture
def renewed(outdated: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the lexicon read schemes with a deprecated term."""
    made = outdated / "schemes.ttl"
    made.write_text(schemes(read_vocabulary(outdated)), encoding="utf-8")
    files = (("ontology", FOLDER / "atmp.ttl"), ("schemes", made))
    monkeypatch.setattr(lexicon, "ontology_files", lambda: files)
    for cached in (lexicon._store, entries):
        cached.cache_clear()
    yield
    for cached in (lexicon._store, entries):
        cached.cache_clear()


@pytest.mark.usefixtures("renewed")
def test_a_deprecated_term_is_shown_as_one(client: TestClient) -> None:
    """Its page and the search say so, and its page leads to what replaces it, which leads back."""
    old = client.get("/ontology/vector-ninth", headers=HTML).text
    assert 'deprecated: use <a href="/ontology/vector-aav9">AAV9</a>' in old
    new = client.get("/ontology/vector-aav9", headers=HTML).text
    assert "deprecated:" not in new
    assert '<dt>replaces</dt><dd><a href="/ontology/vector-ninth">' in new
    assert "deprecated concept" in client.get("/ontology", params={"q": "AAV IX"}, headers=HTML).text
    assert "deprecated concept" not in client.get("/ontology", params={"q": "AAV8"}, headers=HTML).text
