"""What the SPARQL endpoint refuses, and how it says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from httpx import Response

Problem = Callable[["Response", int], dict[str, Any]]
SELECT = "SELECT ?s WHERE { ?s ?p ?o } LIMIT 1"
INSERT = "INSERT DATA { <urn:a> <urn:b> <urn:c> }"
ASKED, CHANGED, FORM = "application/sparql-query", "application/sparql-update", "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELEC ?s WHERE { }", 1, 1), ("PREFIX a: <urn:a>\n x", 2, 2), ("SELECT * {\n SERVICE x", 2, 2),
        ("", 1, 1), ("ASK { }\x00", 1, 8), ("SELECT {", 1, 9), ("SELECT * {\n ?s ?p }", 2, 9),
        ("SELECT * {\n '😀' a:b ?x }", 2, 10),
        ("SELECT * {\n SERVICE <https://w3id.org/atmp/search> {\n ?x <https://w3id.org/atmp/search#text> 'gene' }\n ?x ?y }", 4, 9),
    ],
)  # fmt: skip
def test_a_syntax_error_says_where(client: TestClient, problem: Problem, query: str, line: int, column: int) -> None:
    """A query that is no SPARQL is a problem with line and column."""
    said = problem(client.get("/sparql", params={"query": query}), 400)
    assert (said["line"], said["column"]) == (line, column)
    assert said["detail"].startswith(f"line {line}, column {column}: ")
    rest = query.split("\n")[line - 1][column - 1 :]
    assert said.get("near", "") == rest[:40].strip()
    assert "expected" not in said["detail"]


@pytest.mark.parametrize("media", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""])
def test_a_body_of_another_kind_is_415(client: TestClient, problem: Problem, media: str) -> None:
    """A body that is neither a query nor a form is an unsupported media type."""
    said = problem(client.post("/sparql", content=SELECT, headers={"content-type": media}), 415)
    assert ASKED in said["detail"]


@pytest.mark.parametrize("media", [ASKED, FORM])
def test_a_body_of_more_than_a_megabyte_is_413(client: TestClient, problem: Problem, media: str) -> None:
    """A body of more than 1,000,000 bytes is not read to its end."""
    problem(client.post("/sparql", content=b"#" * 1_000_001, headers={"content-type": media}), 413)
    assert client.post("/sparql", content=b"#" * 1_000_000, headers={"content-type": media}).status_code == 400


def test_an_update_is_refused_however_it_comes(client: TestClient, problem: Problem) -> None:
    """An update as a body of its own media type or as the parameter `update` is forbidden; as a query it is none."""
    count = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
    before = client.get("/sparql", params=count).json()
    for answer, status in (
        (client.get("/sparql", params={"query": INSERT}), 400),
        (client.post("/sparql", data={"query": INSERT}), 400),
        (client.post("/sparql", content=INSERT, headers={"content-type": ASKED}), 400),
        (client.post("/sparql", content=INSERT, headers={"content-type": CHANGED}), 403),
        (client.post("/sparql", data={"update": INSERT}), 403),
    ):
        assert "no updates" in problem(answer, status)["detail"]
    read = client.get("/sparql", params={"update": INSERT})
    assert (problem(read, 405)["detail"], read.headers["allow"]) == ("GET is of no use here: use POST", "POST")
    problem(client.post("/sparql", data={"query": SELECT, "update": INSERT}), 400)
    assert client.get("/sparql", params=count).json() == before


def test_a_request_has_one_query(client: TestClient, problem: Problem) -> None:
    """No query, two queries, and bytes that are no text are refused."""
    for params in ({"query": [SELECT, SELECT]}, {"quer": SELECT}):
        assert "one query" in problem(client.get("/sparql", params=params), 400)["detail"]
    assert "one query" in problem(client.post("/sparql", data={}, headers={"content-type": FORM}), 400)["detail"]
    bytes_ = client.post("/sparql", content=b"ASK { <urn:\xff> ?p ?o }", headers={"content-type": ASKED})
    assert "UTF-8" in problem(bytes_, 400)["detail"]
    assert "UTF-8" in problem(client.get("/sparql?query=ASK%20%7B%20%3Curn:%FF%3E%20%3Fp%20%3Fo%20%7D"), 400)["detail"]
    other = client.post(
        "/sparql", content="ASK {}".encode("utf-16"), headers={"content-type": f"{ASKED}; charset=utf-16"}
    )
    assert "UTF-8" in problem(other, 415)["detail"]


def test_nothing_is_fetched_from_elsewhere(client: TestClient, problem: Problem) -> None:
    """A SERVICE of another host is refused, silent or not."""
    for word in ("SERVICE", "SERVICE SILENT"):
        answer = client.get("/sparql", params={"query": f"SELECT * {{ {word} <http://127.0.0.1:9/> {{ ?s ?p ?o }} }}"})
        assert "nothing leaves this machine" in problem(answer, 403)["detail"]


def test_a_service_that_cannot_be_read_is_a_syntax_error(client: TestClient, problem: Problem) -> None:
    """Before a call is forbidden it is read: what is no SPARQL within it, nested or not, is told with its place."""
    for inner, column in (("?s ?p", 36), ("SERVICE <urn:a> { ?s ?p }", 56)):
        query = f"SELECT * {{ SERVICE SILENT <urn:b> {{ {inner} }} }}"
        assert problem(client.get("/sparql", params={"query": query}), 400)["column"] >= column
    whole = "SELECT * { SERVICE SILENT <urn:b> { SERVICE <urn:a> { ?s ?p ?o } } }"
    problem(client.get("/sparql", params={"query": whole}), 403)


def test_other_methods_are_not_there(client: TestClient, problem: Problem) -> None:
    """PUT and DELETE are status 405, as a problem."""
    for answer in (client.put("/sparql", params={"query": SELECT}), client.delete("/sparql")):
        problem(answer, 405)
