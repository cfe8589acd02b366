"""Projects, needs and capabilities as JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from atmp.api.app import create_app
from atmp.api.atlas import Atlas
from atmp.kg.load import load
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from fastapi.testclient import TestClient

if TYPE_CHECKING:
    from httpx import Response

    Survey = Callable[..., Path]
    Problem = Callable[[Response, int], dict[str, Any]]

PROJECT = {"Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}
LISTS = {"projects": "project", "needs": "need", "capabilities": "capability"}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_every_record_that_the_public_sees(client: TestClient, served: Atlas, name: str) -> None:
    """A list holds all records of its kind by id, each with its fields and whether it is synthetic."""
    said = client.get(f"/api/v1/{name}", params={"limit": 1000}).json()
    seen = served.view(PUBLIC).records(LISTS[name])
    assert said["total"] == len(seen) > 0
    assert [one["iri"] for one in said["records"]] == [one.iri for one in seen]
    assert [one["id"] for one in said["records"]] == sorted(one["id"] for one in said["records"])
    assert all(one["kind"] == LISTS[name] and one["synthetic"] for one in said["records"])


@pytest.mark.parametrize("name", LISTS)
def test_a_list_comes_in_parts(client: TestClient, name: str) -> None:
    """With limit and offset a list comes in parts that make the whole; the total is always that of the whole."""
    whole = client.get(f"/api/v1/{name}", params={"limit": 1000}).json()
    parts = []
    for offset in range(0, whole["total"], 10):
        part = client.get(f"/api/v1/{name}", params={"limit": 10, "offset": offset}).json()
        assert part["total"] == whole["total"]
        parts += part["records"]
    assert parts == whole["records"]
    assert client.get(f"/api/v1/{name}", params={"offset": 100_000}).json()["records"] == []


def test_a_list_of_one_centre(client: TestClient) -> None:
    """The centre narrows a list; one that nobody knows has nothing."""
    whole = client.get("/api/v1/projects").json()
    assert client.get("/api/v1/projects", params={"centre": "lund"}).json() == whole
    assert client.get("/api/v1/projects", params={"centre": "nowhere"}).json() == {"total": 0, "records": []}


def test_one_project_is_as_in_the_list(client: TestClient) -> None:
    """Every project can be asked for by its id, and is the record of the list."""
    for one in client.get("/api/v1/projects").json()["records"]:
        assert client.get(f"/api/v1/projects/{one['id']}").json() == one


def test_fields_that_point_somewhere_come_with_names(client: TestClient, served: Atlas) -> None:
    """A project's fields hold IRIs, and `names` says what each is called."""
    said = client.get("/api/v1/projects/P01").json()
    lead = said["fields"]["lead"][0]
    assert said["names"][lead] == served.view(PUBLIC).record(lead).label
    assert said["fields"]["started"] == "2012-01-01"
    assert "label" not in said["fields"]


def test_similar_therapies_leave_the_project_out(client: TestClient) -> None:
    """What is similar to a project comes best first, without the project itself."""
    said = client.get("/api/v1/projects/P04/similar", params={"limit": 5}).json()
    assert [hit["rank"] for hit in said["hits"]] == [1, 2, 3, 4, 5]
    assert [hit["score"] for hit in said["hits"]] == sorted((hit["score"] for hit in said["hits"]), reverse=True)
    assert "P04" not in [hit["id"] for hit in said["hits"]]
    assert all(hit["why"] for hit in said["hits"])


@pytest.mark.parametrize("address", ["projects/P01/nothing", "projects/P01/similar/nothing", "nothing", ""])
def test_what_is_not_there_is_404(client: TestClient, problem: Problem, address: str) -> None:
    """An address that does not exist is a problem with status 404."""
    problem(client.get(f"/api/v1/{address}"), 404)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(("word", "value"), [("limit", "0"), ("limit", "1001"), ("limit", "x"), ("offset", "-1")])
def test_numbers_out_of_range_are_422(client: TestClient, problem: Problem, name: str, word: str, value: str) -> None:
    """A limit or an offset that cannot be meant is a problem that names it."""
    said = problem(client.get(f"/api/v1/{name}", params={word: value}), 422)
    assert [one["where"] for one in said["errors"]] == [word]
    assert word in said["detail"]


@pytest.mark.parametrize("key", ["a/b", "50%", "å 😀", "c?d#e"])
def test_an_id_may_hold_any_mark(store: Store, survey: Survey, key: str) -> None:
    """A project is found by whatever id its sheet gave it, percent-encoded, and by its IRI."""
    source = survey(Projects=[PROJECT | {"Project id": key}, PROJECT | {"Project id": "P02"}])
    load(store, source, agent="test", progress=lambda *_: None)
    client = TestClient(create_app(Atlas(store, model="hashing")))
    for word, other in ((key, "P02"), (store.names.record("lund", "project", "P02"), key)):
        address = f"/api/v1/projects/{quote(word, safe='')}"
        assert client.get(address).json()["id"] != other
        assert [hit["id"] for hit in client.get(f"{address}/similar").json()["hits"]] == [other]


def test_records_are_read_only(client: TestClient, problem: Problem) -> None:
    """Nothing can be put, changed or removed here."""
    for ask in (client.post, client.put, client.patch, client.delete):
        problem(ask("/api/v1/projects/P01"), 405)
