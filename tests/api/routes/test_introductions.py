"""Introductions over HTTP, on the page and on the command line: each side with its own sign-in, the broker between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from atmp.api.app import create_app
from atmp.api.atlas import Atlas
from atmp.api.signin import Keys
from atmp.kg.load import load
from fastapi.testclient import TestClient

Problem = Callable[..., dict[str, Any]]
TOKENS = {name: f"{name}-token-0123456789" for name in ("lund", "umea", "broker")}
LUND, UMEA, BROKER = ({"authorization": f"Bearer {token}"} for token in TOKENS.values())
LIST = "/api/v1/introductions"
HIDDEN = ("Hawthorn", "Foxglove", "C1")
PROJECT = {"Project id": "P01", "Title": "Tulip therapy", "ATMP class": "GTMP", "Stage": "4"}
NEED = {"Need id": "N1", "Project id": "P01", "Title": "Gerbera assay", "Category": "potency-assay"}
FACILITY = {"Organisation id": "O1", "Name": "Hawthorn facility", "Type": "facility"}
OFFER = {"Capability id": "C1", "Provider id": "O1", "Title": "Foxglove assays", "Category": "potency-assay"}


@pytest.fixture
def atlas(survey: Callable[..., Path], tmp_path: Path) -> Iterator[Atlas]:
    """Return an atlas in which Lund needs what Umea offers, both closed to one another."""
    made = Atlas.create(tmp_path / "market.atlas", model="hashing")
    inner = {"Tier": "internal"}
    load(made.store, survey(inner, Projects=[PROJECT], Needs=[NEED]), agent="test")
    theirs = survey(inner | {"Centre": "umea"}, Projects=[], Organisations=[FACILITY], Capabilities=[OFFER])
    load(made.store, theirs, agent="test")
    yield made
    made.close()


@pytest.fixture
def client(atlas: Atlas) -> Iterator[TestClient]:
    """Return a client of the server over it."""
    viewers = {"lund": "lund:internal", "umea": "umea:internal", "broker": "umea:confidential"}
    keys = Keys.read(" ".join(f"{viewers[name]}={token}" for name, token in TOKENS.items()))
    with TestClient(create_app(atlas, keys), raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


def _offer(client: TestClient) -> str:
    (one,) = client.get(f"{LIST}/offers", params={"record": "N1"}, headers=LUND).json()
    assert one["state"] is None
    return str(one["id"])


def _ask(client: TestClient, **headers: str) -> Any:
    said = {"record": "N1", "offer": _offer(client), "words": "We begin in spring."}
    return client.post(LIST, json=said, headers=headers or LUND)


def _step(client: TestClient, id_: str, who: dict[str, str], move: str, **more: Any) -> Any:
    return client.post(f"{LIST}/{id_}", json={"move": move} | more, headers=who)


def test_the_whole_way(client: TestClient) -> None:
    """Asked for, passed on, accepted and done; what is not open is null on the way there."""
    asked = _ask(client)
    assert asked.status_code == 200
    assert not any(word in asked.text for word in HIDDEN)
    id_ = asked.json()["id"]
    assert client.get(LIST, headers=UMEA).json() == []
    assert _step(client, id_, BROKER, "forward").json()["state"] == "asked"
    (told,) = client.get(LIST, headers=UMEA).json()
    assert (told["asker"], told["sought"], told["moves"]) == (None, "is needed: potency assay", ["accept", "decline"])
    assert _step(client, id_, UMEA, "accept").json()["asker"]["people"] == ["Tulip therapy"]
    (ours,) = client.get(LIST, headers=LUND).json()
    assert ours["other"]["people"] == ["Hawthorn facility"]
    assert _step(client, id_, LUND, "done", met=True).json()["met"] is True
    asked_of = client.get("/api/v1/needs", headers=LUND).text
    assert "need-status-met" in asked_of


def test_who_may_not_is_told_so(client: TestClient, problem: Problem) -> None:
    """Nobody writes without a name, or from another site's page; a step that is another's, or of no introduction, is refused."""
    id_ = _ask(client).json()["id"]
    problem(client.post(f"{LIST}/{id_}", json={"move": "forward"}), 401)
    problem(_step(client, id_, BROKER | {"origin": "https://elsewhere.example"}, "forward"), 403)
    assert "for a broker" in problem(_step(client, id_, LUND, "forward"), 400)["detail"]
    problem(_step(client, id_, UMEA, "decline"), 404)
    problem(_step(client, "nonesuch", BROKER, "forward"), 404)
    problem(_step(client, id_, BROKER, "sing"), 422)
    assert client.get(LIST).json() == []
    assert client.get(LIST, headers=BROKER).json()[0]["state"] == "proposed"


def test_offers_are_for_who_speaks_for_the_record(client: TestClient, problem: Problem) -> None:
    """To others the record is not there at all."""
    for headers in ({}, UMEA):
        problem(client.get(f"{LIST}/offers", params={"record": "N1"}, headers=headers), 404)
    problem(client.post(LIST, json={"record": "N1", "offer": "0" * 12}, headers=LUND), 404)


def test_the_page_asks_and_answers(client: TestClient) -> None:
    """The same with forms: an offer's button, the broker's, the other side's; the need's page leads there."""
    need = client.get("/lund/need/N1", headers=LUND).text
    assert "/introductions?record=" in need
    offered = client.get("/introductions", params={"record": "N1"}, headers=LUND)
    assert offered.headers["referrer-policy"] == "same-origin"
    assert f"Ask for {_offer(client)}" in offered.text
    form = {"record": "N1", "offer": _offer(client), "words": "<b>spring</b>"}
    assert client.post("/introductions", data=form, headers=LUND).headers["location"] == "/introductions"
    page = client.get("/introductions", headers=LUND).text
    assert "&lt;b&gt;spring" in page
    assert not any(word in page for word in HIDDEN)
    (one,) = client.get(LIST, headers=BROKER).json()
    for who, move in ((BROKER, "forward"), (UMEA, "accept"), (LUND, "not met")):
        assert client.post("/introductions", data={"id": one["id"], "move": move}, headers=who).status_code == 303
    assert "done, not met" in client.get("/introductions", headers=UMEA).text
    assert client.post("/introductions", data={"id": one["id"], "move": "sing"}, headers=UMEA).status_code == 400


def test_on_the_command_line(atlas: Atlas, run: Callable[..., Any]) -> None:
    """Offers, the question, the steps and the list, each as one of the viewers."""
    path = atlas.store.path
    offers = run("introduce", "N1", "--viewer", "lund:internal", "--format", "csv", db=path)
    offer = offers.out.splitlines()[1].split(",")[0]
    asked = run("introduce", "N1", offer, "--words", "In spring.", "--viewer", "lund:internal", db=path)
    id_ = asked.err.split()[2]
    assert (asked.code, "proposed" in asked.err) == (0, True)
    assert run("introductions", id_, "--viewer", "umea:confidential", db=path).code == 2
    for viewer, words in (
        ("umea:confidential", ["forward"]),
        ("umea:internal", ["accept"]),
        ("lund:internal", ["done", "--met"]),
    ):
        done = run("introductions", id_, *words, "--viewer", viewer, db=path)
        assert done.code == 0, done.err
    listed = run("introductions", "--viewer", "lund:internal", "--format", "csv", db=path).out
    assert "Foxglove assays" in listed
    assert "done" in listed
