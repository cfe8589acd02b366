"""The catalogue and its answers as JSON and CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from atmp.kg.catalogue import questions
from atmp.kg.viewer import PUBLIC

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas
    from fastapi.testclient import TestClient
    from httpx import Response

    Problem = Callable[[Response, int], dict[str, Any]]

NUMBERS = [one.number for one in questions()]


def _rows(client: TestClient, number: int) -> list[dict[str, Any]]:
    said = client.get(f"/api/v1/questions/{number}").json()
    return [dict(zip(said["columns"], row, strict=True)) for row in said["rows"]]


def test_the_list_is_the_catalogue(client: TestClient) -> None:
    """The list has every question by number, with its words, its parameters and its query."""
    said = client.get("/api/v1/questions").json()
    assert [one["number"] for one in said] == NUMBERS
    assert [one["text"] for one in said] == [one.text for one in questions()]
    assert all("SELECT" in one["query"] and one["asked_by"] for one in said)
    fourth = next(one for one in said if one["number"] == 4)
    assert [(one["name"], one["required"]) for one in fourth["parameters"]] == [("project", True), ("limit", False)]


@pytest.mark.parametrize("number", NUMBERS)
def test_json_and_csv_say_the_same_as_python(client: TestClient, served: Atlas, number: int) -> None:
    """The answer as JSON and as CSV has the columns and rows that the catalogue gives in Python."""
    one = next(one for one in questions() if one.number == number)
    table = one.ask(served.view(PUBLIC), served.services, {})
    said = client.get(f"/api/v1/questions/{number}").json()
    assert (said["question"], said["note"]) == (one.text, one.note)
    assert tuple(said["columns"]) == table.columns
    as_text = [["" if cell is None else str(cell) for cell in row] for row in table.rows]
    assert [["" if cell is None else str(cell) for cell in row] for row in said["rows"]] == as_text
    answer = client.get(f"/api/v1/questions/{number}", headers={"accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(answer.text))) == [list(table.columns), *as_text]


def test_the_published_totals(client: TestClient) -> None:
    """Questions 1 to 3 give 13 GTMP, 3 sCTMP and 7 TEP; 1, 8 and 14 by stage; and 7, 4 and 10 by platform."""
    assert {row["class"]: row["projects"] for row in _rows(client, 1)} == {"GTMP": 13, "sCTMP": 3, "TEP": 7}
    stages: Counter[str] = Counter()
    for row in _rows(client, 2):
        stages[row["group"]] += row["projects"]
    assert stages == {"clinical": 1, "preclinical": 8, "earlier": 14}
    platforms = {row["platform"]: row["projects"] for row in _rows(client, 3)}
    assert [platforms[name] for name in ("AAV vector", "lentiviral vector", "pluripotent stem cells")] == [7, 4, 10]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "application/json"), ("*/*", "application/json"), ("text/*", "text/csv"),
        ("application/json;q=0.4, text/csv;q=0.6", "text/csv"), ("application/json, text/csv;q=0.9", "application/json"),
    ],
)  # fmt: skip
def test_the_preferred_media_type_wins(client: TestClient, accept: str, media: str) -> None:
    """The answer comes in the media type with the highest q-value; JSON where the asker does not care."""
    answer = client.get("/api/v1/questions/1", headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media)


def test_another_media_type_is_406(client: TestClient, problem: Problem) -> None:
    """An answer is given as JSON or CSV, and as nothing else."""
    answer = client.get("/api/v1/questions/1", headers={"accept": "image/png, application/json;q=0"})
    assert "text/csv" in problem(answer, 406)["detail"]


def test_parameters_are_the_query_strings(client: TestClient) -> None:
    """A parameter narrows the answer; an empty one is none."""
    few = client.get("/api/v1/questions/4", params={"project": "P04", "limit": "3"}).json()
    assert len(few["rows"]) == 3
    plain = client.get("/api/v1/questions/1").json()
    assert client.get("/api/v1/questions/1", params={"centre": "lund"}).json() == plain
    assert client.get("/api/v1/questions/1", params={"centre": ""}).json() == plain


@pytest.mark.parametrize("number", [0, -1, 5, 9999, 10**30])
def test_an_unknown_question_is_404(client: TestClient, problem: Problem, number: int) -> None:
    """A number that no question has is a problem with status 404."""
    assert number not in NUMBERS
    assert "/api/v1/questions" in problem(client.get(f"/api/v1/questions/{number}"), 404)["detail"]


def test_a_number_in_words_is_422(client: TestClient, problem: Problem) -> None:
    """What is no number is a problem that names the number."""
    assert [one["where"] for one in problem(client.get("/api/v1/questions/one"), 422)["errors"]] == ["number"]


@pytest.mark.parametrize(
    ("number", "params"),
    [(1, {"colour": "red"}), (4, {"limit": "many"}), (4, {"limit": "-1"}), (28, {"today": "soon"}), (1, {"x": ""}),
     (4, {"limit": "²"}), (4, {"limit": "9" * 5000})],
)  # fmt: skip
def test_a_parameter_that_cannot_be_meant_is_400(
    client: TestClient, problem: Problem, number: int, params: dict[str, str]
) -> None:
    """A parameter that a question does not have, or a value of another sort, is a problem that names it."""
    assert next(iter(params)) in problem(client.get(f"/api/v1/questions/{number}", params=params), 400)["detail"]


@pytest.mark.parametrize("centre", ["nowhere", "https://nowhere", "http://x/ y", "https://w3id.org/atmp/id/lund> ?p"])
@pytest.mark.parametrize("address", ["/api/v1/questions/1", "/report", "/"])
def test_an_unknown_centre_is_404(client: TestClient, problem: Problem, address: str, centre: str) -> None:
    """A centre that is not there, by key or by what is no IRI at all, is a problem that says which there are."""
    said = problem(client.get(address, params={"centre": centre}), 404)
    assert said["detail"] == f"there is no centre {centre}: there is lund"
