"""The synthetic survey that ships: published totals, nobody real, and rows that an ATMP scientist would believe."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "data" / "demo" / "lund-survey"
HELD = date(2023, 6, 1)
Rows = list[dict[str, str]]


def _sheet(name: str) -> Rows:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PROJECTS, PEOPLE, NEEDS, OFFERS = (_sheet(name) for name in ("projects", "investigators", "needs", "capabilities"))
OFFERED = {offer["Capability id"]: offer for offer in OFFERS}


def _parts(cell: str) -> set[str]:
    return {part.strip() for part in cell.split(";") if part.strip()}


def _day(cell: str) -> date:
    """Return a date that may lack its day or month."""
    year, month, day = ([int(part) for part in cell.split("-")] + [1, 1])[:3]
    return date(year, month, day)


def test_the_published_totals() -> None:
    """44 investigators and 23 projects; 7 with AAV, 4 with lentivirus, 10 with pluripotent cells; one in a trial."""
    assert (len(PEOPLE), len(PROJECTS)) == (44, 23)
    assert Counter(one["ATMP class"] for one in PROJECTS) == {"GTMP": 13, "TEP": 7, "sCTMP": 3}
    used = [_parts(one["Vectors"]) | _parts(one["Cell sources"]) for one in PROJECTS]
    assert sum(any(part.startswith("aav") for part in parts) for parts in used) == 7
    assert sum("lentivirus" in parts for parts in used) == 4
    assert sum(bool(parts & {"ipsc", "esc"}) for parts in used) == 10
    (trial,) = [one for one in PROJECTS if int(one["Stage"][0]) >= 8]
    assert (trial["ATMP class"], trial["Stage"], trial["Stage date"][:7]) == ("TEP", "8", "2023-01")


def test_nobody_is_real() -> None:
    """People are numbered, addresses are example addresses, and every organisation is called synthetic."""
    assert [one["Name"] for one in PEOPLE] == [f"Synthetic investigator {number:02}" for number in range(1, 45)]
    assert {one["ORCID"] for one in PEOPLE} == {""}
    addresses = [one["E-mail"] for one in PEOPLE] + [one["Contact"] for one in OFFERS]
    assert all(re.fullmatch(r"(\w+@example\.org)?", address) for address in addresses)
    assert all(one["Name"].startswith("Synthetic ") and not one["ROR"] for one in _sheet("organisations"))
    assert {row["Field"]: row["Value"] for row in _sheet("survey")}["Synthetic"] == "yes"


def test_who_answered_with_a_project_takes_part_in_one() -> None:
    """An answer with a project and a part in one go together."""
    working = set().union(
        *(_parts(one["Lead investigator ids"]) | _parts(one["Co-investigator ids"]) for one in PROJECTS)
    )
    assert working == {one["Investigator id"] for one in PEOPLE if one["Response"] == "answered"}


@pytest.mark.parametrize("project", PROJECTS, ids=lambda one: one["Project id"])
def test_a_project_agrees_with_itself(project: dict[str, str]) -> None:
    """Dates are in order, cells have a donor, what acts in the body has none, and a class fits the facts but for P23."""
    seen = _day(project["Stage date"] or "2023-06-01")
    assert _day(project["Started"]) < seen <= HELD
    assert not project["Trial planned"] or _day(project["Trial planned"]) >= seen.replace(month=1, day=1)
    cells = _parts(project["Cell sources"]) - {"not-applicable"}
    assert (project["Delivery"] == "ex-vivo") == bool(cells) == (project["Donor type"] != "not-applicable")
    assert project["Project id"] == "P23" or (project["ATMP class"] == "GTMP") == bool(project["Vectors"])
    assert 40 <= len(project["Description"].split()) <= 110


@pytest.mark.parametrize("project", PROJECTS, ids=lambda one: one["Project id"])
def test_what_is_used_is_offered_by_then(project: dict[str, str]) -> None:
    """A project uses what a facility offers, from the day on which it does."""
    for offer in _parts(project["Capabilities used"]):
        assert _day(OFFERED[offer]["Available from"]) <= HELD


@pytest.mark.parametrize("need", NEEDS, ids=lambda one: one["Need id"])
def test_a_need_fits_its_project(need: dict[str, str]) -> None:
    """It falls due after the round, its category suits the product, and one that the centre met is used."""
    project = next(one for one in PROJECTS if one["Project id"] == need["Project id"])
    vectors = _parts(project["Vectors"])
    assert _day(need["Needed from"]) > HELD
    suits = {"gmp-aav": "aav", "gmp-lentivirus": "lentivirus", "mrna-lnp": "mrna", "nuclease-supply": "crispr"}
    if need["Category"] in suits:
        assert any(vector.startswith(suits[need["Category"]]) for vector in vectors)
    if need["Category"] in {"gmp-cell-line", "tumorigenicity"}:
        assert _parts(project["Cell sources"]) & {"ipsc", "esc"}
    here = {key for key, offer in OFFERED.items() if offer["Category"] == need["Category"]}
    if need["Status"] == "met" and here:
        assert here & _parts(project["Capabilities used"])


def test_some_needs_are_unmet_and_some_offers_unused() -> None:
    """There is something to find for who plans, and for who runs a facility."""
    wanted = {need["Category"] for need in NEEDS if need["Status"] == "open"}
    offered = {offer["Category"] for offer in OFFERS}
    used = set().union(*(_parts(one["Capabilities used"]) for one in PROJECTS))
    assert len(wanted - offered) > 10
    assert len([key for key, offer in OFFERED.items() if key not in used and offer["Category"] not in wanted]) >= 4
