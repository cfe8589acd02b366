"""Checking a source over HTTP: the same findings as on the command line, and nothing is kept."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from atmp.api.app import create_app
from atmp.api.atlas import Atlas
from atmp.kg.load import prepare
from atmp.kg.viewer import PUBLIC
from atmp.kg.workbook import fill
from fastapi.testclient import TestClient

ADDRESS = "/api/v1/check"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BAD = {
    "Project id": "P01",
    "Title": "A therapy",
    "ATMP class": "GTMP",
    "Stage": "4",
    "Vectors": "AVV9",
    "Lead investigator ids": "I9",
}
Survey = Callable[..., Path]


@pytest.fixture
def atlas(tmp_path: Path) -> Iterator[Atlas]:
    """Return an empty atlas."""
    made = Atlas.create(tmp_path / "checked.atlas", model="hashing")
    yield made
    made.close()


@pytest.fixture
def asked(atlas: Atlas) -> Iterator[TestClient]:
    """Return a client of it."""
    with TestClient(create_app(atlas), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def workbook(survey: Survey, tmp_path: Path) -> Path:
    """Return a workbook with a wrong reference and a word that is no term."""
    path = tmp_path / "returned.xlsx"
    fill(path, survey(Projects=[BAD]))
    return path


def test_the_findings_are_those_of_a_check(asked: TestClient, atlas: Atlas, workbook: Path) -> None:
    """With severity, cell, message and how to mend it; the store stays as it was."""
    before = atlas.store.revision()
    said = asked.post(ADDRESS, params={"name": "returned.xlsx"}, content=workbook.read_bytes()).json()
    found = list(prepare(atlas.store, workbook, viewer=PUBLIC).findings)
    assert [one["message"] for one in said["findings"]] == [one.message for one in found]
    assert said["counts"]["violation"] >= 1
    wrong = next(one for one in said["findings"] if one["value"] == "I9")
    assert (wrong["sheet"], wrong["row"], wrong["column"]) == ("Projects", 2, "Lead investigator ids")
    assert atlas.store.revision() == before


def test_turtle_gives_the_same_as_it_does_on_the_command_line(asked: TestClient, atlas: Atlas, tmp_path: Path) -> None:
    """An RDF file is checked like a workbook."""
    path = tmp_path / "facts.ttl"
    path.write_text(
        "@prefix atmp: <https://w3id.org/atmp/ontology/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        '<https://w3id.org/atmp/id/lund/project/P1> a atmp:Project ; rdfs:label "A", "B" .\n',
        encoding="utf-8",
    )
    said = asked.post(ADDRESS, params={"name": "facts.ttl", "centre": "lund"}, content=path.read_bytes()).json()
    found = list(prepare(atlas.store, path, centre="lund", viewer=PUBLIC).findings)
    assert found
    assert [one["message"] for one in said["findings"]] == [one.message for one in found]


def test_the_copy_has_the_findings_inside(asked: TestClient, workbook: Path) -> None:
    """Asked for as a workbook, the answer is the workbook with a sheet Errors."""
    sent = {"params": {"name": "returned.xlsx"}, "content": workbook.read_bytes()}
    answer = asked.post(ADDRESS, headers={"accept": WORKBOOK}, **sent)
    assert answer.headers["content-type"] == WORKBOOK
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert "Errors" in book.sheetnames
    turtle = asked.post(ADDRESS, headers={"accept": "text/turtle"}, **sent)
    assert "ValidationReport" in turtle.text


@pytest.mark.parametrize(
    ("params", "content", "status"),
    [
        ({}, b"x", 422),
        ({"name": ".."}, b"x", 400),
        ({"name": "a.xlsx"}, b"no workbook", 400),
        ({"name": "files"}, b"x", 400),
        ({"name": "a.xlsx", "as": "nothing"}, b"x", 400),
        ({"name": "../../etc/a.xlsx"}, b"no workbook", 400),
    ],
)
def test_what_cannot_be_read_is_a_problem(
    asked: TestClient, problem: Any, params: dict[str, str], content: bytes, status: int
) -> None:
    """A name, a format or a content that is none is said; no folder of this machine is named."""
    said = problem(asked.post(ADDRESS, params=params, content=content), status)
    assert tempfile.gettempdir() not in said["detail"]


def _form(*files: tuple[str, bytes]) -> dict[str, Any]:
    return {"files": [("file", one) for one in files]}


def test_a_form_may_carry_a_folder(asked: TestClient, survey: Survey) -> None:
    """CSV files of which one is called as a sheet are one survey, with what else stands beside them; case does not count."""
    folder = survey(Projects=[BAD])
    files = [(f"{path.stem.upper()}.CSV", path.read_bytes()) for path in folder.glob("*.csv")]
    said = asked.post(ADDRESS, **_form(*files, ("trials.csv", b"Project id\n"))).json()
    (wrong,) = [one for one in said["findings"] if one["value"] == "I9"]
    assert (wrong["row"], wrong["column"]) == (2, "Lead investigator ids")
    assert [one["value"] for one in said["findings"] if "was not read" in one["message"]] == ["trials"]


def test_several_sources_are_checked_together(asked: TestClient, problem: Any, workbook: Path) -> None:
    """What was found in each follows; a copy is of one source only."""
    files = _form(("a.xlsx", workbook.read_bytes()), ("b.xlsx", workbook.read_bytes()))
    one = asked.post(ADDRESS, **_form(("a.xlsx", workbook.read_bytes()))).json()["findings"]
    both = asked.post(ADDRESS, **files).json()["findings"]
    assert one
    assert both == [found | {"file": file} for file in ("a.xlsx", "b.xlsx") for found in one]
    problem(asked.post(ADDRESS, headers={"accept": WORKBOOK}, **files), 400)
    copy = asked.post(ADDRESS, headers={"accept": WORKBOOK}, **_form(("a.xlsx", workbook.read_bytes())))
    assert "Errors" in openpyxl.load_workbook(io.BytesIO(copy.content)).sheetnames


FORM = {"content-type": "multipart/form-data; boundary=x"}
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\nx\r\n'


@pytest.mark.parametrize(
    ("headers", "params", "content", "said"),
    [
        ({"content-type": "multipart/form-data"}, {}, b"", "boundary"),
        (FORM, {}, b"", "cut short"),
        (FORM, {}, PART % b"a.csv", "cut short"),
        (FORM, {}, b"--x--\r\n", "no file"),
        (FORM, {}, b'--x\r\nContent-Disposition: form-data; name="centre"\r\n\r\nlund\r\n--x--\r\n', "'centre'"),
        (FORM, {}, PART % b".." + b"--x--\r\n", "needs a name"),
        (FORM, {}, PART % b"a.csv" + PART % b"../A.CSV" + b"--x--\r\n", "one name"),
        (FORM, {"name": "a"}, PART % b"a.csv" + PART % b"b.csv" + b"--x--\r\n", "leave it out"),
        (FORM, {}, PART % b"a" * 101 + b"--x--\r\n", "more than 100 parts"),
        (FORM, {}, b"--x\r\nContent-Type: text/csv\r\n\r\nx\r\n--x--\r\n", "broken"),
    ],
)
def test_a_form_that_cannot_be_meant_is_a_problem(
    asked: TestClient, problem: Any, headers: dict[str, str], params: dict[str, str], content: bytes, said: str
) -> None:
    """Without a boundary, an end, a file or a name, with two files of one name, and with too many: said in words."""
    detail = problem(asked.post(ADDRESS, headers=headers, params=params, content=content), 400)["detail"]
    assert said in detail


def test_a_file_may_be_larger_than_other_requests(asked: TestClient, problem: Any) -> None:
    """Two megabytes are read, and twenty-one are not."""
    large = asked.post(ADDRESS, params={"name": "a.xlsx"}, content=b"x" * 2_000_000)
    assert large.status_code == 400
    problem(asked.post(ADDRESS, params={"name": "a.xlsx"}, content=b"x" * 21_000_000), 413)
