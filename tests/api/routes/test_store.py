"""The atlas over HTTP for those who may write: tokens, updates, the Graph Store Protocol, and what both refuse."""

from __future__ import annotations

import shutil
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from atmp.api.app import create_app
from atmp.api.atlas import Atlas
from atmp.api.signin import Keys
from atmp.kg.sparql.answer import GRAPHS
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER, PUBLIC
from fastapi.testclient import TestClient

if TYPE_CHECKING:
    from httpx import Response

Problem = Callable[["Response", int], dict[str, Any]]
TOKEN = "a-token-of-the-tests"  # noqa: S105 - opens nothing
WRITER = {"authorization": f"Basic {b64encode(f'the data office:{TOKEN}'.encode()).decode()}"}
TURTLE = {"content-type": "text/turtle"}
UPDATE = {"content-type": "application/sparql-update"}
ATMP, RDFS, DCT = (
    "https://w3id.org/atmp/ontology/",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://purl.org/dc/terms/",
)
BASE = "https://w3id.org/atmp/id"
P04, P99 = f"{BASE}/lund/project/P04", f"{BASE}/lund/project/P99"
OPEN, INTERNAL, ONTOLOGY = (f"{BASE}/graph/{end}" for end in ("lund/public", "lund/internal", "reference/ontology"))
NOTE = f'<{P04}> <{ATMP}note> "A remark." .'


@contextmanager
def _served(demo_file: Path, folder: Path) -> Iterator[TestClient]:
    """Serve a demonstration atlas of its own, in which one writer may write; it is the state `atlas` of the application."""
    atlas = Atlas(Store.open(Path(shutil.copy(demo_file, folder / "own.atlas"))), model="hashing")
    with TestClient(create_app(atlas, Keys.read(f"lund:internal={TOKEN}")), raise_server_exceptions=False) as made:
        yield made
    atlas.close()


