"""Linked data: a thing's name leads to its document, which comes as a page and as data, and tells no more than it may."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from atmp.api.app import create_app
from atmp.api.atlas import Atlas
from atmp.api.document import sought
from atmp.api.media import ENDINGS
from atmp.kg.iris import Names
from atmp.kg.ledger import Entry
from atmp.kg.records import ATMP, FOAF, KINDS, RDFS
from atmp.kg.sparql.answer import GRAPHS
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.triples import TYPE
from atmp.kg.viewer import OWNER, PUBLIC
from fastapi.testclient import TestClient

if TYPE_CHECKING:
    from httpx import Response

Problem = Callable[["Response", int], dict[str, Any]]
Make = Callable[..., TestClient]
Run = Callable[..., Any]
NAMES = Names()
OPEN, CLOSED = NAMES.graph("lund", Tier.PUBLIC), NAMES.graph("lund", Tier.INTERNAL)
P04 = "/lund/project/P04"
DATA = [ending for ending in ENDINGS if ending != "html"]


def _read(content: bytes, ending: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(content, format=GRAPHS[ENDINGS[ending]])}


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Return what serves a small atlas: names of projects, each with the graph that it stands in, under a base."""
    made: list[Atlas] = []

    def atlas(said: dict[str, str], base: str = NAMES.base) -> TestClient:
        made.append(Atlas(Store.create(tmp_path / f"{len(made)}.atlas", base=base), model="hashing"))
        client = TestClient(create_app(made[-1]), follow_redirects=False)
        client.app.state.write = lambda more: _write(made[-1], more)  # type: ignore[attr-defined]
        _write(made[-1], said)
        return client

    yield atlas
    for one in made:
        one.close()


def _write(atlas: Atlas, said: dict[str, str]) -> None:
    names = atlas.store.names
    entries = []
    for name, graph in said.items():
        iri, where = f"<{names.record('lund', 'project', name)}>", f"<{graph.replace(NAMES.base, names.base)}>"
        quads = ((iri, f"<{TYPE}>", f"<{ATMP}Project>", where), (iri, f"<{RDFS}label>", f'"called {name}"', where))
        entries.append(Entry(f"row-{name}", quads))
    atlas.store.write("survey", "2024-01-01", entries, agent="test")


def test_every_name_is_found_by_its_path(served: Atlas) -> None:
    """Whatever something is said of under the base has a document: records, centres, sources and their rows."""
    view, base = served.view(PUBLIC), served.store.names.base
    found = {
        str(iri)
        for (iri,) in view.select(f"SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), '{base}/')) }}").rows
    }
    kinds = {re.sub(rf"{base}/(?:lund/)?([a-z-]+).*", r"\1", iri) for iri in found}
    assert kinds >= {"project", "product", "method-use", "stage-observation", "response", "round", "source", "lund"}
    for iri in found:
        document = sought(view, iri.removeprefix(base))
        assert (document.iri, document.ending) == (iri, None)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (P04, "Dual-promoter AAV gene supplementation"),
        ("/product/EMEA%2FH%2FC%2F004451", "Luxturna"),
        ("/lund", "Lund Stem Cell Center"),
        ("/lund/method-use/P23-vector-copy-number-planned", "vector copy number assay"),
        ("/lund/stage-observation/P04-2023-06-01", "Stage observation"),
        ("/source/survey-lund-2023/Projects/P04", "Survey of Lund Stem Cell Center"),
    ],
)
def test_a_name_leads_to_its_document(client: TestClient, path: str, words: str) -> None:
    """The name is answered by 303 to the form that is preferred, at the server's own stem and at the base's path."""
    for stem in ("/id", "/atmp/id"):
        for ending, media in ENDINGS.items():
            for asked, accept in ((path, f"{media}, */*;q=0.1"), (f"{path}.{ending}", "image/png")):
                answer = client.get(f"{stem}{asked}", headers={"accept": accept}, follow_redirects=False)
                assert (answer.status_code, answer.headers["location"]) == (303, f"{path}.{ending}")
                assert f'<{path}.{ending}>; rel="describedby"; type="{media}"' in answer.headers["link"]
                assert answer.headers.get("vary") == ("Accept" if asked == path else None)
    page = client.get(f"/id{path}", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert words in page.text


@pytest.mark.parametrize(
    "path", [P04, "/product/EMEA%2FH%2FC%2F004451", "/lund", "/source/survey-lund-2023/Projects/P04"]
)
def test_every_form_says_what_describe_says(client: TestClient, served: Atlas, path: str) -> None:
    """Each form, by Accept and by ending, is what DESCRIBE gives of the thing, and where the document stands."""
    iri = f"{served.store.names.base}{path}"
    described = _read(client.get("/sparql", params={"query": f"DESCRIBE <{iri}>", "format": "nt"}).content, "nt")
    topic = ox.Triple(ox.NamedNode(f"http://testserver{path}"), ox.NamedNode(f"{FOAF}primaryTopic"), ox.NamedNode(iri))
    for ending in DATA:
        by_ending = client.get(f"{path}.{ending}", headers={"accept": "text/html"})
        by_accept = client.get(path, headers={"accept": f"text/html;q=0.2, {ENDINGS[ending]};q=0.9"})
        assert by_ending.headers["content-type"].partition(";")[0] == ENDINGS[ending]
        assert by_accept.content == by_ending.content
        found = _read(by_ending.content, ending)
        assert found > described
        assert topic in found
        assert len(found - described) == 3
        assert (by_accept.headers["vary"], by_accept.headers["content-location"]) == ("Accept", f"{path}.{ending}")
        assert "vary" not in by_ending.headers
        for answered in (by_accept, by_ending):
            others = {one for one in ENDINGS if f'<{path}.{one}>; rel="alternate"' in answered.headers["link"]}
            assert others == {*ENDINGS} - {ending}
            assert f'<{iri}>; rel="describes"' in answered.headers["link"]
            assert answered.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "path", [P04, "/lund", "/ontology", "/ontology/vector-aav9.html", "/source/survey-lund-2023/Projects/P04"]
)
def test_a_page_links_to_its_data(client: TestClient, path: str) -> None:
    """Programs that read a page find the other forms in its head, and readers in its text."""
    page = client.get(path, headers={"accept": "text/html"}).text
    plain = path.removesuffix(".html")
    for ending in DATA:
        assert f'<link rel="alternate" type="{ENDINGS[ending]}" href="{plain}.{ending}">' in page
        assert f'<a href="{plain}.{ending}">{ENDINGS[ending]}</a>' in page


