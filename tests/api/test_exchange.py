"""What programs elsewhere meet: who may read from another site, and what an answer says that it hangs on."""

from __future__ import annotations

import pytest
from atmp.api.exchange import Exchange
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, Response
from fastapi.testclient import TestClient

TEXT = "what is read here " * 200


@pytest.fixture
def client() -> TestClient:
    """Return a client of an application with a long answer at an address of programs, and at another."""
    app = FastAPI()
    for address in ("/api/long", "/long"):
        app.add_api_route(address, lambda: PlainTextResponse(TEXT, headers={"vary": "Accept"}), response_class=Response)
    app.add_middleware(Exchange, machine=("/api/",))
    return TestClient(app)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("origin", [True, False])
def test_an_answer_says_what_it_hangs_on_and_comes_as_it_is_taken(
    client: TestClient, packed: bool, origin: bool
) -> None:
    """Caches hear of origin and packing whoever asks; only a page of another site is told that it may read."""
    headers = {
        "accept-encoding": "gzip" if packed else "identity",
        **({"origin": "https://a.example"} if origin else {}),
    }
    answer = client.get("/api/long", headers=headers)
    assert answer.text == TEXT
    assert answer.headers.get("content-encoding") == ("gzip" if packed else None)
    assert answer.headers.get("access-control-allow-origin") == ("*" if origin else None)
    said = [name.strip() for name in answer.headers["vary"].split(",")]
    assert sorted(said) == ["Accept", "Accept-Encoding", "Origin"]


@pytest.mark.parametrize("header", ["gzip;q=0", "br", "", "*;q=0"])
def test_who_takes_no_gzip_is_sent_none(client: TestClient, header: str) -> None:
    """Also where it is named only to be refused."""
    assert "content-encoding" not in client.get("/api/long", headers={"accept-encoding": header}).headers


def test_other_addresses_are_left_alone(client: TestClient) -> None:
    """Pages for readers are neither packed nor shared."""
    answer = client.get("/long", headers={"origin": "https://a.example", "accept-encoding": "gzip"})
    assert answer.headers["vary"] == "Accept"
    assert {"content-encoding", "access-control-allow-origin"}.isdisjoint(answer.headers)
