"""A round over HTTP: how far it is, as JSON, CSV and page, and the sign-off that is noted on the page."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from atmp.api import turnouts
from atmp.api.app import create_app
from atmp.api.atlas import Atlas
from atmp.api.signin import Keys
from atmp.kg.canvass import Canvass, outcome_of
from atmp.kg.store import Store
from atmp.kg.turnout import people, turnout
from atmp.kg.viewer import OWNER
from fastapi.testclient import TestClient

Problem = Callable[..., dict[str, Any]]
KEYS = Keys.read("owner=owner-token-0123456789 lund:internal=inner-token-0123456789")
MAY = {"authorization": "Bearer owner-token-0123456789"}
INNER = {"authorization": "Bearer inner-token-0123456789"}
HTML = {"accept": "text/html"}
SIGN = {"centre": "lund", "round": "2026", "person": "I02"}


@pytest.fixture
def mine(demo_file: Path, tmp_path: Path) -> Iterator[Atlas]:
    """Return the demonstration with a new round: two people were asked, one was reminded, one has answered."""
    atlas = Atlas(Store.open(Path(shutil.copy(demo_file, tmp_path / "mine.atlas"))), model="hashing")
    of = people(atlas.view(OWNER), "lund", ["I01", "I02"])
    canvass = Canvass.begin(atlas.store, "lund", "2026", date(2026, 1, 10), "test")
    canvass.asked(of, date(2026, 1, 10))
    canvass.reminded(of[:1], date(2026, 1, 20))
    canvass.outcome(of[1:], outcome_of("answered"), "<b>by telephone</b>")
    yield atlas
    atlas.close()


@pytest.fixture
def client(mine: Atlas) -> Iterator[TestClient]:
    """Return a client of the server over it."""
    with TestClient(create_app(mine, KEYS), raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


def test_json_gives_counts_and_people(client: TestClient) -> None:
    """For those who may see the round; the public is given the last that it sees, and is told of no other."""
    (one,) = client.get("/api/v1/survey", headers=INNER).json()
    assert (one["centre"], one["round"], one["rounds"]) == ("lund", "2026", ["2026", "2023"])
    assert list(one["counts"].items())[:3] == [("people", 44), ("asked", 2), ("reminded", 1)]
    assert one["people"][0] == {
        "id": "I01", "name": "Synthetic investigator 01", "asked": "2026-01-10", "reminded": ["2026-01-20"],
        "outcome": None, "why": None, "signed_off": None,
    }  # fmt: skip
    (one,) = client.get("/api/v1/survey").json()
    assert (one["round"], one["rounds"], one["signed_off"]) == ("2023", ["2023"], "2023-06-01")
    (one,) = client.get("/api/v1/survey", params={"open": True}, headers=MAY).json()
    assert [each["id"] for each in one["people"]] == ["I01"]


@pytest.mark.parametrize("how", [{"params": {"format": "csv"}}, {"headers": {"accept": "text/csv"}}])
def test_csv_gives_a_row_for_each_person(client: TestClient, how: dict[str, Any]) -> None:
    """Asked for by the address or by Accept, with the columns of the command and whose they are."""
    answer = client.get("/api/v1/survey", **{**how, "headers": MAY | how.get("headers", {})})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert (len(rows), rows[1]["round"], rows[1]["outcome"], rows[1]["why"]) == (
        44, "2026", "answered", "<b>by telephone</b>",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "status"), [({"round": "2026"}, 404), ({"centre": "oslo"}, 404), ({"format": "pdf"}, 400), ({"format": "turtle"}, 406)]
)  # fmt: skip
def test_what_there_is_not_is_a_problem(
    client: TestClient, problem: Problem, words: dict[str, str], status: int
) -> None:
    """A round that the asker does not see, a centre that there is not, and a form that it is not given in."""
    problem(client.get("/api/v1/survey", params=words), status)


def test_the_page_shows_the_round_and_escapes_what_was_written(client: TestClient) -> None:
    """Counts in a sentence, then people; buttons only for who may write, the overview leads there."""
    page = client.get("/survey", headers=HTML | MAY).text
    assert "44 people, 2 asked, 1 reminded, 1 answered, 1 still to answer, 0 signed off." in page
    assert "&lt;b&gt;by telephone" in page
    assert page.count("Note sign-off</button>") == 1
    assert "Synthetic data." in page
    inner = client.get("/survey", headers=HTML | INNER).text
    assert ("still to answer" in inner, "<button" in inner) == (True, False)
    public = client.get("/survey", headers=HTML).text
    assert ("2026-01-10" in public, "All signed off on 2023-06-01." in public) == (False, True)
    assert client.get("/survey", params={"round": "2026"}, headers=HTML).status_code == 404
    assert 'href="/survey"' in client.get("/", headers=HTML).text


def test_a_sign_off_is_noted_from_the_page(client: TestClient, mine: Atlas) -> None:
    """One transaction under the name of who signed in; then the page shows the day, and leads back to the round."""
    basic = {"origin": "http://testserver"}
    answer = client.post("/survey/sign", data=SIGN, headers=basic, auth=("Anna", "owner-token-0123456789"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/survey?centre=lund&round=2026")
    today = datetime.now(UTC).date()
    assert turnout(mine.view(OWNER), "lund", "2026").people.rows[1][6] == today
    found = mine.store.connect().execute("SELECT agent, action FROM revision ORDER BY number DESC LIMIT 1").get
    assert found == ("Anna", "survey")
    page = client.get("/survey", headers=HTML | MAY).text
    assert (str(today) in page, "<button" in page) == (True, False)


@pytest.mark.parametrize(
    ("form", "headers", "status"),
    [
        (SIGN, {}, 401),
        (SIGN, INNER, 403),
        (SIGN, MAY | {"origin": "http://elsewhere.example"}, 403),
        (SIGN, MAY | {"origin": "null"}, 403),
        (SIGN | {"person": "I99"}, MAY, 404),
        (SIGN | {"round": "1999"}, MAY, 404),
        (SIGN | {"centre": "oslo"}, MAY, 404),
        ({"centre": "lund"}, MAY, 400),
        (SIGN, MAY | {"content-type": "application/json"}, 415),
        ({"x" * 100: "\x00" * 10}, MAY, 400),
    ],
)
def test_nobody_else_and_nothing_else_signs(
    client: TestClient, mine: Atlas, form: dict[str, str], headers: dict[str, str], status: int
) -> None:
    """Without the owner's token, from another site, of nobody or nothing: it is told, and nothing changes."""
    before = mine.store.revision()
    assert client.post("/survey/sign", data=form, headers=headers).status_code == status
    assert mine.store.revision() == before


def test_a_server_without_tokens_lets_nobody_in(mine: Atlas, problem: Problem) -> None:
    """It says how it would, and offers no sign-in."""
    with TestClient(create_app(mine)) as client:
        assert "ATMP_TOKENS" in problem(client.post("/survey/sign", data=SIGN, headers=MAY), 403)["detail"]
        assert client.get("/signin", headers=HTML).status_code == 404
        assert "/signin" not in client.get("/survey", headers=HTML).text


@pytest.mark.parametrize("model", [turnouts.TurnoutOut, turnouts.StandingOut])
def test_examples_are_as_their_schema_says(model: Any) -> None:
    """The example of a model is an instance of it, with no field more or less."""
    example = model.model_config["json_schema_extra"]["example"]
    assert model.model_validate(example).model_dump(mode="json", exclude_unset=True) == example


def test_an_empty_store_shows_that_nothing_was_asked(tmp_path: Path) -> None:
    """The page says how a round begins, and JSON is an empty list."""
    atlas = Atlas.create(tmp_path / "empty.atlas", model="hashing")
    with TestClient(create_app(atlas)) as client:
        assert client.get("/api/v1/survey").json() == []
        assert "atmp survey asked" in client.get("/survey", headers=HTML).text
    atlas.close()
