"""Sign-off: what an investigator has not agreed to stays within the centre, whatever its tier says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from atmp.kg.canvass import Canvass
from atmp.kg.importers.columns import SHEETS
from atmp.kg.load import Receipt, load
from atmp.kg.store import Store
from atmp.kg.turnout import find_round, people
from atmp.kg.viewer import OWNER, PUBLIC

Survey = Callable[..., Path]
PEOPLE = [{"Investigator id": f"I{n}", "Name": f"Synthetic investigator 0{n}"} for n in (1, 2)]
PROJECT = {
    "Project id": "P01", "Title": "Secretum", "ATMP class": "GTMP", "Stage": "4", "Lead investigator ids": "I1",
    "Methods planned": "magnetic-selection",
}  # fmt: skip
NEED = {"Need id": "N1", "Project id": "P01", "Category": "potency-assay", "Title": "Secretum assay", "Horizon": "1-2"}
OWN = ("/project/P01", "/product/P01", "/need/N1", "/method-use/P01-", "/stage-observation/P01-", "Secretum")


def _survey(survey: Survey, *signed: str, leads: str = "I1", whole: str = "") -> Path:
    rows = [one | {"Signed off": "2023-06-01"} if one["Investigator id"] in signed else one for one in PEOPLE]
    project = PROJECT | {"Lead investigator ids": leads}
    return survey({"Signed off": whole}, Projects=[project], Investigators=rows, Needs=[NEED])


def _public(store: Store) -> str:
    return b"".join(store.view(PUBLIC).nquads()).decode()


def _held(receipt: Receipt) -> list[str]:
    return [one.message for one in receipt.findings if "stay internal" in one.message]


def test_unsigned_never_leaves_the_centre(store: Store, survey: Survey) -> None:
    """No fact of the project, its product, needs, methods and stage, nor of the person, is public; the owner has all."""
    receipt = load(store, _survey(survey), agent="test")
    assert _held(receipt) == [
        "1 project (P01) and 2 investigators (I1, I2) stay internal until they are signed off; not signed: I1, I2"
    ]
    facts = _public(store)
    assert [one for one in (*OWN, "/person/I1", "Synthetic investigator") if one in facts] == []
    assert store.view(PUBLIC).records("project") == []
    assert [one.label for one in store.view(OWNER).records("project")] == ["Secretum"]


def test_signed_opens(store: Store, survey: Survey) -> None:
    """With the lead's sign-off all that is the project's is public, and who has not signed stays internal."""
    assert _held(load(store, _survey(survey, "I1"), agent="test")) == [
        "1 investigator (I2) stay internal until they are signed off; not signed: I2"
    ]
    facts = _public(store)
    assert [one for one in OWN if one not in facts] == []
    assert ("/person/I1" in facts, "/person/I2" in facts) == (True, False)


@pytest.mark.parametrize(
    ("leads", "signed", "whole", "opens"),
    [
        ("I1; I2", ("I1",), "", False),
        ("I1; I2", ("I1", "I2"), "", True),
        ("", ("I1", "I2"), "", False),
        ("", (), "2023-06-01", True),
        ("I1", (), "2031-01-01", False),
    ],
)
def test_who_speaks_for_a_project(
    leads: str, signed: tuple[str, ...], whole: str, *, opens: bool, store: Store, survey: Survey
) -> None:
    """All who lead it, or the word for all; nobody speaks for a project without a lead, and no day still to come counts."""
    load(store, _survey(survey, *signed, leads=leads, whole=whole), agent="test")
    assert bool(store.view(PUBLIC).records("project")) == opens


def test_a_need_without_its_project_is_held(store: Store, survey: Survey) -> None:
    """A file that has only the need of a public project has nobody's word for it."""
    load(store, _survey(survey, "I1"), agent="test")
    later = {"Round": "2024", "Date": "2024-06-01", "Signed off": ""}
    load(store, survey(later, Projects=[], Needs=[NEED | {"Need id": "N2", "Title": "Alterum"}]), agent="test")
    assert "Alterum" not in _public(store)


def test_a_sign_off_that_was_noted_opens_at_the_next_load(store: Store, survey: Survey) -> None:
    """Noted in the round's ledger it opens what was held; taken back, the next load holds it again."""
    path = _survey(survey)
    load(store, path, agent="test")
    view = store.view(OWNER)
    canvass = Canvass(store, "lund", find_round(view, "lund", "2023"), "test")
    lead = people(view, "lund", ["I1"])
    canvass.signed(lead, date(2023, 7, 1))
    assert store.view(PUBLIC).records("project") == []
    load(store, path, agent="test")
    assert [one.label for one in store.view(PUBLIC).records("project")] == ["Secretum"]
    canvass.undo(lead, "signed")
    load(store, path, agent="test")
    assert [one for one in OWN if one in _public(store)] == []


def test_a_sign_off_holds_for_its_round_and_its_file(store: Store, survey: Survey) -> None:
    """Last round's sign-off opens nothing of the next, and one that is taken out of the file no longer counts."""
    load(store, _survey(survey, "I1"), agent="test")
    later = {"Round": "2024", "Date": "2024-06-01", "Signed off": ""}
    load(store, survey(later, Projects=[PROJECT | {"Title": "Novum"}], Investigators=PEOPLE), agent="test")
    assert "Novum" not in _public(store)
    load(store, _survey(survey), agent="test")
    assert "Secretum" not in _public(store)


def test_a_stricter_tier_stays(store: Store, survey: Survey) -> None:
    """A sign-off opens no further than the tier says, and holding opens nothing."""
    assert "Signed off" in [column.header for column in SHEETS["Investigators"]]
    path = survey({"Signed off": ""}, Projects=[PROJECT | {"Tier": "confidential"}], Investigators=PEOPLE)
    load(store, path, agent="test")
    assert store.view(OWNER).tier("https://w3id.org/atmp/id/lund/project/P01").value == "confidential"
