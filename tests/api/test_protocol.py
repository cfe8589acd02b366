"""What holds for every address: HEAD, the size of a request, and methods that are of no use."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from httpx import Response

Problem = Callable[["Response", int], dict[str, Any]]
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "address",
    ["/", "/report", "/lund/project/P04", "/static/atlas.css", "/openapi.json", "/api/v1/projects", "/nothing"],
)
def test_head_is_get_without_its_body(client: TestClient, address: str) -> None:
    """HEAD gives the status and the headers of GET at every address, and no body."""
    head, get = client.head(address), client.get(address)
    assert (head.status_code, head.headers["content-type"]) == (get.status_code, get.headers["content-type"])
    assert head.headers["content-length"] == str(len(get.content))
    assert head.content == b""


def test_a_body_of_more_than_a_megabyte_is_413(client: TestClient, problem: Problem) -> None:
    """A text of more than 1,000,000 bytes is not read to its end; one below is."""
    sent = json.dumps({"text": "gene " * 200_000, "limit": 1}).encode()
    assert "1000 kB" in problem(client.post("/api/v1/similar", content=sent, headers=JSON), 413)["detail"]
    assert client.post("/api/v1/similar", content=sent[:900_000] + b'"}', headers=JSON).status_code == 200


@pytest.mark.parametrize(
    ("method", "address"), [("PUT", "/api/v1/projects"), ("DELETE", "/lund/project/P04"), ("POST", "/")]
)
def test_a_method_of_no_use_is_405(client: TestClient, problem: Problem, method: str, address: str) -> None:
    """Another method is a problem that says which one is of use."""
    answer = client.request(method, address)
    assert problem(answer, 405)["detail"] == f"{method} is of no use here: use GET"
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("body", "where"), [("{", "body"), ("text=a", "body"), ("[]", "body"), ('{"text": 1}', "text")]
)
def test_a_body_that_is_not_as_described_says_where(
    client: TestClient, problem: Problem, body: str, where: str
) -> None:
    """Broken JSON, another body, and a field of another sort are problems that name the place."""
    said = problem(client.post("/api/v1/similar", content=body, headers=JSON), 422)
    assert [one["where"] for one in said["errors"]] == [where]
