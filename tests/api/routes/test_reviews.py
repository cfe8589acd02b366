"""Reviews over HTTP: listed for who may decide, decided in one transaction, and taken back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from atmp.api import reviews
from atmp.api.app import create_app
from atmp.api.atlas import Atlas
from atmp.api.signin import Keys
from atmp.kg.load import load
from atmp.kg.reviews import reconcile, state
from fastapi.testclient import TestClient

Problem = Callable[..., dict[str, Any]]
MAY = {"authorization": "Bearer owner-token-0123456789"}
INNER = {"authorization": "Bearer inner-token-0123456789"}
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4", "Vectors": "AVV9"}
SPONSORS = (
    "Rhododendron AB",
    "Rhododendron, Inc.",
    "Azalea Therapeutics AB",
    "Azalea Therapeutics, Inc.",
    "Quite Another",
)


@pytest.fixture
def mine(survey: Callable[..., Path], tmp_path: Path) -> Iterator[Atlas]:
    """Return an atlas with two pairs of sponsors that may be the same, and words that wait for a term."""
    atlas = Atlas.create(tmp_path / "mine.atlas", model="hashing")
    path = tmp_path / "trials.jsonl"
    said = [
        {"NCTId": [f"NCT{number:08}"], "BriefTitle": ["Cells"], "LeadSponsorName": [name],
         "LastUpdatePostDate": ["December 4, 2014"]}
        for number, name in enumerate(SPONSORS, 1)
    ]  # fmt: skip
    path.write_text("".join(f"{json.dumps(one)}\n" for one in said), encoding="utf-8")
    load(atlas.store, path, agent="test")
    load(atlas.store, survey(Projects=[PROJECT]), agent="test")
    reconcile(atlas.store, agent="test")
    yield atlas
    atlas.close()


@pytest.fixture
def client(mine: Atlas) -> Iterator[TestClient]:
    """Return a client of the server over it."""
    keys = Keys.read("owner=owner-token-0123456789 lund:internal=inner-token-0123456789")
    with TestClient(create_app(mine, keys), raise_server_exceptions=False) as made:
        yield made


def _waiting(client: TestClient, status: str = "waiting") -> dict[str, str]:
    """Return the ids of reviews by the name that the pair begins with."""
    said = client.get("/api/v1/reviews", params={"status": status}, headers=MAY).json()
    return {one["one_name"].partition(" ")[0].rstrip(","): one["id"] for one in said["same"]}


def _decide(client: TestClient, decision: str, *ids: str, **headers: str) -> Any:
    return client.post("/api/v1/reviews", json={"decision": decision, "ids": list(ids)}, headers=MAY | headers)


def test_the_list_has_pairs_and_words(client: TestClient) -> None:
    """Each pair with its names, its reason and how sure it is; words with the nearest terms."""
    said = client.get("/api/v1/reviews", headers=MAY).json()
    names = [{one["one_name"], one["other_name"]} for one in said["same"]]
    assert {"Rhododendron AB", "Rhododendron, Inc."} in names
    assert all(one["why"] and 0 < one["per_cent"] <= 100 for one in said["same"])
    assert [(one["words"], "AAV9" in one["nearest"]) for one in said["terms"]] == [("AVV9", True)]


def test_decisions_are_one_transaction_and_can_be_undone(client: TestClient, mine: Atlas) -> None:
    """Two at once are one revision under the name of who signed in; undone, all is as it was."""
    before, first = mine.store.revision(), _waiting(client)
    ids = first.values()
    answer = client.post(
        "/api/v1/reviews", json={"decision": "same", "ids": list(ids)}, auth=("Anna", "owner-token-0123456789")
    )
    assert (answer.status_code, {one["id"]: one["status"] for one in answer.json()}) == (
        200,
        dict.fromkeys(ids, "same"),
    )
    assert (mine.store.revision(), _waiting(client), _waiting(client, "same")) == (before + 1, {}, first)
    found = mine.store.connect().execute("SELECT agent, action FROM revision ORDER BY number DESC LIMIT 1").get
    assert found == ("Anna", "decide")
    assert _decide(client, "different", *ids).status_code == 200
    assert (_waiting(client, "same"), _waiting(client, "different")) == ({}, first)
    assert _decide(client, "undo", *ids).status_code == 200
    assert (_waiting(client), _waiting(client, "different")) == (first, {})


def test_what_was_stated_by_hand_is_gone_when_it_is_taken_back(client: TestClient, mine: Atlas) -> None:
    """The answer gives those that are left."""
    identifier = state(mine.store, "Quite Another", "Rhododendron AB", agent="test", same=True)
    assert identifier in _waiting(client, "same").values()
    answer = _decide(client, "undo", identifier)
    assert (answer.status_code, answer.json()) == (200, [])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        (INNER, 403),
        ({"authorization": "Bearer no"}, 401),
        (MAY | {"origin": "http://elsewhere.example"}, 403),
    ],
)
def test_only_who_may_write_decides(
    client: TestClient, mine: Atlas, problem: Problem, headers: dict[str, str], status: int
) -> None:
    """The list is for them alone, too: it tells of what is hidden."""
    before, ids = mine.store.revision(), list(_waiting(client).values())
    body = {"decision": "same", "ids": ids}
    problem(client.post("/api/v1/reviews", json=body, headers=headers), status)
    if "origin" not in headers:
        problem(client.get("/api/v1/reviews", headers=headers), status)
    assert mine.store.revision() == before


def test_what_cannot_be_meant_changes_nothing(client: TestClient, mine: Atlas, problem: Problem) -> None:
    """An id of nothing beside a good one, no id, an unknown decision, what is not as described, and no JSON."""
    before, good = mine.store.revision(), next(iter(_waiting(client).values()))
    problem(_decide(client, "same", good, "no-such-id"), 404)
    for body in ({"decision": "same", "ids": []}, {"decision": "maybe", "ids": [good]}, {"ids": [good]},
                 {"decision": "same", "ids": [good], "why": "so"}, [], {"decision": "same", "ids": good}):  # fmt: skip
        problem(client.post("/api/v1/reviews", json=body, headers=MAY), 422)
    problem(client.post("/api/v1/reviews", content="decision=same", headers=MAY), 422)
    problem(client.get("/api/v1/reviews", params={"status": "lost"}, headers=MAY), 422)
    assert mine.store.revision() == before


@pytest.mark.parametrize("model", [reviews.ReviewOut, reviews.ReviewsOut, reviews.DecisionIn])
def test_examples_are_as_their_schema_says(model: Any) -> None:
    """The example of a model is an instance of it, with no field more or less."""
    example = model.model_config["json_schema_extra"]["example"]
    assert model.model_validate(example).model_dump(mode="json", exclude_unset=True) == example
