"""Whatever anybody asks: never a failure of the server, and never their marks in a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from httpx import Response

    Problem = Callable[[Response, int], dict[str, Any]]

ODD = {
    "quotes": "\"'`''\"\" “ ”",
    "hyphens": "--a-b -- - C-",
    "operators": 'NEAR("a" OR * AND NOT ^title:x {a b} : c (',
    "emoji": "🧬👩‍🔬 gene",
    "nul": "gene\x00therapy",
    "only nul": "\x00",
    "control": "\x01\x1b\x7f\u200b\ufeff\u202e",
    "empty": "",
    "only spaces": " \t\n\u00a0",
    "sql": "'; DROP TABLE card; --",
    "script": "<script>alert(1)</script>",
    "out of an attribute": '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    "out of a textarea": "</textarea></title><script>alert(1)</script>",
    "template": "{{ 7 * 7 }} {% raw %} ${7*7} %s {0}",
    "sparql": '?x } ; DROP ALL ; SELECT * { <a> ?p "\\u0000"',
    "brackets": "(" * 3_000,
    "marks on a letter": "e" + "\u0301" * 3_000,
    "folder": "../../etc/passwd",
    "number": "1e999",
}
LONG = {"one word": "a" * 100_000, "many words": "gene therapy " * 7_700, "markup": "<script>" * 12_500}
SURROGATES = ("%ED%A0%80", "%ED%A0%BD%ED%B8%80", "%FF", "%C3", "gene%ED%A0%80therapy")
FIELDS = (
    "/search?q=", "/search?like=", "/search?q=AAV&unlike=", "/search?like=P04&compare=",
    "/search?similar=true&q=", "/search?q=AAV&indication=", "/search?q=AAV&vector=", "/search?q=AAV&centre=",
    "/api/v1/search?q=", "/api/v1/search?q=AAV&stage=", "/api/v1/search?q=AAV&limit=", "/questions/4?limit=",
    "/questions/28?today=", "/questions/1?centre=", "/query?query=", "/query?example=", "/sparql?query=",
    "/sparql?default-graph-uri=", "/?centre=", "/report?centre=", "/project?offset=", "/api/v1/questions/1?centre=",
    "/api/v1/projects?centre=", "/survey?centre=", "/survey?round=", "/api/v1/survey?centre=", "/api/v1/survey?round=",
    "/api/v1/survey?format=",
)  # fmt: skip
PATHS = ("/", "/project/", "/lund/project/", "/nowhere/", "/questions/", "/static/", "/api/v1/questions/")


def _kept_out(answer: Response) -> None:
    """Check that the server did not fail, and that no mark of the asker stands in the page."""
    assert answer.status_code < 500
    if answer.headers.get("content-type", "").startswith("text/html"):
        text = answer.text.lower()
        assert "<script" not in text
        assert "<img" not in text
        assert text.count("<title>") == text.count("</title>") >= 1


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_odd_text_in_a_field(client: TestClient, odd: str) -> None:
    """Every field of a form or query string takes an odd text, as an answer or as a problem."""
    for field in FIELDS:
        _kept_out(client.get(f"{field}{quote(odd, safe='')}"))


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_odd_text_as_an_address(client: TestClient, odd: str) -> None:
    """An odd address is a page or a problem, for a browser as for a program."""
    for path in PATHS:
        for accept in ("text/html", "application/json"):
            _kept_out(client.get(f"{path}{quote(odd, safe='')}", headers={"accept": accept}))


@pytest.mark.parametrize("odd", [*ODD.values(), *LONG.values()], ids=[*ODD, *LONG])
def test_an_odd_text_in_a_body(client: TestClient, odd: str) -> None:
    """A body takes an odd text, as JSON, as a form and as it is."""
    for answer in (
        client.post("/api/v1/similar", json={"text": odd}),
        client.post("/api/v1/similar", json={"text": "gene", "kinds": [odd]}),
        client.post("/api/v1/similar", content=odd.encode(), headers={"content-type": "application/json"}),
        client.post("/sparql", data={"query": odd}),
        client.post("/sparql", content=odd.encode(), headers={"content-type": "application/sparql-query"}),
        client.post("/sparql", data={"query": f'SELECT * {{ ?s ?p "{odd}" }}'}),
    ):
        _kept_out(answer)


@pytest.mark.parametrize("mark", SURROGATES)
def test_bytes_that_are_no_text(client: TestClient, mark: str) -> None:
    """Lone surrogates and other bytes that are no UTF-8 harm no field and no address."""
    for address in (*FIELDS, *PATHS):
        _kept_out(client.get(f"{address}{mark}"))
    for media in ("application/x-www-form-urlencoded", "application/sparql-query", "application/json"):
        _kept_out(client.post("/sparql", content=f"query={mark}", headers={"content-type": media}))


@pytest.mark.parametrize("text", [r"\ud800", r"gene \udc00 therapy", r"\u0000"])
def test_escapes_that_are_no_text(client: TestClient, text: str) -> None:
    """Lone surrogates and NUL, written as JSON escapes, harm no text."""
    for body in (f'{{"text": "{text}"}}', f'{{"text": "a", "limit": "{text}"}}'):
        _kept_out(client.post("/api/v1/similar", content=body, headers={"content-type": "application/json"}))


@pytest.mark.parametrize(
    "body", ["[" * 50_000, '{"text": NaN}', '{"text": "a", "min_score": NaN}', '{"text": "a", "limit": 1e400}', "null"]
)
def test_json_that_cannot_be_meant(client: TestClient, body: str) -> None:
    """Deep nesting and numbers that are none are problems."""
    answer = client.post("/api/v1/similar", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_long_text_is_answered(client: TestClient) -> None:
    """A text of 100,000 characters is looked for as any other."""
    answer = client.post("/api/v1/similar", json={"text": LONG["many words"], "limit": 3})
    assert len(answer.json()["hits"]) == 3
    assert client.get("/search", params={"q": "gene therapy " * 4_500}).status_code == 200


@pytest.mark.parametrize(
    "field", [one for one in FIELDS if "q=" in one or one.startswith(("/questions", "/query", "/s"))]
)
@pytest.mark.parametrize("odd", LONG.values(), ids=LONG)
def test_a_long_text_in_a_field(client: TestClient, field: str, odd: str) -> None:
    """A hundred thousand characters in a field, more than a client would send, are an answer or a problem."""
    path, _, query = f"{field}{quote(odd, safe='')}".partition("?")
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": []}
    asyncio.run(
        client.app(
            {**scope, "app": client.app, "root_path": "", "http_version": "1.1", "scheme": "http"}, receive, send
        )
    )
    assert sent[0]["status"] < 500
    if dict(sent[0]["headers"])[b"content-type"].startswith(b"text/html"):
        assert b"<script" not in b"".join(message.get("body", b"") for message in sent)


def test_a_browser_gets_a_page_and_a_program_a_problem(client: TestClient, problem: Problem) -> None:
    """What went wrong is a page for who prefers HTML, and a problem for everybody else; under /api always a problem."""
    page = client.get("/nothing", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "there is nothing at this address" in page.text
    assert problem(client.get("/nothing"), 404)["detail"] == "there is nothing at this address"
    for address in ("/api/v1/nothing", "/api/v1/questions/99"):
        problem(client.get(address, headers={"accept": "text/html"}), 404)


def test_a_problem_page_shows_the_nearest_terms(client: TestClient) -> None:
    """A word that no scheme knows comes back with the nearest, and the form keeps what was written."""
    page = client.get("/search", params={"q": "<b>AAV</b>", "vector": "AVV9"})
    assert page.status_code == 400
    assert "AAV9" in page.text
    assert "&lt;b&gt;AAV&lt;/b&gt;" in page.text