def test_the_command_line_describes_alike(run: Run, client: TestClient) -> None:
    """`atmp query` gives what the endpoint gives; the owner of a file reads no less."""
    query = f"DESCRIBE <{NAMES.base}{P04}>"
    rows = list(csv.reader(io.StringIO(run("query", query, "--viewer", "public", "--format", "csv").out)))
    told = _read(client.get("/sparql", params={"query": query, "format": "nt"}).content, "nt")
    assert rows[0] == ["subject", "predicate", "object"]
    assert len(rows) == len(told) + 1
    owned = list(csv.reader(io.StringIO(run("query", query, "--format", "csv").out)))
    assert {tuple(row) for row in owned} >= {tuple(row) for row in rows}


def test_a_term_s_name_leads_to_its_document(client: TestClient) -> None:
    """A class, a property, a list and a concept are no texts either; the ontology itself is one, and answers at once."""
    for name in ("Project", "usesMethod", "scheme-vector", "vector-aav9"):
        for ending, media in ENDINGS.items():
            answer = client.get(f"/ontology/{name}", headers={"accept": media}, follow_redirects=False)
            assert (answer.status_code, answer.headers["location"]) == (303, f"/ontology/{name}.{ending}")
    whole = client.get("/ontology", headers={"accept": "application/n-triples"}, follow_redirects=False)
    assert (whole.status_code, whole.headers["content-location"]) == (200, "/ontology.nt")
    assert whole.content == client.get("/ontology.nt").content


@pytest.mark.parametrize(
    "path", [P04, f"{P04}.ttl", f"{P04}.html", f"/id{P04}", "/ontology", "/ontology/Project", "/lund.nt"]
)
def test_head_is_get_without_its_body(client: TestClient, path: str) -> None:
    """HEAD says what GET says."""
    got, asked = client.get(path, follow_redirects=False), client.head(path, follow_redirects=False)
    assert asked.content == b""
    assert (asked.status_code, dict(asked.headers)) == (got.status_code, dict(got.headers))


def test_what_is_known_is_not_sent_again(make: Make) -> None:
    """A form's tag holds until the facts change, is not that of another form, and a page's is of the page."""
    client = make({"P01": OPEN})
    given = [client.get(f"/lund/project/P01.{ending}") for ending in ENDINGS]
    assert len({got.headers["etag"] for got in given}) == len(ENDINGS)
    for got in given:
        again = client.get(got.request.url, headers={"if-none-match": got.headers["etag"]})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", got.headers["etag"])
    client.app.state.write({"P01": OPEN, "P02": OPEN})  # type: ignore[attr-defined]
    for got in given[1:]:
        new = client.get(got.request.url, headers={"if-none-match": got.headers["etag"]})
        assert (new.status_code, new.headers["etag"] != got.headers["etag"]) == (200, True)


