"""The page of reviews: for who may decide, with a button for each decision, and what other sites send is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from atmp.api.app import create_app
from atmp.api.atlas import Atlas
from atmp.api.signin import Keys
from atmp.kg.load import load
from atmp.kg.reviews import listed, reconcile
from atmp.kg.same import ACCEPTED, REFUSED
from atmp.kg.viewer import OWNER
from fastapi.testclient import TestClient

MAY = {"authorization": "Bearer owner-token-0123456789"}
HTML = {"accept": "text/html"}
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4", "Vectors": "<b>AVV9"}
NAMES = ("Rhododendron AB", "Rhododendron, Inc.")


@pytest.fixture
def mine(survey: Callable[..., Path], tmp_path: Path) -> Iterator[Atlas]:
    """Return an atlas with two organisations that may be the same, and words that wait for a term."""
    atlas = Atlas.create(tmp_path / "mine.atlas", model="hashing")
    rows = [{"Organisation id": f"O{number}", "Name": name} for number, name in enumerate(NAMES, 1)]
    load(atlas.store, survey(Projects=[PROJECT], Organisations=rows), agent="test")
    reconcile(atlas.store, agent="test")
    yield atlas
    atlas.close()


@pytest.fixture
def client(mine: Atlas) -> Iterator[TestClient]:
    """Return a client of the server over it."""
    keys = Keys.read("owner=owner-token-0123456789")
    with TestClient(create_app(mine, keys), raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


def _form(client: TestClient, status: str = "waiting") -> dict[str, str]:
    """Return the hidden fields of the one form on the page."""
    text = client.get("/reviews", params={"status": status}, headers=MAY | HTML).text
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', text))


def test_what_waits_is_shown_to_who_may_decide(client: TestClient) -> None:
    """The pair with links and two buttons, and the words as they were written; a stranger is asked to sign in."""
    page = client.get("/reviews", headers=MAY | HTML)
    assert [name in page.text for name in NAMES] == [True, True]
    assert re.findall(r'name="decision" value="(\w+)"', page.text) == ["same", "different"]
    assert ("&lt;b&gt;AVV9" in page.text, "<b>AVV9" in page.text) == (True, False)
    assert page.headers["referrer-policy"] == "same-origin"
    assert 'href="/reviews"' in client.get("/survey", headers=MAY | HTML).text
    asked = client.get("/reviews", headers=HTML)
    assert (asked.status_code, "www-authenticate" in asked.headers, NAMES[0] in asked.text) == (401, True, False)


def test_a_button_decides_and_another_takes_it_back(client: TestClient, mine: Atlas) -> None:
    """Same, undone, then different: each is one write, and leads back to the list it came from."""
    first = _form(client)
    for decision, status, stands in (
        ("same", "same", ACCEPTED),
        ("undo", "waiting", None),
        ("different", "different", REFUSED),
    ):
        before, said = mine.store.revision(), first if decision != "undo" else _form(client, "same")
        answer = client.post(
            "/reviews", data=said | {"decision": decision}, headers=MAY | {"origin": "http://testserver"}
        )
        assert (answer.status_code, mine.store.revision()) == (303, before + 1)
        assert answer.headers["location"] == f"/reviews?status={said['status']}"
        found = [one.identifier for one in listed(mine.view(OWNER), *([stands] if stands else []))]
        assert found == [first["id"]]
        assert _form(client, status)["id"] == first["id"]


@pytest.mark.parametrize(
    ("change", "headers", "status"),
    [({}, {}, 401), ({}, MAY | {"origin": "null"}, 403), ({"decision": "maybe"}, MAY, 400), ({"id": ""}, MAY, 400),
     ({"id": "no-such-id"}, MAY, 404), ({}, MAY | {"content-type": "text/plain"}, 415)],
)  # fmt: skip
def test_nothing_else_is_decided(
    client: TestClient, mine: Atlas, change: dict[str, str], headers: dict[str, str], status: int
) -> None:
    """Without the token, from elsewhere, of nothing, or of another form: it is told, and nothing changes."""
    before, said = mine.store.revision(), _form(client) | {"decision": "same"} | change
    assert client.post("/reviews", data=said, headers=headers).status_code == status
    assert mine.store.revision() == before
