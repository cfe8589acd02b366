"""A bare store over HTTP: updates, the Graph Store Protocol, what it refuses, and clients from elsewhere."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import rdflib
from atmp.api.bare import create_bare_app
from atmp.kg.bare import Bare
from atmp.kg.errors import SourceError
from fastapi.testclient import TestClient

if TYPE_CHECKING:
    from httpx import Response

Problem = Callable[["Response", int], dict[str, Any]]
Run = Callable[..., Any]
UPDATE, TURTLE = {"content-type": "application/sparql-update"}, {"content-type": "text/turtle"}
ALL = "SELECT ?s { ?s ?p ?o } ORDER BY ?s"


@pytest.fixture
def bare() -> Iterator[TestClient]:
    """Return a client of an empty bare store."""
    with TestClient(create_bare_app(Bare()), raise_server_exceptions=False) as client:
        yield client


def _found(client: TestClient, query: str = ALL) -> list[str]:
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return [row["s"]["value"] for row in rows]


def test_an_update_is_taken_as_form_and_as_body(bare: TestClient) -> None:
    """Both ways of posting an update change the facts, and what was known before is answered anew."""
    tag = bare.get("/sparql", params={"query": ALL}).headers["etag"]
    assert bare.post("/sparql", data={"update": "INSERT DATA { <urn:a> <urn:b> <urn:c> }"}).status_code == 204
    assert bare.post("/sparql", content="INSERT DATA { <urn:d> <urn:b> 1 }", headers=UPDATE).status_code == 204
    assert _found(bare) == ["urn:a", "urn:d"]
    assert bare.get("/sparql", params={"query": ALL}, headers={"if-none-match": tag}).status_code == 200


def test_describe_is_the_engine_s_own(bare: TestClient) -> None:
    """A bare store adds nothing to what begins with a thing: no names, and no parts."""
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    bare.post("/sparql", content=f"INSERT DATA {{ <urn:a> <urn:p> <urn:b> . <urn:b> {label} 'b' }}", headers=UPDATE)
    told = bare.get("/sparql", params={"query": "DESCRIBE <urn:a>", "format": "nt"})
    assert told.text == "<urn:a> <urn:p> <urn:b> .\n"


def test_an_update_is_whole_or_nothing(bare: TestClient, problem: Problem) -> None:
    """An update whose second half fails leaves nothing of its first."""
    for second in ("CREATE GRAPH <urn:g> ; CREATE GRAPH <urn:g>", "INSERT DATA {", "LOAD <http://127.0.0.1:9/>"):
        answer = bare.post("/sparql", content=f"INSERT DATA {{ <urn:a> <urn:b> 1 }} ; {second}", headers=UPDATE)
        assert answer.status_code in {400, 403}
        assert _found(bare) == []


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("LOAD <http://127.0.0.1:9/>", 403), ("load<http://127.0.0.1:9/> into graph <urn:g>", 403),
        ("PREFIX x: <urn:x>LOAD <http://127.0.0.1:9/>", 403), ("LOADSILENT<http://127.0.0.1:9/>", 400),
        ("PREFIX a: <http://127.0.0.1:9/>\nLOADa:b", 400), ("LOAD SILENT", 400),
        ("INSERT {} WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ("INSERT {} WHERE { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ("INSERT {} WHERE { ?s ?p ?o.SERVICESILENT<http://127.0.0.1:9/> {} }", 400),
        ("DELETE {} WHERE { " + "{" * 80 + "}" * 80 + " }", 400),
    ],
)  # fmt: skip
def test_no_update_reaches_outside(bare: TestClient, problem: Problem, text: str, status: int) -> None:
    """LOAD and SERVICE are forbidden in each spelling that the engine would follow, and nesting has its limit."""
    problem(bare.post("/sparql", content=text, headers=UPDATE), status)


def test_a_silent_load_fails_in_silence(bare: TestClient) -> None:
    """A LOAD that may fail is left out; what stands beside it is done, and prefixes may begin as it does."""
    first, last = "INSERT DATA { load:a load:b 'LOAD' }", "INSERT DATA { <urn:c> <urn:b> 2 }"
    text = f"PREFIX load: <urn:> {first} ; LOAD SILENT <http://127.0.0.1:9/> ; {last}"
    assert bare.post("/sparql", content=text, headers=UPDATE).status_code == 204
    assert _found(bare) == ["urn:a", "urn:c"]


def test_an_update_is_asked_of_the_graphs_that_a_request_names(bare: TestClient, problem: Problem) -> None:
    """using-graph-uri stands for USING in every part of an update, DELETE WHERE too, and not beside WITH or USING."""
    for name in "ab":
        bare.put("/store", params={"graph": f"urn:{name}"}, content=f"<urn:{name}> <urn:p> 1 .", headers=TURTLE)
    params = {"using-graph-uri": "urn:a"}
    assert (
        bare.post(
            "/sparql", params=params, content="INSERT { ?s <urn:q> 2 } WHERE { ?s ?p 1 }", headers=UPDATE
        ).status_code
        == 204
    )
    assert _found(bare) == ["urn:a"]
    for clause in (
        "WITH <urn:b> DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }",
        "DELETE { ?s ?p 1 } USING <urn:b> WHERE { ?s ?p 1 }",
    ):
        problem(bare.post("/sparql", params=params, content=clause, headers=UPDATE), 400)
    named = {"using-named-graph-uri": "urn:a"}
    gone = "DELETE WHERE { GRAPH <urn:a> { ?s ?p 1 } } ; DELETE WHERE { GRAPH <urn:b> { ?s ?p 1 } }"
    assert bare.post("/sparql", params=named, content=gone, headers=UPDATE).status_code == 204
    assert _found(bare, "SELECT ?s { GRAPH ?g { ?s ?p ?o } }") == ["urn:b"]
    assert (
        "is no IRI"
        in problem(bare.post("/sparql", data={"update": gone, "using-graph-uri": "urn:a> x"}), 400)["detail"]
    )


def test_a_graph_comes_and_goes(bare: TestClient, problem: Problem) -> None:
    """PUT makes and replaces, POST adds, GET and HEAD give, DELETE takes away, and what is not there is 404."""
    where = {"graph": "urn:g"}
    assert bare.put("/store", params=where, content="<urn:a> <urn:b> 1 .", headers=TURTLE).status_code == 201
    assert bare.put("/store", params=where, content="<urn:c> <urn:b> 1 .", headers=TURTLE).status_code == 204
    assert bare.post("/store", params=where, content="<urn:d> <urn:b> [] .", headers=TURTLE).status_code == 204
    for media in ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"):
        given = bare.get("/store", params=where, headers={"accept": media})
        assert given.headers["content-type"].partition(";")[0] == media
        assert b"urn:a" not in given.content
        assert all(name in given.content for name in (b"urn:c", b"urn:d"))
    assert bare.head("/store", params=where).status_code == 200
    assert bare.delete("/store", params=where).status_code == 204
    problem(bare.get("/store", params=where), 404)
    made = bare.post("/store", content="<urn:a> <urn:b> 1 .", headers=TURTLE)
    assert made.status_code == 201
    assert bare.get(made.headers["location"]).status_code == 200


def test_what_a_store_cannot_take_changes_nothing(bare: TestClient, problem: Problem) -> None:
    """Broken triples, another media type, a DOCTYPE, graphs within a graph and PATCH are refused, and the graph stays."""
    where = {"graph": "urn:g"}
    bare.put("/store", params=where, content="<urn:a> <urn:b> 1 .", headers=TURTLE)
    for content, media, status in (
        ("<urn:a> <urn:b> ", "text/turtle", 400), ("a,b", "text/csv", 415), ("<urn:a> <urn:b> 1 .", "", 415),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "application/rdf+xml", 400),
        ("<urn:a> <urn:b> <urn:c> <urn:d> .", "application/n-quads", 400),
        ('{"@context": "http://127.0.0.1:9/", "a": 1}', "application/ld+json", 400),
    ):  # fmt: skip
        problem(bare.put("/store", params=where, content=content, headers={"content-type": media}), status)
    problem(bare.request("PATCH", "/store", params=where, content="INSERT DATA {}", headers=UPDATE), 405)
    for params in ({"graph": "no iri"}, {"graph": "urn:g", "default": ""}, {}):
        problem(bare.get("/store", params=params), 400)
    assert b"urn:a" in bare.get("/store", params=where).content


def test_a_form_adds_the_graphs_in_its_files(bare: TestClient, problem: Problem) -> None:
    """Each file is read by its own media type; a file without one, and a form that is cut short, are refused whole."""
    turtle = ("a.ttl", b"<urn:a> <urn:b> 1 .", "text/turtle")
    lines = ("b.nt", b"<urn:c> <urn:b> <urn:d> .", "application/n-triples")
    assert bare.post("/store?default", files=[("x", turtle), ("x", lines)]).status_code == 204
    assert _found(bare, "SELECT ?s { ?s <urn:b> ?o } ORDER BY ?s") == ["urn:a", "urn:c"]
    problem(bare.post("/store?default", files=[("x", turtle), ("x", ("c", b"<urn:e> <urn:b> 1 .", "text/csv"))]), 415)
    cut = {"content-type": "multipart/form-data; boundary=x"}
    problem(bare.post("/store?default", content=b"--x\r\nContent-Disposition: form-data", headers=cut), 400)
    assert _found(bare, "SELECT ?s { ?s <urn:b> ?o } ORDER BY ?s") == ["urn:a", "urn:c"]


def test_a_page_of_another_site_writes_nothing(bare: TestClient, problem: Problem) -> None:
    """A form that a browser sends from elsewhere may ask, and is forbidden to change anything."""
    origin = {"origin": "https://elsewhere.example"}
    problem(bare.post("/sparql", data={"update": "INSERT DATA { <urn:a> <urn:b> 1 }"}, headers=origin), 403)
    problem(bare.put("/store?default", content="<urn:a> <urn:b> 1 .", headers=TURTLE | origin), 403)
    problem(bare.delete("/store?default", headers=origin), 403)
    assert bare.post("/sparql", data={"query": ALL}, headers=origin).status_code == 200
    own = {"origin": "http://testserver"}
    assert bare.put("/store?default", content="<urn:a> <urn:b> 1 .", headers=TURTLE | own).status_code == 204


def test_a_file_is_served_bare(tmp_path: Path, run: Run) -> None:
    """A file of RDF is held with its graphs; one that cannot be read ends the command in one line."""
    path = tmp_path / "facts.trig"
    path.write_text("<urn:a> <urn:b> 1 . <urn:g> { <urn:c> <urn:b> 2 }", encoding="utf-8")
    with TestClient(create_bare_app(Bare.load(path))) as client:
        assert _found(client) == ["urn:a"]
        assert _found(client, "SELECT ?s { GRAPH <urn:g> { ?s ?p ?o } }") == ["urn:c"]
    for name, text in (("facts.pdf", ""), ("broken.ttl", "<urn:a>"), ("absent.ttl", None)):
        if text is not None:
            (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(SourceError, match=name):
            Bare.load(tmp_path / name)
        done = run("serve", "--bare", str(tmp_path / name))
        assert (done.code, done.err.count("\n")) == (1, 1)


@pytest.fixture
def address(serve: Callable[..., str]) -> str:
    """Serve an empty bare store."""
    return serve(create_bare_app(Bare()))


def test_rdflib_reads_and_writes(address: str) -> None:
    """SPARQLUpdateStore adds and removes over the network, and SPARQLStore reads what stands."""
    from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore

    name, said = rdflib.URIRef("urn:a"), rdflib.Literal("å 😀")
    store = SPARQLUpdateStore(f"{address}/sparql", f"{address}/sparql")
    graph = rdflib.Graph(store, identifier=rdflib.URIRef("urn:g"))
    graph.add((name, name, said))
    graph.add((name, name, rdflib.Literal("gone")))
    graph.remove((name, name, rdflib.Literal("gone")))
    read = rdflib.Graph(SPARQLStore(f"{address}/sparql"), identifier=rdflib.URIRef("urn:g"))
    assert list(read) == [(name, name, said)]
    assert len(read) == 1


def test_curl_and_pandas_read_csv(address: str) -> None:
    """curl puts a graph and asks for CSV by name; pandas reads that as a table."""
    pandas, curl = pytest.importorskip("pandas"), shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not here")
    sent = ["--data-binary", "<urn:a> <urn:b> 1 , 2 .", "-X", "PUT", "-H", "content-type: text/turtle"]
    subprocess.run([curl, "-sSf", *sent, f"{address}/store?default"], check=True)
    ask = ["--data-urlencode", "query=SELECT ?s ?o { ?s ?p ?o } ORDER BY ?o", "--data-urlencode", "format=csv"]
    done = subprocess.run(
        [curl, "-sSf", "-G", "--compressed", *ask, f"{address}/sparql"], check=True, capture_output=True
    )
    table = pandas.read_csv(io.BytesIO(done.stdout))
    assert table.to_dict("list") == {"s": ["urn:a", "urn:a"], "o": [1, 2]}