def test_a_hidden_thing_is_an_absent_one(make: Make) -> None:
    """Bytes and headers are the same, whatever the way of asking, and nothing hidden is in what others' documents say."""
    hiding, lacking = make({"P01": OPEN, "P02": CLOSED}), make({"P01": OPEN})
    for stem in ("/id", "/atmp/id", ""):
        for ending in ("", *(f".{one}" for one in ENDINGS)):
            for accept in ("text/html", "text/turtle", "image/png", "*/*"):
                for ask in (hiding.get, hiding.head):
                    path = f"{stem}/lund/project/P02{ending}"
                    found = ask(path, headers={"accept": accept})
                    absent = getattr(lacking, ask.__name__)(path, headers={"accept": accept})
                    assert found.status_code == 404
                    assert (found.content, found.headers.raw) == (absent.content, absent.headers.raw)
    assert hiding.get("/lund/project/P01.ttl").content == lacking.get("/lund/project/P01.ttl").content
    assert b"P02" not in hiding.get("/lund/project/P01.ttl").content


def test_data_are_what_the_public_sees(client: TestClient, served: Atlas) -> None:
    """Of whatever the owner knows, the public's documents say only what the public may read."""
    seen = {quad.triple for quad in served.view(PUBLIC).engine.oxigraph}
    owner, base = served.view(OWNER), served.store.names.base
    told = 0
    for kind in KINDS:
        for record in owner.records(kind):
            answered = client.get(f"{record.iri.removeprefix(base)}.nt")
            said = _read(answered.content, "nt") if answered.status_code == 200 else set()
            assert {one for one in said - seen if not str(one.subject).startswith("<http://testserver/")} == set()
            told += len(said)
    assert told > 10_000


@pytest.mark.parametrize("path", [P04, f"/id{P04}", "/ontology", "/ontology/Project"])
def test_a_form_that_is_not_given_is_406(client: TestClient, problem: Problem, path: str) -> None:
    """What is given instead is named; what is not there at all is 404 whatever is asked for."""
    for accept in ("image/png", "application/trig, text/csv", "text/turtle;q=0"):
        said = problem(client.get(path, headers={"accept": accept}, follow_redirects=False), 406)
        assert said["detail"] == f"this result is given as {', '.join(ENDINGS.values())}"
    problem(client.get("/id/lund/project/P99", headers={"accept": "image/png"}), 404)


@pytest.mark.parametrize("path", ["/id/", "/id", "/id/nothing", "/id/lund/project/", f"/id{P04}.pdf", "/lund/project/.ttl",
                                  "/id/graph/lund/public", "/id/%00", "/id/lund/project/%FF", "/lund/%3Cproject%3E/P04",
                                  "/project.ttl", "/nothing.ttl", f"/id{P04}/"] )  # fmt: skip
def test_what_names_nothing_is_404(client: TestClient, problem: Problem, path: str) -> None:
    """Odd paths are no error of the server."""
    assert problem(client.get(path, follow_redirects=False), 404)["detail"] == "there is nothing at this address"


def test_ids_may_hold_what_addresses_hold(make: Make) -> None:
    """An id with a slash is found encoded and, as some decode it on the way, plain; one that ends like a form is itself."""
    client = make({"a/b": OPEN, "P01": OPEN, "P01.ttl": OPEN, "å ?#": OPEN})
    for path, name in (("a%2Fb", "a/b"), ("a%2fb", "a/b"), ("a/b", "a/b"), ("a/b.ttl", "a/b"), ("P01.ttl", "P01.ttl"),
                       ("P01.ttl.ttl", "P01.ttl"), ("P01.nt", "P01"), ("%C3%A5%20%3F%23", "å ?#")):  # fmt: skip
        answer = client.get(f"/id/lund/project/{path}", headers={"accept": "text/turtle"})
        assert answer.status_code == 303
        page = client.get(answer.headers["location"])
        assert f'"called {name}"' in page.text, path
        assert page.text.count('"called ') == 1


@pytest.mark.parametrize(
    ("base", "stems"), [("http://127.0.0.1:8170/things", ["/things", "/id"]), ("https://atlas.example", ["/id"])]
)
def test_a_base_of_one_s_own_is_answered_at_its_path(make: Make, base: str, stems: list[str]) -> None:
    """A server that stands at the base of its names answers them where they are."""
    client = make({"P01": OPEN}, base)
    for stem in stems:
        answer = client.get(f"{stem}/lund/project/P01", headers={"accept": "text/turtle"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/lund/project/P01.ttl")
    assert f"<{base}/lund/project/P01>" in client.get("/lund/project/P01.ttl").text
