"""The description of the interface: OpenAPI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from atmp.api import models
from pydantic import BaseModel

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

PATHS = {
    "/api/v1/projects", "/api/v1/projects/{identifier}", "/api/v1/projects/{identifier}/similar", "/api/v1/needs",
    "/api/v1/capabilities", "/api/v1/search", "/api/v1/similar", "/api/v1/similar/paper", "/api/v1/matches", "/api/v1/questions",
    "/api/v1/questions/{number}", "/api/v1/terms/requests", "/api/v1/survey", "/api/v1/reviews", "/api/v1/check",
    "/api/v1/health", "/api/v1/introductions", "/api/v1/introductions/offers", "/api/v1/introductions/{identifier}",
    "/api/v1/matches/refused", "/api/v1/matches/known", "/api/v1/gaps", "/api/v1/investments", "/api/v1/readiness", "/sparql",
}  # fmt: skip


@pytest.fixture(name="described", scope="module")
def _described(client: TestClient) -> dict[str, Any]:
    """Return the description as it is served."""
    said: dict[str, Any] = client.get("/openapi.json").json()
    return said


def _operations(described: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, said) for path, found in described["paths"].items() for method, said in found.items()]


def test_all_addresses_are_described(described: dict[str, Any]) -> None:
    """Each address of the interface is in the description, and pages are not."""
    assert described["paths"].keys() == PATHS
    assert described["openapi"].startswith("3.")


def test_every_operation_is_said_in_words(described: dict[str, Any]) -> None:
    """Each operation has a summary, a description, a tag, and an id of its own."""
    found = _operations(described)
    assert all(said["summary"] and said["description"] and said["tags"] for _, _, said in found)
    assert len({said["operationId"] for _, _, said in found}) == len(found)


def test_every_answer_has_a_schema_or_an_example(described: dict[str, Any]) -> None:
    """What an operation under /api answers, fine or not, is described by a schema or an example."""
    bare = [
        (path, method, status)
        for path, method, said in _operations(described)
        for status, answer in said["responses"].items()
        if path.startswith("/api/")
        and not any(about.get("schema") or about.get("example") for about in answer.get("content", {}).values())
    ]
    assert bare == []


def test_problems_are_described(described: dict[str, Any]) -> None:
    """Whatever can go wrong is described as a problem; only health asks for nothing that could be wrong."""
    for path, _, said in _operations(described):
        if path != "/api/v1/health":
            assert "400" in said["responses"]
        for status, answer in said["responses"].items():
            if status != "200":
                about = answer["content"]["application/problem+json"]
                assert answer["content"].keys() == {"application/problem+json"}
                assert about["example"].keys() <= about["schema"]["properties"].keys()
                assert about["example"]["status"] == int(status)


def test_everything_has_an_example(described: dict[str, Any]) -> None:
    """Each answer, each body and each parameter without a default comes with an example."""
    for path, method, said in _operations(described):
        bodies = [said["responses"]["200"]["content"], said.get("requestBody", {}).get("content", {"": {"example": 1}})]
        for content in bodies:
            assert any("example" in about or _exemplified(described, about["schema"]) for about in content.values()), (
                path
            )
        for one in said.get("parameters", []):
            told = {"example", "examples", "default"} & {*one, *one["schema"]}
            assert told, (path, method, one["name"])


def _exemplified(described: dict[str, Any], schema: dict[str, Any]) -> bool:
    name = schema.get("items", schema).get("$ref", "").rpartition("/")[2]
    return "example" in described["components"]["schemas"].get(name, {})


@pytest.mark.parametrize(
    "model", [one for one in vars(models).values() if getattr(one, "__module__", "") == models.__name__]
)
def test_examples_are_as_their_schema_says(model: type[BaseModel]) -> None:
    """The example of a model is an instance of it, with no field more or less."""
    extra = model.model_config.get("json_schema_extra") or {}
    if isinstance(extra, dict) and "example" in extra:
        made = model.model_validate(extra["example"])
        assert made.model_dump(mode="json", exclude_unset=True) == extra["example"]


def test_references_lead_somewhere(described: dict[str, Any]) -> None:
    """Each schema that is referred to is there."""
    text = str(described)
    names = {part.partition("'")[0] for part in text.split("'#/components/schemas/")[1:]}
    assert names
    assert names <= described["components"]["schemas"].keys()


def test_no_page_of_the_description_loads_scripts(client: TestClient) -> None:
    """The usual pages over OpenAPI are not served, since they load scripts from elsewhere."""
    assert [client.get(address).status_code for address in ("/docs", "/redoc")] == [404, 404]
