"""Invitations: a new round's workbooks, blank or with last time's answers, whole and for one person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from atmp.kg.answered import Answered
from atmp.kg.errors import UsageError
from atmp.kg.importers.columns import SURVEY
from atmp.kg.importers.sheets import read_sheets
from atmp.kg.invitation import blank_invitation, invitation, invitations
from atmp.kg.load import load
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER

Survey = Callable[..., Path]
TODAY = date(2027, 2, 1)
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}
LED = [PROJECT | {"Project id": f"P0{n}", "Lead investigator ids": f"I{n}"} for n in (1, 2)]
PEOPLE = [
    {"Investigator id": f"I{n}", "Name": f"Synthetic investigator 0{n}", "E-mail": f"i{n}@example.org",
     "Response": "answered", "Response date": "2023-05-01"} for n in (1, 2)
]  # fmt: skip


def _fields(path: Path) -> dict[str, Any]:
    rows = openpyxl.load_workbook(path)[SURVEY].iter_rows(min_row=2, values_only=True)
    return {str(field).rstrip("*"): value for field, value in rows}


def _rows(path: Path, sheet: str) -> list[dict[str, Any]]:
    return [row.cells for row in read_sheets(path, [sheet])[sheet].rows]


def test_a_blank_invitation_names_round_and_centre(tmp_path: Path) -> None:
    """The sheet Survey has what is known, and the rest is for who fills it in."""
    blank_invitation(tmp_path / "new.xlsx", "2027", "Lund")
    assert {field: value for field, value in _fields(tmp_path / "new.xlsx").items() if value} == {
        "Round": "2027",
        "Centre": "lund",
    }
    assert _rows(tmp_path / "new.xlsx", "Projects") == []


def test_what_was_answered_before_stands_there_under_the_new_round(
    store: Store, survey: Survey, tmp_path: Path
) -> None:
    """Answers are kept, round and date are new; the stage's date and the response are asked anew."""
    load(store, survey(Projects=[LED[0] | {"Stage date": "2023-01"}], Investigators=PEOPLE), agent="test")
    path = tmp_path / "again.xlsx"
    invitation(path, Answered(store.view(OWNER), "lund", "sv", contacts=True), "2027", TODAY, "sv")
    assert {key: _fields(path)[key] for key in ("Centre", "Round", "Date")} == {
        "Centre": "lund",
        "Round": "2027",
        "Date": "2027-02-01",
    }
    (row,) = _rows(path, "Projects")
    assert (row["Title"], row["Stage"], row.get("Stage date")) == ("A therapy", "preklinisk utveckling", None)
    assert [(row["E-mail"], row.get("Response")) for row in _rows(path, "Investigators")] == [
        ("i1@example.org", None),
        ("i2@example.org", None),
    ]


def test_each_leads_workbook_holds_what_is_theirs(store: Store, survey: Survey, tmp_path: Path) -> None:
    """One file a lead investigator, who is named in it; projects, own row and own address, and no one else's."""
    load(store, survey(Projects=LED, Investigators=PEOPLE), agent="test")
    answered = Answered(store.view(OWNER), "lund", contacts=True)
    written = list(invitations(tmp_path / "each", answered, "2027", TODAY))
    assert [(path.name, name) for path, name in written] == [
        ("2027-I1.xlsx", "Synthetic investigator 01"),
        ("2027-I2.xlsx", "Synthetic investigator 02"),
    ]
    for number, (path, _) in enumerate(written, start=1):
        assert _fields(path)["Respondent id"] == f"I{number}"
        assert [row["Project id"] for row in _rows(path, "Projects")] == [f"P0{number}"]
        assert [row["E-mail"] for row in _rows(path, "Investigators")] == [f"i{number}@example.org"]


def test_a_project_that_nobody_leads_is_named(store: Store, survey: Survey) -> None:
    """What stands in no investigator's workbook can be told."""
    load(store, survey(Projects=[*LED, PROJECT | {"Project id": "P03"}], Investigators=PEOPLE), agent="test")
    assert Answered(store.view(OWNER), "lund").leaderless == ["P03"]


def test_no_workbook_is_overwritten(store: Store, survey: Survey, tmp_path: Path) -> None:
    """A file that is there may hold answers: it stays, and of many files none is written."""
    load(store, survey(Projects=LED, Investigators=PEOPLE), agent="test")
    answered = Answered(store.view(OWNER), "lund")
    (tmp_path / "each").mkdir()
    (tmp_path / "each" / "2027-I2.xlsx").write_text("answers")
    with pytest.raises(UsageError, match="may hold answers"):
        list(invitations(tmp_path / "each", answered, "2027", TODAY))
    assert [path.name for path in (tmp_path / "each").iterdir()] == ["2027-I2.xlsx"]
    with pytest.raises(UsageError, match="may hold answers"):
        invitation(tmp_path / "each" / "2027-I2.xlsx", answered, "2027", TODAY)
    assert (tmp_path / "each" / "2027-I2.xlsx").read_text() == "answers"


@pytest.mark.parametrize(
    ("name", "round_", "words"),
    [("new.ods", "2027", "written as .xlsx"), ("no/such/new.xlsx", "2027", "does not exist"), ("new.xlsx", " ", "needs a name"),
     ("new.xlsx", "2023", "in the store already")],
)  # fmt: skip
def test_what_cannot_be_meant_is_said(
    name: str, round_: str, words: str, store: Store, survey: Survey, tmp_path: Path
) -> None:
    """A wrong ending, a missing folder, a round without a name or one that has been: nothing is written."""
    load(store, survey(), agent="test")
    with pytest.raises(UsageError, match=words):
        invitation(tmp_path / name, Answered(store.view(OWNER), "lund"), round_, TODAY)
    assert not (tmp_path / name).exists()
