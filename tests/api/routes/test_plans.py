"""Planning over HTTP: gaps, investments and likely needs, as JSON, CSV, workbook and page."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from httpx import Response

    Problem = Callable[[Response, int], dict[str, Any]]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LISTS = {"gaps": {}, "investments": {"budget": "3"}, "readiness": {"project": "P15"}, "matches": {"need": "N050"}}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_the_same_in_every_form(client: TestClient, name: str) -> None:
    """As many rows as JSON has stand in the CSV and in the workbook, which is sent as a file."""
    address, params = f"/api/v1/{name}", LISTS[name]
    said = client.get(address, params=params).json()
    many = len(said["chosen"] if isinstance(said, dict) else said)
    assert many
    rows = list(csv.reader(io.StringIO(client.get(address, params=params, headers={"accept": "text/csv"}).text)))
    book = client.get(address, params=params | {"format": "xlsx"})
    assert book.headers["content-type"] == XLSX
    assert book.headers["content-disposition"] == f'attachment; filename="{name}.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    assert sheet is not None
    header = [str(cell.value).replace(" ", "_") for cell in sheet[1]]
    assert header == rows[0]
    assert len(rows) == many + 1
    assert str(sheet.cell(many + 1, 2).value) == rows[many][1]
    assert client.get(address, params=params, headers={"accept": "image/png"}).status_code == 406


def test_gaps_name_who_waits(client: TestClient) -> None:
    """Most projects wait for animal models; what one offers at a lower grade is told."""
    found = client.get("/api/v1/gaps").json()
    assert (found[0]["label"], len(found[0]["projects"]), found[0]["earliest"]) == ("animal models", 5, "2024-09-01")
    line = next(one for one in found if one["category"].endswith("gmp-cell-line"))
    assert (line["why"], line["barriers"]) == ("1 offered, but of a lower grade", {"grade": 1})


def test_a_plan_has_its_bound_and_the_optimum(client: TestClient) -> None:
    """Costs that are given change the choice; what it helps is within the bound."""
    plain = client.get("/api/v1/investments", params={"budget": "3"}).json()
    dear = client.get(
        "/api/v1/investments", params={"budget": "3", "cost": ["animal-models=3", "potency-assay=2"]}
    ).json()
    assert plain["helped"] == plain["best"] == 11 <= plain["bound"]
    assert [one["key"] for one in plain["chosen"]] != [one["key"] for one in dear["chosen"]]
    assert dear["cost"] <= 3
    assert dear["helped"] <= dear["best"] <= dear["bound"]


@pytest.mark.parametrize(
    ("params", "words"),
    [({"budget": "words"}, "takes a number"), ({"budget": "0"}, "buys nothing"), ({"cost": "potency-assay"}, "is no cost"),
     ({"cost": "potency-assay=x"}, "takes a number"), ({"cost": "gold=1"}, "nobody waits for")],
)  # fmt: skip
def test_a_budget_or_a_cost_of_words_is_said(
    client: TestClient, problem: Problem, params: dict[str, str], words: str
) -> None:
    """It is a problem that says how to mend it, over JSON and on the page."""
    assert words in problem(client.get("/api/v1/investments", params=params), 400)["detail"]
    shown = client.get("/investments", params=({"costs": params["cost"]} if "cost" in params else params))
    assert (shown.status_code, words in shown.text) == (400, True)


def test_who_asks_for_nobody_is_told(client: TestClient, problem: Problem) -> None:
    """A centre or a project that is not there is a problem with status 404."""
    problem(client.get("/api/v1/gaps", params={"centre": "nowhere"}), 404)
    problem(client.get("/api/v1/readiness", params={"project": "P99"}), 404)


def test_pages_show_what_the_lists_say(client: TestClient) -> None:
    """The pages have the rows, their note and the other forms; a project's page its likely needs, inferred."""
    gaps = client.get("/gaps", params={"centre": "lund"})
    assert (gaps.status_code, "animal models" in gaps.text, "format=xlsx" in gaps.text) == (200, True, True)
    plan = client.get("/investments", params={"budget": "2,5", "costs": "potency-assay=1.5", "within": "5"})
    assert (plan.status_code, "no choice can help more than" in plan.text) == (200, True)
    project = client.get("/lund/project/P15").text
    assert "Likely needs before the next stage" in project
    assert "inferred: consent and testing of the donors" in project
    assert "What cannot serve it" in client.get("/lund/need/N041").text
