"""Signing in: a token opens what its viewer may read, and nothing else does."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from atmp.api.app import create_app
from atmp.api.atlas import Atlas
from atmp.api.signin import NOBODY, Keys
from atmp.kg.errors import UsageError
from atmp.kg.load import load
from atmp.kg.viewer import viewer
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException

OWNER, INNER = "owner-token-0123456789", "inner-token-ä-0123456789"
KEYS = Keys.read(f"owner={OWNER} lund:internal={INNER}")
PROJECT = {"Project id": "P01", "Title": "Secretum", "ATMP class": "GTMP", "Stage": "4", "Tier": "internal"}


def _basic(name: str, token: str) -> str:
    return f"Basic {b64encode(f'{name}:{token}'.encode()).decode()}"


@pytest.fixture
def client(survey: Callable[..., Path], tmp_path: Path) -> Iterator[TestClient]:
    """Return a client of a server with an internal project, and two tokens."""
    atlas = Atlas.create(tmp_path / "mine.atlas", model="hashing")
    load(atlas.store, survey(Projects=[PROJECT]), agent="test")
    with TestClient(create_app(atlas, KEYS)) as made:
        yield made
    atlas.close()


@pytest.mark.parametrize(
    ("header", "reader", "name"),
    [(None, "public", "public"), (f"Bearer {OWNER}", "owner", "owner"), (_basic("Anna", OWNER), "owner", "Anna"),
     (_basic("", INNER), "lund:internal", "lund:internal"), (f"bearer {INNER} ", "lund:internal", "lund:internal")],
)  # fmt: skip
def test_a_token_says_who_asks(header: str | None, reader: str, name: str) -> None:
    """As a program or a browser sends it; the name a browser's user gives is the one that is noted."""
    found = KEYS.asker(header)
    assert (found.viewer.key, found.name, found.is_owner) == (viewer(reader).key, name, reader == "owner")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer no", f"Bearer {OWNER}x", OWNER, "Basic", "Basic %%%", "Basic /w==", _basic(OWNER, ""),
               f"Digest {OWNER}", _basic("Anna", OWNER[:-1])],
)  # fmt: skip
def test_no_other_token_opens_anything(header: str) -> None:
    """What is sent and is no token is refused, and not read as nobody's; without tokens the header is somebody else's."""
    with pytest.raises(HTTPException) as refused:
        KEYS.asker(header)
    assert (refused.value.status_code, "Basic" in (refused.value.headers or {})["www-authenticate"]) == (401, True)
    assert Keys().asker(header) is NOBODY


@pytest.mark.parametrize(
    ("text", "told"),
    [("owner=short", "16 characters"), (OWNER, "VIEWER=TOKEN"), (f"king={OWNER}", "is no viewer"),
     (f"owner={OWNER} public={OWNER}", "twice")],
)  # fmt: skip
def test_a_setting_that_cannot_be_meant_is_told_without_its_token(text: str, told: str) -> None:
    """The entry is named by its place: a token is in no message, and not in the printed form."""
    with pytest.raises(UsageError, match=told) as error:
        Keys.read(text)
    assert OWNER not in str(error.value)
    assert OWNER not in repr(KEYS)


def test_each_sees_what_the_token_opens(client: TestClient, problem: Callable[..., dict[str, Any]]) -> None:
    """By JSON, SPARQL and page alike; a page says whose it is, and a wrong token is a problem with its challenge."""
    query = {"query": "ASK { ?s ?p 'Secretum' }", "format": "csv"}
    for header, seen in (({}, False), ({"authorization": f"Bearer {OWNER}"}, True)):
        assert ("Secretum" in client.get("/api/v1/projects", headers=header).text) is seen
        assert ("true" in client.get("/sparql", params=query, headers=header).text) is seen
        page = client.get("/project", headers={"accept": "text/html", **header}).text
        assert ("Secretum" in page, "Seen as owner." in page, "/signin" in page) == (seen, seen, not seen)
    answer = client.get("/api/v1/projects", headers={"authorization": "Bearer no"})
    problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Basic ")
    shown = client.get("/project", headers={"authorization": "Bearer no", "accept": "text/html"})
    assert (shown.status_code, "www-authenticate" in shown.headers) == (401, True)


def test_a_browser_is_asked_and_then_led_on(client: TestClient) -> None:
    """Without a token the challenge comes, with one the survey's page; a server without tokens has no such address."""
    asked = client.get("/signin", headers={"accept": "text/html"}, follow_redirects=False)
    assert (asked.status_code, "www-authenticate" in asked.headers) == (401, True)
    led = client.get("/signin", headers={"authorization": _basic("Anna", OWNER)}, follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (303, "/survey")
