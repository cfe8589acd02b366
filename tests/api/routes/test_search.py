"""Search and similar therapies as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from httpx import Response

    Problem = Callable[[Response, int], dict[str, Any]]

TEXT = (
    "We correct blood stem cells of children with an inherited immune deficiency outside the body with a lentiviral "
    "vector, and give them back after mild conditioning. A first trial is planned."
)


def test_hits_come_best_first(client: TestClient) -> None:
    """Hits are ranked from one by falling score, each with its best sentence and the reason."""
    said = client.get("/api/v1/search", params={"q": "AAV for the retina", "limit": 10}).json()
    assert [hit["rank"] for hit in said["hits"]] == list(range(1, 11))
    assert [hit["score"] for hit in said["hits"]] == sorted((hit["score"] for hit in said["hits"]), reverse=True)
    assert all(hit["sentence"] and hit["why"] for hit in said["hits"])
    assert "adeno-associated virus vector" in [one["label"] for one in said["understood"]]
    assert said["pending"] == 0


@pytest.mark.parametrize("q", ["AAV for the retina", "CAR-T", "stamceller", "zzz", "a", TEXT, TEXT * 3])
def test_parts_add_up_to_the_score(client: TestClient, q: str) -> None:
    """The parts of each hit add up to its score, which lies between 0 and 1, for a question and for a text."""
    answers = [
        client.get("/api/v1/search", params={"q": q, "limit": 200}),
        client.post("/api/v1/similar", json={"text": q, "limit": 200}),
    ]
    for hit in [hit for answer in answers for hit in answer.json()["hits"]]:
        assert sum(hit["parts"].values()) == pytest.approx(hit["score"], abs=0.0003)
        assert 0 <= hit["score"] <= 1
        assert hit["parts"].keys() <= {"words", "meaning", "concepts"}
    assert all(answer.json()["hits"] for answer in answers)


@pytest.mark.parametrize("kind", ["project", "product"])
def test_a_kind_filters(client: TestClient, kind: str) -> None:
    """A kind leaves only its hits, in search and for a text; two kinds mean either."""
    found = client.get("/api/v1/search", params={"q": "gene therapy", "kind": kind}).json()["hits"]
    like = client.post("/api/v1/similar", json={"text": "gene therapy", "kinds": [kind]}).json()["hits"]
    assert {hit["kind"] for hit in [*found, *like]} == {kind}
    either = client.get("/api/v1/search", params={"q": "gene therapy", "kind": ["project", "product"], "limit": 200})
    assert {hit["kind"] for hit in either.json()["hits"]} == {"project", "product"}


@pytest.mark.parametrize("name", ["class", "stage", "vector", "cell", "indication", "centre", "kind"])
def test_an_empty_filter_filters_nothing(client: TestClient, name: str) -> None:
    """A filter that a form sends empty is none."""
    plain = client.get("/api/v1/search", params={"q": "AAV"}).json()
    assert client.get("/api/v1/search", params={"q": "AAV", name: ["", "  "]}).json() == plain


def test_a_filter_takes_what_stands_below_a_term(client: TestClient) -> None:
    """A vector takes its serotypes with it, and filters that nothing fits together leave nothing."""
    broad = client.get("/api/v1/search", params={"q": "therapy", "vector": "AAV", "limit": 200}).json()["hits"]
    narrow = client.get("/api/v1/search", params={"q": "therapy", "vector": "AAV9", "limit": 200}).json()["hits"]
    assert {hit["iri"] for hit in narrow} < {hit["iri"] for hit in broad}
    none = {"q": "therapy", "vector": "AAV9", "class": "sCTMP"}
    assert client.get("/api/v1/search", params=none).json()["hits"] == []


def test_a_centre_that_is_not_there_is_a_problem(client: TestClient, problem: Problem) -> None:
    """Who misspells a centre is told which there are, instead of finding nothing."""
    said = problem(client.get("/api/v1/search", params={"q": "therapy", "centre": "nowhere"}), 400)
    assert "there is lund" in said["detail"]


def test_a_word_that_no_scheme_knows_comes_with_the_nearest(client: TestClient, problem: Problem) -> None:
    """An unknown word in a filter is status 400 and names the nearest known ones."""
    said = problem(client.get("/api/v1/search", params={"q": "a", "vector": "AVV9"}), 400)
    assert "AAV9" in said["nearest"]
    assert "AAV9" in said["detail"]
    assert problem(client.get("/api/v1/search", params={"q": "a", "kind": "medicine"}), 400)["nearest"]
    assert problem(client.post("/api/v1/similar", json={"text": "a", "kinds": ["medicine"]}), 400)["nearest"]


def test_limit_and_least_score(client: TestClient) -> None:
    """A limit cuts the list, and a least score leaves out what scores lower."""
    every = client.get("/api/v1/search", params={"q": "AAV", "limit": 200}).json()["hits"]
    assert client.get("/api/v1/search", params={"q": "AAV", "limit": 3}).json()["hits"] == every[:3]
    good = client.get("/api/v1/search", params={"q": "AAV", "limit": 200, "min_score": 0.5}).json()["hits"]
    assert good == [hit for hit in every if hit["score"] >= 0.5]
    assert 0 < len(good) < len(every)


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00"])
def test_an_empty_text_is_400(client: TestClient, problem: Problem, text: str) -> None:
    """There is nothing to look for in an empty text."""
    assert "empty" in problem(client.get("/api/v1/search", params={"q": text}), 400)["detail"]
    assert "empty" in problem(client.post("/api/v1/similar", json={"text": text}), 400)["detail"]


@pytest.mark.parametrize(
    "params",
    [{}, {"q": "a", "limit": 0}, {"q": "a", "limit": 201}, {"q": "a", "min_score": 1.5}, {"q": "a", "min_score": -1}],
)
def test_a_search_out_of_range_is_422(client: TestClient, problem: Problem, params: dict[str, Any]) -> None:
    """A missing text and numbers out of range are problems that name what is wrong."""
    assert problem(client.get("/api/v1/search", params=params), 422)["errors"]


@pytest.mark.parametrize("body", [{}, {"text": 5}, {"text": "a", "limit": 0}, {"text": "a", "kinds": "project"}, []])
def test_a_body_that_does_not_fit_is_422(client: TestClient, problem: Problem, body: object) -> None:
    """A body without a text, or with values of another kind, is a problem that names what is wrong."""
    assert problem(client.post("/api/v1/similar", json=body), 422)["errors"]


@pytest.mark.parametrize("body", ["", "{", "text=a"])
def test_a_body_that_is_no_json_is_422(client: TestClient, problem: Problem, body: str) -> None:
    """A body that is no JSON is a problem."""
    assert problem(client.post("/api/v1/similar", content=body, headers={"content-type": "application/json"}), 422)


def test_a_hit_says_why_and_what_it_lacks(client: TestClient) -> None:
    """Its passage with field and marks, shared concepts with their path, and what would make it better."""
    said = client.get("/api/v1/search", params={"q": "AAV5 for the retina of zebras"}).json()
    hit = said["hits"][0]
    assert hit["field"]
    assert all(hit["sentence"][start:end] for start, end in hit["marks"])
    assert all(one["path"] for one in hit["concepts"])
    assert any("zebras" in line for line in hit["missing"])
    assert (said["model"][:8], said["notes"]) == ("hashing:", [])
    assert said["recipe"].startswith("card-")


def test_like_these_but_not_those(client: TestClient) -> None:
    """Projects by id, and others that hits shall not be like, whose loss is a part of the score."""
    plain = client.post("/api/v1/similar", json={"like": ["P04", "P07"], "limit": 200}).json()["hits"]
    apart = client.post("/api/v1/similar", json={"like": ["P04", "P07"], "unlike": ["P15"], "limit": 200}).json()[
        "hits"
    ]
    assert not {"P04", "P07"} & {hit["id"] for hit in plain}
    assert not {"P04", "P07", "P15"} & {hit["id"] for hit in apart}
    assert any(hit["parts"].get("unlike", 0) < 0 for hit in apart)
    assert all(round(sum(hit["parts"].values()), 4) == hit["score"] for hit in apart)


def test_the_same_disease_in_another_way(client: TestClient) -> None:
    """What is compared is said by its name; a word that is no aspect is 422."""
    same = {"like": ["P04"], "same": ["modality"], "other": ["indication"], "limit": 200}
    ids = {hit["id"] for hit in client.post("/api/v1/similar", json=same).json()["hits"]}
    assert "P07" in ids
    assert "EMEA/H/C/004451" not in ids  # Luxturna treats the same disease
    assert client.post("/api/v1/similar", json=same | {"same": ["colour"]}).status_code == 422


def test_a_project_that_is_not_there_is_404(client: TestClient, problem: Problem) -> None:
    """Wanted or not."""
    for body in ({"like": ["P99"]}, {"text": "a", "unlike": ["P99"]}):
        assert problem(client.post("/api/v1/similar", json=body), 404)


def test_a_paper_is_read_as_its_text(client: TestClient) -> None:
    """As a form's file or as the body, it finds what its text finds."""
    plain = client.post("/api/v1/similar", json={"text": TEXT, "limit": 5}).json()
    address = "/api/v1/similar/paper?limit=5"
    assert client.post(address, files={"file": ("paper.txt", TEXT.encode())}).json() == plain
    assert client.post(address, content=TEXT.encode()).json() == plain


