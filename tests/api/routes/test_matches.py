"""Matches as JSON: needs with capabilities, both ways, and people for projects."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from httpx import Response

    Problem = Callable[[Response, int], dict[str, Any]]

SORTS = {
    "need": ("needs", {"capability", "person"}),
    "capability": ("capabilities", {"need"}),
    "project": ("projects", {"person"}),
}


def _all(client: TestClient, sort: str) -> dict[str, list[dict[str, Any]]]:
    """Return all matches of every need, capability or project, by its id."""
    ids = [one["id"] for one in client.get(f"/api/v1/{SORTS[sort][0]}", params={"limit": 1000}).json()["records"]]
    return {one: client.get("/api/v1/matches", params={sort: one, "limit": 100}).json() for one in ids}


@pytest.mark.parametrize("sort", SORTS)
def test_matches_come_best_first_with_reasons(client: TestClient, sort: str) -> None:
    """Each match is of the kind looked for, its parts add up to its score, and it says why."""
    found = _all(client, sort)
    assert any(found.values())
    for matches in found.values():
        assert [one["score"] for one in matches] == sorted((one["score"] for one in matches), reverse=True)
        for one in matches:
            assert one["kind"] in SORTS[sort][1]
            assert sum(one["parts"].values()) == pytest.approx(one["score"], abs=0.0003)
            assert 0 <= one["score"] <= 1
            assert one["reasons"]


def test_needs_and_capabilities_find_each_other(client: TestClient) -> None:
    """Where a need that is open finds a capability, the capability finds the need, with the same score."""
    said = client.get("/api/v1/needs", params={"limit": 1000}).json()["records"]
    is_open = {one["id"] for one in said if one["fields"].get("status", "").endswith("need-status-open")}
    one_way = {
        (n, m["id"], m["score"])
        for n, found in _all(client, "need").items()
        for m in found
        if m["kind"] == "capability"
    }
    other_way = {(m["id"], c, m["score"]) for c, found in _all(client, "capability").items() for m in found}
    assert {pair for pair in one_way if pair[0] in is_open} <= other_way <= one_way
    assert other_way


def test_an_iri_names_the_same_as_an_id(client: TestClient) -> None:
    """A record can be named by its IRI."""
    iri = client.get("/api/v1/projects/P04").json()["iri"]
    by_id = client.get("/api/v1/matches", params={"project": "P04"}).json()
    assert client.get("/api/v1/matches", params={"project": iri}).json() == by_id


def test_people_on_a_project_are_not_proposed_for_it(client: TestClient) -> None:
    """Whoever leads a project or takes part in it is no match for it."""
    for identifier, found in _all(client, "project").items():
        fields = client.get(f"/api/v1/projects/{identifier}").json()["fields"]
        assert not {one["iri"] for one in found} & {*fields.get("lead", []), *fields.get("investigators", [])}


@pytest.mark.parametrize(
    "params", [{}, {"need": ""}, {"need": "N001", "project": "P01"}, {"need": "N001", "capability": "C01"}, {"x": "1"}]
)
def test_one_of_three_must_be_named(client: TestClient, problem: Problem, params: dict[str, str]) -> None:
    """None, or more than one, of need, capability and project is status 400."""
    assert "one of" in problem(client.get("/api/v1/matches", params=params), 400)["detail"]


def test_an_unknown_iri_is_404(client: TestClient, problem: Problem) -> None:
    """An IRI at which there is no record is a problem with status 404, whatever it looks like."""
    for iri in ("https://w3id.org/atmp/id/lund/need/N999", "http://x y/<>", "://"):
        problem(client.get("/api/v1/matches", params={"need": iri}), 404)


@pytest.mark.parametrize("limit", ["0", "101", "many"])
def test_a_limit_out_of_range_is_422(client: TestClient, problem: Problem, limit: str) -> None:
    """A limit lies between 1 and 100."""
    assert problem(client.get("/api/v1/matches", params={"need": "N001", "limit": limit}), 422)["errors"]


def test_a_record_of_another_kind_is_refused(client: TestClient, problem: Problem) -> None:
    """The IRI of a record of another kind is no answer, but a problem."""
    need = client.get("/api/v1/needs", params={"limit": 1}).json()["records"][0]["iri"]
    project = client.get("/api/v1/projects/P01").json()["iri"]
    for params in ({"need": project}, {"capability": need}, {"project": need}):
        answer = client.get("/api/v1/matches", params=params)
        problem(answer, 404 if answer.status_code == 404 else 400)


def test_what_cannot_serve_a_need_is_told_with_the_constraint(client: TestClient, problem: Problem) -> None:
    """The bank of a lower grade is no match for a GMP line, and is listed with the grade as what stands against it."""
    refused = client.get("/api/v1/matches/refused", params={"need": "N041"}).json()
    assert [(one["id"], one["barrier"]) for one in refused] == [("C03", "grade")]
    assert refused[0]["words"] == "GMP grade is wanted, pre-GMP grade is offered"
    assert not {"C03"} & {one["id"] for one in client.get("/api/v1/matches", params={"need": "N041"}).json()}
    problem(client.get("/api/v1/matches/refused", params={"need": "N999"}), 404)


def test_a_reason_can_be_put_to_the_graph(client: TestClient) -> None:
    """The query of every reason answers yes over SPARQL."""
    found = client.get("/api/v1/matches", params={"need": "N050"}).json()
    grounds = [ground for one in found for ground in one["grounds"]]
    assert [ground["words"] for one in found for ground in one["grounds"]] == [
        r for one in found for r in one["reasons"]
    ]
    for ground in grounds:
        assert ground["triples"]
        assert client.get("/sparql", params={"query": ground["ask"]}).json()["boolean"] is True


def test_weights_of_people_can_be_moved_and_those_known_are_told(client: TestClient, problem: Problem) -> None:
    """The parts follow the weights, one that is none is refused, and who is left out stands with why."""
    asked = {"project": "P11", "weights": "text=0", "limit": 5}
    found = client.get("/api/v1/matches", params=asked).json()
    assert found
    assert all(one["parts"]["text"] == 0 for one in found)
    problem(client.get("/api/v1/matches", params=asked | {"weights": "luck=1"}), 400)
    known = client.get("/api/v1/matches/known", params={"project": "P11"}).json()
    assert not {one["id"] for one in known} & {one["id"] for one in found}
    assert all(one["why"] for one in known)
