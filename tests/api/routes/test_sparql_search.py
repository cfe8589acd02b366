"""Search inside SPARQL, against the same search as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

PREFIXES = "PREFIX search: <https://w3id.org/atmp/search#> PREFIX atmp: <https://w3id.org/atmp/ontology/>"
GIVEN = "search:score ?score ; search:rank ?rank ; search:why ?why ; search:kind ?kind ; search:label ?label"
MODES = ("hybrid", "text", "dense", "concepts")
Rows = list[dict[str, str]]


def _rows(client: TestClient, group: str) -> Rows:
    """Return what a group gives as texts, in the order of ranks."""
    body = group.replace("{service}", "SERVICE <https://w3id.org/atmp/search>")
    answer = client.post("/sparql", data={"query": f"{PREFIXES} SELECT * {{ {body} }} ORDER BY ?rank"})
    assert answer.status_code == 200, answer.text
    return [{name: cell["value"] for name, cell in row.items()} for row in answer.json()["results"]["bindings"]]


def _told(hits: list[dict[str, Any]]) -> Rows:
    """Return hits of the JSON interface as the rows should be."""
    return [
        {"x": hit["iri"], "score": f"{hit['score']:.4f}".rstrip("0").rstrip("."), "rank": str(hit["rank"]), "why": hit["why"],
         "kind": hit["kind"], "label": hit["label"]}
        for hit in hits
    ]  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("text", ["AAV gene therapy for inherited blindness", "mesenkymala stamceller", "P04", "zzz"])
def test_the_same_hits_as_json_in_every_mode(client: TestClient, mode: str, text: str) -> None:
    """Order, scores, ranks and reasons are the same, with a limit, a least score and filters too."""
    for params, asked in (
        ({"limit": 50}, "search:limit 50"),
        ({"limit": 5, "min_score": 0.2}, "search:limit 5 ; search:minScore 0.2"),
        ({"kind": "project", "class": "GTMP"}, 'search:kind "project" ; search:class "GTMP"'),
    ):
        expected = client.get("/api/v1/search", params={"q": text, "mode": mode, **params}).json()["hits"]
        found = _rows(client, f'{{service}} {{ ?x search:text "{text}" ; search:mode "{mode}" ; {asked} ; {GIVEN} }}')
        assert found == _told(expected)


@pytest.mark.parametrize("mode", MODES)
def test_a_pattern_beside_it_is_a_filter(client: TestClient, mode: str) -> None:
    """What a filter says to the JSON interface, a pattern says beside the search, with the same hits."""
    asked = f'{{service}} {{ ?x search:text "stem cells for Parkinson disease" ; search:mode "{mode}" ; search:limit 3 ; {GIVEN} }}'
    for pattern, params in (
        ("?x a atmp:Project .", {"kind": "project"}),
        ("?x atmp:develops ?y . ?y atmp:atmpClass ?z FILTER(?z = atmp:class-tep)", {"class": "TEP", "kind": "project"}),
    ):
        expected = client.get(
            "/api/v1/search", params={"q": "stem cells for Parkinson disease", "mode": mode, "limit": 3, **params}
        ).json()
        assert expected["hits"]
        assert [{name: row[name] for name in ("x", "score", "rank", "why", "kind", "label")}
                for row in _rows(client, f"{pattern} {asked}")] == _told(expected["hits"])  # fmt: skip


@pytest.mark.parametrize("text", ["a retina that is missing an enzyme", "T cells"])
def test_a_text_to_be_like_is_the_same_as_json(client: TestClient, text: str) -> None:
    """`search:like` with a text is what `/api/v1/similar` answers."""
    expected = client.post("/api/v1/similar", json={"text": text, "limit": 7}).json()["hits"]
    assert _rows(client, f'{{service}} {{ ?x search:like "{text}" ; search:limit 7 ; {GIVEN} }}') == _told(expected)


@pytest.mark.parametrize(
    ("sort", "plural"), [("need", "needs"), ("capability", "capabilities"), ("project", "projects")]
)
def test_matches_are_the_same_as_json(client: TestClient, sort: str, plural: str) -> None:
    """For each need, capability and project: the same partners, scores and reasons."""
    given = "search:score ?score ; search:rank ?rank ; search:why ?why ; search:kind ?kind ; search:label ?label"
    some = client.get(f"/api/v1/{plural}", params={"limit": 12}).json()["records"]
    counted = 0
    for record in some:
        expected = client.get("/api/v1/matches", params={sort: record["iri"], "limit": 5}).json()
        told = [hit | {"rank": rank, "why": "; ".join(hit["reasons"])} for rank, hit in enumerate(expected, start=1)]
        asked = f"{{service}} {{ ?x search:matches <{record['iri']}> ; search:limit 5 ; {given} }}"
        assert _rows(client, asked) == _told(told)
        counted += len(told)
    assert counted


def test_an_unknown_mode_is_a_problem_for_both(client: TestClient) -> None:
    """Neither guesses what is meant."""
    assert client.get("/api/v1/search", params={"q": "a", "mode": "fuzzy"}).status_code == 422
    query = f'{PREFIXES} SELECT * {{ SERVICE <https://w3id.org/atmp/search> {{ ?x search:text "a" ; search:mode "fuzzy" }} }}'
    said = client.get("/sparql", params={"query": query})
    assert (said.status_code, said.json()["detail"]) == (
        400,
        "search:mode is one of hybrid, text, dense, concepts, not 'fuzzy'",
    )