def test_a_paper_that_cannot_be_read_is_400(client: TestClient, problem: Problem) -> None:
    """It says why, and calls the file by its name; a form without a file is no paper."""
    said = problem(client.post("/api/v1/similar/paper", files={"file": ("scan.pdf", b"%PDF-1.7")}), 400)
    assert said["detail"].startswith("scan.pdf: is a broken PDF")
    assert "send one paper" in problem(client.post("/api/v1/similar/paper", files={"a": (None, "b")}), 400)["detail"]


def test_a_paper_of_more_than_ten_megabytes_is_413(client: TestClient, problem: Problem) -> None:
    """It is not read to its end, at the address of programs as on the page."""
    for address in ("/api/v1/similar/paper", "/search"):
        assert client.post(address, files={"file": ("a.txt", b"a " * 6_000_000)}).status_code == 413


@pytest.mark.parametrize(
    ("q", "words"),
    [("a", "One letter says little"), ("細胞治療", "nearest in meaning"), ("x " * 20_000, "first 20,000 characters")],
)
def test_a_question_that_says_little_or_too_much_is_answered_with_a_note(
    client: TestClient, q: str, words: str
) -> None:
    """One letter, another script, a text without end."""
    said = client.post("/api/v1/similar", json={"text": q}).json()
    assert said["hits"]
    assert any(words in note for note in said["notes"])
