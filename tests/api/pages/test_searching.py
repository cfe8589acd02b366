"""The page about search inside SPARQL."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from atmp.kg.examples import guided
from atmp.ontology.files import search_file
from atmp.search.clause import ASKS, GIVES

if TYPE_CHECKING:
    from fastapi.testclient import TestClient


def test_every_property_has_its_place_and_every_example_can_be_asked(client: TestClient) -> None:
    """A property's IRI ends in the name of its place; an example leads to the form with its query in it."""
    page = client.get("/query/search", headers={"accept": "text/html"})
    assert page.status_code == 200
    for name in {*ASKS, *GIVES}:
        assert f'<tr id="{name}"><td><code>search:{name}</code></td>' in page.text
    for number, (words, query) in enumerate(guided(), start=1):
        assert f'<h3 id="example-{number}">{words}</h3>' in html.unescape(page.text)
        assert query in html.unescape(page.text)
        assert f'href="/query?query={quote(query)}"' in page.text


@pytest.mark.parametrize("query", [query for _, query in guided()])
def test_the_form_answers_each_example(client: TestClient, query: str) -> None:
    """What the page leads to is an answer and no error."""
    page = client.get("/query", params={"query": query})
    assert page.status_code == 200
    assert "<caption>Answer</caption>" in page.text


@pytest.mark.parametrize("media", ["text/turtle", "application/rdf+xml"])
def test_the_vocabulary_is_given_as_a_file(client: TestClient, media: str) -> None:
    """Whoever asks for RDF gets what the file says."""
    answer = client.get("/query/search", headers={"accept": media})
    assert answer.headers["content-type"].partition(";")[0] == media
    form = ox.RdfFormat.from_media_type(media)
    assert {quad.triple for quad in ox.parse(answer.content, format=form)} == {
        quad.triple for quad in ox.parse(path=str(search_file()))
    }


def test_readers_are_led_there(client: TestClient) -> None:
    """The form and the service description both name the page."""
    assert 'href="/query/search"' in client.get("/query").text
    said = client.get("/sparql", headers={"accept": "application/n-triples"}).text
    assert "<http://www.w3.org/2000/01/rdf-schema#seeAlso> <http://testserver/query/search>" in said