@pytest.fixture
def client(demo_file: Path, tmp_path: Path) -> Iterator[TestClient]:
    """Return a client of an atlas that may be changed."""
    with _served(demo_file, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def refusing(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of an atlas that is read, or asked for what it refuses."""
    with _served(demo_file, tmp_path_factory.mktemp("refusing")) as made:
        yield made


def _store(client: TestClient) -> Store:
    store: Store = client.app.state.atlas.store  # type: ignore[attr-defined]
    return store


def _label(client: TestClient, headers: dict[str, str] | None = None) -> list[str]:
    query = f"SELECT ?l {{ <{P04}> <{RDFS}label> ?l }}"
    rows = client.get("/sparql", params={"query": query}, headers=headers).json()["results"]["bindings"]
    return [row["l"]["value"] for row in rows]


def test_an_update_is_seen_at_once_everywhere(client: TestClient) -> None:
    """By query, by the JSON interface, by search, under a new tag; the change log names the writer."""
    query = {"query": f"SELECT ?l {{ <{P04}> <{RDFS}label> ?l }}"}
    tag = client.get("/sparql", params=query).headers["etag"]
    text = (
        f"DELETE {{ <{P04}> <{RDFS}label> ?l }} INSERT {{ <{P04}> <{RDFS}label> 'Zebrafish retinoschisis rescue' }}"
        f" WHERE {{ <{P04}> <{RDFS}label> ?l }}"
    )
    for sent in ({"data": {"update": text}}, {"content": text, "headers": UPDATE}):
        headers = WRITER | sent.pop("headers", {})  # type: ignore[arg-type]
        assert client.post("/sparql", headers=headers, **sent).status_code == 204  # type: ignore[arg-type]
    assert _label(client) == ["Zebrafish retinoschisis rescue"]
    assert client.get("/sparql", params=query, headers={"if-none-match": tag}).status_code == 200
    assert client.get("/api/v1/projects/P04").json()["label"] == "Zebrafish retinoschisis rescue"
    hits = client.get("/api/v1/search", params={"q": "zebrafish retinoschisis", "limit": 1}).json()
    assert P04 in str(hits)
    log = _store(client).connect().execute("SELECT agent, action FROM revision ORDER BY number DESC LIMIT 1").fetchone()
    assert log == ("the data office", "update")


def test_findings_are_told_and_nothing_is_changed(refusing: TestClient, problem: Problem) -> None:
    """What would break a shape is 422, with what is wrong, of which record, and how to mend it."""
    before = _store(refusing).view(OWNER).digest()
    text = f'INSERT DATA {{ <{P04}> <{RDFS}label> "A second title" }}'
    said = problem(refusing.post("/sparql", content=text, headers=WRITER | UPDATE), 422)
    (finding,) = said["findings"]
    assert (finding["severity"], finding["record"], finding["property"]) == ("violation", P04, f"{RDFS}label")
    assert "Nothing was changed" in said["detail"]
    made = f"<{P99}> a <{ATMP}Project> ."
    said = problem(refusing.post("/store", params={"graph": OPEN}, content=made, headers=WRITER | TURTLE), 422)
    assert {finding["record"] for finding in said["findings"]} == {P99}
    assert _store(refusing).view(OWNER).digest() == before


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("INSERT DATA {", 400, "line 1, column"),
        ("LOAD <http://127.0.0.1:9/>", 403, "nothing is fetched"),
        (f"INSERT DATA {{ GRAPH <{ONTOLOGY}> {{ <urn:a> <urn:b> 1 }} }}", 403, "only read"),
        (f"INSERT DATA {{ GRAPH <{BASE}/graph/lund/confidential/P01> {{ <urn:a> <urn:b> 1 }} }}", 403, "you may not write"),
        (f"INSERT DATA {{ GRAPH <{BASE}/graph/kth/public> {{ <urn:a> <urn:b> 1 }} }}", 403, "you may not write"),
        ("CLEAR ALL", 403, "only read"),
        (f"INSERT DATA {{ <{P04}> <{ATMP}note> [] }}", 400, "blank node"),
        ("INSERT DATA { <urn:a> <urn:b> 1 }", 400, "stands in no graph yet"),
    ],
)  # fmt: skip
def test_what_an_update_may_not_do(refusing: TestClient, problem: Problem, text: str, status: int, words: str) -> None:
    """Each refusal is a problem in words; the store stays as it was."""
    assert words in problem(refusing.post("/sparql", content=text, headers=WRITER | UPDATE), status)["detail"]


def test_the_graphs_of_a_request_are_those_that_the_writer_sees(client: TestClient, problem: Problem) -> None:
    """using-graph-uri names where WHERE looks; a graph that is hidden counts as an empty one."""
    text = f'INSERT {{ <{P04}> <{ATMP}note> "found" }} WHERE {{ ?p a <{ATMP}Project> }}'
    count = {"query": f"SELECT (COUNT(*) AS ?l) {{ <{P04}> <{ATMP}note> 'found' }}"}
    for graph, found in ((f"{BASE}/graph/lund/confidential/P01", "0"), (ONTOLOGY, "0"), (OPEN, "1")):
        answer = client.post("/sparql", params={"using-graph-uri": graph}, content=text, headers=WRITER | UPDATE)
        assert answer.status_code == 204
        rows = client.get("/sparql", params=count).json()["results"]["bindings"]
        assert rows[0]["l"]["value"] == found
    named = {"using-graph-uri": OPEN}
    problem(client.post("/sparql", params=named, content=f"WITH <{OPEN}> {text}", headers=WRITER | UPDATE), 400)


def test_a_graph_is_read_by_whoever_sees_it(refusing: TestClient, problem: Problem) -> None:
    """By its name, at its own address and as the default graph; what is hidden is as what does not exist."""
    for address in (f"/store?graph={OPEN}", "/store/lund/public"):
        for media in ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"):
            given = refusing.get(address, headers={"accept": media})
            assert (given.status_code, given.headers["content-type"].partition(";")[0]) == (200, media)
            assert P04.encode() in given.content or b"P04" in given.content
        assert refusing.head(address).status_code == 200
    whole = refusing.get("/store?default", headers={"accept": "application/n-triples"}).text
    assert f"<{P04}> <{RDFS}label>" in whole
    assert f"<{ATMP}Project> <{RDFS}label>" in whole
    problem(refusing.get(f"/store?graph={INTERNAL}"), 404)
    assert "mbox" in refusing.get(f"/store?graph={INTERNAL}", headers=WRITER | {"accept": "application/n-triples"}).text
    gone = {problem(refusing.get(f"/store?graph={BASE}/graph/{end}"), 404)["detail"].replace(end, "X")
            for end in ("lund/internal", "nowhere/internal")}  # fmt: skip
    assert len(gone) == 1


def test_a_graph_is_added_to_replaced_and_taken_away(client: TestClient, problem: Problem) -> None:
    """POST adds, PUT replaces and is the same twice, DELETE empties; each is a revision of the writer."""
    partner = f"{BASE}/graph/lund/partner"
    where = {"graph": partner}
    made = client.put("/store", params=where, content=NOTE, headers=WRITER | TURTLE)
    assert made.status_code == 201
    first = _store(client).revision()
    assert client.put("/store", params=where, content=NOTE, headers=WRITER | TURTLE).status_code == 204
    assert _store(client).revision() == first
    assert (
        client.post(
            "/store/lund/partner", content=NOTE.replace("A r", "Another r"), headers=WRITER | TURTLE
        ).status_code
        == 204
    )
    given = client.get("/store", params=where, headers=WRITER | {"accept": "application/n-triples"}).text
    assert all(remark in given for remark in ('"A remark."', '"Another remark."'))
    assert (
        client.put(
            "/store", params=where, content=given, headers=WRITER | {"content-type": "application/n-triples"}
        ).status_code
        == 204
    )
    assert _store(client).revision() == first + 1
    assert client.put("/store", params=where, content=NOTE, headers=WRITER | TURTLE).status_code == 204
    assert "Another" not in client.get("/store", params=where, headers=WRITER).text
    assert (
        client.post("/store?default", content=NOTE.replace("A r", "A third r"), headers=WRITER | TURTLE).status_code
        == 204
    )
    assert "A third remark." in client.get("/store", params={"graph": OPEN}).text
    assert client.delete("/store/lund/partner", headers=WRITER).status_code == 204
    problem(client.get("/store", params=where, headers=WRITER), 404)
    problem(client.delete("/store", params=where, headers=WRITER), 404)


@pytest.mark.parametrize(
    ("method", "address", "body", "status"),
    [
        ("PUT", f"/store?graph={ONTOLOGY}", NOTE, 403), ("DELETE", f"/store?graph={ONTOLOGY}", "", 403),
        ("POST", "/store", NOTE, 403), ("PUT", "/store?default", NOTE, 403), ("DELETE", "/store?default", "", 403),
        ("PUT", f"/store?graph={BASE}/graph/kth/public", NOTE, 403), ("PUT", "/store?graph=urn:x", NOTE, 403),
        ("PUT", "/store/lund/confidential/P01", NOTE, 403), ("DELETE", "/store/lund/confidential/P01", "", 404),
        ("POST", "/store/lund/public", "<urn:a> <urn:b>", 400), ("PATCH", "/store/lund/public", NOTE, 405),
        ("POST", "/store/lund/public", f"<{P04}> <{ATMP}note> <<( <urn:a> <urn:b> 1 )>> .", 400),
        ("POST", "/store/lund/public", f"<{P04}> <{ATMP}note> [] .", 400), ("PUT", "/store?graph=no iri", NOTE, 400),
        ("POST", "/store/lund/public", f"<{P04}> <http://www.w3.org/ns/prov#wasDerivedFrom> <urn:x> .", 403),
    ],
)  # fmt: skip
def test_what_a_graph_store_refuses(
    refusing: TestClient, problem: Problem, method: str, address: str, body: str, status: int
) -> None:
    """Graphs that nobody may write by hand, that are not the writer's, and what no graph can hold."""
    before = _store(refusing).revision()
    answer = refusing.request(method, address, content=body, headers=WRITER | TURTLE)
    assert problem(answer, status)["detail"]
    assert _store(refusing).revision() == before
    if status == 405:
        assert {"GET", "HEAD", "PUT", "POST", "DELETE"} <= {one.strip() for one in answer.headers["allow"].split(",")}


def test_without_a_token_nothing_is_written(refusing: TestClient, problem: Problem) -> None:
    """The public reads, and is asked to sign in; an unknown token is refused; a page of another site writes nothing."""
    before, update = _store(refusing).revision(), {"update": f"INSERT DATA {{ {NOTE} }}"}
    for unsigned in (
        refusing.post("/sparql", data=update),
        refusing.put("/store/lund/public", content=NOTE, headers=TURTLE),
        refusing.post("/store", content=NOTE, headers=TURTLE),
        refusing.delete("/store/lund/public"),
    ):
        assert "sign in with your name and a token" in problem(unsigned, 401)["detail"]
        assert unsigned.headers["www-authenticate"].startswith("Basic")
    for wrong in ({"authorization": "Bearer another"}, {"authorization": "Bearer "}, {"authorization": "Basic eDp5"}):
        answer = refusing.post("/sparql", data=update, headers=wrong)
        assert problem(answer, 401)["detail"]
        assert answer.headers["www-authenticate"].startswith("Basic")
        problem(refusing.get("/api/v1/projects", headers=wrong), 401)
    problem(refusing.post("/sparql", data=update, headers=WRITER | {"origin": "https://elsewhere.example"}), 403)
    assert _store(refusing).revision() == before


def test_where_nobody_may_sign_in_nobody_is_asked_to(demo: Atlas, problem: Problem) -> None:
    """Without tokens a write is 403, with no challenge that nothing would answer."""
    with TestClient(create_app(demo), raise_server_exceptions=False) as reading:
        for answer in (
            reading.post("/sparql", data={"update": f"INSERT DATA {{ {NOTE} }}"}),
            reading.put("/store/lund/public", content=NOTE, headers=TURTLE),
        ):
            assert problem(answer, 403)["detail"]
            assert "www-authenticate" not in answer.headers


def test_who_waits_is_told_how_long(client: TestClient, problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another process keeps the store's lock, a write is 503 and says when to try again."""
    monkeypatch.setattr("atmp.kg.schema.BUSY_MS", 10)
    with Store.open(_store(client).path) as other, other.transaction():
        busy = client.put("/store/lund/partner", content=NOTE, headers=WRITER | TURTLE)
    assert "try again" in problem(busy, 503)["detail"]
    assert int(busy.headers["retry-after"]) > 0
    assert client.put("/store/lund/partner", content=NOTE, headers=WRITER | TURTLE).status_code == 201


def test_a_graph_may_be_long_at_either_of_its_addresses(refusing: TestClient, problem: Problem) -> None:
    """Sent to /store or to its own address, it is read up to 20 MB, and what is wrong in it is told; no more is read."""
    for address in (f"/store?graph={INTERNAL}", "/store/lund/internal"):
        for size, status in ((1_500_000, 400), (20_000_001, 413)):
            answer = refusing.put(address, content=b"#" * (size - 2) + b"\n<", headers=WRITER | TURTLE)
            assert problem(answer, status)["detail"]


def test_a_token_reads_what_is_open_to_it(refusing: TestClient) -> None:
    """Answers depend on who asks, and say so to caches; the description offers updates to a writer only."""
    mail = {"query": "ASK { ?s <http://xmlns.com/foaf/0.1/mbox> ?m }"}
    assert [refusing.get("/sparql", params=mail, headers=who).json()["boolean"] for who in ({}, WRITER)] == [
        False,
        True,
    ]
    assert "authorization" in refusing.get("/sparql", params=mail).headers["vary"].lower()
    told = [refusing.get("/sparql", headers={"accept": "text/turtle"} | who).text for who in ({}, WRITER)]
    assert ["SPARQL11Update" in one for one in told] == [False, True]


def test_a_long_graph_comes_in_pieces(refusing: TestClient) -> None:
    """A graph of megabytes has no length to begin with, in every form it is whole, and each of its facts is there once."""
    with refusing.stream(
        "GET", "/store", params={"default": ""}, headers={"accept": "application/n-triples"}
    ) as answer:
        assert "content-length" not in answer.headers
        text = b"".join(answer.iter_bytes()).decode()
    lines = text.splitlines()
    view = _store(refusing).view(PUBLIC, as_stated=True)
    assert len(lines) == len(set(lines)) > 10_000
    assert set(lines) == {f"{quad.triple} ." for quad in view.engine.oxigraph}
    for media in ("text/turtle", "application/rdf+xml", "application/ld+json"):
        other = refusing.get("/store", params={"default": ""}, headers={"accept": media})
        assert sum(1 for _ in ox.parse(other.content, format=GRAPHS[media])) == len(lines)
